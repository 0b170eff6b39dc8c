"""Measure how the site grows with the number of records: ``python -m benchmarks.site_growth [CASES ...]``.

Run it from the folder of the knowledge base. For each number of cases it takes so many of the real ones, evenly from
all, with every record that they name, builds a bundle and the site of it, and prints pages, seconds and sizes; the last
row is the whole base. All rows are of one run: compare them with each other, not with those of another machine.
"""

import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml

from benchmarks.growth import say
from benchmarks.processes import environment, kb, run
from kb.errors import KbError

T = TypeVar("T")
# With what these bring along: about 200 and about 1,000 pages.
CASES = (5, 600)
_ENGINES = "runtime"
_BUILD = """
import json, sys
from pathlib import Path
from kb import open_bundle
from kb.site.build import build_site

bundle, home, out = map(Path, sys.argv[1:])
with open_bundle(bundle) as opened:
    print(build_site(opened, home, out, lambda _: None).pages)
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one site took: seconds by the clock and of the processors, and megabytes without the engines."""

    cases: int
    pages: int
    seconds: float
    cpu_s: float
    median_kb: float
    html_mb: float
    data_mb: float
    whole_mb: float


def main(sizes: Sequence[int]) -> None:
    """Build the sites and print the table.

    Raises:
        KbError: a build fails.
    """
    home = Path.cwd()
    records = records_of(home)
    cases = sorted(name for name, (file, _) in records.items() if "cases" in file.relative_to(home).parts)
    found = []
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as folder:
        for size in [*sorted(size for size in sizes if size < len(cases)), len(cases)]:
            root = Path(folder) / str(size)
            every = {file for file, _ in records.values()}
            write_some(every if size == len(cases) else named_by(evenly(cases, size), records), home, root)
            found.append(_measured(root, home, size))
            say(f"{found[-1].pages:,} pages took {found[-1].seconds:.1f} s")
            shutil.rmtree(root)
    print("\n".join(table(found)))


def evenly(cases: Sequence[T], size: int) -> list[T]:
    """Return so many of the cases, evenly from all."""
    return [cases[number * len(cases) // size] for number in range(size)]


def records_of(home: Path) -> dict[str, tuple[Path, set[str]]]:
    """Return the file of each record, by its id and its former ids, with all texts that stand in it."""
    found = {}
    for file in sorted((home / "data").rglob("*.yaml")):
        data = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        if isinstance(data, dict) and "id" in data:
            for name in (data["id"], *data.get("former_ids", ())):
                found[name] = (file, set(_texts(data)))
    return found


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for value in data.values() if isinstance(data, dict) else data:
            yield from _texts(value)


def named_by(cases: Sequence[str], records: dict[str, tuple[Path, set[str]]]) -> set[Path]:
    """Return the files of some cases and of everything that they name, however far away."""
    waiting, files = list(cases), set()
    while waiting:
        file, texts = records[waiting.pop()]
        if file not in files:
            files.add(file)
            waiting += [text for text in texts if text in records]
    return files


def write_some(files: set[Path], home: Path, root: Path) -> None:
    """Copy files from below ``home`` to the same places below ``root``."""
    for file in files:
        target = root / file.relative_to(home)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)


def _measured(root: Path, home: Path, cases: int) -> Figures:
    bundle, site = root / "dist", root / "site"
    run(kb("build", "--out", str(bundle)), environment(root=root))
    ran = run([sys.executable, "-c", _BUILD, str(bundle), str(home / "site"), str(site)], environment(root=root))
    sizes = {file: file.stat().st_size for file in site.rglob("*") if file.is_file()}
    pages = [size for file, size in sizes.items() if file.suffix == ".html"]
    served = sum(size for file, size in sizes.items() if file.relative_to(site).parts[0] == "data")
    engines = sum(size for file, size in sizes.items() if file.relative_to(site).parts[0] == _ENGINES)
    return Figures(
        cases=cases,
        pages=int(ran.out),
        seconds=ran.seconds,
        cpu_s=ran.cpu_s,
        median_kb=statistics.median(pages) / 1e3,
        html_mb=sum(pages) / 1e6,
        data_mb=served / 1e6,
        whole_mb=(sum(sizes.values()) - engines) / 1e6,
    )


def table(found: Sequence[Figures]) -> Iterator[str]:
    """Yield the lines of the table; a page more is a page more than the row before has."""
    heads = ("Cases", "Pages", "Build, s", "of processors, s", "ms a page more", "Median page, KB")
    yield f"| {' | '.join((*heads, 'HTML, MB', 'Data, MB', 'All, MB'))} |"
    yield "|---:" * (len(heads) + 3) + "|"
    before: Figures | None = None
    for one in found:
        more = f"{(one.seconds - before.seconds) * 1e3 / (one.pages - before.pages):.1f}" if before else ""
        cells = [f"{one.cases:,}", f"{one.pages:,}", f"{one.seconds:.1f}", f"{one.cpu_s:.1f}", more]
        sizes = [f"{size:.1f}" for size in (one.median_kb, one.html_mb, one.data_mb, one.whole_mb)]
        yield f"| {' | '.join((*cells, *sizes))} |"
        before = one


if __name__ == "__main__":
    try:
        main([int(word) for word in sys.argv[1:]] or CASES)
    except (KbError, ValueError) as error:
        sys.exit(f"bench: {error}")
