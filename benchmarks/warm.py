"""Measure questions to a bundle that is open: ``python -m benchmarks.warm BUNDLE`` prints the figures as JSON.

The sentences are the golden queries of the tests. Each is asked once, for what is read at the first time, and then in
rounds; the median over the rounds stands for a sentence, and the percentiles are over sentences. The same goes for
looking up records by id.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import yaml

from kb import open_bundle, query
from kb.bundle.reader import Bundle
from kb.errors import BadRequest
from kb.search.lookup import figures, record

_GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "search" / "golden"
ROUNDS = 5
_SLOWEST = 5
_RECORDS = 200


def golden_sentences() -> list[str]:
    """Return the sentences of the golden queries, each once."""
    found = [
        str(entry["ask"])
        for file in sorted(_GOLDEN.glob("*.yaml"))
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))
    ]
    return list(dict.fromkeys(found))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the least of ``values`` that ``share`` of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 100) * len(ordered) // 100) - 1)]


def measured(asked: Sequence[str], answer: Callable[[str], object], rounds: int) -> dict[str, Any]:
    """Ask everything once and then in ``rounds``; return milliseconds by percentile, and what took longest."""
    first = [_ms(answer, one) for one in asked]
    times: list[list[float]] = [[] for _ in asked]
    for _ in range(rounds):
        for one, taken in zip(asked, times, strict=True):
            taken.append(_ms(answer, one))
    middle = [statistics.median(taken) for taken in times]
    slowest = sorted(zip(middle, asked, strict=True), reverse=True)[:_SLOWEST]
    return {
        "asked": len(asked),
        "first_p50_ms": round(percentile(first, 0.5), 3),
        "p50_ms": round(percentile(middle, 0.5), 3),
        "p95_ms": round(percentile(middle, 0.95), 3),
        "max_ms": round(max(middle), 3),
        "slowest": [{"asked": one, "ms": round(ms, 3)} for ms, one in slowest],
    }


def _ms(answer: Callable[[str], object], one: str) -> float:
    start = time.perf_counter()
    answer(one)
    return (time.perf_counter() - start) * 1e3


def some_records(bundle: Bundle) -> list[str]:
    """Return ids of records of all kinds, at even distances."""
    ids = [row[0] for row in bundle.index.rows("SELECT id FROM record ORDER BY kind, id")]
    return ids[:: max(1, len(ids) // _RECORDS)]


def warm(folder: Path, rounds: int = ROUNDS) -> dict[str, Any]:
    """Return how long questions to the bundle in ``folder`` take, and how long look-ups."""
    with open_bundle(folder) as bundle:

        def asked(sentence: str) -> object:
            try:
                return query(bundle, sentence)
            except BadRequest as refusal:
                return refusal

        def shown(record_id: str) -> object:
            found = record(bundle, record_id)
            return figures(bundle, found["kind"], record_id)

        return {
            "query": measured(golden_sentences(), asked, rounds),
            "show": measured(some_records(bundle), shown, rounds),
        }


if __name__ == "__main__":
    print(json.dumps(warm(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else ROUNDS), ensure_ascii=False))
