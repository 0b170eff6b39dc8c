"""``kb fit``: print what fits where, the best first, and what became of everything else."""

from collections.abc import Iterator
from typing import Any, Literal

from kb.cli.json_text import json_text
from kb.cli.opening import bundle
from kb.cli.table import number, print_rows
from kb.errors import BadRequest
from kb.estimate.fitting import Fit
from kb.search.fits import FitAnswer, FitQuestion, what_fits
from kb.search.lookup import BundleLibrary

Output = Literal["terminal", "json", "csv"]
_MOST_NAMED = 6
_COLUMNS = ("cards", "format", "GB/card", "tok/s", "low", "high", "per card", "class")
_OTHERS = {
    "too-large": "are too large",
    "format-lacking": "are in a format that the card does not compute in",
    "context-too-short": "ask for more tokens than the model takes",
}


def run_fit(question: FitQuestion, limit: int, output: Output) -> None:
    """Answer ``question`` and print at most ``limit`` rows that fit."""
    if limit < 1:
        raise BadRequest(f"limit is {limit:,}; it should be at least 1")
    with bundle() as opened:
        answer = what_fits(BundleLibrary(opened), question)
    if output == "json":
        print(json_text(answer.plain(limit)))
        return
    named = ("model", "hardware") if question.model is None else ("hardware", "model")
    rows = [(_name(row, named[0]), *_row(row)) for row in answer.rows[:limit]]
    print_rows((named[0], *_COLUMNS), rows, "csv" if output == "csv" else "table")
    if output == "terminal":
        for sentence in _rest(answer, len(rows)):
            print(sentence)


def _name(row: Fit, which: str) -> str:
    return row.model.id if which == "model" else row.hardware.id


def _row(row: Fit) -> tuple[Any, ...]:
    found, memory = row.expected, row.memory
    stored = None if row.quantization is None else row.quantization.id
    held = None if memory is None else number(_round(memory.per_card_gb))
    if found is None:
        return (_cards(row), stored, held, None, None, None, None, f"speed not known: {row.because}")
    # Where records support a range only, there is no middle to give.
    point, each = found.error.point, row.tok_s_per_card
    return (
        _cards(row),
        stored,
        held,
        number(_round(found.tok_s)) if point else None,
        number(_round(found.low)),
        number(_round(found.high)),
        number(_round(each)) if point and each is not None else None,
        found.error.name,
    )


def _cards(row: Fit) -> str:
    if not row.beyond_domain:
        return str(row.count)
    return f"{row.count}, over domains of {row.domain}" if row.domain else f"{row.count}, over several hosts"


def _rest(answer: FitAnswer, shown: int) -> Iterator[str]:
    """Yield what became of the combinations that the table does not show."""
    if more := len(answer.rows) - shown:
        yield f"{more:,} more fit; a higher --limit shows them"
    for outcome, words in _OTHERS.items():
        if found := answer.others_with(outcome):
            yield f"{len(found):,} combinations {words}"
    gaps = answer.unknown
    for fact, records in list(gaps.items())[:_MOST_NAMED]:
        some = ", ".join(records[:_MOST_NAMED])
        more_of_it = f" and {len(records) - _MOST_NAMED:,} more" if len(records) > _MOST_NAMED else ""
        yield f"not checkable for want of {fact}: {some}{more_of_it}"
    if len(gaps) > _MOST_NAMED:
        yield f"and of {len(gaps) - _MOST_NAMED:,} more facts; --json names all of them"


def _round(value: float) -> float:
    """Return the value with three figures: an estimate has no more, and a table has to hold many."""
    return float(f"{value:.3g}")
