"""Import the header of a GGUF file: how wide each group of tensors is stored, and the shape of the model.

Bytes and weights are added up over the tensors that the header lists, so that the figures are exact; the data itself
is not read, and need not be there. Of a split file, all parts have to lie side by side. The package ``gguf`` is needed.
"""

import re
from dataclasses import replace
from pathlib import Path

from kb.importers.failure import ImportFailed
from kb.importers.gguf.drafts import drafts_of
from kb.importers.gguf.header import Header, read_header
from kb.importers.names import Library
from kb.importers.raw_file import shown
from kb.importers.report import Imported

_PART = re.compile(r"(.*)-(\d{5})-of-(\d{5})\.gguf")
_MOST_PARTS = 1000


def recognises(head: bytes, name: str) -> bool:
    """Return whether a file that begins with ``head`` (up to 64 KiB) is a GGUF file."""
    del name
    return head.startswith(b"GGUF")


def read(path: Path, library: Library | None = None) -> Imported:
    """Return drafts of a quantization and of a model.

    Raises:
        ImportFailed: the package gguf is not installed, the header is not whole or damaged, a part of a split file
            is not there, or the file holds no text model.
    """
    header = read_header(path)
    parts = _parts(path, header)
    from gguf.constants import LlamaFileType

    types = {int(kind): kind.name for kind in LlamaFileType}
    return drafts_of(_joined(header, parts), [part.name for part in parts], types, library)


def _parts(path: Path, header: Header) -> list[Path]:
    """Return the paths of all parts, the first one first."""
    count = header.keys.get("split.count", 1)
    if count in (0, 1):
        return [path]
    named = _PART.fullmatch(path.name)
    if not isinstance(count, int) or not 1 < count <= _MOST_PARTS or named is None or int(named[3]) != count:
        raise ImportFailed(f"{shown(path)} is one of {count} parts; name it as they come, NAME-00001-of-0000N.gguf")
    paths = [path.with_name(f"{named[1]}-{number:05d}-of-{count:05d}.gguf") for number in range(1, count + 1)]
    absent = [part.name for part in paths if not part.is_file()]
    if absent:
        raise ImportFailed(f"{shown(path)} is one of {count} parts; put {', '.join(absent[:5])} beside it")
    return paths


def _joined(header: Header, parts: list[Path]) -> Header:
    """Return the header of the first part with the tensors of all."""
    if len(parts) == 1:
        return header
    headers = [read_header(part) for part in parts]
    first = headers[0]
    tensors = tuple(tensor for part in headers for tensor in part.tensors)
    expected = first.keys.get("split.tensors.count")
    if len({tensor.name for tensor in tensors}) != len(tensors) or expected not in (None, len(tensors)):
        raise ImportFailed(f"{shown(parts[0])}: its parts do not make one file: {len(tensors)} of {expected} tensors")
    return replace(first, tensors=tensors, missing=sum(part.missing for part in headers))
