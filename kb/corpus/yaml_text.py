"""YAML text -> plain data, by the parser's events.

PyYAML's composer recurses in C (a small, deeply nested file ends the process), keeps the last of
duplicate keys and guesses types. Its event stream has none of these faults, and is as fast; so the
tree is built here, iteratively, and everything that a record does not need is refused with its place.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import yaml

from kb.corpus.pointer import join
from kb.records.scalars import Plain, read_number

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32

# Beyond the control characters: invisible, zero-width and bidirectional ones, which make text read otherwise than
# it is, and what is no character at all. Selectors of an emoji's look stay: people type them without knowing.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]|\r(?!\n)"
)
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_WORDS = frozenset(
    ("true", "false", "True", "False", "TRUE", "FALSE", "yes", "no", "on", "off", "Yes", "No", "On", "Off")
)
_MAYBE_NUMBER = frozenset("-+.0123456789")
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(eq=False)
class YamlFault(Exception):
    """Why a text is refused, and where; lines and columns count from 1."""

    name: str
    message: str
    hint: str
    line: int
    column: int
    pointer: str = ""


@dataclass(frozen=True)
class Place:
    """Where an entry stands: its key (or dash) and its value."""

    key: tuple[int, int]
    value: tuple[int, int]


Places = dict[str, Place]


def scan(text: str) -> None:
    """Refuse characters that do not belong into a record; raise :class:`YamlFault`."""
    found = _FORBIDDEN.search(text)
    if found:
        line, column = _line_and_column(text, found.start())
        character = f"U+{ord(found.group()[0]):04X}"
        raise YamlFault(
            "forbidden-character",
            f"the character {character} is not allowed in a record",
            "delete it; it is a control, zero-width or text-direction character that readers cannot see",
            line,
            column,
        )
    tab = text.find("\t")
    if tab >= 0:
        line, column = _line_and_column(text, tab)
        raise YamlFault("tab-character", "a tab character", "replace it by spaces", line, column)


def load(text: str) -> Any:
    """Return the data of a scanned ``text``: dicts, lists, ``str`` and :class:`Plain`; raise :class:`YamlFault`."""
    return _build(text, None)


def locate(text: str) -> Places:
    """Return where each entry of a loadable ``text`` stands, by JSON pointer."""
    places: Places = {}
    _build(text, places)
    return places


def _line_and_column(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _refuse(name: str, message: str, hint: str, event: Any, pointer: str = "") -> YamlFault:
    mark = event.start_mark
    return YamlFault(name, message, hint, mark.line + 1, mark.column + 1, pointer)


class _Open:
    """A mapping or a sequence whose end has not been read yet. Its pointer is only worked out when asked for."""

    __slots__ = ("container", "is_mapping", "key", "key_mark", "parent", "seen", "step")

    def __init__(self, container: Any, parent: "_Open | None", step: str | int) -> None:
        self.container = container
        self.is_mapping = type(container) is dict
        self.parent = parent
        self.step = step
        self.key: str | None = None
        self.key_mark: Any = None
        self.seen: dict[str, int] = {}

    @property
    def pointer(self) -> str:
        return join(self.parent.pointer, self.step) if self.parent is not None else ""


def _build(text: str, places: Places | None) -> Any:
    try:
        parser = _LOADER(text)
        try:
            return _walk(parser.get_event, places)
        finally:
            parser.dispose()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not readable as YAML"
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise YamlFault(
            "yaml-syntax",
            f"not YAML: {problem}",
            "look at the indentation, and at colons and quotes on this line and the one before it",
            line,
            column,
        ) from None


def _walk(next_event: Callable[[], Any], places: Places | None) -> Any:
    stack: list[_Open] = []
    top: _Open | None = None
    root: Any = None
    documents = 0
    while True:
        event = next_event()
        kind = type(event)
        if kind is yaml.ScalarEvent:
            if event.anchor or event.tag:
                raise _feature(event)
            if top is not None and top.is_mapping and top.key is None:
                _open_entry(top, event)
                continue
            value: Any = _scalar(event, top)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            value = _container(event, kind, top, len(stack))
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            stack.pop()
            top = stack[-1] if stack else None
            continue
        elif kind is yaml.StreamEndEvent:
            return root
        else:
            documents = _between(event, kind, documents)
            continue

        step: str | int
        if top is None:
            root, step = value, ""
        elif top.key is not None:
            step = top.key
            top.container[step] = value
            top.key = None
        else:
            step = len(top.container)
            top.container.append(value)
        if places is not None:
            _note(places, event, top, step)
        if type(value) is dict or type(value) is list:
            top = _Open(value, top, step)
            stack.append(top)


def _container(event: Any, kind: type[yaml.Event], top: _Open | None, depth: int) -> dict[str, Any] | list[Any]:
    if event.anchor or event.tag:
        raise _feature(event)
    if top is not None and top.is_mapping and top.key is None:
        raise _refuse("yaml-feature-refused", "a key that is not plain text", "use a plain key", event, top.pointer)
    if depth == MAX_DEPTH:
        raise _refuse("nesting-too-deep", f"nested deeper than {MAX_DEPTH} levels", "no record needs this depth", event)
    return {} if kind is yaml.MappingStartEvent else []


def _between(event: yaml.Event, kind: type[yaml.Event], documents: int) -> int:
    """Take what is neither a value nor its end; return how many documents have begun."""
    if kind is yaml.AliasEvent:
        raise _feature(event)
    if not isinstance(event, yaml.DocumentStartEvent):
        return documents
    if event.version or event.tags:
        raise _refuse(
            "yaml-feature-refused", "a directive (%YAML, %TAG) is not allowed in a record", "delete it", event
        )
    if documents:
        raise _refuse(
            "multiple-documents", "a second document in one file", "one file holds one record: split it", event
        )
    return documents + 1


def _note(places: Places, event: Any, top: _Open | None, step: str | int) -> None:
    mark = event.start_mark
    at = (mark.line + 1, mark.column + 1)
    if top is None:
        places[""] = Place(at, at)
        return
    key = top.key_mark if top.is_mapping else None
    places[join(top.pointer, step)] = Place((key.line + 1, key.column + 1) if key else at, at)


def _open_entry(top: _Open, event: Any) -> None:
    key = event.value
    if key == "<<" and event.implicit[0]:
        raise _feature(event)
    if event.style == '"':
        _check_escapes(event)
    if key in top.seen:
        raise _refuse(
            "duplicate-key",
            f"the key {key[:60]!r} stands here a second time; the first is on line {top.seen[key]}",
            "keep one of the two",
            event,
            join(top.pointer, key),
        )
    top.seen[key] = event.start_mark.line + 1
    top.key = key
    top.key_mark = event.start_mark


def _check_escapes(event: yaml.ScalarEvent) -> None:
    if _FORBIDDEN.search(event.value):
        raise _refuse(
            "forbidden-character",
            "an escape that stands for a control, zero-width or text-direction character",
            "delete the escape",
            event,
        )


def _scalar(event: yaml.ScalarEvent, top: _Open | None) -> str | None:
    value: str = event.value
    if not event.implicit[0]:
        if event.style == '"':
            _check_escapes(event)
        return value
    if value in _NULLS:
        if top is None:
            # "---" and nothing more: as empty as a file without it.
            return None
        where = "an entry" if top.key is None else repr(top.key[:60])
        step = len(top.container) if top.key is None else top.key
        raise _refuse(
            "null-value",
            f"{where} has no value",
            "leave out what is unknown, key and all",
            event,
            join(top.pointer, step),
        )
    if (value[0] in _MAYBE_NUMBER and read_number(value) is not None) or value in _WORDS:
        return Plain(value)
    return value


def _feature(event: yaml.Event) -> YamlFault:
    if isinstance(event, yaml.AliasEvent):
        what = "an alias (*name)"
    elif isinstance(event, yaml.ScalarEvent) and event.value == "<<":
        what = "a merge key (<<)"
    elif getattr(event, "anchor", None):
        what = "an anchor (&name)"
    else:
        what = "a tag (!name)"
    return _refuse("yaml-feature-refused", f"{what} is not allowed in a record", "write the value out in full", event)
