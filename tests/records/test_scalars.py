"""How a scalar of a file becomes a text, a number, a flag or a date, by the field that it stands in."""

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from kb.records.scalars import (
    Amount,
    Count,
    Day,
    EvidenceId,
    Flag,
    HuggingFaceId,
    Id,
    Number,
    PartialDay,
    Plain,
    Positive,
    RelativePath,
    Sha256,
    Share,
    ShortText,
    Text,
    Url,
    WholeNumber,
    first_day,
    last_day,
    read_number,
)
from kb.records.strict import Strict
from tests.records.samples import record


class _Holder(Strict):
    """One field of each type that reads an unquoted scalar."""

    text: Text | None = None
    number: Number | None = None
    flag: Flag | None = None


def _takes(kind: Any, value: Any) -> bool:
    try:
        TypeAdapter(kind).validate_python(value, strict=True)
    except ValidationError:
        return False
    return True


PLAIN = [
    # text, as a number, as a flag
    ("no", None, None),
    ("yes", None, None),
    ("on", None, None),
    ("True", None, None),
    ("true", None, True),
    ("false", None, False),
    ("010", None, None),
    ("0x10", None, None),
    ("0o10", None, None),
    ("1_000", None, None),
    ("1,000", None, None),
    ("12:30", None, None),
    (".5", None, None),
    ("5.", None, None),
    ("1.10", 1.1, None),
    ("1e3", 1000.0, None),
    ("1E-3", 0.001, None),
    ("+1", 1, None),
    ("-1", -1, None),
    ("0", 0, None),
    ("-0", 0, None),
    ("3350", 3350, None),
    (".inf", None, None),
    (".nan", None, None),
    ("nan", None, None),
    ("Infinity", None, None),
    ("null", None, None),
    ("2025-01-20", None, None),
    ("1e999", None, None),
    ("9" * 30, None, None),
    ("1" * 5000, None, None),
    ("1000000000000000000", 10**18, None),
    ("1000000000000000001", None, None),
    ("１２", None, None),
    ("٣", None, None),
]


@pytest.mark.parametrize(("text", "number", "flag"), PLAIN, ids=lambda value: str(value)[:20])
def test_the_field_decides_what_an_unquoted_scalar_is(text: str, number: float | None, flag: bool | None) -> None:
    short = text[:2000]
    assert _Holder.model_validate({"text": Plain(short)}).text == short
    if number is None:
        with pytest.raises(ValidationError, match=r"should be a (finite )?number"):
            _Holder.model_validate({"number": Plain(text)})
    else:
        read = _Holder.model_validate({"number": Plain(text)}).number
        assert read == number
        assert type(read) is type(number)
    if flag is None:
        with pytest.raises(ValidationError, match="should be true or false"):
            _Holder.model_validate({"flag": Plain(text)})
    else:
        assert _Holder.model_validate({"flag": Plain(text)}).flag is flag


@pytest.mark.parametrize("text", ["8", "true", "1.5"])
def test_what_stands_in_quotes_stays_text(text: str) -> None:
    assert _Holder.model_validate({"text": text}).text == text
    for field in ("number", "flag"):
        with pytest.raises(ValidationError):
            _Holder.model_validate({field: text})


@pytest.mark.parametrize("value", [8, 1.5, True, [], {}])
def test_a_text_field_takes_text_only(value: Any) -> None:
    with pytest.raises(ValidationError):
        _Holder.model_validate({"text": value})


def test_an_unquoted_scalar_leaves_no_trace_in_a_record() -> None:
    made = record("hardware", architecture=Plain("1.10"), tdp_w=Plain("700"), released=Plain("2022"))
    assert made.plain()["architecture"] == "1.10"
    assert made == record("hardware", architecture="1.10", tdp_w=700, released="2022")


def test_a_null_is_refused_wherever_it_stands() -> None:
    for field in ("text", "number", "flag"):
        with pytest.raises(ValidationError, match=f"{field} is null"):
            _Holder.model_validate({field: None})


@given(st.integers(-(10**19), 10**19) | st.floats(-1e18, 1e18))
def test_every_number_that_json_writes_is_read_back(number: float) -> None:
    assert read_number(repr(number)) == number


@given(st.text(st.sampled_from("0123456789.-+eE_xX:, nainf"), max_size=12))
def test_reading_a_number_never_fails_and_follows_json(text: str) -> None:
    number = read_number(text)
    if number is not None:
        assert number == float(text)
        assert not text.lstrip("+-").startswith("0") or text.lstrip("+-")[1:2] in ("", ".", "e", "E")


@pytest.mark.parametrize(
    ("kind", "taken", "refused"),
    [
        (Id, ["a", "h100-sxm5-80gb", "llama.cpp", "0"], ["", "A", "a_b", "a--b", "-a", "a-", "a b", "a/b", "é", "a\n"]),
        (EvidenceId, ["ev-a", "ev-a.b-c"], ["ev-", "ev", "a", "Ev-a", "ev-a\n", "ev--a"]),
        (
            HuggingFaceId,
            ["Qwen/Qwen3-8B", "a_b/c.d", "_a/b"],
            ["a", "a/", "/a", "a/b/c", "../a", "a/..", "a b/c", "a/b\n"],
        ),
        (Sha256, ["0" * 64, "abcdef" + "0" * 58], ["0" * 63, "0" * 65, "A" * 64, "g" * 64, "0" * 64 + "\n", ""]),
        (
            RelativePath,
            ["a", "raw/2026/a_b-c.json"],
            ["", "/a", "../a", "a/../b", "a//b", "a/", ".a", "a\\b", "a\n", "~/a"],
        ),
        (ShortText, ["a", "x" * 200, "长" * 200], ["", "x" * 201]),
        (Text, ["a", "x" * 2000], ["", "x" * 2001]),
    ],
    ids=lambda value: "" if isinstance(value, list) else str(value.__metadata__[0].description)[:20],
)
def test_texts_of_a_given_form(kind: Any, taken: list[str], refused: list[str]) -> None:
    assert [text for text in taken if not _takes(kind, text)] == []
    assert [text for text in refused if _takes(kind, text)] == []


