"""The figures as Markdown: the tables that a run prints, and the page of the site that the kept run has."""

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.plots import PLOTS, write_plots

RESULTS = Path("benchmarks/results.json")
PAGE = Path("site/pages/benchmarks.md")
ASSETS = Path("site/assets")
AIM_RATIO = 1.3
# Warm, half of the questions take less: on the real cases, and on so many synthetic ones.
AIM_MS, AIM_MS_MANY, MANY = 2.0, 20.0, 100_000
# Of time and memory against cases; 1 is linear.
AIM_EXPONENT = 1.15
_HEAD = """# How fast it is, and how that grows

<!-- Written by `make bench WRITE=--write`; edit benchmarks/page.py instead. -->

Every figure here is from one run of `make bench`. Processes are timed whole, from start to end, next to an empty typer
program that was started just before, and the medians are compared: that ratio means the same on another machine, the
milliseconds do not. Compiled modules and the system's caches are warm, as they are for whoever asks a second time.
"""
_SYNTHETIC = """The synthetic cases are made up, and marked as such: each joins what one real case ran with the cards
and the engine of another and the loads of a third, where the checks have nothing against that, and its figures are what
the estimator expects, moved by chance. All other records (models, cards, engines, sources) are the real ones. Nothing
of it is kept, and none of it is in the data.
"""
_REPEAT = """```sh
make bench                              # all sizes: an hour or more
make bench SIZES="1000 10000"           # some minutes
make bench WRITE=--write                # write the figures and this page anew
python -m benchmarks.answer_speed dist  # the answers alone, from the bundle in dist
```

The largest size needs about as many gigabytes of memory as the table of memory says, and in the folder for temporary
files (`TMPDIR`) those of the bundle and of its records.
"""


def main() -> None:
    """Draw and write anew from the figures that are kept."""
    write_page(json.loads(RESULTS.read_text(encoding="utf-8")), Path())


def write_page(found: dict[str, Any], root: Path) -> list[Path]:
    """Write figures, drawings and page below ``root``, and return the files."""
    (root / RESULTS).write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    drawn = write_plots(found, root / ASSETS / PLOTS)
    (root / PAGE).write_text(page(found), encoding="utf-8")
    return [root / RESULTS, *drawn, root / PAGE]


def page(found: dict[str, Any]) -> str:
    """Return the page; the same figures give the same text."""
    targets, answers, warm, slow, growth, sizes = tables(found)
    machine = found["machine"]
    note = f" {found['note']}" if found["note"] else ""
    parts = [
        _HEAD.rstrip(),
        f"The machine has {machine['cores']} cores; Python {machine['python']}, DuckDB {machine['duckdb']}.{note}",
        "## Aims",
        targets,
        "## One command, from start to end",
        f"On the real cases, medians of {found['rounds']} rounds. The empty program took "
        f"{_real(found)['answers']['processes']['empty_ms']:,.0f} ms.",
        answers,
        "## Questions to an open bundle",
        "The sentences are the golden queries of the tests, the records shown stand at even distances among all. Each "
        "is asked several times, and its median counts; *at first* is what it takes once, when what it needs is yet to "
        "be read.",
        warm,
        "What takes longest:",
        slow,
        "## With more cases",
        _SYNTHETIC.rstrip(),
        f"![Seconds to open, check and build, by number of cases](assets/{PLOTS}/time.svg)",
        f"![Megabytes of memory, by number of cases](assets/{PLOTS}/memory.svg)",
        f"![Milliseconds per question, by number of cases](assets/{PLOTS}/questions.svg)",
        growth,
        "`kb check` opens the records first, and `kb build` checks them first, so that each time holds the one before. "
        "Memory is that of the largest process. The exponent is that of the growth between the two largest sizes; 1 is "
        "linear.",
        sizes,
        "## To repeat it",
        _REPEAT.rstrip(),
    ]
    return "\n\n".join(parts) + "\n"


def tables(found: dict[str, Any]) -> list[str]:
    """Return the tables: aims, processes, warm questions, the slowest ones, growth, sizes of bundles."""
    return [_targets(found), _processes(found), _warm(found), _slowest(found), _growth(found), _sizes(found)]


