from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kb.canonical.yaml_writer import WIDTH, to_yaml
from kb.corpus.yaml_text import load
from kb.records.scalars import Plain

KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)
# What records may hold: no control characters, no halves of surrogate pairs.
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Cn", "Co")), min_size=1)
AWKWARD = st.sampled_from(
    [
        *("no", "Yes", "y", "on", "null", "~", "1.10", "010", "0x1F", "0o17", "1e5", "12:30", "2025-01-20", "=", "<<"),
        *("- a", "a: b", "a #b", "# a", "'", '"', 'it\'s "so"', "a\nb", "a\n\nb ", " a", "a ", "*a", "&a", "!a", "%a"),
        *("@a", "word " * 40 + "end", "two  spaces " * 20, "长" * 200, ".5", ".inf", "-.INF", ".nan", "1_000", "`"),
        *("{a}", "[a]", "a\\b'c"),
    ]
)
NUMBERS = st.integers(-(10**18), 10**18) | st.floats(allow_nan=False, allow_infinity=False)
DATA = st.recursive(
    TEXTS | AWKWARD | NUMBERS | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, DATA, max_size=5))
def test_what_is_written_loads_back_equal(data: dict[str, Any]) -> None:
    assert yaml.safe_load(to_yaml(data)) == data


@given(st.dictionaries(KEYS, TEXTS | AWKWARD, min_size=1, max_size=5))
def test_no_text_is_left_open_to_another_reading(data: dict[str, str]) -> None:
    loaded = load(to_yaml(data))
    assert loaded == data
    assert not any(isinstance(value, Plain) for value in loaded.values())


@given(st.dictionaries(KEYS, DATA, max_size=5))
def test_the_text_is_a_fixed_point(data: dict[str, Any]) -> None:
    text = to_yaml(data)
    assert to_yaml(yaml.safe_load(text)) == text


@pytest.mark.parametrize("text", ["1.10", "no", "3350", "2e5", "true"])
def test_an_open_scalar_stays_unquoted(text: str) -> None:
    assert to_yaml({"a": Plain(text)}) == f"a: {text}\n"


def test_the_form() -> None:
    data = {
        "date": "2025-01-20",
        "list": [{"a": 1, "b": [2]}, {"a": 1.5}],
        "text": "it's: so",
        "long": "word " * 30 + "end",
    }
    assert to_yaml(data) == (
        'date: "2025-01-20"\n'
        "list:\n  - a: 1\n    b:\n      - 2\n  - a: 1.5\n"
        'text: "it\'s: so"\n'
        "long: >-\n"
        f"  {'word ' * 22}".rstrip()
        + "\n"
        "  word word word word word word word word end\n"
    )


def test_repeated_objects_are_written_out() -> None:
    same = {"a": 1}
    assert "&" not in to_yaml({"x": [same, same]})


def test_lines_stay_within_the_width() -> None:
    text = to_yaml({"a": {"b": {"c": "some words of usual length, one after the other, " * 12 + "end"}}})
    assert max(map(len, text.splitlines())) <= WIDTH
