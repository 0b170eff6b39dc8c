"""``kb pareto``: a plot in the terminal, the frontier as a table, and the same as JSON, CSV or SVG."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kb.cli.json_text import print_json
from kb.cli.money import cost_columns, cost_notes
from kb.cli.opening import bundle
from kb.cli.scatter import DOUBTED, Dot, letter_of, scatter
from kb.cli.table import print_rows, print_table
from kb.cli.writing import figure, print_folded, write_svg
from kb.plots.scale import scale_of
from kb.search.economy import Economy
from kb.search.pareto import Pareto, ParetoQuestion, pareto
from kb.search.prices import economies_of, own_price
from kb.search.spots import Spot

_MOST_LOADS = 8
_COLUMNS = (
    *("model", "hardware", "case", "point", "stack", "cards", "in_flight", "per_user_tok_s", "per_user_how"),
    *("tok_s_per_card", "tok_s_how", "tier", "verdict", "on_frontier", "never_on_frontier_because"),
    *("usd_per_million_tokens", "tokens_per_joule", "tokens_per_joule_at_least"),
)


def run_pareto(
    question: ParetoQuestion, output: str, svg: Path | None, usd_per_card_hour: float | None, *, cost: bool
) -> None:
    """Answer ``question``; print it as ``terminal``, ``json`` or ``csv``, and draw it where a file is named.

    With ``cost``, or a price, the terminal shows what the tokens of the frontier cost; JSON and CSV always tell it.
    """
    own = None if usd_per_card_hour is None else own_price(usd_per_card_hour)
    with bundle() as opened:
        found = pareto(opened, question)
        money = economies_of(opened, [(spot.case, spot.point, spot.cards) for spot in found.spots], own)
    if svg is not None:
        from kb.plots.pareto_chart import pareto_chart

        write_svg(svg, pareto_chart(found))
    if output == "json":
        plain = found.plain()
        for point, told in zip(plain["points"], money, strict=True):
            point["economy"] = told.plain()
        print_json(plain)
    elif output == "csv":
        print_rows(_COLUMNS, [_row(spot, told) for spot, told in zip(found.spots, money, strict=True)], "csv")
    else:
        _print_plot(found)
        best = [(spot, told) for spot, told in zip(found.spots, money, strict=True) if spot.on_frontier]
        if best:
            _print_frontier(best, cost=cost or own is not None)
        for line in (*_told(found), *(cost_notes(best, own) if cost or own else ())):
            print_folded(line)


def _row(spot: Spot, told: Economy) -> tuple[Any, ...]:
    plain = spot.plain()
    figures = (told.usd_per_million_tokens, told.tokens_per_joule, told.tokens_per_joule_at_least)
    own = {"in_flight": spot.in_flight}
    return (*((own | plain)[name] for name in _COLUMNS[:-3]), *(figure and figure.value for figure in figures))


def _print_plot(found: Pareto) -> None:
    models = ", ".join(found.models)
    if not found.spots:
        print_folded(f"{models}: no point can be placed")
        return
    print_folded(f"{models}: {'all loads' if found.load is None else found.load}")
    column = "hardware" if found.by == "all" else found.by
    names = sorted({str(spot.case[column]) for spot in found.spots})
    letters = {name: letter_of(place) for place, name in enumerate(names)}
    dots = [_dot(spot, letters[str(spot.case[column])]) for spot in found.spots]
    x, y = scale_of(dot.x for dot in dots), scale_of(dot.y for dot in dots)
    for line in scatter(dots, x, y, "output tok/s of one user", "output tok/s per card"):
        print(line)
    print_folded("; ".join(f"{letters[name]} {name}" for name in names))
    doubted = sum(spot.doubt is not None for spot in found.spots)
    print_folded("capitals: on the frontier" + (f"; {DOUBTED}: {doubted:,} points that never count" if doubted else ""))


def _dot(spot: Spot, letter: str) -> Dot:
    if spot.doubt is not None:
        return Dot(spot.speed.tok_s, spot.per_card, DOUBTED, 0)
    return Dot(spot.speed.tok_s, spot.per_card, letter.upper() if spot.on_frontier else letter, 1 + spot.on_frontier)


def _print_frontier(best: list[tuple[Spot, Economy]], *, cost: bool) -> None:
    """Print the points of the frontier, fastest for a user first."""
    extra = cost_columns([told for _, told in best]) if cost else {}
    print()
    print_table(
        ("no", "tok/s/user", "tok/s/card", *extra, "load", "tier"),
        [
            (
                str(place + 1),
                figure(spot.speed.tok_s),
                figure(spot.per_card),
                *(column[place] for column in extra.values()),
                spot.in_flight or "not stated",
                spot.case["tier"],
            )
            for place, (spot, _) in enumerate(best)
        ],
    )
    cases: dict[tuple[str, str], list[str]] = {}
    for place, (spot, _) in enumerate(best):
        cases.setdefault((spot.deployed.stack, spot.case["id"]), []).append(str(place + 1))
    print()
    for (stack, case), places in cases.items():
        print_folded(f"{', '.join(places)}: {stack}")
        # An id that is broken over lines cannot be copied.
        print(f"    {case}")
    print()


def _told(found: Pareto) -> Iterator[str]:
    """Yield what a reader must know beside the figures."""
    yield from found.warnings
    doubts = Counter(spot.doubt.partition(":")[0] for spot in found.spots if spot.doubt)
    for doubt, count in sorted(doubts.items(), key=lambda entry: (-entry[1], entry[0])):
        yield f"never on the frontier, {count:,}: {doubt}"
    for reason, count in found.left_out.items():
        yield f"not placed, {count:,}: {reason}"
    if found.others:
        yield 'other loads, each with a frontier of its own; --load "WORDS" with words of its line asks for one:'
        for load, count in found.others[:_MOST_LOADS]:
            yield f"  {load}: {count:,} {'point' if count == 1 else 'points'}"
        if (more := len(found.others) - _MOST_LOADS) > 0:
            yield f"  and {more:,} more; --json names all"
    if found.alike:
        listed = ", ".join(f"{model} ({count:,})" for model, count in list(found.alike.items())[:_MOST_LOADS])
        yield f"--family takes in points of models of the same family and size: {listed}"
