"""The scripts, each on its excerpts."""

import csv
from collections.abc import Callable, Iterable
from pathlib import Path

from curation import aiconfigurator, argonne, device, mlperf, other_vendors, recipes, trtllm_overview
from curation.cases import Collection
from curation.measured import Measured
from curation.tables import Log, read_table

FIXTURES = Path(__file__).parent / "fixtures"
Line = dict[str, str]
Curate = Callable[[list[Path], Log], list[Measured]]
SILICON = FIXTURES / "aiconfigurator.csv"
# Script -> how it is called, and its tables.
SCRIPTS: dict[str, tuple[Curate, list[Path]]] = {
    "aiconfigurator": (lambda paths, log: aiconfigurator.curate(read_table(paths[0]), log), [SILICON]),
    "argonne": (argonne.curate, [FIXTURES / "argonne.csv"]),
    "device": (lambda paths, log: device.curate(paths[0], log), [FIXTURES / "device"]),
    "mlperf": (mlperf.curate, [FIXTURES / "mlperf_v4.1.csv", FIXTURES / "mlperf_v6.0.csv"]),
    "other_vendors": (
        other_vendors.curate,
        [
            FIXTURES / f"{name}.csv"
            for name in (
                *("tpu_ascend_hand", "tpu_recipes", "datacrunch_h200_sglang", "inferencex_changelog"),
                *("vllm_ascend", "vllm_ascend_ci_baselines"),
            )
        ],
    ),
    "recipes": (recipes.curate, [FIXTURES / "sgl_cookbook.csv", FIXTURES / "vllm_recipes.csv"]),
    "trtllm_overview": (trtllm_overview.curate, [FIXTURES / "trtllm_perf_overview.csv"]),
}


# Script -> the collections that it writes.
COLLECTIONS: dict[str, tuple[Collection, ...]] = {
    "aiconfigurator": (aiconfigurator.COLLECTION,),
    "argonne": (argonne.COLLECTION,),
    "device": device.COLLECTIONS,
    "mlperf": (mlperf.COLLECTION,),
    "other_vendors": other_vendors.COLLECTIONS,
    "recipes": recipes.COLLECTIONS,
    "trtllm_overview": (trtllm_overview.COLLECTION,),
}


def lines_read(paths: Iterable[Path]) -> int:
    """Return how many lines the tables hold, those in folders too."""
    files = (file for path in paths for file in (path.glob("*.csv") if path.is_dir() else [path]))
    return sum(len(read_table(file)) for file in files)


def curated(script: str, log: Log | None = None) -> list[Measured]:
    """Return what a script makes of its excerpts."""
    curate, paths = SCRIPTS[script]
    return curate(paths, Log() if log is None else log)


def at(rows: Iterable[Measured], place: str) -> Measured:
    """Return the one row whose locator ends in ``place``."""
    (found,) = [row for row in rows if row.locator.endswith(place)]
    return found


def reasons(log: Log, rows: list[Measured], read: int = 0) -> dict[str, int]:
    """Return how many rows a log counts as left out, by reason."""
    text = log.text(read, rows, 0).partition("left out ")[2].splitlines()[1:]
    return {line.split(" ", 3)[3]: int(line.split()[0]) for line in text}


def write_table(path: Path, lines: list[Line]) -> Path:
    """Write lines as a gathered table."""
    with path.open("w", encoding="utf-8", newline="") as text:
        table = csv.DictWriter(text, list(lines[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(lines)
    return path