def targets(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what is aimed at, what was reached, and whether that is enough; None where it was not measured."""
    real, largest = _real(found)["answers"], _synthetic(found)[-1:]
    rows = [
        _target(
            f"{command}, times the empty program, real cases", AIM_RATIO, real["processes"][name]["ratio"], "{:.2f}x"
        )
        for command, name in (("kb query", "query"), ("kb show", "show"))
    ]
    rows += [
        _target(f"{what}, warm, median, real cases", AIM_MS, real[name]["p50_ms"], "{:.2f} ms")
        for what, name in (("a question", "query"), ("a look-up", "show"))
    ]
    for one in largest:
        many = f"{one['cases']:,} cases"
        aim = AIM_MS_MANY if one["cases"] <= MANY else None
        rows += [
            _target(f"{what}, warm, median, {many}", aim, one["answers"][name]["p50_ms"], "{:.2f} ms")
            for what, name in (("a question", "query"), ("a look-up", "show"))
        ]
    rows += [
        _target(f"growth of {what}, exponent", AIM_EXPONENT, value, "{:.2f}")
        for what, value in exponents(found).items()
    ]
    return rows


def exponents(found: dict[str, Any]) -> dict[str, float]:
    """Return, by what grows, the exponent between the two largest synthetic sizes; nothing where there are not two."""
    measured = _synthetic(found)[-2:]
    if len(measured) < 2:
        return {}
    smaller, larger = measured
    steps = math.log(larger["cases"] / smaller["cases"])

    def exponent(phase: str, field: str) -> float:
        grown = larger["phases"][phase][field] / smaller["phases"][phase][field]
        return round(math.log(grown) / steps, 2)

    return {
        **{f"the time to {phase}": exponent(phase, "seconds") for phase in ("open", "check", "build")},
        **{f"the memory to {phase}": exponent(phase, "peak_mb") for phase in ("check", "build")},
    }


def _target(name: str, aim: float | None, reached: float, form: str) -> dict[str, Any]:
    return {
        "name": name,
        "aim": "" if aim is None else "at most " + form.format(aim),
        "reached": form.format(reached),
        "met": None if aim is None else reached <= aim,
    }


def _targets(found: dict[str, Any]) -> str:
    words = {True: "met", False: "**missed**", None: ""}
    return table(
        ("Figure", "Aim", "Reached", ""),
        [(t["name"], t["aim"], t["reached"], words[t["met"]]) for t in targets(found)],
    )


def _processes(found: dict[str, Any]) -> str:
    measured = _real(found)["answers"]["processes"]
    every = {"all of `kb query` but the estimate": measured["query"], "all of `kb show`": measured["show"]}
    rows = [(f"`{row['command']}`", row) for row in measured["commands"]] + list(every.items())
    return table(
        ("Command", "ms", "Times the empty program", "The same of processor time"),
        [(name, f"{row['ms']:,.0f}", f"{row['ratio']:.2f}", f"{row['cpu_ratio']:.2f}") for name, row in rows],
    )


def _warm(found: dict[str, Any]) -> str:
    return table(
        ("Cases", "Asked", "Number", "Median, ms", "P95, ms", "Longest, ms", "Median at first, ms", "Memory, MB"),
        [
            (
                _named(one),
                what,
                f"{warm['asked']:,}",
                f"{warm['p50_ms']:.2f}",
                f"{warm['p95_ms']:.2f}",
                f"{warm['max_ms']:,.1f}",
                f"{warm['first_p50_ms']:.2f}",
                f"{one['answers']['warm_peak_mb']:,.0f}",
            )
            for one in found["corpora"]
            for what, warm in (("questions", one["answers"]["query"]), ("look-ups", one["answers"]["show"]))
        ],
    )


def _slowest(found: dict[str, Any]) -> str:
    ends = [_real(found), *_synthetic(found)[-1:]]
    return table(
        ("Cases", "Question", "ms"),
        [
            (_named(one), slow["asked"].replace("|", "\\|"), f"{slow['ms']:,.1f}")
            for one in ends
            for slow in one["answers"]["query"]["slowest"]
        ],
    )


def _growth(found: dict[str, Any]) -> str:
    rows = []
    for one in found["corpora"]:
        phases = one["phases"]
        rows.append(
            (
                _named(one),
                f"{one['points']:,}",
                *(f"{phases[name]['seconds']:,.1f}" for name in ("open", "check", "build")),
                *(f"{phases[name]['peak_mb']:,.0f}" for name in ("open", "check", "build")),
                f"{one['answers']['processes']['query']['ratio']:.2f}",
            )
        )
    return table(
        (
            "Cases",
            "Operating points",
            *(f"{name}, s" for name in ("Open", "Check", "Build")),
            *(f"{name}, MB" for name in ("Open", "Check", "Build")),
            "`kb query`, times the empty program",
        ),
        rows,
    )


def _sizes(found: dict[str, Any]) -> str:
    names = ("whole", "kb.duckdb", "search.sqlite", "parquet", "json")
    return table(
        ("Cases", "Records as YAML, MB", "Bundle, MB", *(f"`{name}`" for name in names[1:])),
        [
            (_named(one), f"{one['yaml_mb']:,.0f}", *(f"{one['bundle_mb'][name]:,.0f}" for name in names))
            for one in found["corpora"]
        ],
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _real(found: dict[str, Any]) -> dict[str, Any]:
    real: dict[str, Any] = found["corpora"][0]
    return real


def _synthetic(found: dict[str, Any]) -> list[dict[str, Any]]:
    return list(found["corpora"][1:])


def _named(one: dict[str, Any]) -> str:
    return f"{one['cases']:,} {'real' if one['name'] == 'real' else 'synthetic'}"


if __name__ == "__main__":
    main()
