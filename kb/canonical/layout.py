"""Where each entry of a YAML text stands, and where its comments are.

Parsers drop comments. What is left between their marks, from a ``#`` to the end of the line, is one.
"""

import bisect
from dataclasses import dataclass
from typing import Any

import yaml

from kb.corpus.pointer import join

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass
class Entry:
    """A key with its value, or an item of a list. Lines and columns count from 0; the end is exclusive.

    Attributes:
        line, column: where the key, or what follows the dash, begins.
        margin: the column of the key, or of the dash.
        end: where the value ends; for a block mapping or list, where its key or dash stands.
    """

    pointer: str
    line: int
    column: int
    margin: int
    end: tuple[int, int]
    is_container: bool = False
    is_block_text: bool = False
    is_flow: bool = False


@dataclass(frozen=True)
class Comment:
    """A comment: its text with the ``#``, and whether it has its line to itself."""

    line: int
    column: int
    text: str
    alone: bool


@dataclass
class _Open:
    pointer: str
    entry: Entry | None
    is_mapping: bool
    key: Any = None
    count: int = 0


class Layout:
    """The entries of a text in their order, and the comments between them.

    Args:
        text: YAML that ``kb.corpus.yaml_text.load`` accepts, with plain line feeds.
    """

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.entries: list[Entry] = []
        self._texts: list[tuple[tuple[int, int], tuple[int, int]]] = []
        self._walk(text)
        self.comments = [comment for number in range(len(self.lines)) for comment in self._comment(number)]

    def last_line(self, index: int) -> int:
        """Return the line on which the entry of this index ends, everything in it included."""
        below = self.entries[index].pointer + "/"
        for entry in self.entries[index + 1 :]:
            if not entry.pointer.startswith(below):
                return entry.line - 1
        return max(number for number, line in enumerate(self.lines) if line)

    def _walk(self, text: str) -> None:
        stack: list[_Open] = []
        event: Any
        for event in yaml.parse(text, Loader=_LOADER):
            kind = type(event)
            if kind in (yaml.MappingEndEvent, yaml.SequenceEndEvent):
                closed = stack.pop().entry
                if closed is not None and closed.is_flow:
                    closed.end = (event.end_mark.line, event.end_mark.column)
            elif kind in (yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent):
                self._take(event, stack)

    def _take(self, event: Any, stack: list[_Open]) -> None:
        start = (event.start_mark.line, event.start_mark.column)
        is_scalar = isinstance(event, yaml.ScalarEvent)
        is_block_text = is_scalar and event.style in ("|", ">")
        if is_scalar:
            # The line of a block's indicator may hold a comment, the lines below may not.
            self._texts.append(
                ((start[0] + 1, 0) if is_block_text else start, (event.end_mark.line, event.end_mark.column))
            )
        top = stack[-1] if stack else None
        if top is not None and top.is_mapping and top.key is None:
            top.key = event
            return
        entry = self._entry(event, start, top) if top is not None else None
        if entry is not None:
            entry.is_block_text = is_block_text
            if is_scalar and not is_block_text:
                entry.end = (event.end_mark.line, event.end_mark.column)
            self.entries.append(entry)
        if not is_scalar:
            if entry is not None:
                entry.is_container, entry.is_flow = True, bool(event.flow_style)
            pointer = entry.pointer if entry is not None else ""
            stack.append(_Open(pointer, entry, isinstance(event, yaml.MappingStartEvent)))

    def _entry(self, event: Any, start: tuple[int, int], holder: _Open) -> Entry:
        if holder.is_mapping:
            key, holder.key = holder.key, None
            line, column = key.start_mark.line, key.start_mark.column
            return Entry(join(holder.pointer, key.value), line, column, column, (line, column))
        step, holder.count = holder.count, holder.count + 1
        before = self.lines[start[0]][: start[1]].rstrip(" ")
        margin = len(before) - 1 if before.endswith("-") else max(start[1] - 2, 0)
        return Entry(join(holder.pointer, step), *start, margin, start)

    def _comment(self, number: int) -> list[Comment]:
        line = self.lines[number]
        column = line.find("#")
        while column >= 0:
            if (column == 0 or line[column - 1] == " ") and not self._in_text(number, column):
                # A lone dash or a marker of the document's start is no entry that a comment could stand behind.
                alone = line[:column].strip(" ") in ("", "-", "---", "...")
                margin = len(line[:column].rstrip(" ")) - 1 if alone and line[:column].strip(" ") == "-" else column
                return [Comment(number, margin, line[column:].rstrip(), alone)]
            column = line.find("#", column + 1)
        return []

    def _in_text(self, line: int, column: int) -> bool:
        index = bisect.bisect_right(self._texts, (line, column), key=lambda span: span[0]) - 1
        return index >= 0 and self._texts[index][1] > (line, column)
