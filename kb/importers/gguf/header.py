"""The header of a GGUF file: its metadata, and the type, shape and size of each tensor.

``gguf.GGUFReader`` maps the data of every tensor while it is built, so that it fails on a file that ends after its
header, and it keeps one array per token of the vocabulary; it also loops for as long as a damaged count says. The
header is therefore read here, with the tables of that package for magic, value types and block sizes.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.importers.failure import ImportFailed
from kb.importers.gguf.cursor import Cursor
from kb.importers.raw_file import shown

_VERSIONS = (2, 3)
# Of the value types, by name; strings and arrays are apart.
_CODES = {
    "UINT8": "B",
    "INT8": "b",
    "UINT16": "H",
    "INT16": "h",
    "UINT32": "I",
    "INT32": "i",
    "FLOAT32": "f",
    "BOOL": "?",
    "UINT64": "Q",
    "INT64": "q",
    "FLOAT64": "d",
}
_SIZES = {"B": 1, "b": 1, "?": 1, "H": 2, "h": 2, "I": 4, "i": 4, "f": 4, "Q": 8, "q": 8, "d": 8}
# Per-layer values are kept, vocabularies are not.
_KEPT = 4096
_MOST_WEIGHTS = 10**15


@dataclass(frozen=True)
class Tensor:
    """One tensor: ``shape`` as ggml orders it, the length of a row first; ``weights`` in number, ``size`` in bytes."""

    name: str
    shape: tuple[int, ...]
    type: str
    weights: int
    size: int
    offset: int


@dataclass(frozen=True)
class Header:
    """What a file says before its data.

    ``keys`` holds scalars, strings and short lists; of long lists and lists of strings only their ``lengths``.
    ``size`` and ``sha256`` are those of the header; ``missing`` counts the bytes of data that the file lacks.
    """

    name: str
    version: int
    keys: dict[str, Any]
    lengths: dict[str, int]
    tensors: tuple[Tensor, ...]
    size: int
    sha256: str
    missing: int


def read_header(path: Path) -> Header:
    """Return the header of the file at ``path``; its data is not read.

    Raises:
        ImportFailed: it is no GGUF file, of another byte order or version, cut off within the header, or damaged.
    """
    constants = _constants()
    try:
        if not path.is_file():
            raise ImportFailed(f"{shown(path)} cannot be read: it is no plain file")
        with path.open("rb") as file:
            cursor = Cursor(file, path.stat().st_size, shown(path))
            return _Parser(cursor, constants).header(path.name)
    except (OSError, ValueError) as error:
        raise ImportFailed(f"{shown(path)} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _constants() -> Any:
    try:
        from gguf import constants
    except ImportError:
        raise ImportFailed(
            "GGUF files are read with the package gguf, which is not installed: pip install 'inference-kb[gguf]'"
        ) from None
    return constants


class _Parser:
    def __init__(self, cursor: Cursor, constants: Any) -> None:
        self._cursor = cursor
        self._types = {int(kind): kind.name for kind in constants.GGUFValueType}
        self._blocks = {int(kind): (kind.name, *sizes) for kind, sizes in constants.GGML_QUANT_SIZES.items()}
        self._magic = constants.GGUF_MAGIC
        self._lengths: dict[str, int] = {}

    def header(self, name: str) -> Header:
        cursor = self._cursor
        if cursor.size < 4 or cursor.whole("I", "the magic") != self._magic:
            raise ImportFailed(f"{cursor.name} is no GGUF file: it does not begin with GGUF")
        version = cursor.whole("I", "the version")
        if version & 0xFFFF == 0:
            raise ImportFailed(f"{cursor.name} is big-endian GGUF; convert it with gguf-convert-endian first")
        if version not in _VERSIONS:
            raise ImportFailed(f"{cursor.name} is GGUF version {version}; versions 2 and 3 are read")
        # A tensor takes 24 bytes at least, a key 13.
        tensors = cursor.count("tensors", 24)
        keys = self._keys(cursor.count("metadata keys", 13))
        found = tuple(self._tensor(index) for index in range(tensors))
        size, digest = cursor.at, cursor.sha256
        alignment = keys.get("general.alignment", 32)
        if not isinstance(alignment, int) or alignment < 1 or alignment & (alignment - 1):
            raise ImportFailed(f"{cursor.name}: general.alignment should be a power of two, is {alignment!r}"[:300])
        end = self._end(found)
        start = -(-size // alignment) * alignment
        missing = max(0, start + end - cursor.size) if found else 0
        return Header(name, version, keys, self._lengths, found, size, digest, missing)

    def _keys(self, count: int) -> dict[str, Any]:
        keys: dict[str, Any] = {}
        for _ in range(count):
            key = self._cursor.text("the name of a metadata key", 65535)
            if key in keys or key in self._lengths:
                raise self._cursor.fail(f"the metadata key {key[:80]!a} comes twice")
            value = self._value(self._cursor.whole("I", "the type of a value"), key, 0)
            if value is not None:
                keys[key] = value
        return keys

    def _value(self, kind: int, key: str, depth: int) -> Any:
        """Return a value; None for a list that is not kept."""
        name = self._types.get(kind)
        what = f"the value of {key[:80]!a}"
        if name == "STRING":
            return self._cursor.text(what)
        if name in _CODES:
            return self._cursor.number(_CODES[name], what)
        if name != "ARRAY" or depth > 2:
            raise self._cursor.fail(f"{what} is of type {kind}, which is none of GGUF")
        inner = self._cursor.whole("I", what)
        code = _CODES.get(self._types.get(inner, ""))
        count = self._cursor.count(f"entries of {key[:80]!a}", _SIZES[code] if code else 8)
        if depth == 0:
            self._lengths[key] = count
        if code and count <= _KEPT and depth == 0:
            return list(self._cursor.numbers(code, count, what))
        if code:
            self._cursor.skip(count * _SIZES[code], what)
            return None
        for _ in range(count):
            self._value(inner, key, depth + 1)
        return None

    def _tensor(self, index: int) -> Tensor:
        cursor = self._cursor
        what = f"tensor {index}"
        name = cursor.text(f"the name of {what}", 1024)
        what = f"tensor {name[:80]!a}"
        dimensions = cursor.whole("I", what)
        if not 1 <= dimensions <= 4:
            raise cursor.fail(f"{what} has {dimensions} dimensions; 1 to 4 are possible")
        shape = tuple(int(length) for length in cursor.numbers("Q", dimensions, what))
        kind = cursor.whole("I", what)
        offset = cursor.whole("Q", what)
        if kind not in self._blocks:
            raise cursor.fail(f"{what} is of type {kind}, which this release of gguf does not know; upgrade it")
        type_name, block, block_size = self._blocks[kind]
        weights = math.prod(shape)
        if not 0 < weights <= _MOST_WEIGHTS or shape[0] % block:
            raise cursor.fail(f"{what} of type {type_name} has the impossible shape {list(shape)}")
        return Tensor(name, shape, type_name, weights, weights // block * block_size, offset)

    def _end(self, tensors: tuple[Tensor, ...]) -> int:
        """Return where the data ends, from its beginning; tensors that overlap are none."""
        end = 0
        names = set()
        for tensor in sorted(tensors, key=lambda tensor: tensor.offset):
            if tensor.name in names or tensor.offset < end:
                why = "comes twice" if tensor.name in names else "overlaps another"
                raise ImportFailed(f"{self._cursor.name}: tensor {tensor.name[:80]!a} {why}; the file is damaged")
            names.add(tensor.name)
            end = tensor.offset + tensor.size
        return end
