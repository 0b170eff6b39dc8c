"""Tables and the text in them: widths, folding, letters, colours, all without a terminal."""

import io
import re
import sys
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.cli.cells import columns, folded, shared
from kb.cli.table import print_rows, print_table
from kb.cli.terminal import coloured, printable, rule, styled, width

Show = Callable[..., list[str]]


class TestColumns:
    """How many columns a text takes."""

    @pytest.mark.parametrize(
        ("text", "taken"),
        [
            ("", 0),
            ("H100", 4),
            ("16× é", 5),
            ("昇腾910B", 8),
            ("ディープシーク", 14),
            ("한국", 4),
            (unicodedata.normalize("NFD", "한국é"), 5),
            ("ＦＰ８", 6),
            ("ｱｲ", 2),
            ("🚀", 2),
            ("a\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}", 1),
        ],
    )
    def test_is_what_a_terminal_shows(self, text: str, taken: int) -> None:
        assert columns(text) == taken


class TestFolded:
    """Text in so many columns."""

    @pytest.mark.parametrize(
        ("text", "room", "lines"),
        [
            ("one two three", 13, ["one two three"]),
            ("one two three", 12, ["one two", "three"]),
            ("one two three", 3, ["one", "two", "thr", "ee"]),
            ("a vera-rubin", 6, ["a", "vera-r", "ubin"]),
            ("  disputed by two", 10, ["  disputed", "by two"]),
            ("first\nsecond line", 6, ["first", "second", "line"]),
            ("昇腾昇腾 x", 5, ["昇腾", "昇腾", "x"]),
            ("昇腾", 1, ["昇", "腾"]),
            ("", 5, [""]),
        ],
    )
    def test_breaks_between_words_and_inside_long_ones(self, text: str, room: int, lines: list[str]) -> None:
        assert folded(text, room) == lines

    @given(
        st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(" 昇é-\n"), max_size=60),
        st.integers(2, 30),
    )
    def test_loses_no_letter_and_is_never_too_wide(self, text: str, room: int) -> None:
        lines = folded(text, room)
        assert "".join("".join(lines).split()) == "".join(text.split())
        assert all(columns(line) <= room for line in lines if line.strip())


class TestShared:
    """A line shared by columns."""

    @pytest.mark.parametrize(
        ("wanted", "room", "given"),
        [
            ([5, 5], 20, [5, 5]),
            ([30, 5], 20, [15, 5]),
            ([30, 20, 5], 26, [10, 11, 5]),
            ([9, 9, 9], 9, [3, 3, 3]),
            ([], 5, []),
            ([4, 4], 0, [0, 0]),
        ],
    )
    def test_the_widest_give_way_first(self, wanted: list[int], room: int, given: list[int]) -> None:
        assert shared(wanted, room) == given

    @given(st.lists(st.integers(0, 200), max_size=9), st.integers(0, 300))
    def test_gives_no_more_than_wanted_nor_than_there_is(self, wanted: list[int], room: int) -> None:
        widths = shared(wanted, room)
        assert sum(widths) <= max(room, 0) or widths == wanted
        assert all(0 <= own <= asked for own, asked in zip(widths, wanted, strict=True))
        assert sum(widths) == min(sum(wanted), room)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Show:
    """Return the lines of a table as a standard output of some width and encoding gets them."""

    def show(*table: object, columns: int = 80, encoding: str = "utf-8", **options: bool) -> list[str]:
        out = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="backslashreplace", newline="\n")
        monkeypatch.setenv("COLUMNS", str(columns))
        with monkeypatch.context() as patched:
            patched.setattr(sys, "stdout", out)
            print_table(*table, **options)  # type: ignore[arg-type]
            out.flush()
        assert isinstance(out.buffer, io.BytesIO)
        return out.buffer.getvalue().decode(encoding).splitlines()

    return show


