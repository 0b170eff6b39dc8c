"""A draft: a record that still wants a person's eye, and the file it is written to."""

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
class Draft:
    """A record's data, what only a human knows (``missing``), and what else was noticed (``remarks``)."""

    record: dict[str, Any]
    missing: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

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
    """Write ``draft`` into ``folder``; return the path and whether anything was written.

    The file appears whole or not at all. One that stands there with other content is kept, with
    ImportFailed, unless ``force``.
    """
    text = draft.text().encode()
    path = folder / f"{draft.id}.yaml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.read_bytes() == text:
            return path, False
        if path.exists() and not force:
            raise ImportFailed(f"{path} exists and differs from the draft; move it away, or use --force to replace it")
        replace(path, text)
    except OSError as error:
        raise ImportFailed(f"{path} cannot be written: {error.strerror or error}") from None
    return path, True
