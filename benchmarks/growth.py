"""Measure how time and memory grow with the number of cases: ``make bench``.

``python -m benchmarks.growth [--sizes "1000 10000"] [--minutes N] [--rounds N] [--note TEXT] [--write]``, run from the
folder of the knowledge base. It measures the real records, then synthetic ones (:mod:`benchmarks.synthetic`) of each
size in a temporary folder: opening the corpus, ``kb check``, ``kb build``, the size of the bundle, and the answers of
:mod:`benchmarks.answer_speed`. A size that would go beyond ``--minutes``, by what the one before took, is left out.

Progress goes to standard error, the tables to standard output; ``--write`` keeps figures, drawings and page in the
repository. ``SIZES`` and ``MINUTES`` in the environment are the same as the options.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.answer_speed import ROUNDS, answers
from benchmarks.page import tables, write_page
from benchmarks.processes import Ran, environment, kb, run
from benchmarks.warm import ROUNDS as WARM_ROUNDS
from kb.errors import KbError

SIZES = (1_000, 10_000, 100_000)
MINUTES = 120
_COUNT = """
import json, sys
from kb import open_corpus

corpus = open_corpus(sys.argv[1])
cases = corpus.cases.values()
print(json.dumps({"records": corpus.files, "cases": len(cases), "points": sum(len(case.points) for case in cases)}))
"""
# How much longer a size may take than its number of cases says, before it is taken to be too long.
_ALLOWED = 1.5


def say(sentence: str) -> None:
    """Tell who waits what is going on."""
    print(f"bench: {sentence}", file=sys.stderr, flush=True)


def size_of(path: Path) -> float:
    """Return the megabytes of a file, or of all files of a folder."""
    files = path.rglob("*") if path.is_dir() else [path]
    return round(sum(file.stat().st_size for file in files if file.is_file()) / 1e6, 1)


def corpus_figures(root: Path, scratch: Path, name: str, rounds: int) -> dict[str, Any]:
    """Return all figures of the corpus in ``root``; the bundle is built in ``scratch`` and removed."""
    env, out = environment(root=root), scratch / "dist"

    def phase(what: str, command: list[str], fine: tuple[int, ...] = (0,)) -> Ran:
        ran = run(command, env, fine=fine)
        say(f"{name}: {what} took {ran.seconds:,.1f} s and {ran.peak_mb:,.0f} MB")
        return ran

    # A process counts the memory of the one that started it, up to there, as its own: so this one stays small.
    opened = phase("open", [sys.executable, "-c", _COUNT, str(root)])
    checked = phase("check", kb("check"), (0, 1))
    built = phase("build", kb("build", "--out", str(out)))
    found = {
        "name": name,
        **json.loads(opened.out),
        "yaml_mb": size_of(root / "data"),
        "checked": checked.out.strip().rpartition("\n")[2],
        "phases": {what: _cost(ran) for what, ran in (("open", opened), ("check", checked), ("build", built))},
        "bundle_mb": {
            "whole": size_of(out),
            **{part: size_of(out / part) for part in ("kb.duckdb", "search.sqlite", "parquet", "json")},
        },
        "answers": answers(out, rounds, min(rounds, WARM_ROUNDS)),
    }
    asked, started = found["answers"]["query"], found["answers"]["processes"]["query"]
    say(f"{name}: a question takes {asked['p50_ms']} ms, the median; kb query {started['ratio']}x an empty program")
    shutil.rmtree(out)
    return found


def _cost(ran: Ran) -> dict[str, float]:
    return {"seconds": round(ran.seconds, 2), "cpu_s": round(ran.cpu_s, 2), "peak_mb": round(ran.peak_mb, 1)}


def measure(
    home: Path, sizes: list[int], minutes: float, rounds: int, clock: Callable[[], float] = time.monotonic
) -> dict[str, Any]:
    """Return the figures of the corpus in ``home`` and of synthetic ones of ``sizes``, as far as ``minutes`` allow.

    Raises:
        KbError: a command that is measured fails.
    """
    until = clock() + minutes * 60
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as folder:
        found = [corpus_figures(home.absolute(), Path(folder), "real", rounds)]
        left_out: list[int] = []
        for size in sorted(sizes):
            start = clock()
            if left_out or _will_take(found[1:], size) > until - start:
                say(f"{size:,} cases are left out: {minutes:g} minutes would not do (MINUTES=N allows more)")
                left_out.append(size)
                continue
            root = Path(folder) / f"synthetic-{size}"
            say(f"synthetic: writing {size:,} cases")
            made = [sys.executable, "-m", "benchmarks.synthetic", str(size), str(root)]
            run(made, environment(root=home.absolute()))
            found.append(corpus_figures(root, Path(folder), f"synthetic {size}", rounds))
            shutil.rmtree(root)
            found[-1]["took_s"] = round(clock() - start)
    return {"machine": machine(), "rounds": rounds, "corpora": found, "left_out": left_out}


def _will_take(before: list[dict[str, Any]], size: int) -> float:
    """Return the seconds that ``size`` cases will take by the size before; 0 where there is none."""
    return float(before[-1]["took_s"] * size / before[-1]["cases"] * _ALLOWED) if before else 0.0


def machine() -> dict[str, Any]:
    """Return what may be said of the machine: that it is this one is nobody's business."""
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "duckdb": importlib.metadata.version("duckdb"),
    }


def main() -> None:
    """Measure, print, and keep it if told to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=(__doc__ or "").partition("\n")[0])
    default = os.environ.get("SIZES") or " ".join(map(str, SIZES))
    parser.add_argument("--sizes", default=default, help="numbers of synthetic cases")
    parser.add_argument("--minutes", type=float, default=os.environ.get("MINUTES") or MINUTES, help="what it may take")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often a process is started")
    parser.add_argument("--note", default="", help="what else the machine did meanwhile")
    parser.add_argument("--write", action="store_true", help="keep figures, drawings and page in the repository")
    said = parser.parse_args()
    try:
        sizes = [int(size.replace(",", "").replace("_", "")) for size in said.sizes.split()]
    except ValueError:
        parser.error(f"--sizes takes whole numbers, not {said.sizes!r}")
    try:
        found = measure(Path(), sizes, said.minutes, said.rounds) | {"note": said.note}
    except KbError as error:
        raise SystemExit(f"bench: {error}") from None
    print("\n\n".join(tables(found)))
    if said.write:
        for file in write_page(found, Path()):
            say(f"{file} written")


if __name__ == "__main__":
    main()
