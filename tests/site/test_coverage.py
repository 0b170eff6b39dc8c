"""The pages of what is missing and of what sources dispute, before MkDocs makes HTML of them."""

import re
from pathlib import Path

from kb import coverage, disputes, gaps, staleness
from kb.site.fragments import fill
from kb.site.library import Here, Library


def page(home: Path, name: str, library: Library) -> str:
    return fill((home / "pages" / f"{name}.md").read_text(encoding="utf-8"), library, Here(f"{name}/"))


def rows(text: str) -> list[str]:
    return re.findall("^<tr><td>.*</tr>$", text, re.MULTILINE)


def test_the_matrix_has_every_card_that_a_case_names(library: Library, home: Path) -> None:
    found = coverage(library.bundle)
    text = page(home, "coverage", library).split("## What there is")[1]
    assert len(rows(text)) == len(found.hardware)
    card, summary = next(iter(found.hardware.items()))
    assert f'<a href="../hardware/{card}/">' in rows(text)[0]
    assert f"{summary.cases:,} ({summary.points:,})" in rows(text)[0]
    assert f"{len(found.columns) - 10} more models" in text


def test_gaps_are_those_of_the_command(library: Library, home: Path) -> None:
    text = page(home, "coverage", library).split("## Gaps")[1].split("## Stale")[0]
    found = gaps(library.bundle, limit=30)
    assert len(rows(text)) == len(found.rows)
    for row, shown in zip(found.rows, rows(text), strict=True):
        assert f'href="../models/{row.model}/"' in shown
        assert f'href="../hardware/{row.hardware}/"' in shown
        assert f">{row.missing:,.1f}<" in shown


def test_no_more_than_the_oldest_of_the_stale_are_shown(library: Library, home: Path) -> None:
    text = page(home, "coverage", library).split("## Stale")[1].split("## What there is")[0]
    found = staleness(library.bundle).rows
    assert len(rows(text)) == min(50, len(found))
    assert f'href="../hardware/{found[0].hardware}/"' in rows(text)[0]
    assert f"{len(found):,} stale pairs" in text


def test_disputes_begin_with_those_that_differ_most(library: Library, home: Path) -> None:
    text = page(home, "disputes", library)
    found = disputes(library.bundle)
    assert f"{len(found):,} disputed numbers" in text
    assert len(rows(text)) == min(200, len(found))
    assert f'/{found[0].record}/"' in rows(text)[0]
    assert "no ratio" in rows(text)[0]


def test_the_home_page_shows_disputes_of_different_figures(library: Library, home: Path) -> None:
    text = page(home, "index", library).split("## Where sources differ")[1].split("\n## ")[0]
    figures = [re.findall("<td.*?>(.*?)</td>", row)[1:3] for row in rows(text)]
    assert len({figure for figure, _ in figures}) == len(figures) == 5
    spreads = [float(spread.removesuffix(" %").replace(",", "")) for _, spread in figures]
    assert spreads == sorted(spreads, reverse=True)
    assert spreads[0] == round(max(one.spread_pct or 0 for one in disputes(library.bundle)), 1)


def test_what_contributors_write_stays_text(hostile: Library, home: Path) -> None:
    for name in ("coverage", "disputes"):
        text = page(home, name, hostile)
        assert not re.search(r'<(script|img|iframe|svg)|href="javascript', text, re.IGNORECASE)
