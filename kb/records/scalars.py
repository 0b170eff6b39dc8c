"""The scalar types that records are made of, and how YAML text becomes one.

YAML's own guesses are not trusted: the loader hands over every unquoted scalar that looks
like a number, a boolean or null as a :class:`Plain` string, and the *field* decides. A text
field keeps ``no``, ``010`` and ``1.10`` as they were typed; a number field reads them as numbers.
"""

import calendar
import datetime
import math
import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError


class Plain(str):
    """An unquoted YAML scalar whose type is still open: ``3350``, ``1.10``, ``no``, ``null``."""

    __slots__ = ()


_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
# Anything larger than this is a slip of the keyboard, and would become infinite on the way.
_LARGEST = 1e18


def read_number(text: str) -> int | float | None:
    """Read ``text`` as a decimal number, or return None; ``010``, ``0x10``, ``1_000``, ``.5`` are none."""
    if not _NUMBER.fullmatch(text):
        return None
    if text.lstrip("+-").isdigit():
        return int(text) if len(text) <= 20 else float(text)
    return float(text)


def _number(value: Any) -> int | float:
    if isinstance(value, Plain):
        value = read_number(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticCustomError("number_type", "should be a number")
    if (isinstance(value, float) and not math.isfinite(value)) or abs(value) > _LARGEST:
        raise PydanticCustomError("number_range", "should be a finite number of at most 1e18")
    return value


def _at_least(least: int, *, whole: bool = False, exclusive: bool = False) -> Callable[[Any], int | float]:
    def check(value: Any) -> int | float:
        number = _number(value)
        if whole and isinstance(number, float):
            # JSON knows one number type: 8.0 is a whole number there, so it is one here.
            if not number.is_integer():
                raise PydanticCustomError("whole_number", "should be a whole number")
            number = int(number)
        if number < least or (exclusive and number == least):
            bound = f"above {least}" if exclusive else f"{least} or more"
            raise PydanticCustomError("number_range", "should be {bound}", {"bound": bound})
        return number

    return check


def _share(value: Any) -> int | float:
    number = _number(value)
    if not 0 < number <= 1:
        raise PydanticCustomError("number_range", "should be {bound}", {"bound": "above 0 and at most 1"})
    return number


def _flag(value: Any) -> Any:
    if isinstance(value, Plain) and value in ("true", "false"):
        return value == "true"
    if not isinstance(value, bool):
        raise PydanticCustomError("flag_type", "should be true or false")
    return value


def _day(value: str) -> str:
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("date_value", "is not a day of the calendar") from None
    return value


# No accelerator, model or source is older; a year such as 0202 is a slip of the keyboard.
_YEAR = "(19|20)[0-9]{2}"
_PARTIAL = re.compile(rf"{_YEAR}(-(0[1-9]|1[0-2]))?")


def _partial_day(value: str) -> str:
    return value if _PARTIAL.fullmatch(value) else _day(value)


def _schema(kind: str, description: str, **limits: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": kind, "description": description, **limits, "maximum": _LARGEST})


Number = Annotated[int | float, PlainValidator(_number), _schema("number", "a number", minimum=-_LARGEST)]
Amount = Annotated[int | float, PlainValidator(_at_least(0)), _schema("number", "zero or more", minimum=0)]
Positive = Annotated[
    int | float, PlainValidator(_at_least(0, exclusive=True)), _schema("number", "above zero", exclusiveMinimum=0)
]
Share = Annotated[
    int | float,
    PlainValidator(_share),
    WithJsonSchema({"type": "number", "description": "above 0, at most 1", "exclusiveMinimum": 0, "maximum": 1}),
]
Count = Annotated[
    int, PlainValidator(_at_least(1, whole=True)), _schema("integer", "a whole number, one or more", minimum=1)
]
WholeNumber = Annotated[
    int, PlainValidator(_at_least(0, whole=True)), _schema("integer", "a whole number, zero or more", minimum=0)
]
Flag = Annotated[bool, PlainValidator(_flag), WithJsonSchema({"type": "boolean"})]

Text = Annotated[str, Field(min_length=1, max_length=2000)]
ShortText = Annotated[str, Field(min_length=1, max_length=200)]
Id = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$",
        max_length=100,
        description="lower-case letters, digits and single dots or hyphens, as in h100-sxm5-80gb",
    ),
]
EVIDENCE_ID = r"^ev-[a-z0-9]+([.-][a-z0-9]+)*$"
EvidenceId = Annotated[str, Field(pattern=EVIDENCE_ID, max_length=100, description="ev- and a name")]
HuggingFaceId = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*/[A-Za-z0-9_][A-Za-z0-9_.-]*$", max_length=150, description="owner/name"
    ),
]
Url = Annotated[
    str,
    Field(
        # The control characters are spelt out, since dialects differ in which of them \s covers; \x22 is a quote.
        pattern=r"^https?://[^\s\x00-\x1f\x7f-\x9f<>\x22'`{}|\\^]+$",
        max_length=600,
        description="an address that starts with http:// or https://",
    ),
]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="64 lower-case hexadecimal digits")]
RelativePath = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$",
        max_length=300,
        description="a path below the repository, without .. or a leading slash",
    ),
]
Day = Annotated[
    str,
    Field(pattern=f"^{_YEAR}-[0-9]{{2}}-[0-9]{{2}}$", json_schema_extra={"format": "date"}, description="YYYY-MM-DD"),
    AfterValidator(_day),
]
# Sources often give a year or a month only; a made-up day would be an invented number.
PartialDay = Annotated[
    str,
    Field(
        pattern=f"^{_YEAR}(-[0-9]{{2}}(-[0-9]{{2}})?)?$",
        json_schema_extra={
            "anyOf": [
                {"pattern": f"^{_YEAR}$"},
                {"pattern": f"^{_YEAR}-(0[1-9]|1[0-2])$"},
                {"format": "date", "pattern": f"^{_YEAR}-[0-9]{{2}}-[0-9]{{2}}$"},
            ]
        },
        description="YYYY, YYYY-MM or YYYY-MM-DD",
    ),
    AfterValidator(_partial_day),
]


def first_day(date: str) -> datetime.date:
    """Return the earliest day that a full or partial date can mean."""
    return datetime.date.fromisoformat(date + "-01" * (2 - date.count("-")))


def last_day(date: str) -> datetime.date:
    """Return the latest day that a full or partial date can mean."""
    first = first_day(date)
    if date.count("-") == 2:
        return first
    if date.count("-") == 1:
        return first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return first.replace(month=12, day=31)
