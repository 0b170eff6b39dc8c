"""The chart of an accelerator: every case that can be placed, none twice, doubts shown as such."""

import csv
import html
import io
import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from playwright.sync_api import Browser

from kb.plots.dots import DotPlot, across
from kb.search.rates import throughput
from kb.site.charts import card as chart_of_card
from kb.site.charts.card import card_figure
from kb.site.charts.figure import Figure, section
from kb.site.charts.inline import MOST_BYTES, inline
from kb.site.charts.record import charts_of
from kb.site.library import Here, Library, address_of
from kb.site.pages.hardware import page
from kb.verdicts import RULED_OUT
from tests.site.browsing import Watched
from tests.site.drawings import told_by


@pytest.fixture(scope="module")
def figures(library: Library) -> dict[str, Figure]:
    """The chart of each card that has one."""
    made = {card: charts_of("hardware", card, library) for card in library.items["hardware"]}
    return {card: found[0] for card, found in made.items() if found}


def plot_of(figure: Figure) -> DotPlot:
    assert isinstance(figure.chart, DotPlot)
    return figure.chart


def values_of(figure: Figure) -> list[dict[str, Any]]:
    return [dict(zip(figure.data.columns, row, strict=True)) for row in figure.data.values]


def test_a_card_has_a_chart_from_three_cases_on(library: Library, figures: dict[str, Figure]) -> None:
    assert len(figures) > 5
    for card, item in library.items["hardware"].items():
        speaking = [
            row
            for row in library.cases_with("hardware", card)
            if any(throughput(point) for point in library.points[row["id"]])
        ]
        if card in figures:
            assert len(speaking) >= len(figures[card].data.values) >= 3
            assert "What has been run on this card" in page(item, library, Here(address_of("hardware", card)))
        elif len(speaking) >= 3:
            # Of some the cards of one worker of many are counted.
            assert any(
                "count_of" in pool for row in speaking for pool in library.items["case"][row["id"]]["stack"]["pools"]
            )


def test_each_case_is_its_fastest_point_that_nothing_speaks_against(
    library: Library, figures: dict[str, Figure]
) -> None:
    doubts = 0
    for card, figure in figures.items():
        values = values_of(figure)
        assert len({value["case"] for value in values}) == len(values)
        for value in values:
            row = library.cases[value["case"]]
            assert row["hardware"] == card
            points = [point for point in library.points[value["case"]] if throughput(point)]
            fair = [point for point in points if point["verdict"] not in RULED_OUT and not point["caveat"]]
            doubts += not fair
            best = max(rate.tok_s for point in fair or points if (rate := throughput(point)))
            assert value["tok_s_per_card"] == pytest.approx(best / row["decode_cards"])
            assert (value["verdict"] in RULED_OUT or bool(value["caveat"])) == (not fair)
    assert doubts


def test_marks_stand_in_the_row_of_their_model(library: Library, figures: dict[str, Figure]) -> None:
    kinds = {"strong": 0, "faint": 0, "doubted": 0}
    for figure in figures.values():
        plot = plot_of(figure)
        placed = {(value["tok_s_per_card"], library.title("model", value["model"])) for value in values_of(figure)}
        for mark in plot.marks:
            kinds[mark.weight] += 1
            assert (mark.x, plot.rows[mark.row].name) in placed
        root = ET.fromstring(inline(plot))
        drawn = {int(x) for path in root.iter("path") for x in re.findall(r"M(\d+) \d+m", path.get("d") or "")}
        assert drawn == {across(plot, mark.x) for mark in plot.marks}
    assert all(kinds.values())


def test_it_is_small_and_told_in_words(figures: dict[str, Figure]) -> None:
    for figure in figures.values():
        text = inline(figure.chart)
        assert len(text.encode()) <= MOST_BYTES
        root = ET.fromstring(text)
        assert root.get("class") == "kb-chart kb-dots"
        assert len(told_by(root)) == 2
        rows = list(root.iter("g"))
        assert len(rows) == len(plot_of(figure).rows) <= 20
        assert all(row.find("title") is not None for row in rows)
        assert not [e for e in root.iter() if e.tag in ("style", "script") or "style" in e.attrib]


def test_the_table_has_a_row_per_model_and_the_csv_one_per_case(figures: dict[str, Figure]) -> None:
    for figure in figures.values():
        shown = section(figure)
        rows = list(csv.reader(io.StringIO(figure.data.csv)))
        assert len(rows) == len(figure.data.values) + 1
        assert shown.count("<tr>") == len(plot_of(figure).rows) + 1
        assert f"<summary>Data: {len(figure.data.rows)} model" in shown
        left = len(figure.data.values) - len(plot_of(figure).marks)
        assert (f"{left} of {len(figure.data.values)} " in html.unescape(shown)) == bool(left)


def test_models_that_find_no_room_are_named(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chart_of_card, "_MODELS", (2, 1))
    card = max(
        library.items["hardware"], key=lambda c: len({row["model"] for row in library.cases_with("hardware", c)})
    )
    figure = card_figure(library, card, Here(address_of("hardware", card)))
    assert figure is not None
    assert len(plot_of(figure).rows) == 2
    shown = section(figure)
    every = {library.title("model", value["model"]) for value in values_of(figure)}
    rest = every - {row.name for row in plot_of(figure).rows}
    assert "Models with fewer cases are not drawn: " in shown
    assert sum(html.unescape(shown).count(name) > 0 for name in rest) >= min(12, len(rest))
    monkeypatch.setattr(chart_of_card, "MOST_BYTES", 10)
    smaller = card_figure(library, card, Here(address_of("hardware", card)))
    assert smaller is not None
    assert len(plot_of(smaller).rows) == 1


def test_hostile_records_make_an_inert_chart(hostile: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chart_of_card, "_FEWEST", 1)
    made = [card_figure(hostile, card, Here(address_of("hardware", card))) for card in hostile.items["hardware"]]
    texts = [section(figure) for figure in made if figure is not None]
    assert texts
    for text in texts:
        assert not re.search(r"<(script|img|iframe|style)|<[^<>]*\son\w+=", text)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_reads_on_a_phone(scheme: Any, site_url: str, browser: Browser, figures: dict[str, Figure]) -> None:
    card = max(figures, key=lambda name: len(plot_of(figures[name]).marks))
    with browser.new_context(color_scheme=scheme, viewport={"width": 390, "height": 844}) as context:
        watched = Watched(context.new_page())
        shown = watched.visit(f"{site_url}hardware/{card}/")
        assert shown.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        sizes = shown.evaluate(
            """() => [...document.querySelectorAll('.kb-dots text')].map(text => {
                const svg = text.closest('svg')
                const size = parseFloat(getComputedStyle(text).fontSize)
                return size * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width
            })"""
        )
        assert min(sizes) >= 10.99
        shown.locator(".kb-data > summary").first.click()
        link = shown.locator(".kb-data td a[href*='cases/']").first
        assert link.is_visible()
        link.click()
        shown.wait_for_url("**/cases/**")
        assert watched.wrongs == []
