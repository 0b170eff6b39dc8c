"""Measure how long ``kb estimate --from`` takes for 10,000 requests.

Run it from the folder of the knowledge base, whose bundle is built: ``python -m benchmarks.estimate_lines [LINES]``. It
writes requests for all models on all cards under many loads into a temporary folder, answers them by the command, and
prints seconds by the clock, the best of the rounds beside the median. As the machine has a say in that, the same rounds
time a typer program that does nothing, and the ratio of the two is printed as well. The aim is 2 seconds.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.processes import EMPTY
from kb.bundle.reader import open_bundle

LINES = 10_000
ROUNDS = 5
AIM_S = 2.0


def write_requests(file: Path, number: int, bundle: Path) -> None:
    """Write ``number`` requests, the same ones each time."""
    chance = random.Random(number)
    with open_bundle(bundle) as opened:
        models, cards = (
            [row["id"] for row in opened.rows(f"SELECT id FROM {table} ORDER BY id")]
            for table in ("models", "hardware")
        )
    lines = []
    for index in range(number):
        request = {
            "id": f"request-{index}",
            "model": chance.choice(models),
            "hardware": chance.choice(cards),
            "count": chance.choice((1, 2, 4, 8, 16)),
            "batch": chance.choice((1, 4, 16, 64, 256)),
            "input_tokens": chance.choice((128, 512, 1024)),
            "output_tokens": chance.choice((1, 64, 256)),
        }
        if chance.random() < 0.5:
            request["quantization"] = chance.choice(("bf16", "fp8-block-128", "awq-int4-g128", "gguf-q4-k-m"))
        lines.append(json.dumps(request))
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def seconds(command: list[str], out: Path, bundle: Path) -> float:
    """Return how long ``command`` takes by the clock."""
    environment = {**os.environ, "KB_BUNDLE": str(bundle)}
    with out.open("wb") as stream:
        start = time.perf_counter()
        done = subprocess.run(command, stdout=stream, stderr=subprocess.PIPE, env=environment, check=False)
        took = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"{command} left with {done.returncode}: {done.stderr.decode()[:300]}")
    return took


def main() -> None:
    """Write, measure, print."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else LINES
    bundle = Path(os.environ.get("KB_BUNDLE", "dist")).absolute()
    with tempfile.TemporaryDirectory() as folder:
        requests, program, out = (Path(folder) / name for name in ("requests.jsonl", "empty.py", "out.jsonl"))
        write_requests(requests, number, bundle)
        program.write_text(EMPTY, encoding="utf-8")
        answering, empty = [], []
        for _ in range(ROUNDS):
            empty.append(seconds([sys.executable, str(program)], out, bundle))
            answering.append(seconds([sys.executable, "-m", "kb", "estimate", "--from", str(requests)], out, bundle))
        answered = out.read_bytes().count(b"\n")
    best, median = min(answering), statistics.median(answering)
    print(f"{answered:,} answers: {best:.2f} s (median {median:.2f}), {answered / best:,.0f}/s, aim below {AIM_S:g} s")
    print(f"an empty typer program: {min(empty):.2f} s; the ratio is {best / min(empty):.1f}")


if __name__ == "__main__":
    main()
