"""Carry comments from one layout of a record to another one of the same data.

A comment belongs to an entry, so that it moves along when keys change their order: one that has a line
of its own to the entry below it, or, when it is indented deeper than that, to the block that ends above
it; one behind a value to that value.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from kb.canonical.layout import Comment, Entry, Layout


@dataclass
class _Notes:
    before: list[str] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)


def carry_over(old: Layout, new: Layout, skip: int) -> str:
    """Return the text of ``new`` with the comments of ``old``, those on its first ``skip`` lines left out."""
    notes: defaultdict[str, _Notes] = defaultdict(_Notes)
    for comment in old.comments:
        if comment.line >= skip:
            _attach(comment, old, notes)
    return _written(new, notes)


def _attach(comment: Comment, layout: Layout, notes: defaultdict[str, _Notes]) -> None:
    at = (comment.line, comment.column)
    entries = layout.entries
    if not comment.alone:
        closed = (e for e in entries if e.is_flow and e.end[0] == comment.line and e.end <= at)
        begun = (e for e in reversed(entries) if (e.line, e.column) < at)
        owner = next(closed, None) or next(begun, None)
        if owner is not None:
            notes[owner.pointer].behind.append(comment.text)
            return
    below = next((e for e in entries if e.line > comment.line or (e.line == comment.line and e.column > at[1])), None)
    if below is not None and comment.column <= below.margin:
        notes[below.pointer].before.append(comment.text)
        return
    above = _ended(layout, comment, below)
    if above is not None:
        notes[above.pointer].after.append(comment.text)
    elif below is not None:
        notes[below.pointer].before.append(comment.text)
    else:
        notes[""].after.append(comment.text)


def _ended(layout: Layout, comment: Comment, below: Entry | None) -> Entry | None:
    """Return the block that ends above ``comment`` and that its indentation makes it a part of."""
    floor = below.margin if below is not None else 0
    last = next((e for e in reversed(layout.entries) if e.line < comment.line), None)
    if last is None or comment.column <= floor:
        return None
    around = [e for e in layout.entries if last.pointer == e.pointer or last.pointer.startswith(e.pointer + "/")]
    inner = [e for e in around if e.margin > floor]
    reached = [e for e in inner if e.margin <= comment.column]
    return reached[-1] if reached else next(iter(inner), None)


def _written(layout: Layout, notes: defaultdict[str, _Notes]) -> str:
    lines = layout.lines[:-1]  # a text ends with a line feed, so the last one is empty
    above: defaultdict[int, list[str]] = defaultdict(list)
    below: defaultdict[int, list[str]] = defaultdict(list)
    for index, entry in enumerate(layout.entries):
        if entry.pointer not in notes:
            continue
        note = notes[entry.pointer]
        line = lines[entry.line]
        margin = " " * (len(line) - len(line.lstrip(" ")))
        above[entry.line] += [margin + text for text in note.before]
        if note.behind and entry.is_container and entry.column > entry.margin:
            # An item that is a mapping or a list shares its line with what it begins with.
            above[entry.line] += [margin + text for text in note.behind]
        elif note.behind:
            end = entry.line if entry.is_block_text or entry.is_container else entry.end[0]
            lines[end] += "  " + " ".join(note.behind)
        # What ends on the same line ends from the inside out.
        last = layout.last_line(index)
        below[last] = [" " * entry.margin + text for text in note.after] + below[last]
    out: list[str] = []
    for number, line in enumerate(lines):
        out += above[number]
        out.append(line)
        out += below[number]
    out += notes[""].after
    return "\n".join(out) + "\n"
