"""Charts of speed over time: of a model on its cards, and of an engine on the pairs of model and card it ran most."""

import datetime
from collections import Counter
from dataclasses import replace

from kb.plots.history_chart import history_chart
from kb.plots.scale import named, scale_of
from kb.plots.svg import Chart, Line, Mark
from kb.search.history import History, Stack, history, summary
from kb.search.timeline import Run, Series
from kb.site.charts.figure import Cells, Data, Figure
from kb.site.charts.inline import most_that_fit
from kb.site.figures import about, exact, plural
from kb.site.library import Here, Library
from kb.site.memo import remembered
from kb.site.parts import tier
from kb.site.text import escape

# An engine ran some models often and most of them once.
_MOST_MODELS = 8
_HEADS = ("Stack", "Load", "Build", "Day", "Speed", "Of the first", "Tier", "Case")
_NUMERIC = (4, 5)
_COLUMNS = (
    *("model", "hardware", "engine", "stack", "load", "metric", "build", "day", "dated_by", "days_since_release"),
    *("speed_tok_s", "over_first", "case", "point", "points_at_this_step", "tier", "verdict"),
)
_BEST = "Each mark is the fastest run of a build on a day; a line joins runs of one stack under one load."
_BESIDE = "What else changed beside the build, such as a driver, is in the JSON of kb history."


@remembered
def known_history(library: Library, model: str) -> History:
    """Return the history of a model on all cards."""
    return history(library.bundle, model)


def model_history(library: Library, model: str, here: Here) -> Figure | None:
    """Return the chart of a model; None where no stack has two builds or days to compare."""
    found = known_history(library, model)
    every = [(stack, one) for stack in found.stacks for one in stack.series]
    if not every:
        return None
    ordered = sorted(every, key=lambda pair: (-len(pair[1].runs), pair[0].name, str(pair[1])))
    chart, most = most_that_fit(lambda count: _model_chart(found, ordered[:count]), len(ordered))
    return _figure(
        library, here, chart, ordered, most, f"{_BEST} {_first_letter(summary(found))}.", "Loads: those in the table."
    )


def engine_history(library: Library, engine: str, here: Here) -> Figure | None:
    """Return the chart of an engine; None where none of its pairs has two builds or days to compare."""
    counts = Counter(row["model"] for row in library.cases_with("engine", engine))
    models = sorted(counts, key=lambda model: (-counts[model], model))[:_MOST_MODELS]
    longest: dict[tuple[str, str], tuple[Stack, Series]] = {}
    for model in models:
        for stack in known_history(library, model).stacks:
            for one in stack.series:
                pair = (one.runs[0].deployed.case["model"], stack.hardware)
                known = longest.get(pair)
                if _engine_of(one) == engine and (known is None or len(one.runs) > len(known[1].runs)):
                    longest[pair] = (stack, one)
    if not longest:
        return None
    ordered = sorted(longest.values(), key=lambda pair: (-len(pair[1].runs), *_pair(*pair)))
    chart, most = most_that_fit(lambda count: _engine_chart(library, engine, ordered[:count]), len(ordered))
    return _figure(
        library,
        here,
        chart,
        ordered,
        most,
        f"{_BEST} Of each pair of model and card it is the load with most builds; the pairs are of the "
        f"{plural(len(models), 'model')} that this engine ran in most cases.",
        "Loads: those in the table.",
    )


def _figure(
    library: Library,
    here: Here,
    chart: Chart,
    ordered: list[tuple[Stack, Series]],
    most: int,
    intro: str,
    load: str,
) -> Figure:
    rows = [_cells(*pair, run, change, library, here) for pair in ordered[:most] for run, change in _steps(pair[1])]
    return Figure(
        "history",
        "Speed over time",
        intro,
        chart,
        (load, _BESIDE, "Sources: those of the cases."),
        "run",
        Data(
            _HEADS,
            tuple(rows),
            _COLUMNS,
            tuple(_values(*pair, run, change) for pair in ordered for run, change in _steps(pair[1])),
            _NUMERIC,
        ),
    )


def _steps(one: Series) -> list[tuple[Run, float]]:
    return list(zip(one.runs, one.changes, strict=True))


def _engine_of(one: Series) -> str:
    return str(one.runs[0].deployed.case["engine"])


def _pair(stack: Stack, one: Series) -> tuple[str, str]:
    return one.runs[0].deployed.case["model"], stack.hardware


def _model_chart(found: History, pairs: list[tuple[Stack, Series]]) -> Chart:
    kept = {id(one) for _, one in pairs}
    stacks = [replace(s, series=tuple(one for one in s.series if id(one) in kept)) for s in found.stacks]
    chart = history_chart(replace(found, stacks=tuple(stack for stack in stacks if stack.series)))
    return replace(chart, desc=_first_letter(summary(found)) + ".")


def _engine_chart(library: Library, engine: str, pairs: list[tuple[Stack, Series]]) -> Chart:
    start = min((run.step.day for _, one in pairs for run in one.runs), default=datetime.date.min)
    lines, marks = [], []
    for number, (stack, one) in enumerate(pairs):
        places = [((run.step.day - start).days, change) for run, change in _steps(one)]
        lines.append(Line(tuple(places), number))
        for (day, change), run in zip(places, one.runs, strict=True):
            speed = named(round(_speed(run, one), 1))
            words = f"{' on '.join(_pair(stack, one))}, {run.step}: {speed} tok/s, {change:.2f}x of the first; {one}"
            marks.append(Mark(day, change, number, "strong", words))
    last = [one.changes[-1] for _, one in pairs] or [1.0]
    return Chart(
        f"{library.title('engine', engine)}: speed over that at the first step",
        f"{len(pairs):,} pairs of model and card; the last build reached {min(last):.2f}x to {max(last):.2f}x of the "
        "first.",
        scale_of((mark.x for mark in marks), zero=False),
        scale_of((mark.y for mark in marks), zero=False),
        f"days since {start.isoformat()}",
        "speed over the first step's",
        tuple(" on ".join(_pair(stack, one)) for stack, one in pairs),
        tuple(marks),
        tuple(lines),
    )


def _speed(run: Run, one: Series) -> float:
    rate = run.rate(one.metric)
    return rate.tok_s if rate else 0.0


def _cells(stack: Stack, one: Series, run: Run, change: float, library: Library, here: Here) -> Cells:
    unit = "tok/s of one user" if one.metric == "per_user_tok_s" else "tok/s"
    model = run.deployed.case["model"]
    # A page of an engine has several models.
    of = f"{library.link(here, 'model', model)}: " if not here.address.startswith("models/") else ""
    return (
        of + escape(stack.name),
        escape(str(one)),
        escape(run.step.build or ""),
        run.step.day.isoformat(),
        f"{about(_speed(run, one))} {unit}",
        f"{change:.2f}x",
        tier(run.deployed.case["tier"]),
        library.link(here, "case", run.deployed.case["id"], f"point {exact(run.point['point'] + 1)}"),
    )


def _values(stack: Stack, one: Series, run: Run, change: float) -> tuple[object, ...]:
    case, step = run.deployed.case, run.step
    return (
        *(case["model"], stack.hardware, case["engine"], stack.name, one, one.metric),
        *(step.build, step.day, step.dated_by, step.since_release, _speed(run, one), change),
        *(case["id"], run.point["point"], run.of, case["tier"], run.point["verdict"]),
    )


def _first_letter(words: str | None) -> str:
    return escape(words[0].upper() + words[1:]) if words else ""
