"""What every curation script does alike: read a gathered table, keep a log, write rows."""

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from kb.calibration.rows import Row, write_rows


class Log:
    """What became of the rows of a table, counted by reason."""

    def __init__(self) -> None:
        self._left_out: Counter[str] = Counter()

    def left_out(self, reason: str, rows: int = 1) -> None:
        """Count rows that did not become one of ours."""
        self._left_out[reason] += rows

    def text(self, read: int, rows: list[Row]) -> str:
        """Return the log: read, written, set aside and left out."""
        aside = Counter(row.aside for row in rows if row.aside)
        lines = [f"read {read}", f"written {len(rows)}", f"of them set aside {sum(aside.values())}"]
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


def run(description: str | None, curate: Callable[[list[Path], Log], list[Row]]) -> None:
    """Be the command line of a curation script: tables in, rows and a log out."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tables", nargs="+", type=Path)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--log", type=Path)
    said = parser.parse_args()
    log = Log()
    rows = curate(said.tables, log)
    write_rows(said.out, rows)
    text = log.text(sum(len(read_table(path)) for path in said.tables), rows)
    sys.stdout.write(text)
    if said.log:
        said.log.write_text(text, encoding="utf-8")
