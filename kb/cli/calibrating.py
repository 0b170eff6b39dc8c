"""``kb calibrate`` and ``kb validate-estimator``: fit, report, and what a change moves."""

import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import Any

from kb.cli.places import progress, root
from kb.cli.table import print_table
from kb.errors import BadRequest

REPORT = Path("calibration") / "report.json"
SITE = Path("site")
_SHOWN = 20


def run_calibrate(*, check_only: bool, accept: bool) -> int:
    """Fit and write the parameter files; return 1 when one of them, or an estimate of the grid, is not what is kept."""
    if check_only and accept:
        raise BadRequest("--check writes nothing, and --accept writes the grid: they exclude each other")
    _require("numpy", "scipy")
    from kb.calibration.calibrate import calibrate, differences, files
    from kb.calibration.tables import Sample

    folder = root()
    corpus = _whole_corpus(folder)
    progress("fitting")
    moved = False
    for target, content, text in files(calibrate(Sample(corpus))):
        path = folder / target
        kept = _kept(path)
        changed = ["everything"] if kept is None else differences(kept, content)
        moved = moved or bool(changed)
        for what in changed[:_SHOWN]:
            print(what)
        if changed and check_only:
            print(f"{target.as_posix()} is not what the cases give; run: kb calibrate", file=sys.stderr)
        elif changed:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {target.as_posix()}")
    if moved and not check_only:
        from kb.estimate.calibrated import calibration, left_out
        from kb.estimate.left_out_ratios import left_out_ratios

        for read in (calibration, left_out, left_out_ratios):
            read.cache_clear()
    return max(1 if check_only and moved else 0, _grid(folder, corpus, accept=accept))


def _whole_corpus(folder: Path) -> Any:
    """Return the corpus; refuse one with files that could not be read, since a fit would do without their points."""
    from kb.corpus import open_corpus

    corpus = open_corpus(folder)
    for fault in corpus.faults:
        raise BadRequest(f"{fault.file}:{fault.line}: {fault.message}; mend it first, kb check tells how")
    return corpus


def _kept(path: Path) -> Any:
    """Return what was written last, or None: a file that cannot be read, as in a merge, is written anew."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _grid(folder: Path, corpus: Any, *, accept: bool) -> int:
    from kb.calibration.grid import FILE, grid, moved, read_grid, write_grid

    now = list(grid(corpus))
    if accept:
        write_grid(folder, now)
        print(f"accepted {len(now):,} estimates in {FILE.as_posix()}")
        return 0
    found = moved(read_grid(folder), now)
    for one in found[:_SHOWN]:
        print(one)
    if found:
        more = f" (the first {_SHOWN} are shown)" if len(found) > _SHOWN else ""
        print(f"{len(found):,} figures of the grid moved{more}; if that is meant, run: kb calibrate --accept")
    return 1 if found else 0


def run_validate(*, as_json: bool, write: bool) -> int:
    """Print how far the estimate is off on what it has not seen; return 1 when an innocent row would be accused."""
    _require("numpy", "scipy", *(["matplotlib"] if write else []))
    from kb.calibration.report import report
    from kb.calibration.tables import Sample

    folder = root()
    corpus = _whole_corpus(folder)
    progress("leaving out and fitting anew, half a minute")
    found = report(Sample(corpus), corpus)
    if write:
        _write(folder, found)
    if as_json:
        print(json.dumps(found, indent=1, ensure_ascii=False))
    else:
        _print(found)
    return 1 if found["innocence"]["innocents_accused"] else 0


def _write(folder: Path, found: dict[str, Any]) -> None:
    from kb.calibration.page import PAGE, PLOTS, page
    from kb.calibration.plots import write_plots

    (folder / REPORT).write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / SITE / "pages" / PAGE).write_text(page(found), encoding="utf-8")
    write_plots(found, folder / SITE / "assets" / PLOTS)
    progress(f"wrote {REPORT.as_posix()}, site/pages/{PAGE} and site/assets/{PLOTS}/")


def _print(found: dict[str, Any]) -> None:
    print(f"{found['rows']:,} measured points, {found['used']:,} used (data {found['fingerprint']})\n")
    rows = [
        (
            line["protocol"],
            line["scope"],
            f"{line['rows']:,}",
            f"{line['median']:.1%}",
            f"{line['p90']:.1%}",
            f"{line['bias']:+.1%}",
            f"{line['inside']:.0%}",
        )
        for line in found["errors"]
        if "median" in line
    ]
    print_table(("left out", "of", "rows", "median", "p90", "bias", "in range"), rows)
    print()
    judged_rows = [
        (name, group, f"{line['points']:.0f}", f"{line['median']:.1%}", f"{line['worst']:.1%}", f"{line['bias']:+.1%}")
        for name, judged in found["judged"].items()
        for group, line in judged["groups"].items()
    ]
    print_table(("judged, never fitted", "card", "points", "median", "worst", "bias"), judged_rows)
    innocence = found["innocence"]
    print(
        f"\n{innocence['judged']:,} points held against the hard ceiling: {innocence['innocents_accused']} innocents "
        f"accused, the fastest reaches {innocence['highest_innocent_share']:.0%} of it; "
        f"{len(innocence['accused'])} points above it carry a caveat\n"
    )
    target_rows = [(t["name"], t["aim"], t["reached"], _verdict(t)) for t in found["targets"]]
    print_table(("target", "aim", "reached", ""), target_rows)


def _verdict(target: dict[str, Any]) -> str:
    if target["aim"] == "reported":
        return ""
    return "met" if target["met"] else "MISSED"


def _require(*packages: str) -> None:
    # Read when numpy is loaded: on matrices this small, threads of linear algebra only wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    missing = [package for package in packages if importlib.util.find_spec(package) is None]
    if missing:
        raise BadRequest(
            f"this needs {' and '.join(missing)}, which are not installed: make validate sets them up, "
            "or pip install -e '.[calibrate]'"
        )
