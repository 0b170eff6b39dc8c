"""Writers of small corpora."""

from pathlib import Path

from kb.corpus import Corpus, Fault, open_corpus

SOURCE = """\
kind: source
id: report
title: A report
url: https://lab.org/report
source_kind: press
"""
HARDWARE = "kind: hardware\nid: card-x\nname: Card X\nvendor: acme\n"
MODEL = "kind: model\nid: model-m\nname: Model M\nlab: some-lab\n"


def write(root: Path, path: str, content: str | bytes = SOURCE) -> Path:
    """Write ``content`` below ``root`` and return the file."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def source(name: str, **fields: str) -> str:
    """Return the text of a source record; ``fields`` are lines added at its end."""
    extra = "".join(f"{key}: {value}\n" for key, value in fields.items())
    return SOURCE.replace("id: report", f"id: {name}") + extra


def only_fault(corpus: Corpus) -> Fault:
    """Return the one fault of ``corpus``."""
    (fault,) = corpus.faults
    return fault


def opened(root: Path, content: str | bytes, path: str = "data/sources/report.yaml") -> Corpus:
    """Return a corpus that consists of one file."""
    write(root, path, content)
    return open_corpus(root)
