"""The drawing of a case's operating points: each where its figures put it, in the order of its load."""

import re
from xml.etree import ElementTree as ET

import pytest

from kb.search.rates import throughput
from kb.site.charts.points import FRAME, LOADS, Place, Sweep, drawing, points_chart, sweep
from kb.site.library import Here, Library
from kb.site.pages.case import page
from tests.site.browsing import Watched

_SVG = re.compile(r"<svg .*?</svg>", re.DOTALL)


def _drawn(text: str) -> ET.Element:
    found = _SVG.search(text)
    assert found
    return ET.fromstring(found[0])


def _paths(root: ET.Element) -> dict[str, str]:
    return {(path.get("class") or "").split()[0]: path.get("d") or "" for path in root.iter("path")}


def _place(claim: float, name: str = "1", ceiling: float | None = None) -> Place:
    return Place(0, name, claim, True, None, ceiling)


def test_every_point_that_claims_a_throughput_is_drawn_once(library: Library) -> None:
    seen = 0
    for name, item in library.items["case"].items():
        rows = [row for row in library.points[name] if throughput(row)]
        claims = [rate.tok_s for row in rows if (rate := throughput(row))]
        text = points_chart(item, library)
        assert bool(text) == (len(claims) >= 2)
        if not text:
            continue
        seen += 1
        found = sweep(item, library)
        assert found
        assert sorted(place.claim for place in found.places) == sorted(claims)
        paths = _paths(_drawn(text))
        assert paths["claim"].count("M") == len(claims)
        assert paths.get("expected", "").count("M") == sum(row["expected_low_tok_s"] is not None for row in rows)
        assert paths.get("ceiling", "").count("M") == sum(row["ceiling_tok_s"] is not None for row in rows)
        assert ("follows from" in text) == any(rate and not rate.stated for rate in map(throughput, rows))
        assert text.strip() in page(item, library, Here(f"cases/{name}/"))
    assert seen > 70


def test_points_stand_in_the_order_of_their_load(library: Library) -> None:
    curves = 0
    for name, item in library.items["case"].items():
        found = sweep(item, library)
        if not found or len(found.by) != 1:
            continue
        curves += 1
        (field,) = (field for field, named in LOADS if named == found.by[0])
        rows = sorted((row for row in library.points[name] if throughput(row)), key=lambda row: float(row[field]))
        values = [rate.tok_s for row in rows if (rate := throughput(row))]
        assert [float(place.name.replace(",", "")) for place in found.places] == [row[field] for row in rows]
        assert [place.claim for place in found.places] == values
        root = _drawn(drawing(found))
        across = [float(x) for x in re.findall(r"[ML]([\d.]+) ", _paths(root)["curve"])]
        assert across == sorted(across)
        assert len(set(across)) == len(values)
    assert curves > 20


def test_marks_stand_at_their_values() -> None:
    found = Sweep(("batch",), (Place(0, "1", 10, True, (5, 20), 40), Place(1, "2", 20, True, None, None)))
    paths = _paths(_drawn(drawing(found)))
    levels = [float(y) for y in re.findall(r"[ML][\d.]+ ([\d.]+)", paths["curve"])]
    (low, high) = (float(y) for y in re.findall(r"(?: |V)([\d.]+)", paths["expected"]))
    (top,) = (float(y) for y in re.findall(r" ([\d.]+)h", paths["ceiling"]))
    # The axis is even and begins at zero.
    per_token = (FRAME.bottom - levels[0]) / 10
    assert FRAME.bottom - levels[1] == pytest.approx(20 * per_token, abs=0.2)
    assert FRAME.bottom - low == pytest.approx(5 * per_token, abs=0.2)
    assert FRAME.bottom - high == pytest.approx(20 * per_token, abs=0.2)
    assert FRAME.bottom - top == pytest.approx(40 * per_token, abs=0.3)
    assert FRAME.top <= top


@pytest.mark.parametrize("count", [2, 9, 40, 101])
def test_any_number_of_points_stays_in_the_frame(count: int) -> None:
    found = Sweep((), tuple(_place(1 + n * n, str(n + 1), 1e9) for n in range(count)))
    root = _drawn(drawing(found))
    names = [text for text in root.iter("text") if text.get("y") == str(FRAME.bottom + 15)]
    assert 2 <= len(names) <= 8
    for x, y in re.findall(r"M([\d.]+) ([\d.]+)", _paths(root)["claim"] + _paths(root)["ceiling"]):
        assert FRAME.left <= float(x) <= FRAME.right
        assert 0 <= float(y) <= FRAME.bottom
    assert "curve" not in _paths(root)


def test_one_point_and_equal_loads() -> None:
    same = Sweep(("batch",), (_place(5, "4"), _place(5, "4"), _place(5, "8")))
    root = _drawn(drawing(same))
    names = [text.text for text in root.iter("text") if text.get("y") == str(FRAME.bottom + 15)]
    assert names == ["4", "8"]


def test_a_place_tells_what_the_tables_say_of_its_point(site_url: str, desktop: Watched, library: Library) -> None:
    found = {name: item for name, item in library.items["case"].items() if sweep(item, library)}
    # One whose points are not in the order of their load, so that a wrong row would be seen.
    name = next(
        name
        for name, item in found.items()
        if (drawn := sweep(item, library)) and [p.row for p in drawn.places] != sorted(p.row for p in drawn.places)
    )
    drawn = sweep(found[name], library)
    assert drawn
    page = desktop.visit(f"{site_url}cases/{name}/")
    page.wait_for_selector(".kb-roof .place", state="attached")
    told = page.eval_on_selector_all(".kb-roof .place title", "all => all.map((title) => title.textContent)")
    tables = page.evaluate(
        """() => [...document.querySelectorAll('article table')]
        .filter((table) => table.tHead?.rows[0].cells[0].textContent === 'Point')
        .map(({ tBodies: [body] }) => [...body.rows]
            .map(({ cells }) => [...cells].map((cell) => cell.textContent.trim())))"""
    )
    assert len(tables) == 2
    assert len(told) == len(drawn.places)
    for words, place in zip(told, drawn.places, strict=True):
        for table in tables:
            for text in filter(None, table[place.row]):
                assert f": {text}" in words, (place, text)
    # Each place is as wide as its share of the axis, and lights up under the mouse.
    page.hover(".kb-roof .place >> nth=1")
    assert page.eval_on_selector(".kb-roof .place:hover", "place => getComputedStyle(place).opacity") == "0.12"
    assert desktop.wrongs == []
