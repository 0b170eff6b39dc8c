"""What the dataset is, for machines: a Data Package and Croissant metadata."""

import json
from pathlib import Path
from typing import Any

from kb.bundle.content import Content
from kb.bundle.describe.croissant import croissant
from kb.bundle.describe.data_package import data_package


def write_descriptions(content: Content, folder: Path) -> None:
    """Write ``datapackage.json`` and ``croissant.json`` for the Parquet files below ``folder``."""
    _write(folder / "datapackage.json", data_package(content, folder))
    _write(folder / "croissant.json", croissant(content, folder))


def _write(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
