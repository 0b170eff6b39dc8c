"""What a bundle says of an id that was removed."""

import json
import re
from pathlib import Path

from pydantic import ValidationError

from kb.bundle.export.version import FOLDER
from kb.corpus.removed import gone_of
from kb.names import Gone
from kb.records import KINDS
from kb.records.removed import Removed

_ID = re.compile(r"(?=.{1,100}$)[a-z0-9]+([.-][a-z0-9]+)*")


def gone_in(bundle: Path, text: str) -> Gone | None:
    """Return what became of the id ``text`` by the tombstone in the folder of a bundle; None where there is none."""
    if not _ID.fullmatch(text):
        return None
    for kind in KINDS.values():
        try:
            said = json.loads((bundle / "json" / FOLDER / kind.plural / f"{text}.json").read_text(encoding="utf-8"))
            return gone_of(Removed.model_validate({name: said[name] for name in Removed.model_fields if said[name]}))
        except (OSError, ValueError, KeyError, ValidationError):
            # None of this kind; or a record, a redirect, a broken file.
            continue
    return None
