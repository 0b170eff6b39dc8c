"""A record's text -> the same record in canonical form."""

import re
from typing import Any

from pydantic import ValidationError

from kb.canonical.comments import carry_over
from kb.canonical.key_order import in_order
from kb.canonical.layout import Layout
from kb.canonical.yaml_writer import to_yaml
from kb.corpus import yaml_text
from kb.corpus.validate import complaints
from kb.errors import KbError
from kb.records import KINDS, Hardware, Model, kind_of
from kb.records.case import Case
from kb.records.scalars import Plain

_MODELINE = "# yaml-language-server: $schema={up}schema/draft-07/{kind}.json\n"
_ANY_MODELINE = re.compile(r"#\s*yaml-language-server\s*:.*")
# Every comment, and what in a text of several words looks like one.
_LIKE_A_COMMENT = re.compile(r"(?:^| )#", re.MULTILINE)
# Records of these kinds lie one folder deeper: data/hardware/<vendor>/, data/models/<lab>/, data/cases/<year>/.
_NESTED = (Hardware, Model, Case)


class FormRefused(KbError):
    """A text that is no valid record, so that it has no canonical form; line and column count from 1."""

    def __init__(self, sentence: str, line: int = 1, column: int = 1) -> None:
        self.line = line
        self.column = column
        super().__init__(sentence)


def canonical(text: str, depth: int | None = None) -> str:
    """Return ``text`` in canonical form: same data, same comments, one way to write them.

    Args:
        text: the content of a record's file.
        depth: how many folders the file lies below the root; without it, as many as records of its kind do.

    Raises:
        FormRefused: the text is not a valid record; what is wrong first, and how to mend it.
    """
    data, kind = _read(text)
    if depth is None:
        depth = 3 if issubclass(kind.model, _NESTED) else 2
    formed = _MODELINE.format(up="../" * depth, kind=kind.name) + _with_comments(to_yaml(in_order(data)), text)
    # Whatever the file was, no reader may ever find other data or fewer comments in it.
    kept = formed == text or (_same(yaml_text.load(formed), data) and _words(formed) == _words(text))
    if not kept:
        raise FormRefused("this file's comments stand where they cannot be kept; put them on lines of their own")
    return formed


def _with_comments(written: str, text: str) -> str:
    """Return ``written`` with the comments of ``text``, which holds the same data, but for its modeline."""
    head, _, rest = text.partition("\n")
    if not _LIKE_A_COMMENT.search(rest if _ANY_MODELINE.fullmatch(head) else text):
        # As most records are: where each entry stands need not be worked out.
        return written
    old = _layout(text)
    return carry_over(old, Layout(written), _after_modeline(old))


def _layout(text: str) -> Layout:
    return Layout(text.replace("\r\n", "\n"))


def _after_modeline(layout: Layout) -> int:
    """Return the line below the modeline that a text begins with, 0 where it has none."""
    first = layout.comments[0] if layout.comments else None
    return first.line + 1 if first is not None and first.alone and _ANY_MODELINE.fullmatch(first.text) else 0


def _read(text: str) -> Any:
    try:
        yaml_text.scan(text)
        data = yaml_text.load(text)
    except yaml_text.YamlFault as fault:
        raise FormRefused(f"{fault.message}; {fault.hint}", fault.line, fault.column) from None
    kind = kind_of(data)
    if kind is None:
        raise FormRefused(f"no record of a known kind; the second line is kind: and one of {', '.join(KINDS)}")
    try:
        kind.model.model_validate(data)
    except ValidationError as error:
        first = next(complaints(error, data, kind))
        places = yaml_text.locate(text)
        holder = first.pointer
        while holder not in places:
            holder = holder.rpartition("/")[0]
        line, column = places[holder].key
        raise FormRefused(f"{first.message}; {first.hint}", line, column) from None
    return data, kind


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other) and isinstance(one, Plain) == isinstance(other, Plain)


def _words(text: str) -> list[str]:
    """Return the words of all comments of ``text`` but its modeline, sorted."""
    layout = _layout(text)
    skip = _after_modeline(layout)
    return sorted(word for comment in layout.comments if comment.line >= skip for word in comment.text.split())