class TestTable:
    """Tables as they are printed."""

    HEADS = ("id", "name", "tok/s")
    ROWS = (("h100-sxm5-80gb", "H100 SXM5 80GB", "1,292"), ("ascend-910b", "昇腾910B", "84.81"), ("x", "y", "-"))

    def test_numbers_stand_to_the_right_and_han_letters_take_two_columns(self, shown: Show) -> None:
        assert shown(self.HEADS, self.ROWS) == [
            "id               name             tok/s",
            "───────────────────────────────────────",
            "h100-sxm5-80gb   H100 SXM5 80GB   1,292",
            "ascend-910b      昇腾910B         84.81",
            "x                y                    -",
        ]

    def test_what_is_too_long_is_folded_in_its_column(self, shown: Show) -> None:
        rows = (("case-one", "DeepSeek R1 on 16 cards", "850"), ("case-two", "short", "5"))
        assert shown(("case", "title", "tok/s"), rows, columns=32) == [
            "case       title           tok/s",
            "────────────────────────────────",
            "case-one   DeepSeek R1       850",
            "           on 16 cards",
            "case-two   short               5",
        ]

    def test_a_long_heading_stands_right_above_its_column(self, shown: Show) -> None:
        assert shown(("a", "a heading of words"), [("1", "2")], columns=16) == [
            "    a heading of",
            "a          words",
            "────────────────",
            "1              2",
        ]

    def test_where_no_table_has_room_each_row_is_a_list(self, shown: Show) -> None:
        assert shown(self.HEADS, self.ROWS[:2], columns=20) == [
            "id: h100-sxm5-80gb",
            "name: H100 SXM5 80GB",
            "tok/s: 1,292",
            "",
            "id: ascend-910b",
            "name: 昇腾910B",
            "tok/s: 84.81",
        ]

    def test_a_dense_one_has_no_line_and_stands_to_the_left(self, shown: Show) -> None:
        assert shown(("card", "all"), [("h100", "12"), ("b", "3")], dense=True) == ["card  all", "h100  12", "b     3"]

    def test_without_rows_the_head_stands_alone(self, shown: Show) -> None:
        assert shown(("id", "name"), []) == ["id   name", "─────────"]

    @pytest.mark.parametrize("room", [1, 7, 20, 40, 80, 200])
    def test_is_never_wider_than_the_terminal_and_loses_nothing(self, shown: Show, room: int) -> None:
        rows = [(f"case-{n}", "DeepSeek R1 昇腾 " * n, str(n), "reported") for n in range(1, 5)]
        lines = shown(("id", "title", "n", "tier"), rows, columns=room)
        assert max(map(columns, lines)) <= max(room, 2)
        said = "".join("".join(lines).split())
        assert said.count("昇") == 10
        assert sorted(re.sub(r"[─:]", "", said)).count("D") == 10

    @pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "gb18030", "utf-16"])
    def test_what_the_encoding_lacks_is_shown_by_number_and_still_aligned(self, shown: Show, encoding: str) -> None:
        lines = shown(self.HEADS, self.ROWS, encoding=encoding)
        han = "昇腾910B" if encoding in ("gb18030", "utf-16") else "\\u6607\\u817e910B"
        assert han in lines[3]
        assert lines[1][0] == ("─" if encoding in ("gb18030", "utf-16") else "-")
        assert len({columns(line) for line in lines}) == 1

    def test_nothing_in_a_cell_steers_the_terminal(self, shown: Show) -> None:
        cell = "a\x1b[31mb\x07\x9b\u202e\u2066\u200bc\td\u2028e\N{NO-BREAK SPACE}f"
        (*_, line) = shown(("id",), [(cell,)])
        assert line == "a�[31mb�����c d�e f"

    def test_rows_are_coloured_where_colours_are(self, shown: Show, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FORCE_COLOR", "1")
        assert shown(("id",), [("one",), ("two",)], ["red", None]) == [
            "\x1b[1mid\x1b[0m",
            "───",
            "\x1b[31mone\x1b[0m",
            "two",
        ]


@pytest.mark.parametrize(
    ("output", "text"),
    [
        ("csv", 'a,b\n"x,""y""\nz",\n'),
        ("markdown", '| a | b |\n| --- | --- |\n| x,"y" z |  |\n'),
        ("json", '[\n {\n  "a": "x,\\"y\\"\\nz",\n  "b": null\n }\n]\n'),
        (
            "table",
            'a       b\n─────────\nx,"y"   -\nz\n',
        ),
    ],
)
def test_rows_in_every_form(capsys: pytest.CaptureFixture[str], output: str, text: str) -> None:
    print_rows(("a", "b"), [('x,"y"\nz', None)], output)
    assert capsys.readouterr().out == text


class TestTerminal:
    """What standard output is taken for."""

    @pytest.mark.parametrize(
        ("env", "terminal", "wanted"),
        [
            ({}, True, True),
            ({}, False, False),
            ({"TERM": "dumb"}, True, False),
            ({"NO_COLOR": "1"}, True, False),
            ({"NO_COLOR": ""}, True, True),
            ({"FORCE_COLOR": "1"}, False, True),
            ({"FORCE_COLOR": "0"}, False, False),
            ({"FORCE_COLOR": ""}, False, False),
            ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
            ({"FORCE_COLOR": "1", "TERM": "dumb"}, True, True),
        ],
    )
    def test_colours(self, monkeypatch: pytest.MonkeyPatch, env: dict[str, str], terminal: bool, wanted: bool) -> None:
        for name in ("TERM", "NO_COLOR", "FORCE_COLOR"):
            monkeypatch.delenv(name, raising=False)
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
        assert coloured() is wanted
        assert styled("x", "red") == ("\x1b[31mx\x1b[0m" if wanted else "x")
        assert styled("x", None) == "x"

    @pytest.mark.parametrize(
        ("columns", "wide"), [("132", 132), ("1", 1), ("0", 100), ("-5", 100), ("wide", 100), ("", 100)]
    )
    def test_width(self, monkeypatch: pytest.MonkeyPatch, columns: str, wide: int) -> None:
        monkeypatch.setenv("COLUMNS", columns)
        # As in a pipe.
        monkeypatch.setattr(sys, "__stdout__", None)
        assert width() == wide

    def test_lines_stay_lines(self) -> None:
        assert printable("a\nb") == "a\nb"

    def test_a_rule_is_as_long_as_asked_for(self) -> None:
        assert rule(3) == "───"
