"""YAML text becomes plain data, with the place of each entry; whatever is thrown at it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kb.canonical.yaml_writer import to_yaml
from kb.corpus import Fault, open_corpus
from kb.corpus.pointer import join, parents, pointer, split, value_at
from kb.corpus.yaml_text import YamlFault, load, locate, scan
from kb.records.scalars import Plain, read_number
from tests.corpus.files import SOURCE, source, write

KEYS = st.text(
    st.characters(exclude_categories=("C", "Zl", "Zp"), exclude_characters="\u034f\u3164"), min_size=1, max_size=9
)
TEXTS = st.text(st.sampled_from("aZ09 .-+:#'\"\\/[]{}&*!|>%@`,?~é长😀\n"), max_size=12) | st.sampled_from(
    ["no", "010", "12:30", "1.10", "0x10", "1e3", ".5", "+1", "true", "null", "2025-01-20", "~", "", "<<", "=", "yes"]
)
NUMBERS = st.integers(-(10**17), 10**17) | st.floats(-1e17, 1e17)
LEAVES = TEXTS | NUMBERS | st.booleans()
DATA = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS.filter(bool), inner, max_size=4),
    max_leaves=15,
)


def _typed(node: Any) -> Any:
    """Return what number and flag fields make of the unquoted scalars in ``node``."""
    if isinstance(node, Plain):
        return {"true": True, "false": False}.get(node, read_number(node))
    if isinstance(node, dict):
        return {key: _typed(value) for key, value in node.items()}
    return [_typed(value) for value in node] if isinstance(node, list) else node


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        *((word, True) for word in ("no", "true", "On", "1.10", "1e3", "+1", "-0", "8", "0")),
        *(
            (word, False)
            for word in ("010", "0x10", "12:30", ".5", "2025-01-20", "NULLS", "tRue", "1_000", "abc", ".inf")
        ),
    ],
)
def test_an_unquoted_scalar_keeps_its_text(text: str, plain: bool) -> None:
    data = load(f"a: {text}\nb: '{text}'\nc: \"{text}\"\nd: |-\n  {text}\n")
    assert data == {"a": text, "b": text, "c": text, "d": text}
    assert [isinstance(value, Plain) for value in data.values()] == [plain, False, False, False]


@given(DATA)
def test_what_our_writer_writes_loads_back_equal(data: Any) -> None:
    text = to_yaml({"data": data})
    scan(text)
    assert _typed(load(text)) == {"data": data}


@given(st.recursive(TEXTS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4)))
def test_texts_of_another_writer_stay_texts(data: Any) -> None:
    text = yaml.dump(data, Dumper=_NoAliases, allow_unicode=True)
    loaded = load(text)
    assert loaded == data


class _NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _entries(node: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    yield at, node
    for step, inner in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from _entries(inner, join(at, step))


@given(st.dictionaries(KEYS, DATA, min_size=1, max_size=4))
def test_a_place_is_where_the_text_stands(data: dict[str, Any]) -> None:
    text = to_yaml(data)
    lines = text.split("\n")
    places = locate(text)
    assert places.keys() == {at for at, _ in _entries(data)}
    for at, value in _entries(data):
        (key_line, key_column), (line, column) = places[at].key, places[at].value
        stands = lines[line - 1][column - 1 :]
        if isinstance(value, bool | int | float):
            assert load(stands) == load(to_yaml(value))
        elif value in ([], {}):
            assert stands[:2] in ("[]", "{}")
        elif isinstance(value, dict | list):
            assert stands
        elif stands[0] not in "'\"|>":
            assert value.startswith(stands.rstrip()) or stands.startswith(value)
        step = split(at)[-1] if at else ""
        holder = value_at(data, at.rpartition("/")[0]) if at else None
        if isinstance(holder, dict) and step.isidentifier():
            assert lines[key_line - 1][key_column - 1 :].lstrip("\"'").startswith(step)


def test_places_of_a_record() -> None:
    places = locate("a: 1\nb:\n  - c: x\n    d: |\n      text\n  - - y\n'e/~f': {g: z}\n")
    found = {at: (place.key, place.value) for at, place in places.items()}
    assert found == {
        "": ((1, 1), (1, 1)),
        "/a": ((1, 1), (1, 4)),
        "/b": ((2, 1), (3, 3)),
        "/b/0": ((3, 5), (3, 5)),
        "/b/0/c": ((3, 5), (3, 8)),
        "/b/0/d": ((4, 5), (4, 8)),
        "/b/1": ((6, 5), (6, 5)),
        "/b/1/0": ((6, 7), (6, 7)),
        "/e~1~0f": ((7, 1), (7, 9)),
        "/e~1~0f/g": ((7, 10), (7, 13)),
    }


def test_columns_count_characters() -> None:
    assert locate("长😀: {é: x}\n")["/长😀/é"].value == (1, 9)


@given(st.lists(st.text() | st.integers(0, 99), max_size=6))
def test_a_pointer_leads_back_along_its_steps(steps: list[str | int]) -> None:
    path = pointer(steps)
    assert split(path) == [str(step) for step in steps]
    assert len(list(parents(path))) == len(steps) + 1
    assert list(parents(path))[-1] == ""


def test_a_pointer_finds_its_value() -> None:
    data = {"a/b": [{"c~d": 8}]}
    assert value_at(data, "/a~1b/0/c~0d") == 8
    assert value_at(data, "") is data
    for path in ("/x", "/a~1b/1", "/a~1b/x", "/a~1b/0/c~0d/0"):
        with pytest.raises(KeyError):
            value_at(data, path)


def _open_one(content: bytes) -> tuple[Fault, ...]:
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), "data/sources/report.yaml", content)
        write(Path(folder), "data/sources/good.yaml", source("good"))
        corpus = open_corpus(folder)
        assert "good" in corpus.sources
        return corpus.faults


def _assert_clear(faults: tuple[Fault, ...], content: bytes) -> None:
    text = content.decode("utf-8", "replace")
    for fault in faults:
        assert fault.message
        assert fault.hint
        # What is missing at the end of a file stands on the line after it.
        assert 1 <= fault.line <= len(text.splitlines()) + 2
        assert fault.column >= 1


@given(st.binary(max_size=300))
def test_any_bytes_are_a_fault_and_no_error(content: bytes) -> None:
    faults = _open_one(content)
    assert faults
    _assert_clear(faults, content)


YAML_LIKE = st.text(st.sampled_from("ab: -\n  '\"[]{}&*!|>%#?,~<0.\t\\u\x85\u2028\ufeffé\U000e0001"), max_size=200)


@given(YAML_LIKE | st.text(max_size=200))
def test_any_text_is_a_fault_and_no_error(content: str) -> None:
    encoded = content.encode("utf-8", "surrogatepass")
    faults = _open_one(encoded)
    assert faults
    _assert_clear(faults, encoded)


@given(st.integers(0, len(SOURCE)), st.integers(0, 12), st.text(max_size=6) | YAML_LIKE)
def test_a_record_cut_and_patched_anywhere_is_read_or_refused(start: int, length: int, patch: str) -> None:
    content = (SOURCE[:start] + patch + SOURCE[start + length :]).encode("utf-8", "surrogatepass")
    _assert_clear(_open_one(content), content)


@given(st.dictionaries(st.sampled_from(["kind", "id", "title", "url", "evidence", "note", "x"]), DATA), st.booleans())
def test_any_data_in_place_of_a_record_is_a_fault_and_no_error(data: dict[str, Any], with_kind: bool) -> None:
    if with_kind:
        data = {**data, "kind": "source"}
    _assert_clear(_open_one(to_yaml(data).encode()), to_yaml(data).encode())


@given(YAML_LIKE)
def test_what_loads_can_be_located(text: str) -> None:
    try:
        scan(text)
        data = load(text)
    except YamlFault:
        return
    assert {at for at, _ in _entries(data)} == (locate(text).keys() or {""})
