"""Untrusted JSON, read with care: every refusal is a sentence that names the key path."""

import json
import math
import re
from collections import Counter
from pathlib import Path
from typing import Any

from kb.importers.failure import ImportFailed

MAX_BYTES = 64 * 1024 * 1024
_LARGEST = 1e18
# What the corpus refuses, and halves of surrogate pairs, which no file can hold.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]"
)


class _Twice(dict[str, Any]):
    """An object that gives a key twice; which one was meant, nobody can tell."""

    key = ""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) == len(pairs):
        return result
    counts = Counter(key for key, _ in pairs)
    torn = _Twice(result)
    torn.key = next(key for key, count in counts.items() if count > 1)
    return torn


def _whole(digits: str) -> int | float:
    # Python refuses to read several thousand digits; anything this long is out of range anyway.
    return int(digits) if len(digits) <= 20 else math.inf


def read_json(path: Path, limit: int = MAX_BYTES) -> Any:
    """Return the content of a JSON file; raise ImportFailed when it is unreadable, too large or not JSON."""
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise ImportFailed(f"{path} cannot be read: {error.strerror or error}") from None
    if len(content) > limit:
        raise ImportFailed(f"{path} is larger than {limit} bytes; split it, or import a smaller export")
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_object, parse_int=_whole)
    except UnicodeDecodeError as error:
        raise ImportFailed(f"{path} is not UTF-8 text: the byte at offset {error.start} does not fit") from None
    except json.JSONDecodeError as error:
        raise ImportFailed(f"{path}:{error.lineno}:{error.colno} is not JSON: {error.msg}") from None
    except RecursionError:
        raise ImportFailed(f"{path} is nested too deeply to be an export") from None


def shown(value: Any) -> str:
    """Return ``value`` for a message: short, on one line, with no character that could act on a terminal."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= 60 else f"{text[:57]}..."


class Reader:
    """Typed access to one JSON object, which knows its ``path`` and which of its keys were read."""

    def __init__(self, data: Any, path: str) -> None:
        """Wrap ``data``; raise ImportFailed unless it is an object whose keys are unique."""
        self.path = path
        if not isinstance(data, dict):
            raise ImportFailed(f"{path}: should be an object, is {shown(data)}")
        if isinstance(data, _Twice):
            raise ImportFailed(f"{path}: gives the key {shown(data.key)} twice")
        self._data = data
        self._read: set[str] = set()
        self._below: list[Reader] = []

    def fail(self, key: str, problem: str) -> ImportFailed:
        """Return the exception that says ``problem`` about ``key``."""
        return ImportFailed(f"{self.path}.{key}: {problem}")

    def value(self, key: str) -> Any:
        """Return the raw value; null and an empty string mean that it is unknown, hence None."""
        self._read.add(key)
        value = self._data.get(key)
        return None if isinstance(value, str) and not value.strip() else value

    def text(self, key: str) -> str | None:
        """Return a string without the space around it."""
        value = self.value(key)
        if value is None:
            return None
        return self._text(key, value)

    def needed_text(self, key: str) -> str:
        """Return a string, or raise ImportFailed when there is none."""
        text = self.text(key)
        if text is None:
            raise self.fail(key, "is missing")
        return text

    def texts(self, key: str) -> list[str]:
        """Return a list of strings, empty when the key is absent."""
        return [self._text(f"{key}[{i}]", entry) for i, entry in enumerate(self._list(key))]

    def number(self, key: str, *, least: int = 0, whole: bool = False) -> int | float | None:
        """Return a finite number of at least ``least``, as it was written."""
        value = self.value(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.fail(key, f"should be a number, is {shown(value)}")
        if not math.isfinite(value) or abs(value) > _LARGEST:
            raise self.fail(key, "should be a finite number of at most 1e18")
        if value < least:
            raise self.fail(key, f"should be {least} or more, is {shown(value)}")
        if whole and isinstance(value, float) and not value.is_integer():
            raise self.fail(key, f"should be a whole number, is {shown(value)}")
        return value

    def count(self, key: str) -> int | None:
        """Return a whole number of one or more."""
        value = self.number(key, least=1, whole=True)
        return None if value is None else int(value)

    def flag(self, key: str) -> bool | None:
        """Return true, false or None."""
        value = self.value(key)
        if value is not None and not isinstance(value, bool):
            raise self.fail(key, f"should be true or false, is {shown(value)}")
        return value

    def child(self, key: str) -> "Reader":
        """Return the object below ``key``, an empty one when the key is absent."""
        value = self.value(key)
        return self._keep(Reader({} if value is None else value, f"{self.path}.{key}"))

    def children(self, key: str) -> list["Reader"]:
        """Return the objects of a list, none when the key is absent."""
        return [self._keep(Reader(e, f"{self.path}.{key}[{i}]")) for i, e in enumerate(self._list(key))]

    def left_over(self) -> list[str]:
        """Return the paths of all keys here and below that hold something and that nobody has read."""
        unread = [key for key, value in self._data.items() if key not in self._read and value not in (None, "", [], {})]
        here = [f"{self.path}.{shown(key)[1:-1]}" for key in unread]
        return here + [path for below in self._below for path in below.left_over()]

    def _keep(self, reader: "Reader") -> "Reader":
        self._below.append(reader)
        return reader

    def _list(self, key: str) -> list[Any]:
        value = self.value(key)
        if value is not None and not isinstance(value, list):
            raise self.fail(key, f"should be a list, is {shown(value)}")
        return value or []

    def _text(self, key: str, value: Any) -> str:
        if not isinstance(value, str):
            raise self.fail(key, f"should be text, is {shown(value)}")
        text = value.replace("\r\n", "\n")
        if _INVISIBLE.search(text):
            raise self.fail(key, f"holds a control, zero-width or text-direction character, in {shown(value)}")
        return text.strip()
