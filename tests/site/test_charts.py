"""Charts of the site: marks stand where the numbers are, words stay words, and anyone can read them."""

import colorsys
import csv
import html
import io
import math
import re
import statistics
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from kb import open_bundle
from kb.estimate.calibrated import calibration
from kb.plots.scale import Scale
from kb.plots.style import DARK, LIGHT
from kb.plots.svg import Chart, Line, Mark
from kb.search.coverage import coverage
from kb.search.pareto import ParetoQuestion, pareto
from kb.site.charts import errors, roofline
from kb.site.charts.bandwidth import bandwidth_figure
from kb.site.charts.error_ridges import BARS, LEFT, WIDTH, ridges
from kb.site.charts.error_spread import PER_DOUBLING, Spread, edge, spreads
from kb.site.charts.figure import Figure, as_csv, folded, section
from kb.site.charts.files import write_chart_files
from kb.site.charts.heat_map import coverage_csv, coverage_map
from kb.site.charts.inline import MOST_BYTES, clipped, inline, most_that_fit, spread
from kb.site.charts.pareto import pareto_figure
from kb.site.charts.record import charts_of
from kb.site.charts.roofline import Plane, Roofline, drawing, roofline_section
from kb.site.figures import plural
from kb.site.library import Here, Library, address_of
from tests.site.browsing import Watched
from tests.site.drawings import told_by

MARKUP = '<script>alert(1)</script> & "quotes"'
MOST_ROOFLINE = 2_000
_CSS = Path(__file__).resolve().parents[2] / "site" / "assets" / "charts.css"
# The grounds of the theme: white, and hsla(225, 15%, 14%, 1).
GROUND = {"default": (1.0, 1.0, 1.0), "slate": colorsys.hls_to_rgb(225 / 360, 0.14, 0.15)}


@pytest.fixture(scope="module")
def figures(library: Library) -> list[Figure]:
    """All charts of models and engines."""
    return [
        figure
        for kind in ("model", "engine")
        for record_id in library.items[kind]
        for figure in charts_of(kind, record_id, library)
    ]


@pytest.fixture(scope="module")
def rooflines(library: Library) -> dict[str, str]:
    """The section of each case that has a roofline."""
    made = {
        name: roofline_section(item, library, Here(address_of("case", name)))
        for name, item in library.items["case"].items()
    }
    return {name: text for name, text in made.items() if text}


def svg_of(text: str) -> str:
    found = re.search("<svg.*?</svg>", text, re.DOTALL)
    assert found
    return found[0]


