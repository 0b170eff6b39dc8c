"""Lists of records: complete, in a known order, small, and the same in the file that the filter reads."""

import gzip
import itertools
import json
import re

import pytest

from kb.records import KINDS, TIERS
from kb.site.build import Site
from kb.site.case_index import FIELDS, ROWS_PER_PAGE, case_pages, case_rows, page_address
from kb.site.indexes import index_pages
from kb.site.library import Here, Library
from kb.site.pages.lists import MOST_CASES, by_kind, cases_section, place
from kb.site.pages.load_words import load_words, origin
from kb.site.text import clip, escape

_MOST_BYTES = 150_000


@pytest.fixture(scope="module")
def pages(library: Library) -> list[str]:
    return [text for _, text in case_pages(library, "Cases", "All of them.")]


def _listed(pages: list[str]) -> list[str]:
    """Return the ids of the cases of a list, in its order."""
    return [found for text in pages for found in re.findall(r'<td><a href="(?:\.\./)?(case-[^/"]+)/"', text)]


def test_the_pages_hold_every_case_once_the_best_evidenced_first(library: Library, pages: list[str]) -> None:
    listed = _listed(pages)
    assert len(pages) == -(-len(library.cases) // ROWS_PER_PAGE) >= 2
    assert sorted(listed) == sorted(library.cases)
    tiers = [TIERS.index(library.cases[record]["tier"]) for record in listed]
    assert tiers == sorted(tiers)
    for one, other in itertools.pairwise(listed):
        first, second = library.cases[one], library.cases[other]
        if first["tier"] == second["tier"] and second["day"]:
            assert (first["day"] or "9") >= second["day"]


def test_the_pages_lead_to_each_other(pages: list[str]) -> None:
    assert ">Previous<" not in pages[0]
    assert '<a href="page-2/">Next</a>' in pages[0]
    assert '<a href="../">Previous</a>' in pages[1]
    assert ">Next<" not in pages[-1]
    assert page_address(1) == "cases/"
    assert page_address(12) == "cases/page-12/"


def test_the_filter_reads_the_same_rows_in_the_same_order(library: Library, pages: list[str]) -> None:
    data = json.loads(case_rows(library))
    rows = [dict(zip(FIELDS, row, strict=True)) for row in data["rows"]]
    assert [row["id"] for row in rows] == _listed(pages)
    written = "".join(pages)
    for row in rows:
        known = library.cases[row["id"]]
        assert data["tiers"][row["tier"]] == known["tier"]
        assert (row["decode"] == "") == (known["decode_tok_s"] is None)
        assert float(row["decode"].replace(",", "") or 0) == (known["decode_tok_s"] or 0)
        assert (data["models"][row["model"]][0] if row["model"] >= 0 else None) == library.current(
            "model", known["model"]
        )
        assert [data["cards"][card][0] for card in row["cards"]] == [
            library.current("hardware", card) for card in known["hardware_ids"]
        ]
        said = f"<br><small>{escape(data['origins'][row['origin']])}</small>" if row["origin"] >= 0 else ""
        assert f'{row["id"]}/">{escape(row["load"])}</a>{said}</td>' in written
    assert data["tiers"] == list(TIERS)
    assert case_rows(library) == case_rows(library)


def test_the_filter_finds_what_rests_on_a_source(library: Library) -> None:
    data = json.loads(case_rows(library))
    for number, source in enumerate(data["sources"]):
        found = {row[0] for row in data["rows"] if number in row[FIELDS.index("sources")]}
        assert found == {record for kind, record in library.citing[source] if kind == "case"}


def test_no_page_of_a_list_is_large(library: Library) -> None:
    for kind in KINDS:
        for here, text in index_pages(kind, library):
            assert len(text.encode()) < _MOST_BYTES, here.address


def test_a_record_with_many_cases_shows_the_best_and_leads_to_all(library: Library) -> None:
    here = Here("quantizations/fp16/")
    rows = list(library.cases.values())
    shown = cases_section(rows, library, here, "weights", "fp16", "Weights")
    assert shown.count("<tr><td>") == MOST_CASES
    assert f'<a href="../../cases/?weights&#61;fp16">all {len(rows)}</a>'.replace("&#61;", "=") in shown
    best = sorted(rows, key=place)[0]
    assert shown.index(best["id"]) < shown.index(sorted(rows, key=place)[1]["id"])
    assert "<th>Weights</th>" not in shown
    few = cases_section(rows[:3], library, here, "weights", "fp16")
    assert "all " not in few
    assert few.count("<tr><td>") == 3
    assert cases_section([], library, here, "weights", "fp16") == ""


def test_a_source_of_many_cases_leads_to_the_list(library: Library) -> None:
    here = Here("sources/s/")
    keys = [("case", record) for record in library.cases] + [("model", record) for record in library.items["model"]]
    cases, models = by_kind(keys, library, here, "source", "s")
    assert cases.count("<a ") == MOST_CASES + 1
    assert "cases/?source=s" in cases
    assert models.count("<a ") == len(library.items["model"])


def test_ways_are_as_short_as_can_be() -> None:
    here = Here("cases/a/")
    assert here.to("cases/b/") == "../b/"
    assert here.to("cases/?model=x") == "../?model=x"
    assert here.to("models/m/") == "../../models/m/"
    assert here.to("cases/a/") == "./"
    assert here.to("") == "../../"
    assert Here("").to("ask/") == "ask/"
    assert Here("").to("") == "./"
    assert Here("cases/").to("cases/") == "./"


def test_the_rows_lie_beside_the_list(site: Site, library: Library) -> None:
    written = gzip.decompress((site.folder / "cases" / "rows.json.gz").read_bytes()).decode("utf-8")
    assert written == case_rows(library)
    assert str(site.folder) not in written


def _point(**known: object) -> dict[str, object]:
    names = ("input_tokens", "output_tokens", "concurrency", "batch", "request_rate_s", "dataset")
    return dict.fromkeys(names) | known


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ([_point(input_tokens=1024, output_tokens=8192, concurrency=4)], "1,024 in / 8,192 out, 4 at once"),
        ([_point(output_tokens=128, batch=64), _point(output_tokens=128, batch=1)], "128 out, 1 to 64 at once"),
        ([_point(input_tokens=7), _point(input_tokens=9, output_tokens=2)], "7 to 9 in / 2 out"),
        # No prompt is a load like any other, and not one that is unknown.
        ([_point(input_tokens=0, output_tokens=128, batch=1)], "0 in / 128 out, 1 at once"),
        ([_point(input_tokens=512), _point(input_tokens=0)], "0 to 512 in"),
        ([_point(request_rate_s=2.5, dataset="x")], "2.5 requests/s"),
        ([_point(input_tokens=3713.1), _point(input_tokens=3712.9)], "3,713 in"),
        ([_point(dataset="ShareGPT"), _point(dataset="ShareGPT")], "ShareGPT"),
        ([_point(dataset="one"), _point(dataset="other")], "load not stated"),
        ([_point()], "load not stated"),
    ],
)
def test_a_load_in_a_few_words(points: list[dict[str, object]], words: str) -> None:
    assert load_words(points) == words


def test_a_list_says_whose_figures_they_are(library: Library) -> None:
    inline = library.items["case"]["case-dsr1-asc910bx16-mindie-001"]
    (first,) = (entry for entry in inline["evidence"] if entry["id"] == inline["default_evidence"])
    assert origin(inline, library) == clip(first["source"]["title"], 44)
    for source, named in (
        ({"title": "<b>" + "x" * 100, "url": "https://example.org/"}, "<b>" + "x" * 40 + "…"),
        ("no-such-source", "no-such-source"),
        ("mlcommons-inference-v6.0-results-ab33b214", "MLPerf Inference v6.0 results"),
    ):
        assert origin({**inline, "evidence": [{**first, "source": source}]}, library) == named
    assert origin({**inline, "evidence": []}, library) == ""
