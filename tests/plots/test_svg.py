"""Static drawings that anyone can read: as XML, in the dark, without colours, by ear."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kb import Bundle, open_bundle
from kb.plots.history_chart import history_chart
from kb.plots.pareto_chart import pareto_chart
from kb.plots.scale import Scale
from kb.plots.shapes import SHAPES
from kb.plots.svg import HEIGHT, WIDTH, Chart, Line, Mark, svg
from kb.search.history import history
from kb.search.pareto import ParetoQuestion, pareto

SVG = "{http://www.w3.org/2000/svg}"
MARKUP = '<script>alert(1)</script> & "quotes" \x1b[31m \u202e'
CHART = Chart(
    "A title",
    "What is to be seen.",
    Scale(0, 10, log=False),
    Scale(1, 1000, log=True),
    "across",
    "up",
    tuple(f"series {n}" for n in range(10)),
    (
        *(Mark(n, 10.0 ** (n % 4), n, "strong" if n % 2 else "faint", f"mark {n}") for n in range(10)),
        Mark(5, 5, 0, "doubted", "doubted mark"),
    ),
    (Line(((0, 1), (10, 1000)), 0), Line(((10, 1), (0, 1000)), None, stairs=True)),
    ("a note",),
)


@pytest.fixture(scope="module")
def opened(bundle: Path) -> Iterator[Bundle]:
    with open_bundle(bundle) as found:
        yield found


def drawn(chart: Chart) -> ET.Element:
    return ET.fromstring(svg(chart))


def texts(root: ET.Element) -> set[str]:
    return {element.text or "" for element in root.iter(f"{SVG}text")}


class TestDrawing:
    """One made-up chart."""

    def test_it_tells_its_content_in_words(self) -> None:
        root = drawn(CHART)
        assert root.get("role") == "img"
        named = [root.find(f".//*[@id='{name}']") for name in (root.get("aria-labelledby") or "").split()]
        assert [element.text for element in named if element is not None] == ["A title", "What is to be seen."]
        marks = [element for element in root.iter(f"{SVG}path") if element.find(f"{SVG}title") is not None]
        assert len(marks) == len(CHART.marks)
        assert {"A title", "across", "up (logarithmic)", "series 0", "a note"} <= texts(root)

    def test_the_same_chart_gives_the_same_bytes(self) -> None:
        assert svg(CHART) == svg(CHART)

    def test_nothing_runs_and_nothing_is_loaded(self) -> None:
        text = svg(CHART)
        assert not re.search(r"<script|onload|href|url\(|@import|<image|foreignObject", text)
        # The name space is the only address.
        assert re.findall(r"https?://[^\"]+", text) == ["http://www.w3.org/2000/svg"]

    def test_it_follows_the_readers_choice_of_dark_or_light(self) -> None:
        style = drawn(CHART).findtext(f"{SVG}style") or ""
        light, dark = (
            re.search(r"text\{fill:(#\w+)\}", part) for part in style.split("@media (prefers-color-scheme:dark)")
        )
        assert light is not None
        assert dark is not None
        assert light[1] != dark[1]

    def test_its_styles_touch_nothing_else_in_a_page(self) -> None:
        root = drawn(CHART)
        style = (root.findtext(f"{SVG}style") or "").replace("@media (prefers-color-scheme:dark){", "")
        rules = [selector for rule in re.findall(r"([^{}]+)\{", style) for selector in rule.split(",")]
        assert rules
        assert all(selector.startswith(f"#{root.get('id')}") for selector in rules)

    def test_series_are_told_apart_without_colours(self) -> None:
        root = drawn(CHART)
        marks = {
            element.findtext(f"{SVG}title"): re.sub(r"[\d. -]", "", element.get("d") or "")
            for element in root.iter(f"{SVG}path")
            if element.find(f"{SVG}title") is not None
        }
        assert len({marks[f"mark {n}"] + str(len(marks[f"mark {n}"])) for n in range(3)}) == 3
        assert len(set(SHAPES)) == 6
        assert marks["doubted mark"] not in {marks[f"mark {n}"] for n in range(10)}

    def test_everything_lies_on_the_page(self) -> None:
        root = drawn(CHART)
        height = float(root.get("height") or 0)
        assert height > HEIGHT
        for element in root.iter():
            for name, most in (
                ("x", WIDTH),
                ("x1", WIDTH),
                ("x2", WIDTH),
                ("y", height),
                ("y1", height),
                ("y2", height),
            ):
                assert 0 <= float(element.get(name, 0)) <= most

    @pytest.mark.parametrize("field", ["title", "desc", "x_name", "y_name"])
    def test_markup_in_a_text_stays_text(self, field: str) -> None:
        changed: Any = {field: MARKUP}
        root = drawn(replace(CHART, **changed))
        assert not list(root.iter(f"{SVG}script"))
        shown = [element.text for element in root.iter() if element.text and "alert(1)" in element.text]
        assert shown
        assert all("\x1b" not in text and "\u202e" not in text for text in shown)

    def test_a_chart_of_nothing(self) -> None:
        empty = Chart("A", "B", Scale(0, 1, log=False), Scale(0, 1, log=False), "x", "y", (), ())
        assert drawn(empty).get("height") == str(HEIGHT)


class TestRealRecords:
    """The charts of real answers."""

    def test_pareto(self, opened: Bundle) -> None:
        found = pareto(opened, ParetoQuestion("deepseek-r1-0528"))
        chart = pareto_chart(found)
        assert len(chart.marks) == len(found.spots) > 1
        assert sum(mark.weight == "strong" for mark in chart.marks) == len(found.frontier)
        assert f"The frontier has {len(found.frontier)}" in chart.desc
        assert str(found.load) in chart.notes
        for mark, spot in zip(chart.marks, found.spots, strict=True):
            assert spot.case["id"] in mark.words
            assert (spot.doubt is not None) == (mark.weight == "doubted")
        assert drawn(chart) is not None

    def test_a_frontier_for_each_kind_of_card(self, opened: Bundle) -> None:
        chart = pareto_chart(pareto(opened, ParetoQuestion("llama-2-70b-chat-hf", by="hardware")))
        assert len(chart.series) > 1
        assert len({line.series for line in chart.lines}) == len(chart.lines)

    def test_history(self, opened: Bundle) -> None:
        models = [row["model"] for row in opened.rows("SELECT DISTINCT model FROM cases ORDER BY 1")]
        every = [found for model in models if (found := history(opened, model)).stacks]
        assert every
        for found in every:
            chart = history_chart(found)
            assert len(chart.lines) == sum(len(stack.series) for stack in found.stacks)
            assert len(chart.marks) == sum(len(line.points) for line in chart.lines)
            assert drawn(chart) is not None

    @pytest.mark.parametrize(
        "made",
        [
            lambda opened: pareto_chart(pareto(opened, ParetoQuestion("qwen3-8b", tier="measured"))),
            lambda opened: history_chart(history(opened, "qwen3-8b", "rtx-5080")),
        ],
    )
    def test_nothing_to_show(self, opened: Bundle, made: Callable[[Bundle], Chart]) -> None:
        chart = made(opened)
        assert chart.marks == ()
        assert drawn(chart) is not None
