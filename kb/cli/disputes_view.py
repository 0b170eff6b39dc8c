"""``kb disputes``: print numbers on which sources differ, each side with its source."""

import textwrap
from collections.abc import Iterator
from typing import Literal

from kb.cli.json_text import json_text
from kb.cli.opening import bundle
from kb.cli.table import print_rows
from kb.cli.terminal import printable, width
from kb.errors import BadRequest
from kb.search.disputes import Dispute, Side, disputes, plain_disputes, plain_number

Output = Literal["terminal", "json", "csv"]
_COLUMNS = ("kind", "record", "pointer", "spread_pct", "taken", "value", "tier", "why", "sources", "locators")


def run_disputes(kind: str | None, record: str | None, min_spread: float, limit: int, output: Output) -> None:
    """Print disputes, those that differ most first: ``limit`` of them for people, all of them as JSON or CSV."""
    if limit < 1:
        raise BadRequest(f"--limit is {limit:,}; it should be at least 1")
    with bundle() as opened:
        found = disputes(opened, kind, record, min_spread)
    if output == "json":
        print(json_text(plain_disputes(found)))
    elif output == "csv":
        rows = [
            (
                *(dispute.kind, dispute.record, dispute.pointer, dispute.spread_pct),
                *(index == 0, plain_number(side.value), side.tier, side.why or side.note),
                "; ".join(_source(side)),
                "; ".join(cited.locator or "" for cited in side.cited),
            )
            for dispute in found
            for index, side in enumerate((dispute.taken, *dispute.others))
        ]
        print_rows(_COLUMNS, rows, "csv")
    else:
        for dispute in found[:limit]:
            _print(dispute)
        print(_count(len(found), limit))


def _print(dispute: Dispute) -> None:
    spread = dispute.spread_pct
    # Zero beside another value, or signs that differ: no ratio says how far they are apart.
    apart = "no ratio" if spread is None else f"{spread:,.1f}%"
    _line(f"{dispute.kind} {dispute.record}: {dispute.pointer.strip('/')}, spread {apart}", 0)
    _side("takes", dispute.taken)
    for side in dispute.others:
        _side("not", side)


def _side(verb: str, side: Side) -> None:
    sources = "; ".join(_source(side)) or "no source"
    _line(f"{verb} {_exact(side.value)} ({side.tier}) {sources}", 2)
    if side.why:
        _line(side.why, 8)


def _line(text: str, indent: int, hanging: int = 8) -> None:
    """Print a text, folded at the terminal's width, what is folded set in a little more."""
    print(
        textwrap.fill(
            printable(" ".join(text.split())),
            max(40, width()),
            initial_indent=" " * indent,
            subsequent_indent=" " * hanging,
            break_on_hyphens=False,
        )
    )


def _source(side: Side) -> Iterator[str]:
    """Yield each source once: who says so, and where."""
    for cited in dict.fromkeys((cited.publisher, cited.title) for cited in side.cited):
        publisher, title = cited
        named = publisher and title and not title.startswith(publisher)
        yield f"{publisher}: {title}" if named else title or publisher or "no source"


def _exact(value: float) -> str:
    """Return a number with all its digits: two sides may differ in the last."""
    return f"{plain_number(value):,}"


def _count(found: int, limit: int) -> str:
    if not found:
        return "no dispute"
    total = f"{found:,} {'dispute' if found == 1 else 'disputes'}"
    return total if found <= limit else f"{total}, {limit:,} shown; a higher --limit shows more, --csv has all"
