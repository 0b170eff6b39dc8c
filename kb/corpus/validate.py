"""What pydantic says about a record, in words: what, where, and how to mend it."""

import difflib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from kb.corpus.expected import choices, expected, fields, takes_number
from kb.corpus.pointer import pointer
from kb.records import Kind
from kb.records.scalars import Plain, read_number

_MAX_FAULTS = 25
_ABSENT = "leave out what is unknown, key and all"
# What to say instead of pydantic's words, which speak of Python; figures are those of its context.
_MESSAGES = {
    "string_type": "should be text",
    "string_too_short": "is empty",
    "string_too_long": "should have at most {max_length} characters",
    "tuple_type": "should be a list",
    "too_short": "has {actual_length} entries, should have at least {min_length}",
    "too_long": "has {actual_length} entries, should have at most {max_length}",
    "model_type": "should be a mapping",
}
_DATE = ("^(19|20)",)
_ADDRESS = ("^https?:",)


@dataclass(frozen=True)
class Complaint:
    """One field that is not as its model wants it."""

    name: str
    pointer: str
    message: str
    hint: str
    data: dict[str, Any]


def complaints(error: ValidationError, raw: Any, kind: Kind) -> Iterator[Complaint]:
    """Yield what is wrong with ``raw``, at most a screenful."""
    details = (detail for detail in error.errors(include_url=False) if not _is_echo(detail, raw))
    for detail in itertools.islice(details, _MAX_FAULTS):
        yield _complaint(detail, raw, kind)


def _is_echo(detail: Any, raw: Any) -> bool:
    """Tell whether a list is called too short only because its entries, complained of already, do not count."""
    if detail["type"] != "too_short":
        return False
    _, value = _steps(detail["loc"], raw, "too_short")
    return len(value) >= int(detail["ctx"]["min_length"])


def _complaint(detail: Any, raw: Any, kind: Kind) -> Complaint:
    fault = detail["type"]
    steps, value = _steps(detail["loc"], raw, fault)
    field = _label(steps)
    context = detail.get("ctx") or {}
    data: dict[str, Any] = {} if fault == "missing" or isinstance(value, dict | list) else {"found": _cut(str(value))}

    def found(name: str, message: str, hint: str) -> Complaint:
        return Complaint(name, pointer(steps), message, hint, data)

    if fault == "missing":
        return found("missing-field", f"{field} is missing", f"add {field}: {expected(kind, steps)}")
    if fault == "extra_forbidden":
        known = fields(kind, steps[:-1])
        data["known"] = known
        near = difflib.get_close_matches(str(steps[-1]), known, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(known[:30])}"
        return found("unknown-field", f"unknown field {_cut(str(steps[-1]))!r}", hint)
    if fault == "null_value":
        return found("null-value", detail["msg"], _ABSENT)
    said = f"{field} is {_shown(value)}"
    if fault == "literal_error":
        known = choices(kind, steps)
        near = difflib.get_close_matches(str(value).lower(), known, 1)
        hint = "one of " + ", ".join(known)
        return found("invalid-value", said, f"did you mean {near[0]!r}? {hint}" if near else hint)
    pattern = context.get("pattern", "")
    if pattern.startswith(_ADDRESS):
        hint = "give an address that starts with http:// or https:// and has no spaces, quotes or angle brackets"
        return found("invalid-url", f"{field} is not a web address: {_shown(value)}", hint)
    if fault == "date_value" or pattern.startswith(_DATE):
        hint = f"write {expected(kind, steps)}, in quotes; a day of the calendar from 1900 to 2099"
        return found("invalid-date", f"{field} is not a date: {_shown(value)}", hint)
    if fault == "string_pattern_mismatch":
        return found("invalid-value", said, f"write {expected(kind, steps)}")
    if fault == "string_too_short":
        return found("invalid-value", f"{field} is empty", _ABSENT)
    message = _MESSAGES.get(fault, detail["msg"].removeprefix("Value error, ")).format(**context)
    if fault == "model_type" and takes_number(kind, steps):
        message = "should be a number"
    quotes = ", without quotes" if message == "should be a number" and _is_quoted_number(value) else ""
    said = f"{field}: {message}" if isinstance(value, dict | list) else f"{said}: {message}"
    return found("invalid-value", said, f"write {expected(kind, steps)}{quotes}")


def _is_quoted_number(value: Any) -> bool:
    return isinstance(value, str) and not isinstance(value, Plain) and read_number(value) is not None


def _steps(loc: tuple[int | str, ...], raw: Any, fault: str) -> tuple[list[int | str], Any]:
    """Follow ``loc`` through the data, leaving out what names a branch of a union and no place in the file."""
    steps: list[int | str] = []
    value = raw
    for index, step in enumerate(loc):
        last = index == len(loc) - 1
        in_list = isinstance(value, list) and isinstance(step, int) and step < len(value)
        if in_list or (isinstance(value, dict) and step in value):
            value = value[step]
        elif not (last and fault == "missing"):
            continue
        steps.append(step)
    return steps, value


def _label(steps: list[int | str]) -> str:
    """Return what to call the place: its field, and which entry where it is a list."""
    label = ""
    for step in reversed(steps):
        if isinstance(step, str):
            return _cut(step) + label
        label = f"[{step}]{label}"
    return "the record"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = _cut(str(value))
    return repr(text) if isinstance(value, str) and not isinstance(value, Plain) else text


def _cut(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "..."
