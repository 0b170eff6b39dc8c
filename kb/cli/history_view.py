"""``kb history``: a table per stack and kind of load, builds from left to right, and the same as JSON, CSV or SVG."""

from collections.abc import Iterator
from pathlib import Path

from kb.cli.json_text import print_json
from kb.cli.opening import bundle
from kb.cli.table import print_rows, print_table
from kb.cli.writing import figure, print_folded, write_svg
from kb.search.history import History, Stack, history, summary
from kb.search.loads import Load
from kb.search.timeline import Metric, Series, Step

# More columns than these do not fit; the first and the last steps are shown then.
_MOST_STEPS = 5
_MOST_NAMED = 8
_UNITS = {"tok_s": "output tok/s, all cards", "per_user_tok_s": "output tok/s of one user"}
_COLUMNS = (
    *("hardware", "stack", "load", "in_flight", "metric", "day", "dated_by", "days_since_release", "build"),
    *("tok_s", "over_first", "case", "point", "tier", "verdict", "also_changed"),
)


def run_history(model: str, hardware: str | None, engine: str | None, output: str, svg: Path | None) -> None:
    """Print a history as ``terminal``, ``json`` or ``csv``, and draw it where a file is named."""
    with bundle() as opened:
        found = history(opened, model, hardware, engine)
    if svg is not None:
        from kb.plots.history_chart import history_chart

        write_svg(svg, history_chart(found))
    if output == "json":
        print_json(found.plain())
    elif output == "csv":
        print_rows(_COLUMNS, list(_rows(found)), "csv")
    else:
        _print(found)


def _rows(found: History) -> Iterator[tuple[object, ...]]:
    for stack in found.stacks:
        for one in stack.series:
            changed = "; ".join(_changed(one.confounders))
            for run, rate, change in zip(one.runs, one.rates, one.changes, strict=True):
                step = run.step.plain()
                yield (
                    *(stack.hardware, stack.name, str(one.load), one.in_flight, one.metric),
                    *(step[name] for name in ("day", "dated_by", "days_since_release", "build")),
                    *(rate, change, run.deployed.case["id"], run.point["point"]),
                    *(run.deployed.case["tier"], run.point["verdict"], changed),
                )


def _print(found: History) -> None:
    told = summary(found)
    where = f" on {found.hardware}" if found.hardware else ""
    released = f"released {found.released}" if found.released else "the day of its release is not recorded"
    print_folded(f"{found.model}{where}: {released}")
    print_folded(told or "no stack has two builds or days to compare")
    for stack in found.stacks:
        for metric in dict.fromkeys(one.metric for one in stack.series):
            mine = sorted(
                (one for one in stack.series if one.metric == metric),
                key=lambda one: (one.load.kind, one.load.means, one.flight or ("", 0)),
            )
            loads = list(dict.fromkeys(one.load for one in mine))
            if len(loads) == len(mine):
                # A table of one row for each load would be all heads.
                _print_block(stack, None, metric, mine)
                continue
            for load in loads:
                _print_block(stack, load, metric, [one for one in mine if one.load == load])
    print()
    for line in _rest(found):
        print_folded(line)


def _print_block(stack: Stack, load: Load | None, metric: Metric, series: list[Series]) -> None:
    steps = sorted({run.step for one in series for run in one.runs}, key=lambda step: (step.day, step.build or ""))
    shown = steps if len(steps) <= _MOST_STEPS else [*steps[:1], *steps[1 - _MOST_STEPS :]]
    print()
    print_folded(stack.name)
    print_folded(f"{load}; {_UNITS[metric]}" if load else _UNITS[metric])
    names = [str(one) if load is None else one.in_flight or "all at once" for one in series]
    rows = []
    for one, name in zip(series, names, strict=True):
        at = {run.step: rate for run, rate in zip(one.runs, one.rates, strict=True)}
        cells = (figure(at[step]) if step in at else "-" for step in shown)
        rows.append((name, *cells, f"{one.changes[-1]:.2f}x"))
    print_table(("load", *map(_head, shown), "last over first"), rows)
    if len(shown) < len(steps):
        print_folded(f"steps left out after the first: {len(steps) - len(shown):,}; --csv has all")
    for line in _beside(series, names, steps):
        print_folded(line)


def _head(step: Step) -> str:
    since = () if step.since_release is None else (f"day {step.since_release:,}",)
    return "\n".join((*since, step.day.isoformat(), step.build or "build ?"))


def _beside(series: list[Series], names: list[str], steps: list[Step]) -> Iterator[str]:
    """Yield what changed beside the build, and days that are not those of the run."""
    found: dict[str, list[str]] = {}
    for one, name in zip(series, names, strict=True):
        for text in _changed(one.confounders):
            found.setdefault(text, []).append(name)
    for text, loads in found.items():
        where = "" if len(loads) == len(series) else f" ({_listed(loads)})"
        yield f"also changed: {text}{where}"
    for by in sorted({step.dated_by for step in steps} - {"measured"}):
        days = dict.fromkeys(step.day.isoformat() for step in steps if step.dated_by == by)
        yield f"dated by {_BY[by]}: {', '.join(days)}"


def _listed(loads: list[str]) -> str:
    """Return ``concurrency 4, 8, 16``."""
    first = loads[0].partition(" ")[0]
    return ", ".join([loads[0], *(load.removeprefix(f"{first} ") for load in dict.fromkeys(loads[1:]))])


_BY = {
    "submitted": "the day it was submitted",
    "engine-release": "the release of the engine's version",
    "published": "the day its source was published",
}


def _changed(confounders: dict[str, tuple[str, ...]]) -> Iterator[str]:
    for name, values in confounders.items():
        yield f"{name.replace('_', ' ')}, {' then '.join(values)}"


def _rest(found: History) -> Iterator[str]:
    """Yield what has no history, and why."""
    if found.stacks:
        yield "a change of what no source states, a driver or a setting, cannot be told from one of the build"
        yield "--csv names the case and point of every figure"
    for reason, count in found.left_out.items():
        yield f"left out, {count:,} {'point' if count == 1 else 'points'}: {reason}"
    if found.undated:
        more = f" and {len(found.undated) - _MOST_NAMED:,} more" if len(found.undated) > _MOST_NAMED else ""
        yield f"cases that nothing dates: {', '.join(found.undated[:_MOST_NAMED])}{more}"
