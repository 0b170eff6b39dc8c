"""How tests read the JSON export of a bundle."""

import json
from pathlib import Path
from typing import Any

from kb.records import KINDS

COLLECTIONS = [kind.plural for kind in KINDS.values()]


def read(folder: Path, name: str) -> Any:
    """Return the data of a file of the export of the bundle in ``folder``."""
    return json.loads((folder / "json" / "v1" / name).read_text(encoding="utf-8"))
