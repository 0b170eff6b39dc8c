"""Numbers on which sources differ, as a table of the site."""

from collections.abc import Sequence

from kb.search.disputes import Dispute, Side, disputes, plain_number
from kb.site.figures import exact, label_of, latency_unit, plural
from kb.site.library import Here, Library
from kb.site.pages.lists import sortable
from kb.site.parts import tier
from kb.site.text import blocks, escape

# The page of each record has its own disputes, so that this page need not have all of them.
_MOST = 200


def dispute_table(library: Library, here: Here) -> str:
    """Return the disputed numbers that differ most: the value taken, and what each other source says and why not."""
    found = disputes(library.bundle)
    if not found:
        return blocks("<p>No number is disputed.</p>")
    more = f", the {_MOST} that differ most" if len(found) > _MOST else ""
    return blocks(f"<p>{plural(len(found), 'disputed number')}{more}.</p>", _table(found[:_MOST], library, here))


def dispute_rows(library: Library, here: Here, most: int) -> str:
    """Return the table alone, with so many rows, each of another figure, or what is said where there are none."""
    found = disputes(library.bundle)
    return _table(_varied(found)[:most], library, here) if found else "<p>No number is disputed.</p>"


def _varied(found: Sequence[Dispute]) -> list[Dispute]:
    """Return the first dispute of each figure, those first of which it can be said how far they are apart: one figure
    that a single source has wrong throughout would fill a short list.
    """
    first: dict[str, Dispute] = {}
    for dispute in sorted(found, key=lambda one: one.spread_pct is None):
        first.setdefault(label_of(dispute.pointer), dispute)
    return list(first.values())


def _table(found: Sequence[Dispute], library: Library, here: Here) -> str:
    rows = [_row(dispute, library, here) for dispute in found]
    return sortable(("Record", "Figure", "Spread", "Taken", "Others"), rows, (2,))


def _row(dispute: Dispute, library: Library, here: Here) -> tuple[str, ...]:
    spread = dispute.spread_pct
    unit = latency_unit(dispute.pointer)
    return (
        library.link(here, dispute.kind, dispute.record),
        escape(label_of(dispute.pointer)) + (f" ({escape(unit)})" if unit else ""),
        "no ratio" if spread is None else f"{spread:,.1f} %",
        _side(dispute.taken),
        "<br>".join(f"{_side(side)} <small>{escape(side.why or '')}</small>" for side in dispute.others),
    )


def _side(side: Side) -> str:
    titles = dict.fromkeys(cited.title for cited in side.cited if cited.title)
    said = "; ".join(escape(title) for title in titles)
    return f"{exact(plain_number(side.value))} {tier(side.tier)} <small>{said}</small>"
