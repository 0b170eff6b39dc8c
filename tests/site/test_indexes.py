"""Lists of records: complete, in a known order, small, and the same in the file that the filter reads."""

import itertools
import json
import re

import pytest

from kb.records import KINDS, TIERS
from kb.site.build import Site
from kb.site.case_index import ROWS_PER_PAGE, case_pages, case_rows, page_address
from kb.site.indexes import index_pages
from kb.site.library import Here, Library
from kb.site.pages.lists import MOST_CASES, by_kind, cases_section, place

_MOST_BYTES = 150_000


@pytest.fixture(scope="module")
def pages(library: Library) -> list[str]:
    return [text for _, text in case_pages(library, "Cases", "All of them.")]


def _listed(pages: list[str]) -> list[str]:
    """Return the ids of the cases of a list, in its order."""
    return [
        found for text in pages for found in re.findall(r'<tr><td><a href="(?:\.\./)?(case-[^/"]+|[^/".]+)/"', text)
    ]


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
    assert [row[0] for row in data["rows"]] == _listed(pages)
    for row in data["rows"]:
        known = library.cases[row[0]]
        assert data["tiers"][row[11]] == known["tier"]
        assert row[8] == ("" if known["decode_tok_s"] is None else row[8])
        assert float(row[8].replace(",", "") or 0) == (known["decode_tok_s"] or 0)
        assert (data["models"][row[2]][0] if row[2] >= 0 else None) == library.current("model", known["model"])
        assert [data["cards"][card][0] for card in row[3]] == [
            library.current("hardware", card) for card in known["hardware_ids"]
        ]
    assert data["tiers"] == list(TIERS)
    assert case_rows(library) == case_rows(library)


def test_the_filter_finds_what_rests_on_a_source(library: Library) -> None:
    data = json.loads(case_rows(library))
    for number, source in enumerate(data["sources"]):
        found = {row[0] for row in data["rows"] if number in row[15]}
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
    written = (site.folder / "cases" / "rows.json").read_text(encoding="utf-8")
    assert written == case_rows(library)
    assert str(site.folder) not in written
