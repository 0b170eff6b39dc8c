"""Measure how long it takes to try all models on all cards in all usual formats under four loads.

Run it from the folder of the knowledge base: ``python -m benchmarks.fit_grid [ROUNDS]``. It reads the real corpus,
works the grid out through :func:`kb.estimate.fitting.fit`, and prints combinations, seconds of one core and rows per
second, the best of the rounds beside the median; then how many estimates per second
:func:`kb.estimate.expected.expect` makes of plans that are new to it. The aims are 10 seconds and 20,000 estimates.
"""

import statistics
import sys
import time
from collections import Counter

from kb.corpus import Corpus, open_corpus
from kb.estimate import Load, Plan
from kb.estimate.expected import expect
from kb.estimate.fitting import Formats, fit

ROUNDS = 3
BATCHES = (1, 8, 64, 256)
AIM_S = 10.0
AIM_RATE = 20_000


def grid(corpus: Corpus, loads: tuple[Load, ...]) -> Counter[str]:
    """Work out the grid once and count the outcomes."""
    formats = Formats(corpus.quantizations.values())
    rows = fit(corpus.models.values(), corpus.hardware.values(), formats, loads)
    return Counter(row.outcome if row.expected or row.outcome != "fits" else "fits, speed unknown" for row in rows)


def estimates(corpus: Corpus, load: Load, number: int) -> float:
    """Return estimates per second, each of a plan that is made for it."""
    formats = Formats(corpus.quantizations.values())
    rows = fit(corpus.models.values(), list(corpus.hardware.values())[::5], formats, (load,))
    deployments = [row.expected.plan.deployment for row in rows if row.expected is not None]
    start = time.process_time()
    for index in range(number):
        deployment = deployments[index % len(deployments)]
        expect(Plan(deployment, deployment.pools[0]), load)
    return number / (time.process_time() - start)


def main() -> None:
    """Load, measure, print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    corpus = open_corpus()
    loads = tuple(Load(1024, 256, batch=batch, static=True) for batch in BATCHES)
    seconds = []
    outcomes: Counter[str] = Counter()
    for _ in range(rounds):
        start = time.process_time()
        outcomes = grid(corpus, loads)
        seconds.append(time.process_time() - start)
    total, best, median = sum(outcomes.values()), min(seconds), statistics.median(seconds)
    print(f"{len(corpus.models)} models x {len(corpus.hardware)} cards x formats x {len(loads)} batches")
    print(f"{total:,} combinations: " + ", ".join(f"{number:,} {name}" for name, number in outcomes.most_common()))
    print(f"{best:.2f} s (median {median:.2f}), {total / best:,.0f} rows/s, aim below {AIM_S:g} s")
    rate = max(estimates(corpus, loads[1], 20_000) for _ in range(rounds))
    print(f"{rate:,.0f} estimates/s, aim above {AIM_RATE:,}")


if __name__ == "__main__":
    main()
