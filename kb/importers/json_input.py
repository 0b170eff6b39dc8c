"""Untrusted JSON, read with care: every refusal is a sentence that names the key path."""

import json
import math
import re
from collections import Counter
from pathlib import Path
from typing import Any

from kb.importers.failure import ImportFailed
from kb.importers.raw_file import MAX_BYTES, read_raw
from kb.importers.raw_file import shown as named

_LARGEST = 1e18
# More runs than any file holds, and few enough to be read in a moment.
MAX_DOCUMENTS = 20_000
_MOST_BAD_LINES = 20
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
    return parse_json(read_raw(path, limit).content, named(path))


def parse_json(content: bytes, name: str) -> Any:
    """Return what JSON text says; raise ImportFailed, with ``name`` and the place, when it is not JSON.

    The bare words ``Infinity`` and ``NaN``, which Python's writer gives out, are read; :class:`Reader` refuses them
    wherever a figure is asked for, so that they pass only where a reader of a tool looks for them.
    """
    text = _decoded(content, name)
    try:
        return _load(text)
    except json.JSONDecodeError as error:
        raise ImportFailed(f"{name}:{error.lineno}:{error.colno} is not JSON: {error.msg}") from None
    except RecursionError:
        raise ImportFailed(f"{name} is nested too deeply to be an export") from None


def parse_documents(content: bytes, name: str) -> tuple[list[tuple[str, Any]], list[str]]:
    """Return the values of a JSON list, of one JSON value, or of JSON Lines, each with the words that lead to it.

    The words are empty for a single value, ``[2]`` for the third of a list, ``line 3`` for JSON Lines.

    Returns:
        the values, and a sentence for each line that is not JSON, as the last one of an interrupted run.

    Raises:
        ImportFailed: the text is none of the three.
    """
    lines = [(number, line) for number, line in enumerate(content.split(b"\n"), 1) if line.strip()]
    if len(lines) > 1 and _is_object(lines[0][1]):
        _refuse_many(len(lines), name)
        values: list[tuple[str, Any]] = []
        failures = []
        for number, line in lines:
            try:
                values.append((f"line {number}", parse_json(line, f"{name}: line {number}")))
            except ImportFailed as failure:
                failures.append(str(failure))
            if len(failures) > _MOST_BAD_LINES:
                raise ImportFailed(f"{name} is no JSON Lines, by more than {_MOST_BAD_LINES} lines: {failures[0]}")
        return values, failures
    whole = parse_json(content, name)
    if isinstance(whole, list):
        _refuse_many(len(whole), name)
        return [(f"[{index}]", value) for index, value in enumerate(whole)], []
    return [("", whole)], []


def _refuse_many(count: int, name: str) -> None:
    if count > MAX_DOCUMENTS:
        raise ImportFailed(f"{name} holds {count} values, and {MAX_DOCUMENTS} at most are read: split it")


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(_load(line.decode("utf-8-sig")), dict)
    except (ValueError, RecursionError):
        return False


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportFailed(f"{name} is not UTF-8 text: the byte at offset {error.start} does not fit") from None


def _load(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_object, parse_int=_whole)


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

    def __contains__(self, key: object) -> bool:
        """Tell whether the object gives ``key``, whatever it holds."""
        return key in self._data

    def value(self, key: str) -> Any:
        """Return the raw value; null and an empty string mean that it is unknown, hence None."""
        self._read.add(key)
        value = self._data.get(key)
        return None if isinstance(value, str) and not value.strip() else value

    def peek(self, key: str) -> Any:
        """Return the raw value without counting the key as read."""
        return self._data.get(key)

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

    def unread(self) -> list[str]:
        """Return the keys here that hold something and that nobody has read, ready to be shown."""
        return [shown(key)[1:-1] for key in self._unread()]

    def left_over(self) -> list[str]:
        """Return the paths of all keys here and below that hold something and that nobody has read."""
        here = [f"{self.path}.{key}" for key in self.unread()]
        return here + [path for below in self._below for path in below.left_over()]

    def _unread(self) -> list[str]:
        return [key for key, value in self._data.items() if key not in self._read and value not in (None, "", [], {})]

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
