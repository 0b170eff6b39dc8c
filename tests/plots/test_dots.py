"""Plots of dots: each at its number in its row, told in words, and never too many to read."""

import re
import xml.etree.ElementTree as ET

import pytest

from kb.plots.dots import LEFT, RIGHT, STEP, TOP, WIDTH, Dot, DotPlot, DotRow, across, dots, up
from kb.plots.scale import Scale
from kb.plots.shapes import SHAPES, path_of, stamps
from kb.plots.svg import drawing, svg

MARKUP = '<script>alert(1)</script> & "quotes" \x1b[31m \u202e'
PLOT = DotPlot(
    "A title",
    "What is to be seen.",
    Scale(1, 1000, log=True),
    "across",
    (DotRow("first", "first: 4 dots"), DotRow("second", "second: 2 dots"), DotRow("none", "none: no dots")),
    ("one", "two", "three"),
    (
        *(Dot(10.0, 0, 0, "strong"), Dot(100.0, 0, 1, "strong"), Dot(100.0, 0, 1, "strong"), Dot(30.0, 0, 1, "faint")),
        *(Dot(1.0, 1, 2, "doubted"), Dot(1000.0, 1, 0, "strong")),
    ),
    ("a note",),
)
CORNER = r"[ML](-?[\d.]+) (-?[\d.]+)"


def rows(plot: DotPlot) -> list[ET.Element]:
    return list(dots(plot).iter("g"))


def test_each_dot_stands_at_its_number_in_its_row() -> None:
    first, second, none = rows(PLOT)
    assert {path.get("class"): len(re.findall("M", path.get("d") or "")) for path in first.iter("path")} == {
        "s0 strong": 1,
        "s1 strong": 1,
        "s1 faint": 1,
    }
    assert [path.get("class") for path in second.iter("path")] == ["doubted", "s0 strong"]
    assert list(none.iter("path")) == []
    third = (WIDTH - LEFT - RIGHT) / 3
    for value, place in ((1, LEFT), (10, LEFT + third), (100, LEFT + 2 * third), (1000, WIDTH - RIGHT)):
        assert across(PLOT, value) == pytest.approx(place, abs=1)
    square = next(path for path in first.iter("path") if path.get("class") == "s1 strong")
    assert (square.get("d") or "").startswith(f"M{across(PLOT, 100)} {up(0)}m")
    assert up(1) - up(0) == STEP


def test_a_long_name_is_cut_beside_its_row_and_told_whole() -> None:
    plot = DotPlot("t", "d", PLOT.x, "x", (DotRow("n" * 40, "n" * 40),), ("one",), (Dot(5, 0, 0, "strong"),))
    row = rows(plot)[0]
    name, title = row.find("text"), row.find("title")
    assert name is not None
    assert title is not None
    assert name.text == "n" * 25 + "…"
    assert title.text == "n" * 40


def test_the_legend_has_the_series_that_are_there() -> None:
    words = [text.text for text in dots(PLOT).iter("text")]
    assert [name for name in ("one", "two", "three") if name in words] == ["one", "two"]
    assert "a note" in words


def test_it_is_told_in_words_and_the_same_each_time() -> None:
    root = ET.fromstring(svg(PLOT))
    assert svg(PLOT) == svg(PLOT)
    assert root.get("role") == "img"
    told = [element.text for element in root.iter("{http://www.w3.org/2000/svg}title")]
    assert told == ["A title", "first: 4 dots", "second: 2 dots", "none: no dots"]


def test_hostile_words_are_inert() -> None:
    plot = DotPlot(MARKUP, MARKUP, PLOT.x, MARKUP, (DotRow(MARKUP, MARKUP),), (MARKUP,), (Dot(5, 0, 0, "strong"),))
    text = svg(plot)
    assert "<script" not in text
    assert not re.search("[\x1b\u202e]", text)
    assert ET.fromstring(text) is not None


@pytest.mark.parametrize("count", [0, 1, 40])
def test_any_number_of_rows(count: int) -> None:
    plot = DotPlot("t", "d", PLOT.x, "x", tuple(DotRow(f"r{n}", f"r{n}") for n in range(count)), ("one",), ())
    root = drawing(plot)
    assert len(list(root.iter("g"))) == count
    assert int(root.get("height") or 0) > TOP + STEP * count


@pytest.mark.parametrize("name", [*SHAPES, "cross"])
def test_a_stamp_is_the_shape_at_each_place(name: str) -> None:
    one, other = stamps(name, [(20, 30), (50, 30)], 4).split("M")[1:]
    assert one.removeprefix("20 30") == other.removeprefix("50 30")
    if name == "circle":
        assert stamps(name, [(20, 30)], 4) == "M20 30m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z"
        return
    expected = [tuple(map(float, pair)) for pair in re.findall(CORNER, path_of(name, 20, 30, 4))]
    found = [(20.0, 30.0)]
    for step in re.findall(r"[ml](-?[\d.]+) ?(-?[\d.]+)", one):
        found.append((found[-1][0] + float(step[0]), found[-1][1] + float(step[1])))
    assert len(found) == len(expected) + 1
    for corner, wanted in zip(found[1:], expected, strict=True):
        assert corner == pytest.approx(wanted, abs=0.11)
