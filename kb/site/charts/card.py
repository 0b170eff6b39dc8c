"""The chart of an accelerator: what has been run on it, a row per model and a dot per case."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from kb.plots.dots import Dot, DotPlot, DotRow
from kb.plots.scale import named, scale_of
from kb.plots.shapes import Weight
from kb.records import TIERS
from kb.search.deployed import Deployed, Row
from kb.search.loads import Load, load_of
from kb.search.rates import flight_in_words, flight_of, in_flight, throughput
from kb.site.charts.figure import Cells, Data, Figure
from kb.site.charts.inline import MOST_BYTES, inline
from kb.site.figures import about, exact, plural
from kb.site.library import Here, Library
from kb.site.parts import tier
from kb.site.text import escape
from kb.verdicts import RULED_OUT

# Two cases are a table.
_FEWEST = 3
_MODELS = (20, 16, 12, 8, 4, 1)
_MOST_NAMED = 12
_HEADS = ("Model", "Cases", "Tok/s per card", "The fastest", "In flight", "Of its ceiling", "Tier")
_COLUMNS = (
    *("case", "point", "model", "engine", "engine_version", "quantization", "cards", "tok_s_per_card", "tok_s_how"),
    *("load", "in_flight", "ceiling_tok_s_per_card", "tier", "verdict", "caveat"),
)


@dataclass(frozen=True, slots=True)
class Run:
    """A case by the fastest point that nothing speaks against, or, where it has none, by the fastest.

    ``per_card`` is output tok/s over the cards that decode, ``how`` is what it follows from.
    """

    case: Row
    point: Row
    load: Load | None
    per_card: float
    how: str

    @property
    def doubted(self) -> bool:
        """Tell whether physics refuses it, or its point has a caveat."""
        return _is_doubted(self.point)

    @property
    def ceiling(self) -> float | None:
        """Return the hard ceiling in tok/s and card; None where it is not known."""
        ceiling: float | None = self.point["ceiling_tok_s"]
        return None if ceiling is None else ceiling / self.case["decode_cards"]


@dataclass(frozen=True, slots=True)
class Ran:
    """A model with its runs, the fastest first and the doubted ones last; ``name`` is as it is shown."""

    model: str
    name: str
    runs: tuple[Run, ...]

    @property
    def span(self) -> str:
        """Return the slowest and the fastest run in words, without the doubted ones where there are others."""
        kept = [run.per_card for run in self.runs if not run.doubted] or [run.per_card for run in self.runs]
        low, high = about(min(kept)), about(max(kept))
        return low if low == high else f"{low} to {high}"


def card_figure(library: Library, card: str, here: Here) -> Figure | None:
    """Return the chart of an accelerator; None where fewer than three cases say how fast it decodes."""
    runs = [run for row in library.cases_with("hardware", card) if (run := _run(library, row)) is not None]
    if len(runs) < _FEWEST:
        return None
    every = _by_model(library, runs)
    shown, chart = _most_models(library, card, every)
    return Figure(
        "cases",
        "What has been run on this card",
        "A row per model, a mark per case, by the fastest of its points that nothing speaks against: output tokens per "
        "second over the cards that decode. A shape and a colour stand for a tier.",
        chart,
        (
            "Loads differ from case to case, so only the order of size can be compared.",
            *_legend(chart.marks),
            _others(every[len(shown) :]),
            "Sources: those of the cases.",
        ),
        "case",
        Data(
            _HEADS,
            tuple(_cells(one, library, here) for one in shown),
            _COLUMNS,
            tuple(_values(run) for run in sorted(runs, key=lambda run: (-run.per_card, run.case["id"]))),
            (1, 2, 5),
        ),
        listed="model",
    )


def _run(library: Library, row: Row) -> Run | None:
    """Return a case by its fastest point; None where nothing tells how fast one card is."""
    one = Deployed(row, tuple(library.points.get(row["id"], ())), library.items["case"][row["id"]])
    if one.cards is None:
        return None
    rates = [(rate, point) for point in one.points if (rate := throughput(point)) is not None]
    if not rates:
        return None
    rate, point = max(rates, key=lambda pair: (not _is_doubted(pair[1]), pair[0].tok_s))
    load = load_of(point, one.kind_of_load(point["point"]))
    return Run(row, point, load, rate.tok_s / row["decode_cards"], rate.how)


def _by_model(library: Library, runs: Sequence[Run]) -> list[Ran]:
    """Return the models with their runs, those with most cases first."""
    found: dict[str, list[Run]] = defaultdict(list)
    for run in runs:
        found[library.current("model", run.case["model"]) or run.case["model"]].append(run)
    every = [
        Ran(
            model,
            library.title("model", model) if model in library.items["model"] else model,
            tuple(sorted(of, key=lambda run: (run.doubted, -run.per_card, run.case["id"]))),
        )
        for model, of in found.items()
    ]
    return sorted(every, key=lambda one: (-len(one.runs), *_speed(one)))


def _is_doubted(point: Row) -> bool:
    return point["verdict"] in RULED_OUT or bool(point["caveat"])


def _speed(one: Ran) -> tuple[bool, float, str]:
    return one.runs[0].doubted, -one.runs[0].per_card, one.model


def _most_models(library: Library, card: str, every: Sequence[Ran]) -> tuple[list[Ran], DotPlot]:
    """Return the models with most cases, as many as a drawing may weigh, the fastest first; and their drawing."""
    for most in _MODELS:
        shown = sorted(every[:most], key=_speed)
        chart = _chart(library, card, shown)
        if len(inline(chart).encode()) <= MOST_BYTES:
            break
    return shown, chart


def _chart(library: Library, card: str, shown: Sequence[Ran]) -> DotPlot:
    marks = tuple(
        Dot(run.per_card, row, TIERS.index(run.case["tier"]), _weight(run))
        for row, one in enumerate(shown)
        for run in one.runs
    )
    first = shown[0]
    return DotPlot(
        f"{library.title('hardware', card)}: what has been run on it",
        f"{plural(len(marks), 'case')} of {plural(len(shown), 'model')}; the fastest is {first.name} with "
        f"{named(round(first.runs[0].per_card, 1))} tok/s per card.",
        scale_of(mark.x for mark in marks),
        "decode, tok/s per card",
        tuple(DotRow(one.name, f"{one.name}: {plural(len(one.runs), 'case')}, {one.span} tok/s") for one in shown),
        TIERS,
        marks,
    )


def _weight(run: Run) -> Weight:
    if run.doubted:
        return "doubted"
    flight = in_flight(run.point)
    return "faint" if flight is not None and flight[0] == 1 else "strong"


def _legend(marks: Sequence[Dot]) -> tuple[str, ...]:
    """Return what hollow marks and crosses stand for, where there are any."""
    weights = {mark.weight for mark in marks}
    return (
        "Hollow marks are of one sequence at a time, filled ones of several or of a number that is not stated."
        if "faint" in weights
        else "",
        "Crosses are doubted: physics refuses them, or they have a caveat, which the CSV tells."
        if "doubted" in weights
        else "",
    )


def _others(rest: Sequence[Ran]) -> str:
    if not rest:
        return ""
    named_ones = ", ".join(escape(one.name) for one in rest[:_MOST_NAMED])
    more = f" and {exact(len(rest) - _MOST_NAMED)} more" if len(rest) > _MOST_NAMED else ""
    return f"Models with fewer cases are not drawn: {named_ones}{more}."


def _cells(one: Ran, library: Library, here: Here) -> Cells:
    best = one.runs[0]
    words = ", ".join(filter(None, (best.case["pools"], best.case["engine"], best.case["quantization"])))
    share = "" if best.ceiling is None else f"{best.per_card / best.ceiling:.0%}"
    return (
        library.link(here, "model", one.model),
        exact(len(one.runs)),
        one.span,
        library.link(here, "case", best.case["id"], escape(words)) + (" (doubted)" if best.doubted else ""),
        escape(flight_in_words(flight_of(best.point)) or ""),
        share,
        tier(best.case["tier"]),
    )


def _values(run: Run) -> tuple[object, ...]:
    case, point = run.case, run.point
    return (
        *(case["id"], point["point"], case["model"], case["engine"], case["engine_version"], case["quantization"]),
        *(case["decode_cards"], run.per_card, run.how, run.load, flight_in_words(flight_of(point))),
        *(run.ceiling, case["tier"], point["verdict"], point["caveat"]),
    )
