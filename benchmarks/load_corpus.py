"""Measure how long 1,000 records take to load and validate.

Run it from the folder of the knowledge base: ``python -m benchmarks.load_corpus [RECORDS]``. It copies real records
under new ids into a temporary folder, so that the mixture of kinds and sizes is the real one, and prints the seconds
of one core, the best of five runs beside the median. The aim is less than one second per 1,000 records.
"""

import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

from kb.corpus import Corpus, open_corpus

RUNS = 5
AIM_S = 1.0
# Names that must be unique over the corpus are dropped from a copy; a list of them ends where indentation does.
_UNIQUE = re.compile(r"^(former_ids|aliases|hugging_face):\n( .*\n)*", re.MULTILINE)


def multiply(corpus: Corpus, count: int, folder: Path) -> None:
    """Write ``count`` records below ``folder``: those of ``corpus`` in turn, each copy under an id of its own."""
    records = list(corpus.records())
    for number in range(count):
        record = records[number % len(records)]
        origin = corpus.origin(record)
        name = f"{record.id}-copy-{number // len(records)}"
        text = _UNIQUE.sub("", origin.text).replace(f"\nid: {record.id}\n", f"\nid: {name}\n", 1)
        file = (folder / origin.file).with_name(f"{name}.yaml")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def measure(folder: Path, count: int) -> list[float]:
    """Return the seconds of processor time per 1,000 records, once per run."""
    seconds = []
    for _ in range(RUNS):
        start = time.process_time()
        corpus = open_corpus(folder)
        seconds.append((time.process_time() - start) / count * 1000)
        if corpus.faults or corpus.files != count:
            raise SystemExit(f"the copies are not all valid: {corpus.faults[:3]}")
    return seconds


def main() -> None:
    """Copy, measure, print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        multiply(open_corpus(), count, Path(folder))
        seconds = measure(Path(folder), count)
    best, median = min(seconds), statistics.median(seconds)
    print(f"{count} records: {best:.2f} s per 1,000 (median {median:.2f}), aim below {AIM_S:.1f}")


if __name__ == "__main__":
    main()
