"""The page and its figures: the same text each time, and nothing that a case or a locator says does anything."""

import copy
import json
import re
import xml.etree.ElementTree as Xml
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import markdown
import pytest

from kb.calibration.page import page
from kb.calibration.plots import write_plots

HOSTILE = [
    "<script>alert(1)</script>",
    "a | b | c",
    "[click](javascript:alert(1))",
    "<javascript:alert(1)>",
    "![x](https://example.org/x.png)",
    "**bold** _thin_ `code`",
    "x {: onclick=alert(1) }",
    "one\ntwo\n\n# three",
    "&lt;b&gt; &#106;avascript:",
    "\\| <img src=x onerror=alert(1)>",
    "<!-- --> ]]> </table>",
]
PLOTS = ("error-by-card.svg", "error-curves.svg", "judged-report.svg")


class Seen(HTMLParser):
    """What a browser would see of a page: tags, attributes, and the cells of its tables."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.rows: list[list[str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(f"{name}={value}" for name, value in attrs if name not in ("src", "alt"))
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1] and self.lasttag in ("td", "th"):
            self.rows[-1][-1] += data


def shown(text: str) -> Seen:
    seen = Seen(markdown.markdown(text, extensions=["attr_list", "tables"]))
    seen.rows = [[cell.strip() for cell in row] for row in seen.rows]
    return seen


def hostile(of: dict[str, Any]) -> dict[str, Any]:
    """Return the report as if every text of a table were hostile."""
    other = copy.deepcopy(of)
    other["innocence"]["accused"] = [
        {
            "case": text,
            "locator": text,
            "hardware": text,
            "model": text,
            "share": 2.0,
            "fits": number % 2 == 0,
            "caveat": text,
        }
        for number, text in enumerate(HOSTILE)
    ]
    other["innocence"]["not_judged"] = dict.fromkeys(HOSTILE, 1)
    other["not_used"] = {f"a caveat: {text}": 1 for text in HOSTILE}
    return other


@pytest.fixture(scope="module")
def seen(small_report: dict[str, Any]) -> Seen:
    """The page of a hostile report."""
    return shown(page(hostile(small_report)))


@pytest.fixture(scope="module")
def figures(small_report: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The figures of the report."""
    return write_plots(small_report, tmp_path_factory.mktemp("figures") / "deep")


class TestPage:
    """The page."""

    def test_the_same_report_gives_the_same_text(self, small_report: dict[str, Any]) -> None:
        text = page(small_report)
        assert page(copy.deepcopy(small_report)) == text
        assert text.startswith("# How far the estimate is off\n")
        assert text.endswith("|\n")
        assert "\n\n\n" not in text

    def test_it_says_what_the_report_says(self, small_report: dict[str, Any]) -> None:
        text = page(small_report)
        assert "The measured cases hold 123 rows; 123 of them say enough" in text
        assert f"(data `{small_report['fingerprint']}`)" in text
        first = small_report["errors"][0]
        assert (
            f"| hardware left out | served on NVIDIA cards | 48 | 12 | {first['median']:.1%} | {first['p90']:.1%} "
            f"| {first['bias']:+.1%} | {first['inside']:.0%} |"
        ) in text
        assert "### SGLang report, Qwen3-235B on 8 cards" in text
        assert "0 of them would be called impossible" in text

    def test_a_miss_is_marked(self, small_report: dict[str, Any]) -> None:
        text = page(small_report)
        for target in small_report["targets"]:
            # What has no aim is neither.
            verdict = "" if target["aim"] == "reported" else "met" if target["met"] else "**missed**"
            assert f"| {target['name']} | {target['aim']} | {target['reached']} | {verdict} |" in text
        assert {target["met"] for target in small_report["targets"]} == {True, False}

    def test_what_has_no_figure_is_no_line(self, small_report: dict[str, Any]) -> None:
        other = copy.deepcopy(small_report)
        other["errors"].append({"protocol": "nothing left out", "scope": "nothing", "rows": 0, "cells": 0})
        assert page(other) == page(small_report)

    def test_what_does_not_fit_has_no_share(self, seen: Seen) -> None:
        rows = [row for row in seen.rows if len(row) == 6]
        assert [row[4] for row in rows[1:3]] == ["2.00x", "does not fit"]

    def test_hostile_text_is_text(self, small_report: dict[str, Any], seen: Seen) -> None:
        assert seen.tags == shown(page(small_report)).tags
        assert "script" not in seen.tags
        assert "a" in seen.tags
        assert seen.attributes == {"href=estimate.md"}

    @pytest.mark.parametrize("text", HOSTILE)
    def test_hostile_text_is_shown_as_it_is(self, seen: Seen, text: str) -> None:
        plain = " ".join(text.split())
        assert [plain, plain, plain, plain] in [[row[0], row[1], row[2], row[5]] for row in seen.rows if len(row) == 6]
        assert ["1", plain] in seen.rows
        assert ["1", f"a caveat: {plain}"] in seen.rows