def dots(root: ET.Element, kind: str) -> list[tuple[float, float]]:
    """Return the middle of the box around each mark of a kind."""
    found = []
    for path in root.iter("path"):
        if path.find("title") is None or kind not in (path.get("class") or "").split():
            continue
        numbers = [tuple(map(float, pair)) for pair in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path.get("d") or "")]
        xs, ys = zip(*numbers, strict=True)
        found.append(((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2))
    return found


def chart(*marks: Mark, series: tuple[str, ...] = ("one", "two"), lines: tuple[Line, ...] = ()) -> Chart:
    axis = Scale(1, 1000, log=True)
    return Chart("Title", "What is seen.", axis, axis, "across", "up", series, marks, lines)


def test_every_drawing_is_well_formed_small_and_told_in_words(figures: list[Figure]) -> None:
    assert {figure.name for figure in figures} == {"decode", "pareto", "history"}
    for figure in figures:
        text = inline(figure.chart)
        assert len(text.encode()) <= MOST_BYTES
        root = ET.fromstring(text)
        assert root.get("role") == "img"
        assert len(told_by(root)) == 2
        marks = [path for path in root.iter("path") if path.find("title") is not None]
        assert len(marks) == len(figure.chart.marks) > 0
        assert not [e for e in root.iter() if e.tag in ("style", "script") or "style" in e.attrib]


def test_marks_stand_at_the_numbers_of_the_records(library: Library) -> None:
    """A square of the chart, read back through its axes, is the bandwidth of its cards and the decode it claims."""
    made = (bandwidth_figure(library, model, Here(address_of("model", model))) for model in library.items["model"])
    found = max(filter(None, made), key=lambda figure: len(figure.chart.marks))
    assert isinstance(found.chart, Chart)
    root = ET.fromstring(inline(found.chart))
    across_ticks: dict[float, float] = {}
    up_ticks: dict[float, float] = {}
    for text in root.iter("text"):
        if text.get("transform") or not re.fullmatch(r"[\d,.]+", text.text or ""):
            continue
        tick = float((text.text or "").replace(",", ""))
        if text.get("class") == "mid":
            across_ticks[tick] = float(text.get("x") or 0)
        elif text.get("class") == "end":
            up_ticks[tick] = float(text.get("y") or 0) - 4
    values = [dict(zip(found.data.columns, row, strict=True)) for row in found.data.values]
    for value in values:
        card = library.items["hardware"][value["hardware"]]
        assert value["bandwidth_gb_s"] == card["memory"]["bandwidth_gb_s"]["value"] * value["cards"]
        row = library.points[value["case"]][value["point"]]
        if value["tok_s_how"] == "stated":
            assert value["tok_s"] == row["decode_tok_s"]
    reported = [value for value in values if value["tier"] == "reported" and value["verdict"] != "impossible"]
    squares = dots(root, "s1")
    assert squares
    for x, y in squares:
        across, up = at(x, across_ticks, found.chart.x), at(y, up_ticks, found.chart.y)
        assert any(
            across == pytest.approx(value["bandwidth_gb_s"], rel=0.02) and up == pytest.approx(value["tok_s"], rel=0.03)
            for value in reported
        )


def at(place: float, ticks: dict[float, float], scale: Scale) -> float:
    """Return the value at a place, told from two ticks of the axis as a reader would."""
    (low, start), (high, end) = min(ticks.items()), max(ticks.items())
    share = (place - start) / (end - start)
    return float(low * (high / low) ** share) if scale.log else low + (high - low) * share


def test_the_csv_has_every_point_and_the_table_what_is_drawn(library: Library, figures: list[Figure]) -> None:
    for figure in figures:
        rows = list(csv.reader(io.StringIO(figure.data.csv)))
        assert rows[0] == list(figure.data.columns)
        assert len(rows) == len(figure.data.values) + 1
        shown = section(figure)
        assert shown.count("<tr>") == len(figure.chart.marks) + 1
        assert ("not drawn" in shown) == (len(figure.data.values) > len(figure.chart.marks))
    for model in library.items["model"]:
        for figure in charts_of("model", model, library):
            if figure.name == "pareto":
                found = pareto(library.bundle, ParetoQuestion(model))
                assert len(figure.data.values) == len(found.spots)
                drawn = [mark for mark in figure.chart.marks if mark.weight == "strong"]
                assert len(drawn) == len(found.frontier)


def test_what_is_not_drawn_is_said(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.site.charts.inline.MOST_BYTES", 5_000)
    cut = 0
    for model in library.items["model"]:
        for make in (bandwidth_figure, pareto_figure):
            figure = make(library, model, Here(address_of("model", model)))
            if figure is not None and len(figure.chart.marks) < len(figure.data.values):
                cut += 1
                assert len(inline(figure.chart).encode()) <= 5_000
                left = len(figure.data.values) - len(figure.data.rows)
                assert f" {left} of {len(figure.data.values)} " in section(figure)
    assert cut


def test_a_roofline_follows_from_the_sum(library: Library, rooflines: dict[str, str]) -> None:
    assert len(rooflines) > 30
    for name, text in rooflines.items():
        item = library.items["case"][name]
        svg = svg_of(text)
        assert len(svg.encode()) <= MOST_ROOFLINE
        root = ET.fromstring(svg)
        line = roofline.roofline(item, library)
        assert line is not None
        judged = item["estimate"]["points"][item["estimate"]["sum"]["point"]]
        terms: dict[str, float] = {term: value for term, value, _, _ in item["estimate"]["sum"]["terms"]}
        read = terms["weights read"] + terms["context read"] - terms["kept on chip"]
        assert line.intensity == pytest.approx(terms["operations"] * 1e3 / read, rel=1e-3)
        assert line.ceiling == pytest.approx(min(line.slope, line.roof), rel=1e-3)
        plane = Plane(line)
        paths = {path.get("class"): path.get("d") or "" for path in root.iter("path")}
        _, ridge, last = (pair.split() for pair in paths["roof"][1:].split("L"))
        assert float(ridge[0]) == pytest.approx(plane.across(line.ridge), abs=0.06)
        assert float(ridge[1]) == float(last[1]) == pytest.approx(plane.up(line.roof), abs=0.06)
        mark = re.match(r"M([\d.]+) ([\d.]+)h18", paths["ceiling"])
        assert mark
        assert float(mark[2]) == pytest.approx(plane.up(judged["ceiling"]["decode_tok_s"]), abs=0.06)
        if line.expected:
            bar = re.match(r"M[\d.]+ ([\d.]+)V([\d.]+)$", paths["expected"])
            assert bar
            for place, value in zip(bar.groups(), line.expected, strict=True):
                assert float(place) == pytest.approx(plane.up(value), abs=0.06)
        if line.claim is not None:
            middle = re.match(r"M([\d.]+) ([\d.]+)m", paths["claim"])
            assert middle
            assert float(middle[1]) == pytest.approx(plane.across(line.intensity), abs=0.06)
            assert float(middle[2]) == pytest.approx(plane.up(line.claim), abs=0.06)


def test_no_roofline_without_its_terms(library: Library, rooflines: dict[str, str]) -> None:
    for name, item in library.items["case"].items():
        terms = {term for term, *_ in item["estimate"]["sum"]["terms"]}
        if item["verdict"] in ("does-not-fit", "not-checkable") or "time to compute" not in terms:
            assert name not in rooflines


def test_a_claim_above_the_roof_stays_in_the_drawing() -> None:
    line = Roofline(10, 100, 1e6, 100, None, 1e8, "stated")
    plane = Plane(line)
    assert roofline.FRAME.top <= plane.up(1e8) <= roofline.FRAME.bottom
    assert "<title>claimed: 100,000,000 tok/s</title>" in drawing(line)
    assert 'class="expected"' not in drawing(line)


@pytest.mark.parametrize("count", [0, 1, 2, 500])
def test_any_number_of_marks(count: int) -> None:
    marks = spread([Mark(1 + n % 900, 1 + n, n % 2, "strong", f"mark {n} " + "x" * 300) for n in range(count)])
    made, most = most_that_fit(lambda number: chart(*marks[:number]), count)
    assert len(made.marks) == most == min(count, most)
    assert (most == count) == (count < 10)
    text = inline(made)
    assert len(text.encode()) <= MOST_BYTES
    assert ET.fromstring(text).get("class") == "kb-chart"


def test_a_few_stand_for_all() -> None:
    assert sorted(spread(range(1000))) == list(range(1000))
    assert spread(range(9))[:5] == [0, 8, 5, 3, 6]
    assert [spread(range(n)) for n in (0, 1, 2)] == [[], [0], [0, 1]]
    assert clipped("abcdef", 4) == "abc…"


def test_hostile_words_are_inert() -> None:
    made = chart(Mark(5, 5, 0, "strong", MARKUP + "\n\n<!--/html-->\x02"), series=(MARKUP, "x" * 500))
    text = inline(made)
    assert "<script" not in text
    assert "\n" not in text
    assert "<!--" not in text
    assert "x" * 41 not in text
    root = ET.fromstring(text)
    assert any(MARKUP[:30] in (title.text or "") for title in root.iter("title"))
    assert as_csv(("a",), ((MARKUP,), (None,))) == 'a\n"<script>alert(1)</script> & ""quotes"""\n""\n'


def test_hostile_records_make_inert_pages(hostile: Library) -> None:
    texts = [coverage_map(hostile, Here("coverage/"))]
    texts += [roofline_section(item, hostile, Here("a/b/")) for item in hostile.items["case"].values()]
    texts += [
        section(f) for kind in ("model", "engine") for i in hostile.items[kind] for f in charts_of(kind, i, hostile)
    ]
    for text in texts:
        assert not re.search("<(script|img|iframe|style)", text)
        assert not re.search(r"\son\w+=", text)


def test_the_heat_map_is_the_coverage(library: Library) -> None:
    found = coverage(library.bundle)
    text = coverage_map(library, Here("coverage/"))
    assert len(list(csv.reader(io.StringIO(coverage_csv(library))))) == len(found.cells) + 1
    (card, model), best = next(iter(found.cells.items()))
    assert f'<a href="../hardware/{card}/">' in text
    assert f'<a href="../models/{model}/">' in text
    assert f'<td class="kb-heat--{best.tier}" title="{model} on {card}: ' in html.unescape(text)
    assert len(re.findall('<th scope="row">', text)) == min(30, len(found.hardware))


@pytest.fixture(params=errors.TIMINGS, ids=lambda timing: timing.timed)
def timing(request: pytest.FixtureRequest) -> errors.Timing:
    """One of the two times whose errors are drawn."""
    assert isinstance(request.param, errors.Timing)
    return request.param


def test_errors_are_drawn_where_the_left_out_rows_are(timing: errors.Timing) -> None:
    """Bars, lines and ranges, read back from the drawing, are those of the calibration."""
    found = spreads(timing.timed)
    root = ET.fromstring(ridges(found, "own", timing.what))
    named = [text for text in root.iter("text") if re.fullmatch(r"[\d.]+", text.text or "")]
    lowest = max(float(text.get("y") or 0) for text in named)
    ticks = {float(t.text or 0): float(t.get("x") or 0) for t in named if float(t.get("y") or 0) == lowest}

    def read(place: str) -> float:
        return at(float(place), ticks, Scale(0.1, 10, log=True))

    bars, marks, stated = (with_words(root, kind) for kind in ("bars", "line", "stated"))
    assert len(bars) == len(stated) == len(marks) / 3 == len(found) > 1
    for row, one in enumerate(found):
        counts, most = one.bins, max(one.bins.values())
        seen = set()
        for left, top, base in heights(bars[row].get("d") or ""):
            number = round(math.log2(read(left)) * PER_DOUBLING)
            assert read(left) == pytest.approx(edge(number), rel=0.01)
            assert float(base) - float(top) == pytest.approx(BARS * counts[number] / most, abs=0.06)
            seen.add(number)
        assert seen == set(counts)
        lines = [read((mark.get("d") or "")[1:].split()[0]) for mark in marks[3 * row : 3 * row + 3]]
        assert lines == pytest.approx([one.quantile(share) for share in (0.1, 0.5, 0.9)], rel=0.01)
        box = re.fullmatch(r"M([\d.]+) \d+H([\d.]+)v6H[\d.]+z", stated[row].get("d") or "")
        assert box
        assert [read(end) for end in box.groups()] == pytest.approx([one.error.fast, one.error.slow], rel=0.01)
        assert ("hollow" in (stated[row].get("class") or "")) == (not one.error.point)
        told = f"{one.error.name.replace('-', ' ')}: {plural(one.error.rows, 'row')}, median {one.quantile(0.5):.2f}"
        assert told in (root.findtext("desc") or "")


def with_words(root: ET.Element, kind: str) -> list[ET.Element]:
    """Return the paths of a kind that tell what they are; those of the legend do not."""
    return [p for p in root.iter("path") if p.find("title") is not None and kind in (p.get("class") or "").split()]


def heights(outline: str) -> list[tuple[str, str, str]]:
    """Return left end, top and base of each bar of an outline."""
    found = []
    for start, base, tops in re.findall(r"M([\d.]+) (\d+)((?:V[\d.]+H[\d.]+)+)V\d+z", outline):
        steps = re.findall(r"V([\d.]+)H([\d.]+)", tops)
        lefts = [start, *(right for _, right in steps)]
        found += [(left, top, base) for left, (top, _) in zip(lefts, steps, strict=False)]
    return found


def test_the_errors_behind_a_drawing_are_all_rows(timing: errors.Timing) -> None:
    found = spreads(timing.timed)
    classes = calibration().classes if timing.timed == "step" else calibration().first_token
    assert [one.error for one in found] == list(classes.values())
    counted: Counter[str] = Counter()
    for name, low, below, count in errors.bins(found).values:
        (ratios,) = (one.ratios for one in found if one.error.name == name)
        number = round(math.log2(low) * PER_DOUBLING)
        assert (low, below) == pytest.approx((edge(number), edge(number + 1)), rel=1e-4)
        assert count == sum(edge(number) <= ratio < edge(number + 1) for ratio in ratios)
        counted[name] += count
    every = Counter(row[0] for row in errors.rows(timing.timed).values)
    assert counted == every == {name: one.rows for name, one in classes.items()}


def test_what_is_said_of_errors_is_what_is_published(timing: errors.Timing) -> None:
    """The medians of the rows behind a drawing are those of the parameter file, which the page repeats."""
    for one in spreads(timing.timed):
        off = [1 / ratio - 1 for ratio in one.ratios]
        assert statistics.median(map(abs, off)) == pytest.approx(one.error.median, rel=1e-4, abs=5e-5)
        assert statistics.median(off) == pytest.approx(one.error.bias, rel=1e-4, abs=5e-5)
        assert one.quantile(0.5) == pytest.approx(statistics.median(one.ratios))
        *_, ninth = statistics.quantiles(one.ratios, n=10, method="inclusive")
        assert one.quantile(0.9) == pytest.approx(ninth)
        assert (one.quantile(0), one.quantile(1)) == (min(one.ratios), max(one.ratios))


def test_errors_are_shown_with_their_tables_and_files(library: Library) -> None:
    text = errors.error_chart(library, Here("estimator-error/"))
    files = dict(errors.error_files())
    linked = {way.removesuffix(".gz") for way in re.findall('<a href="([a-z-]+[.](?:svg|csv[.]gz))">', text)}
    assert linked == set(files)
    assert text.count('<div class="kb-plot"><svg ') == len(errors.TIMINGS)
    assert not re.search(r"<style|<script|\sstyle=", text)
    for timing in errors.TIMINGS:
        found = spreads(timing.timed)
        for data, name in ((errors.summary(found), ""), (errors.bins(found), "-bins")):
            assert folded(data, "x").partition("\n")[2] in text
            assert files[f"{timing.name}{name}.csv"] == data.csv
        alone = ET.fromstring(files[f"{timing.name}.svg"])
        inside = ET.fromstring(ridges(found, "own", timing.what))
        assert outlines(alone) == outlines(inside)


def test_without_errors_there_is_a_sentence(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.site.charts.errors.spreads", lambda _: ())
    assert "No error is worked out yet." in errors.error_chart(library, Here("estimator-error/"))
    assert not [name for name, _ in errors.error_files() if name.endswith(".svg")]


def outlines(root: ET.Element) -> list[tuple[str | None, str | None]]:
    return [(e.get("class"), e.get("d")) for e in root.iter() if e.tag.endswith("path")]


@pytest.mark.parametrize(
    ("ratios", "bins"), [((1.0,), {0}), ((0.5, 0.99999, 2.0), {-8, -1, 8}), ((0.001, 1000.0), {-80, 79})]
)
def test_any_errors_can_be_drawn(ratios: tuple[float, ...], bins: set[int]) -> None:
    """A bin has its lower edge, and the axis holds what there is."""
    one = Spread(next(iter(calibration().classes.values())), ratios)
    assert one.bins == dict.fromkeys(bins, 1)
    assert len(errors.bins([one]).rows) == max(bins) - min(bins) + 1
    root = ET.fromstring(ridges([one], "own", "time"))
    for text in root.iter("text"):
        assert 0 <= float(text.get("x") or 0) <= WIDTH
    (bars,) = with_words(root, "bars")
    assert len(heights(bars.get("d") or "")) == len(ratios)
    assert all(LEFT <= float(left) < WIDTH for left, _, _ in heights(bars.get("d") or ""))
    assert errors.summary([]).rows == errors.bins([]).rows == ()


def test_the_same_library_writes_the_same_files(library: Library, tmp_path: Path) -> None:
    write_chart_files(library, tmp_path / "a")
    with open_bundle(library.bundle.folder) as again:
        write_chart_files(Library(again), tmp_path / "b")
    names = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file())
    assert len(names) > 20
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    for path in (tmp_path / "a").rglob("*.svg"):
        assert ET.parse(path).getroot().tag == "{http://www.w3.org/2000/svg}svg"


def colours(scheme: str) -> dict[str, str]:
    text = _CSS.read_text(encoding="utf-8")
    block = re.search(rf'\[data-md-color-scheme="{scheme}"\] {{(.*?)}}', text, re.DOTALL)
    assert block
    return dict(re.findall(r"--(kb-[a-z]+-?\w*): (#[0-9a-f]{6});", block[1]))


def luminance(colour: tuple[float, ...]) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def rgb(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))


@pytest.mark.parametrize(("scheme", "palette"), [("default", LIGHT), ("slate", DARK)])
def test_colours_can_be_told_from_the_page(scheme: str, palette: tuple[str, ...]) -> None:
    found, ground = colours(scheme), GROUND[scheme]
    assert tuple(found[f"kb-chart-{n}"] for n in range(len(palette))) == palette
    for colour in palette:
        assert contrast(rgb(colour), ground) >= 4.5
    assert contrast(rgb(found["kb-chart-ink"]), ground) >= 7
    for place in range(5):
        assert contrast(rgb(found["kb-chart-ink"]), rgb(found[f"kb-heat-{place}"])) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_in_a_browser(
    scheme: Any, site_url: str, browser: Browser, figures: list[Figure], library: Library
) -> None:
    """A model's charts, a heat map and a roofline: drawn in the page's colours, their words large enough."""
    model = max(library.items["model"], key=lambda m: len(charts_of("model", m, library)))
    case = next(n for n, i in library.items["case"].items() if roofline_section(i, library, Here("a/b/")))
    with browser.new_context(color_scheme=scheme, viewport={"width": 390, "height": 844}) as context:
        watched = Watched(context.new_page())
        for address in (f"models/{model}/", f"cases/{case}/", "coverage/", "estimator-error/"):
            page = watched.visit(site_url + address)
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
            region = page.locator(".kb-plot").first
            region.scroll_into_view_if_needed()
            assert len(region.screenshot()) > 2_000
            sizes = page.evaluate(
                """() => [...document.querySelectorAll('.kb-plot svg text')].map(text => {
                    const svg = text.closest('svg')
                    const size = parseFloat(getComputedStyle(text).fontSize)
                    return size * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width
                })"""
            )
            assert min(sizes, default=11) >= 10.99
        page = watched.visit(f"{site_url}models/{model}/")
        wanted = colours("slate" if scheme == "dark" else "default")["kb-chart-ink"]
        shown = page.evaluate("getComputedStyle(document.querySelector('.kb-chart text')).fill")
        assert [int(n) for n in re.findall(r"\d+", shown)] == [round(255 * part) for part in rgb(wanted)]
        page.locator(".kb-data > summary").first.click()
        assert page.locator(".kb-data table").first.is_visible()
        assert watched.wrongs == []
