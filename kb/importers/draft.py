"""A draft: a record that still wants a person's eye, and the file it is written to."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from kb.atomic import replace
from kb.canonical.key_order import in_order
from kb.canonical.yaml_writer import to_yaml
from kb.corpus.pointer import pointer
from kb.corpus.yaml_text import MAX_BYTES, YamlFault, load, scan
from kb.importers.failure import ImportFailed
from kb.records import KINDS

# A draft is written wherever the caller likes, but its home is three folders below the root, as data/cases/2026.
_MODELINE = "# yaml-language-server: $schema=../../../schema/draft-07/{kind}.json\n"


@dataclass(frozen=True)
class RawFile:
    """The raw output that a draft is made of: its name, checksum and bytes."""

    name: str
    sha256: str
    content: bytes

    @property
    def home(self) -> str:
        """Return the path below the repository where the file would be kept; its name has letters and digits only."""
        plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", self.name).strip("-.")[-80:].lstrip("-.") or "output"
        return f"artifacts/{self.sha256[:16]}/{plain}"


@dataclass(frozen=True)
class Draft:
    """A record's data, what only a human knows (``missing``), and what else was noticed (``remarks``).

    ``raw`` is the file behind its figures, kept beside the draft; ``further`` are others, where several files
    became one record.
    """

    record: dict[str, Any]
    missing: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    raw: RawFile | None = None
    further: tuple[RawFile, ...] = ()

    @property
    def id(self) -> str:
        """Return the id of the record, which is also the stem of its file."""
        return str(self.record["id"])

    def text(self) -> str:
        """Return the file's text; raise ImportFailed unless the corpus would read it back as a valid record."""
        kind = KINDS[self.record["kind"]]
        text = _MODELINE.format(kind=kind.name) + to_yaml(in_order(self.record))
        if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
            raise ImportFailed(f"{self.id}: would be larger than the {MAX_BYTES} bytes a record may have")
        try:
            scan(text)
            kind.model.model_validate(load(text))
        except YamlFault as fault:
            raise ImportFailed(f"{self.id}: {fault.message} ({fault.hint})") from None
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise ImportFailed(f"{self.id}: {pointer(first['loc'])} {first['msg']}") from None
        return text


def write_draft(draft: Draft, folder: Path, *, force: bool = False) -> tuple[Path, bool]:
    """Write ``draft`` into ``folder``, and the raw files behind it into ``folder/artifacts``.

    Each file appears whole or not at all, and the record last. A record that stands there with other content is
    kept, with ImportFailed, unless ``force``; a raw file never gives way to other bytes.

    Returns:
        the path of the record, and whether anything was written.
    """
    text = draft.text().encode()
    path = folder / f"{draft.id}.yaml"
    target = path
    try:
        folder.mkdir(parents=True, exist_ok=True)
        known = path.exists() and path.read_bytes() == text
        if path.exists() and not known and not force:
            raise ImportFailed(f"{path} exists and differs from the draft; move it away, or use --force to replace it")
        changed = not known
        for raw in (draft.raw, *draft.further):
            if raw is not None:
                target = folder / raw.home
                changed |= _keep(raw, target)
        target = path
        if not known:
            replace(path, text)
    except OSError as error:
        raise ImportFailed(f"{target} cannot be written: {error.strerror or error}") from None
    return path, changed


def _keep(raw: RawFile, path: Path) -> bool:
    """Write a raw file to ``path``; return whether it was not there yet."""
    if path.exists():
        if path.read_bytes() != raw.content:
            raise ImportFailed(f"{path} exists and is another file than {raw.name}; move it away")
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    replace(path, raw.content)
    return True