class TestPlots:
    """The figures."""

    def test_the_same_report_gives_the_same_bytes(
        self, small_report: dict[str, Any], figures: list[Path], tmp_path: Path
    ) -> None:
        again = write_plots(copy.deepcopy(small_report), tmp_path)
        assert sorted(path.name for path in figures) == list(PLOTS)
        assert [path.read_bytes() for path in figures] == [path.read_bytes() for path in again]

    def test_there_is_neither_date_nor_script_nor_address(self, figures: list[Path]) -> None:
        for path in figures:
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"\b20\d\d-\d\d|<dc:date|<dc:creator|Matplotlib v", text)
            assert not re.search(r"<script|javascript:|\son\w+=|<image|<foreignObject", text, re.IGNORECASE)
            assert not re.search(r"[ \t]+$", text, re.MULTILINE)
            links = set(re.findall(r'(?:href|url)\s*[=(]\s*"?([^")]*)', text))
            assert all(link.startswith("#") for link in links)

    def test_text_is_text(self, figures: list[Path]) -> None:
        words = {path.name: texts(path) for path in figures}
        assert {"served-dense", "desktop-cuda"} <= words["error-curves.svg"]
        assert {"b200-sxm-180gb (16 rows)", "median"} <= words["error-by-card.svg"]
        assert "h200-sxm-141gb, measured" in words["judged-report.svg"]

    def test_a_hostile_name_is_text(self, small_report: dict[str, Any], tmp_path: Path) -> None:
        other = copy.deepcopy(small_report)
        other["hardware"][0]["scope"] = "<script>alert(1)</script>"
        (path,) = [path for path in write_plots(other, tmp_path) if path.name == "error-by-card.svg"]
        assert "<script" not in path.read_text(encoding="utf-8")
        assert "<script>alert(1)</script> (16 rows)" in texts(path)


def texts(path: Path) -> set[str]:
    """Return what is written in a figure."""
    return {"".join(one.itertext()) for one in Xml.parse(path).iter("{http://www.w3.org/2000/svg}text")}


class TestCommitted:
    """The page and the figures of this repository are those of its report."""

    @pytest.fixture
    def committed(self, root: Path) -> dict[str, Any]:
        found = json.loads((root / "calibration" / "report.json").read_text(encoding="utf-8"))
        assert isinstance(found, dict)
        return found

    def test_the_page(self, committed: dict[str, Any], root: Path) -> None:
        text = (root / "site" / "pages" / "estimator-error.md").read_text(encoding="utf-8")
        assert page(committed) == text, "the page is not that of the report; run: kb validate-estimator --write"

    def test_the_figures(self, committed: dict[str, Any], root: Path, tmp_path: Path) -> None:
        # Another version of the plotting library may place them a little elsewhere.
        folder = root / "site" / "assets" / "estimator"
        assert sorted(path.name for path in folder.iterdir()) == list(PLOTS)
        for path in write_plots(committed, tmp_path):
            assert texts(path) == texts(folder / path.name), (
                f"{path.name} is not of the report; run: kb validate-estimator --write"
            )
