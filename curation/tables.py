"""What every curation script does alike: read a gathered table, keep a log, write rows."""

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from curation.cases import Collection, case_files
from curation.measured import Measured
from curation.publish import publish
from kb import open_corpus

ROOT = Path(__file__).parents[1]


class Log:
    """What became of the rows of a table, counted by reason."""

    def __init__(self) -> None:
        self._left_out: Counter[str] = Counter()

    def left_out(self, reason: str, rows: int = 1) -> None:
        """Count rows that did not become one of ours."""
        self._left_out[reason] += rows

    def text(self, read: int, rows: list[Measured], cases: int) -> str:
        """Return the log: read, written, set aside and left out."""
        aside = Counter(row.aside for row in rows if row.aside)
        lines = [
            f"read {read}",
            f"written {len(rows)}",
            f"in cases {cases}",
            f"of them with a caveat {sum(aside.values())}",
        ]
        lines += [
            f"  {count} {reason}" for reason, count in sorted(aside.items(), key=lambda item: (-item[1], item[0]))
        ]
        lines.append(f"left out {sum(self._left_out.values())}")
        found = sorted(self._left_out.items(), key=lambda item: (-item[1], item[0]))
        lines += [f"  {count} {reason}" for reason, count in found]
        return "\n".join(lines) + "\n"


def read_table(path: Path) -> list[dict[str, str]]:
    """Read a gathered CSV file; every cell is text, an empty one means: not stated."""
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def number(text: str) -> float:
    """Read a printed number, thousands separators allowed."""
    return float(text.replace(",", ""))


def run(
    description: str | None,
    curate: Callable[[list[Path], Log], list[Measured]],
    *collections: Collection,
    reads: frozenset[str] = frozenset(),
) -> None:
    """Be the command line of a curation script: tables in, cases and a log out.

    With several collections, a row belongs to the one that takes its source. ``reads`` names the tables of a folder
    that the script reads; none: all of them.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tables", nargs="+", type=Path, help="the gathered tables")
    parser.add_argument("--root", type=Path, default=ROOT, help="the repository to write to; else this one")
    parser.add_argument("--replace", action="store_true", help="overwrite cases that were edited since")
    said = parser.parse_args()
    log = Log()
    rows = curate(said.tables, log)
    files = [file for path in said.tables for file in tables_in(path, reads)]
    read = sum(len(read_table(file)) for file in files)
    name = Path(sys.argv[0]).stem.replace("_", "-")
    sys.stdout.write(write(name, read, rows, log, collections, said.root, replace=said.replace))


def tables_in(path: Path, names: frozenset[str] = frozenset()) -> list[Path]:
    """Return the tables of a folder, all of them or those with these names, or the one that ``path`` is."""
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.glob("*.csv") if not names or file.name in names)


def write(
    name: str,
    read: int,
    rows: list[Measured],
    log: Log,
    collections: tuple[Collection, ...],
    root: Path,
    *,
    replace: bool = False,
) -> str:
    """Write the cases of all rows and the log; return what there is to say."""
    corpus = open_corpus(root)
    files: dict[str, str] = {}
    for collection in collections:
        mine = [row for row in rows if not collection.sources or row.source in collection.sources]
        files |= case_files(mine, collection, corpus)
    text = log.text(read, rows, len(files))
    done = publish(files, root, name, replace=replace)
    target = root / "curation" / "log" / f"{name}.txt"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return text + done.text()
