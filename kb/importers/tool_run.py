"""What a reader of a benchmark tool's output hands over: a :class:`Run`, and runs of one stack put together.

A tool knows what it measured, and little of what it ran on. A reader puts what the file says into a Run.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any


@dataclass
class Run:
    """One deployment as a tool's file tells of it; names are those of the file, units those of a record.

    Attributes:
        tool: the tool and, where the file gives it, its version.
        points: operating points in the shape of a case record (scenario, results, and perhaps label, locator, remark).
        model: name, Hugging Face id or path of the model.
        hardware: the card as the file calls it; ``count`` how many.
        engine: the engine that served, ``engine_version`` its version or build, ``backend`` what it computes with.
        quantization: format of the weights as the file calls it. kv_cache, activations: formats of numbers of records.
        parallelism: ranks by name (tp, pp, ep, dp).
        pools: pools in the shape of a case record, for disaggregated runs; then hardware and count are left out.
        speculation: in the shape of a case record.
        command: the command that wrote the file, only where the file holds it.
        measured: the day of the run, only where the file holds it.
        weights_gb: size of the weights, as printed.
        stack: further fields of a case's stack (driver, os, environment).
        locator: where in the file the figures stand, for a file that holds several runs.
        missing: further sentences on what only a person can add. remarks: what else is worth knowing.
        engine_commit, engine_image: the exact build of the engine, where the file names it.
    """

    tool: str
    points: list[dict[str, Any]]
    model: str | None = None
    hardware: str | None = None
    count: int | None = None
    engine: str | None = None
    engine_version: str | None = None
    backend: str | None = None
    quantization: str | None = None
    kv_cache: str | None = None
    activations: str | None = None
    parallelism: dict[str, int] = field(default_factory=dict)
    pools: list[dict[str, Any]] = field(default_factory=list)
    speculation: dict[str, Any] | None = None
    command: str | None = None
    measured: str | None = None
    weights_gb: float | None = None
    stack: dict[str, Any] = field(default_factory=dict)
    locator: str | None = None
    missing: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    engine_commit: str | None = None
    engine_image: str | None = None


# What differs between the runs of one deployment.
_OF_THE_RUN = frozenset(("points", "measured", "locator", "missing", "remarks"))


def same_stack(one: Run, other: Run) -> bool:
    """Tell whether two runs are of one deployment, as far as their files tell."""
    return _stack_of(one) == _stack_of(other)


def _stack_of(run: Run) -> str:
    return repr([getattr(run, f.name) for f in fields(Run) if f.name not in _OF_THE_RUN])


def grouped(runs: Iterable[Run]) -> list[Run]:
    """Return the runs with those of one stack made into one, which holds the points of all, in their order."""
    groups: dict[str, list[Run]] = {}
    for run in runs:
        groups.setdefault(_stack_of(run), []).append(run)
    return [
        replace(
            group[0],
            points=[point for run in group for point in run.points],
            measured=common_day([run.measured for run in group]),
            locator=group[0].locator if len(group) == 1 else None,
            missing=list(dict.fromkeys(sentence for run in group for sentence in run.missing)),
            remarks=list(dict.fromkeys(sentence for run in group for sentence in run.remarks)),
        )
        for group in groups.values()
    ]


def common_day(days: Sequence[str | None]) -> str | None:
    """Return the day, else the month, else the year that all of ``days`` share; None where one is unknown."""
    known = {day for day in days if day is not None}
    if not known or None in days:
        return None
    return next(
        (next(iter(known))[:length] for length in (10, 7, 4) if len({day[:length] for day in known}) == 1), None
    )
