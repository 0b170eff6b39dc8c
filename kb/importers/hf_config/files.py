"""The files of a checkpoint that describe it, and the name under which it is published."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.importers.draft import RawFile
from kb.importers.failure import ImportFailed
from kb.importers.json_input import Reader, parse_json
from kb.importers.raw_file import read_raw
from kb.importers.raw_file import shown as named

QUANTIZATION = "hf_quant_config.json"
INDEX = "model.safetensors.index.json"
_HUGGING_FACE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*/[A-Za-z0-9_][A-Za-z0-9_.-]*")
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class Described:
    """One JSON file: its bytes, and typed access to what it says."""

    raw: RawFile
    reader: Reader


@dataclass(frozen=True)
class Checkpoint:
    """The configuration of a checkpoint and what lies beside it.

    ``hugging_face`` and ``commit`` are what the path or the configuration says of its place of publication; ``name``
    is the best that an id can be made of.
    """

    config: Described
    quantization: Described | None
    index: Described | None
    name: str
    hugging_face: str | None
    commit: str | None


def open_checkpoint(path: Path) -> Checkpoint:
    """Read a ``config.json``, or that of a folder, with the files beside it.

    Raises:
        ImportFailed: there is none, or one of the files is unreadable or no JSON object.
    """
    if path.is_dir():
        folder, path = path, path / "config.json"
        if not path.is_file():
            raise ImportFailed(f"{named(folder)} has no config.json; name the configuration itself")
    config = _described(path)
    prefix = path.name.removesuffix("config.json") if path.name.endswith("config.json") else ""
    name, hugging_face, commit = _identity(path, prefix, config.reader)
    return Checkpoint(
        config, _beside(path, prefix + QUANTIZATION), _beside(path, prefix + INDEX), name, hugging_face, commit
    )


def _described(path: Path) -> Described:
    raw = read_raw(path)
    data: Any = parse_json(raw.content, named(path))
    if not isinstance(data, dict):
        raise ImportFailed(f"{named(path)} is no configuration: it should be an object")
    return Described(raw, Reader(data, raw.name))


def _beside(path: Path, name: str) -> Described | None:
    other = path.with_name(name)
    return _described(other) if other.is_file() and other != path else None


def _identity(path: Path, prefix: str, config: Reader) -> tuple[str, str | None, str | None]:
    """Return name, owner/name and commit, from the layouts in which configurations are kept.

    The cache of Hugging Face has ``models--OWNER--NAME/snapshots/COMMIT``, collections ``OWNER--NAME_config.json``.
    """
    parts = path.absolute().parts
    cached = next((part for part in reversed(parts) if part.startswith("models--")), None)
    said = cached.removeprefix("models--") if cached else prefix.rstrip("_-")
    repository = said.replace("--", "/", 1) if "--" in said else None
    if repository is None:
        own = config.text("_name_or_path")
        repository = own if own and _HUGGING_FACE.fullmatch(own) else None
    if repository is not None and not (_HUGGING_FACE.fullmatch(repository) and len(repository) <= 150):
        repository = None
    commit = next((part for part in reversed(parts) if _COMMIT.fullmatch(part)), None) if cached else None
    name = repository.split("/")[1] if repository else said or parts[-2]
    return name, repository, commit
