"""The chart of a history."""

from kb.plots.scale import named, scale_of
from kb.plots.svg import Chart, Line, Mark
from kb.search.history import History, summary
from kb.search.timeline import Run, Series


def history_chart(found: History) -> Chart:
    """Return the chart: speed over that at the first step, by days since the model's release.

    Each series is a line, in the colour of its stack. Where the release is not recorded, days count from the earliest
    step.
    """
    every = [(number, one) for number, stack in enumerate(found.stacks) for one in stack.series]
    start = min((run.step.day for _, one in every for run in one.runs), default=None)

    def day(run: Run) -> float:
        if run.step.since_release is not None:
            return float(run.step.since_release)
        return float((run.step.day - start).days) if start else 0.0

    lines = tuple(Line(tuple((day(r), c) for r, c in zip(s.runs, s.changes, strict=True)), n) for n, s in every)
    marks = tuple(
        Mark(day(run), change, number, "strong", _words(one, run, change))
        for number, one in every
        for run, change in zip(one.runs, one.changes, strict=True)
    )
    where = f" on {found.hardware}" if found.hardware else ""
    since = "the model's release" if found.released else "the earliest step"
    return Chart(
        f"{found.model}{where}: speed over that at the first step",
        _described(found),
        scale_of((mark.x for mark in marks), zero=False),
        scale_of((mark.y for mark in marks), zero=False),
        f"days since {since}",
        "speed over the first step's",
        tuple(stack.name for stack in found.stacks),
        marks,
        lines,
        ("each line: one stack under one load",),
    )


def _described(found: History) -> str:
    told = summary(found)
    return "No stack has two builds or days to compare." if told is None else f"{told[0].upper()}{told[1:]}."


def _words(one: Series, run: Run, change: float) -> str:
    rate = run.rate(one.metric)
    unit = "tok/s of one user" if one.metric == "per_user_tok_s" else "tok/s over all cards"
    speed = named(round(rate.tok_s, 1)) if rate else "-"
    return f"{run.step}: {speed} {unit}, {change:.2f}x of the first; {one}; {run.deployed.case['id']}"
