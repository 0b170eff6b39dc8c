"""One stack under one load, build after build: what each reached, by what it changed, and what else changed with it."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kb.search.deployed import Deployed, Row
from kb.search.loads import Load
from kb.search.rates import Flight, Rate, flight_in_words, throughput, user_speed

Metric = Literal["tok_s", "per_user_tok_s"]
# What may change beside the build; what only one side states is not told apart.
_SETTINGS = ("driver", "os", "kv_cache", "benchmark_tool")
_RANKS = ("tp", "pp", "ep", "dp")


@dataclass(frozen=True, slots=True)
class Step:
    """A build on a day: its version (else its image or commit), the day, what dates it, and days since the release.

    ``since_release`` is None where the day of the model's release is not recorded.
    """

    day: datetime.date
    build: str | None
    dated_by: str
    since_release: int | None

    def __str__(self) -> str:
        """Return the step in words."""
        build = self.build or "build not stated"
        return f"{build}, {self.day.isoformat()}" + (
            "" if self.since_release is None else f", day {self.since_release}"
        )

    def plain(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "day": self.day.isoformat(),
            "dated_by": self.dated_by,
            "days_since_release": self.since_release,
            "build": self.build,
        }


@dataclass(frozen=True, slots=True)
class Run:
    """One point of one case: when, on what, how fast. ``of`` is how many points there are at that step; this is the
    fastest of them.
    """

    step: Step
    deployed: Deployed
    point: Row
    load: Load
    of: int = 1

    def rate(self, metric: Metric) -> Rate | None:
        """Return the speed in that metric; only what is stated, a share of a total, or a latency is one."""
        found = throughput(self.point) if metric == "tok_s" else user_speed(self.point)
        return None if found is None or found.basis in ("requests", "flight") else found

    @property
    def settings(self) -> dict[str, str]:
        """Return what is stated of the run beside its build."""
        case, stack = self.deployed.case, self.deployed.record["stack"]
        cut = " ".join(f"{name} {case[name]}" for name in _RANKS if case[name])
        evidence = self.deployed.record["evidence"]
        sources = sorted({_source(entry) for entry in evidence} - {""})
        ran_by = sorted({entry["ran_by"] for entry in evidence if entry.get("ran_by")})
        told = {
            "parallelism": cut,
            "backend": (stack.get("engine") or {}).get("backend"),
            **{name: stack.get(name) for name in _SETTINGS},
            "server": case["server"],
            "ran_by": ", ".join(ran_by),
            "source": ", ".join(sources),
            "lengths": str(self.load),
            "tier_of_the_evidence": case["tier"],
        }
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True, slots=True)
class Series:
    """One stack under one load over at least two steps, in order of days.

    ``metric`` is ``tok_s``, over all cards, or ``per_user_tok_s``.
    """

    load: Load
    flight: Flight
    metric: Metric
    runs: tuple[Run, ...]

    @property
    def in_flight(self) -> str | None:
        """Return how many requests there are, in words: ``concurrency 64``; None where nothing says it."""
        return flight_in_words(self.flight)

    def __str__(self) -> str:
        """Return the load in words."""
        return ", ".join(filter(None, (str(self.load), self.in_flight)))

    @property
    def rates(self) -> tuple[float, ...]:
        """Return the speed at each step."""
        return tuple(rate.tok_s for run in self.runs if (rate := run.rate(self.metric)) is not None)

    @property
    def changes(self) -> tuple[float, ...]:
        """Return the speed at each step over that at the first."""
        rates = self.rates
        return tuple(rate / rates[0] for rate in rates)

    @property
    def confounders(self) -> dict[str, tuple[str, ...]]:
        """Return what else is stated to have changed, with its values in order."""
        found: dict[str, list[str]] = {}
        for run in self.runs:
            for name, value in run.settings.items():
                values = found.setdefault(name, [])
                if value not in values:
                    values.append(value)
        return {name: tuple(values) for name, values in found.items() if len(values) > 1}

    def plain(self) -> dict[str, Any]:
        """Return the JSON form."""
        rates = [run.rate(self.metric) for run in self.runs]
        return {
            "load": self.load.plain(),
            "in_flight": dict((self.flight,)) if self.flight else None,
            "metric": self.metric,
            "steps": [
                {
                    **run.step.plain(),
                    "case": run.deployed.case["id"],
                    "point": run.point["point"],
                    "points_at_this_step": run.of,
                    self.metric: rate.tok_s if rate else None,
                    "how": rate.how if rate else None,
                    "over_first": change,
                    "tier": run.deployed.case["tier"],
                    "verdict": run.point["verdict"],
                }
                for run, rate, change in zip(self.runs, rates, self.changes, strict=True)
            ],
            "also_changed": {name: list(values) for name, values in self.confounders.items()},
        }


def series_of(load: Load, flight: Flight, runs: Sequence[Run]) -> Series | None:
    """Return the series of runs that differ in build, day and settings only; None where there is but one step.

    A throughput under a set rate of requests is that rate, so the speed of one user is taken there.
    """
    metrics: tuple[Metric, ...] = ("tok_s", "per_user_tok_s")
    for metric in metrics[1:] if flight and flight[0] == "request_rate_s" else metrics:
        found = _fastest(runs, metric)
        if len(found) > 1:
            return Series(load, flight, metric, found)
    return None


def _fastest(runs: Iterable[Run], metric: Metric) -> tuple[Run, ...]:
    """Return the fastest run at each step, in order of days."""
    steps: dict[Step, list[tuple[float, Run]]] = {}
    for run in runs:
        if (rate := run.rate(metric)) is not None:
            steps.setdefault(run.step, []).append((rate.tok_s, run))
    best = []
    for step in sorted(steps, key=lambda step: (step.day, step.build or "")):
        _, run = max(steps[step], key=lambda entry: entry[0])
        best.append(Run(run.step, run.deployed, run.point, run.load, len(steps[step])))
    return tuple(best)


def _source(evidence: Row) -> str:
    source = evidence.get("source") or ""
    return source if isinstance(source, str) else str(source.get("title") or "")
