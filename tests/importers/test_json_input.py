from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.importers import ImportFailed
from kb.importers.json_input import Reader, parse_documents, read_json, shown

Write = Callable[[Any], Path]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty: the tool wrote nothing"),
        (b"x", "is not JSON: Expecting value"),
        (b'{"a": 1,\n  b}', r"export\.json:2:3 is not JSON"),
        (b'{"a": "\xff"}', "is not UTF-8 text: the byte at offset 7"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a": ' * 200_000, "nested too deeply"),
        (b" " * 2000, "is larger than 1000 bytes"),
    ],
)
def test_bad_files(content: bytes, sentence: str, written: Write) -> None:
    limit = 1000 if content and content.isspace() else 10_000_000
    with pytest.raises(ImportFailed, match=sentence):
        read_json(written(content), limit)


def test_a_byte_order_mark_is_no_harm(written: Write) -> None:
    assert read_json(written(b"\xef\xbb\xbf[1]")) == [1]


@pytest.mark.parametrize("name", ["absent.json", "."])
def test_unreadable_files(name: str, tmp_path: Path) -> None:
    with pytest.raises(ImportFailed, match="cannot be read"):
        read_json(tmp_path / name)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('"7"', 'should be a number, is "7"'),
        ("true", "should be a number, is true"),
        ("[1]", "should be a number, is a list"),
        ("NaN", "should be a finite number"),
        ("-Infinity", "should be a finite number"),
        ("1e999", "should be a finite number"),
        ("1" * 5000, "should be a finite number"),
        ("1000000000000000001", "should be a finite number of at most 1e18"),
        ("-1", "should be 0 or more"),
    ],
)
def test_bad_numbers(text: str, sentence: str, written: Write) -> None:
    reader = Reader(read_json(written(f'{{"n": {text}}}')), "items[3]")
    with pytest.raises(ImportFailed, match=r"^items\[3\]\.n: " + sentence.replace("[", r"\[")):
        reader.number("n")


@pytest.mark.parametrize("value", [0, -1, 1.5])
def test_bad_counts(value: float) -> None:
    with pytest.raises(ImportFailed, match="should be"):
        Reader({"n": value}, "x").count("n")


def test_numbers_come_back_as_they_were_written() -> None:
    reader = Reader({"a": 7, "b": 7.25, "c": 8.0, "d": None}, "x")
    assert [reader.number(key) for key in "abcde"] == [7, 7.25, 8.0, None, None]
    assert reader.count("c") == 8


@pytest.mark.parametrize(
    ("data", "ask", "sentence"),
    [
        ({"t": 5}, lambda r: r.text("t"), r"x\.t: should be text, is 5"),
        ({}, lambda r: r.needed_text("t"), r"x\.t: is missing"),
        ({"t": "  "}, lambda r: r.needed_text("t"), r"x\.t: is missing"),
        ({"t": "a\ud800"}, lambda r: r.text("t"), r"x\.t: holds a control.*\\ud800"),
        ({"t": "a\u202eb"}, lambda r: r.text("t"), r"text-direction character"),
        ({"t": "a\x00"}, lambda r: r.text("t"), r"holds a control"),
        ({"t": "a"}, lambda r: r.texts("t"), r"x\.t: should be a list"),
        ({"t": ["a", 1]}, lambda r: r.texts("t"), r"x\.t\[1\]: should be text"),
        ({"t": 1}, lambda r: r.flag("t"), r"x\.t: should be true or false, is 1"),
        ({"t": [1]}, lambda r: r.children("t"), r"x\.t\[0\]: should be an object, is 1"),
        ({"t": []}, lambda r: r.child("t"), r"x\.t: should be an object, is a list"),
    ],
)
def test_wrong_types(data: Any, ask: Callable[[Reader], Any], sentence: str) -> None:
    with pytest.raises(ImportFailed, match=sentence):
        ask(Reader(data, "x"))


def test_text_loses_the_space_around_it_and_keeps_what_is_inside() -> None:
    reader = Reader({"a": " 长\u3000 a\r\nb ", "b": ["x"]}, "x")
    assert reader.text("a") == "长\u3000 a\nb"
    assert reader.texts("b") == ["x"]
    assert reader.texts("c") == []


def test_a_key_given_twice_is_refused_where_it_stands(written: Write) -> None:
    data = read_json(written('{"a": {"b": 1, "c": 2, "b": 3}, "d": 4}'))
    reader = Reader(data, "x")
    assert reader.number("d") == 4
    with pytest.raises(ImportFailed, match=r'^x\.a: gives the key "b" twice'):
        reader.child("a")


def test_what_nobody_read_is_left_over() -> None:
    reader = Reader({"a": 1, "b": {"c": 0, "d": ""}, "e": [{"f": False}], "g": None, "h": {}}, "x")
    reader.child("b")
    reader.children("e")
    assert reader.left_over() == ["x.a", "x.b.c", "x.e[0].f"]


@given(st.text())
def test_shown_is_short_plain_text(text: str) -> None:
    assert len(shown(text)) <= 60
    assert shown(text).isascii()
    assert shown(text).isprintable()


def test_shown_containers() -> None:
    assert (shown({}), shown([])) == ("an object", "a list")


@pytest.mark.parametrize(
    ("content", "values"),
    [
        (b'{"a": 1}', [("", {"a": 1})]),
        (b'[{"a": 1}, 2]', [("[0]", {"a": 1}), ("[1]", 2)]),
        (b'{"a": 1}\n\n{"a": 2}\n', [("line 1", {"a": 1}), ("line 3", {"a": 2})]),
        (b'\xef\xbb\xbf{"a": 1}\r\n{"a": 2}\r\n', [("line 1", {"a": 1}), ("line 2", {"a": 2})]),
        (b'{\n"a": 1\n}', [("", {"a": 1})]),
        (b"[]", []),
    ],
)
def test_documents(content: bytes, values: list[Any]) -> None:
    assert parse_documents(content, "x.json") == (values, [])


def test_a_line_that_is_no_json_leaves_the_others() -> None:
    values, failures = parse_documents(b'{"a": 1}\n{"a": \n{"a": 3}\n\xff', "x.jsonl")
    assert values == [("line 1", {"a": 1}), ("line 3", {"a": 3})]
    assert failures[0].startswith("x.jsonl: line 2:")
    assert "is not UTF-8" in failures[1]


def test_bare_words_pass_and_are_no_figures() -> None:
    ((_, value),), _ = parse_documents(b'{"rate": Infinity, "mean": NaN}', "x.json")
    reader = Reader(value, "x.json")
    assert reader.value("rate") == float("inf")
    for key in ("rate", "mean"):
        with pytest.raises(ImportFailed, match="should be a finite number"):
            reader.number(key)


def test_unread_keys() -> None:
    reader = Reader({"a": 1, "b": None, "c": [], "d": 2, "e\x1b": 3}, "x")
    reader.value("a")
    assert reader.peek("d") == 2
    assert "b" in reader
    assert reader.unread() == ["d", "e\\u001b"]


def test_more_values_than_a_file_of_runs_holds() -> None:
    for content in (b"[" + b"0," * 20_000 + b"0]", b"{}\n" * 20_001):
        with pytest.raises(ImportFailed, match=r"x\.json holds 20001 values, and 20000 at most"):
            parse_documents(content, "x.json")


def test_a_text_that_begins_with_an_object() -> None:
    with pytest.raises(ImportFailed, match=r"is no JSON Lines, by more than 20 lines: x\.json: line 2:1:1"):
        parse_documents(b"{}\n" + b"hello\n" * 1000, "x.json")
