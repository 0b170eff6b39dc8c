"""Measure how long answers take: whole processes beside an empty typer program, and questions to an open bundle.

``python -m benchmarks.answer_speed [BUNDLE] [ROUNDS]``, run from the folder of the knowledge base. Each process is
timed next to one of the empty program, round by round, so that what else the machine does meets both; the ratio of the
two medians is what counts. Compiled modules are kept, as for any user, and nothing counts before each was run once.

The aims: ``kb query`` and ``kb show`` take at most 1.3 times the empty program; warm, half of the questions take less
than 2 ms on the real cases, and less than 20 ms on 100,000.
"""

import json
import shlex
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.processes import EMPTY, Ran, environment, kb, run
from benchmarks.warm import ROUNDS as WARM_ROUNDS

ROUNDS = 15
AIM_RATIO = 1.3
# The first word says what a command is an example of.
QUERIES = {
    "names": (
        "dsr1 on ascend",
        "deepseek r1 on h200",
        "qwen3 32b on h100 with sglang",
        "mi300x vllm",
    ),
    "Chinese": ("昇腾上的 deepseek", "英伟达 H200 上的千问", "8 卡 h100 跑 llama 70b"),
    "filters": ("h200 fp8 decode > 2000", "ttft under 500 ms on b200", "moe on hopper since 2026"),
    "superlative": ("fastest llama 70b on 8x h100",),
    "nothing found": ("kimi k2 on gaudi with sglang",),
}
_ESTIMATE = "query, nobody measured it: an estimate"


def commands(card: str, case: str) -> list[tuple[str, list[str]]]:
    """Return what is measured: a name for it, and the words after ``kb``; ``card`` and ``case`` are ids to show."""
    asked = [(f"query, {kind}", ["query", sentence]) for kind, some in QUERIES.items() for sentence in some]
    return [
        *asked,
        (_ESTIMATE, ["query", "glm 5.1 on b200"]),
        ("show, a card", ["show", card]),
        ("show, a case", ["show", case]),
        ("version", ["--version"]),
        ("list", ["list", "models"]),
        ("sql", ["sql", "SELECT tier, count(*) FROM cases GROUP BY tier"]),
    ]


def processes(bundle: Path, rounds: int = ROUNDS) -> dict[str, Any]:
    """Return milliseconds of the empty program and of each command, medians over ``rounds``, and their ratio."""
    env = environment(bundle=bundle.absolute())
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "empty.py"
        program.write_text(EMPTY, encoding="utf-8")
        empty = [sys.executable, str(program)]
        asked = commands("h100-sxm5-80gb", _some_case(bundle))
        times = [Pairs([], []) for _ in asked]
        for number in range(rounds + 1):
            for (_, words), pairs in zip(asked, times, strict=True):
                without, taken = run(empty, env), run(kb(*words), env)
                # The first round compiles and fills the caches of the system.
                if number:
                    pairs.empty.append(without)
                    pairs.taken.append(taken)
    rows = [
        {"name": name, "command": "kb " + shlex.join(words), **figures([pairs])}
        for (name, words), pairs in zip(asked, times, strict=True)
    ]
    return {
        "rounds": rounds,
        "empty_ms": round(statistics.median(ran.seconds for pairs in times for ran in pairs.empty) * 1e3, 1),
        "commands": rows,
        # An estimate is work of its own, and stands apart.
        **{
            command: figures(
                [p for (name, words), p in zip(asked, times, strict=True) if words[0] == command and name != _ESTIMATE]
            )
            for command in ("query", "show")
        },
    }


class Pairs(NamedTuple):
    """Runs of the empty program, and as many of a command beside them."""

    empty: list[Ran]
    taken: list[Ran]


def figures(times: Sequence[Pairs]) -> dict[str, float]:
    """Return milliseconds by the clock and of the processor, medians, and how often the empty program's each is."""
    found: dict[str, float] = {}
    for name, field in (("", "seconds"), ("cpu_", "cpu_s")):
        without, taken = (
            statistics.median(getattr(ran, field) for pairs in times for ran in pairs[which]) for which in (0, 1)
        )
        found |= {f"{name}ms": round(taken * 1e3, 1), f"{name}ratio": round(taken / without, 3)}
    return found


def _some_case(bundle: Path) -> str:
    found = run(kb("sql", "SELECT id FROM cases ORDER BY id LIMIT 1", "--format", "csv"), environment(bundle=bundle))
    return found.out.split()[1]


def answers(bundle: Path, rounds: int = ROUNDS, warm_rounds: int = WARM_ROUNDS) -> dict[str, Any]:
    """Return all figures of a bundle: of processes, and warm."""
    command = [sys.executable, "-m", "benchmarks.warm", str(bundle), str(warm_rounds)]
    ran = run(command, environment())
    return {"processes": processes(bundle, rounds), **json.loads(ran.out), "warm_peak_mb": round(ran.peak_mb, 1)}


def main() -> None:
    """Measure, print."""
    bundle = Path(sys.argv[1] if len(sys.argv) > 1 else "dist")
    found = answers(bundle, int(sys.argv[2]) if len(sys.argv) > 2 else ROUNDS)
    whole = found["processes"]
    print(f"an empty typer program: {whole['empty_ms']:.0f} ms, median of {whole['rounds']} rounds")
    for row in whole["commands"]:
        print(f"{row['ms']:7.1f} ms {row['ratio']:6.2f}x (processor {row['cpu_ratio']:.2f}x)  {row['command']}")
    for name in ("query", "show"):
        print(f"kb {name}: {whole[name]['ratio']:.2f}x the empty program, aim at most {AIM_RATIO}x")
    for name in ("query", "show"):
        warm = found[name]
        print(
            f"warm, {warm['asked']} x {name}: p50 {warm['p50_ms']:.2f} ms, p95 {warm['p95_ms']:.2f} ms, "
            f"max {warm['max_ms']:.1f} ms; at first p50 {warm['first_p50_ms']:.2f} ms"
        )
    for slow in found["query"]["slowest"]:
        print(f"{slow['ms']:9.2f} ms  {slow['asked']}")


if __name__ == "__main__":
    main()
