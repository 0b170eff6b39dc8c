"""The heat map of what was measured on what: a table whose cells have the colour of their best tier.

It is a table and no drawing, so that it is read, searched and walked through by keyboard as one.
"""

from kb.search.coverage import Coverage, Summary, coverage
from kb.site.charts.figure import Data, csv_link
from kb.site.figures import exact, plural
from kb.site.library import Here, Library
from kb.site.memo import remembered
from kb.site.parts import tier
from kb.site.text import blocks, escape

ROWS, COLUMNS = 30, 24
# For those who see few colours, and in print.
_LETTERS = {"measured": "m", "reported": "r", "official": "o", "derived": "d", "estimated": "e"}
_CSV = ("hardware", "model", "cases", "points", "best_tier", "newest", "newest_dated_by")


@remembered
def _known(library: Library, _: str) -> Coverage:
    return coverage(library.bundle)


def coverage_map(library: Library, here: Here) -> str:
    """Return the cards and the models with most cases, how many cases each pair has, and their best tier."""
    found = _known(library, "")
    if found.total is None:
        return blocks("<p>There are no cases yet.</p>")
    cards, models = list(found.hardware)[:ROWS], list(found.columns)[:COLUMNS]
    heads = "".join(f'<th scope="col"><span>{library.link(here, "model", model)}</span></th>' for model in models)
    body = "\n".join(
        f'<tr><th scope="row">{library.link(here, "hardware", card)}</th>'
        + "".join(_cell(found.cells.get((card, model)), card, model) for model in models)
        + "</tr>"
        for card in cards
    )
    legend = ", ".join(f"{letter} {tier(word)}" for word, letter in _LETTERS.items())
    return blocks(
        '<div class="kb-plot">'
        f'<table class="kb-heat">\n<thead><tr><th scope="col">Accelerator</th>{heads}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody>\n</table></div>",
        f'<p class="kb-plot-note">A cell says how many cases there are and, as its letter and colour, their best tier: '
        f"{legend}. {_rest(found)} {csv_link('CSV', 'coverage')} with all {plural(len(found.cells), 'pair')}.</p>",
    )


def coverage_csv(library: Library) -> str:
    """Return all pairs as CSV."""
    cells = _known(library, "").cells
    values = tuple(
        (card, model, found.cases, found.points, found.tier, found.newest, found.by)
        for (card, model), found in cells.items()
    )
    return Data((), (), _CSV, values).csv


def _rest(found: Coverage) -> str:
    cards, models = max(0, len(found.hardware) - ROWS), max(0, len(found.columns) - COLUMNS)
    left = [plural(count, what) for count, what in ((cards, "more card"), (models, "more model")) if count]
    return f"{' and '.join(left)} with fewer cases are below." if left else ""


def _cell(found: Summary | None, card: str, model: str) -> str:
    if found is None:
        return "<td></td>"
    words = f"{model} on {card}: {plural(found.cases, 'case')}, {plural(found.points, 'point')}, best {found.tier}"
    return (
        f'<td class="kb-heat--{found.tier}" title="{escape(words)}">{exact(found.cases)}'
        f"<small>{_LETTERS[found.tier]}</small></td>"
    )