@pytest.mark.parametrize("kind", [Number, Amount, Positive, Count, WholeNumber], ids=range(5))
def test_numbers_are_finite_and_no_larger_than_a_slip(kind: Any) -> None:
    assert _takes(kind, 10**18)
    for value in (10**18 + 1, 1e19, float("inf"), float("-inf"), float("nan"), 10**400, True, "8", None, [8]):
        assert not _takes(kind, value), value


def test_a_share_is_above_nothing_and_at_most_the_whole() -> None:
    taken: tuple[Any, ...] = (1, 1.0, 0.8, 1e-9)
    refused: tuple[Any, ...] = (0, 0.0, -0.5, 1.0000001, 2, 80, float("nan"), float("inf"), True, "0.8", None, [0.8])
    assert [value for value in taken if not _takes(Share, value)] == []
    assert [value for value in refused if _takes(Share, value)] == []


@pytest.mark.parametrize(
    "url",
    [
        "https://lab.org",
        "http://lab.org/a?b=c&d#e",
        "https://lab.org/a_(b)",
        "https://zh.wikipedia.org/wiki/昇腾",
        "https://[::1]:8000/",
        "https://lab.org/a%20b",
    ],
)
def test_addresses_of_the_web(url: str) -> None:
    assert _takes(Url, url)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "lab.org",
            "//lab.org",
            "https://",
            "https:/lab.org",
            "HTTPS://lab.org",
            " https://lab.org",
            "https://lab.org ",
        ),
        *("javascript:alert(1)", "file:///etc/passwd", "data:text/html,hi", "ftp://lab.org/a", "mailto:me@lab.org"),
        *("https://lab.org/a b", "https://lab.org/a\tb", "https://lab.org/a\u3000b", "https://lab.org/a\u00a0b"),
        *("https://lab.org/\n", "https://lab.org\njavascript:", "https://lab.org/\x00", "https://lab.org/\x1f"),
        *(
            'https://lab.org/"',
            "https://lab.org/'",
            "https://lab.org/<script>",
            "https://lab.org/`",
            "https://lab.org/a\\b",
        ),
        *("https://lab.org/{id}", "https://lab.org/|", "https://lab.org/" + "x" * 600),
    ],
)
def test_what_is_no_address_of_the_web(url: str) -> None:
    assert not _takes(Url, url)


@pytest.mark.parametrize("date", ["2024-01-01", "2024-02-29", "1999-12-31", "2099-12-31"])
def test_days(date: str) -> None:
    assert _takes(Day, date)
    assert _takes(PartialDay, date)
    assert first_day(date) == last_day(date) == datetime.date.fromisoformat(date)


@pytest.mark.parametrize(
    "date",
    [
        *("2023-02-29", "2024-02-30", "2024-13-01", "2024-00-01", "2024-01-00", "2024-1-1", "24-01-01", "20240101"),
        *("2024-W01-1", "2024-01-01T00:00:00", "2024-01-01\n", " 2024-01-01", "２０２４-01-01", "1899-01-01"),
        *("2100-01-01", "0000-01-01", "01.02.2024", "2024/01/01", "", "today"),
    ],
)
def test_what_is_no_day(date: str) -> None:
    assert not _takes(Day, date)
    assert not _takes(PartialDay, date)


@pytest.mark.parametrize(
    ("date", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-02", "2023-02-01", "2023-02-28"),
        ("2099-12", "2099-12-01", "2099-12-31"),
        ("2024-02-10", "2024-02-10", "2024-02-10"),
    ],
)
def test_a_year_or_a_month_spans_days(date: str, first: str, last: str) -> None:
    assert _takes(PartialDay, date)
    assert first_day(date).isoformat() == first
    assert last_day(date).isoformat() == last


@pytest.mark.parametrize("date", ["2024-13", "2024-00", "2024-1", "0000", "0202", "9999", "24", "2024-", "2024\n"])
def test_what_is_no_partial_date(date: str) -> None:
    assert not _takes(PartialDay, date)


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31)), st.sampled_from([4, 7, 10]))
def test_a_date_lies_within_each_of_its_shortened_forms(day: datetime.date, length: int) -> None:
    shortened = day.isoformat()[:length]
    assert _takes(PartialDay, shortened)
    assert first_day(shortened) <= day <= last_day(shortened)
    assert (last_day(shortened) - first_day(shortened)).days < 366
    # The day after the last one no longer has this form.
    if last_day(shortened) < datetime.date(2099, 12, 31):
        assert not (last_day(shortened) + datetime.timedelta(days=1)).isoformat().startswith(shortened)
