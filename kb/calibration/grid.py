"""A grid of estimates that is kept, so that a change shows what it moves, and is accepted on purpose."""

import csv
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kb.corpus import Corpus
from kb.errors import BadRequest
from kb.estimate import Cards, Deployment, Load, NotCheckable, Plan, decode_ceiling, memory_fit
from kb.estimate.expected import expect
from kb.records.case import Parallelism

FILE = Path("calibration") / "grid.csv"
# One of each kind: dense, tied, windowed, latent, sparse, compressed, hybrid, chunked, with and without shared experts.
MODELS = (
    ("deepseek-r1", "fp8-block-128"),
    ("deepseek-r1", "nvfp4-mla-o-proj"),
    ("deepseek-v3.2", "fp8-block-128-ue8m0"),
    ("deepseek-v4-flash", "fp4-experts-fp8"),
    ("gemma-3-27b-it", "bf16"),
    ("glm-5", "fp8-block-128"),
    ("gpt-oss-120b", "mxfp4-experts"),
    ("kimi-k2.5", "int4-g32-experts"),
    ("llama-3.2-1b-instruct", "gguf-q4-k-m"),
    ("llama-3.3-70b-instruct", "bf16"),
    ("llama-3.3-70b-instruct", "awq-int4-g128"),
    ("llama-4-maverick-17b-128e-instruct", "fp8-per-tensor"),
    ("meta-llama-3.1-8b", "bf16"),
    ("meta-llama-3.1-8b", "gguf-q8-0"),
    ("minimax-m2.5", "fp8-block-128"),
    ("mixtral-8x7b-v0.1", "bf16"),
    ("nemotron-h-56b-base-8k", "bf16"),
    ("qwen3-30b-a3b", "gguf-q4-k-m"),
    ("qwen3-235b-a22b", "fp8-block-128"),
    ("qwen3.5-397b-a17b", "bf16"),
)
HARDWARE = (
    ("apple-m3-ultra", (1,)),
    ("ascend-910b", (8, 16)),
    ("b200-sxm-180gb", (1, 8)),
    ("gaudi-3", (8,)),
    ("gb200-nvl72-gpu", (4, 16)),
    ("h100-sxm5-80gb", (1, 8)),
    ("h200-sxm-141gb", (1, 8)),
    ("mi300x", (1, 8)),
    ("rtx-4090", (1, 2)),
    ("ryzen-ai-max-395", (1,)),
    ("tpu-v6e", (8,)),
)
# Sequences, input, output, and whether requests come and go.
LOADS = ((1, 1024, 256, False), (16, 1024, 1024, True), (128, 8192, 1024, True))
COLUMNS = (
    "model", "quantization", "hardware", "count", "batch", "input_tokens", "output_tokens", "serving", "per_card_gb",
    "fits", "ceiling_tok_s", "class", "tok_s", "low", "high",
)  # fmt: skip
TOLERANCE = 1e-4


@dataclass(frozen=True)
class Moved:
    """One figure of the grid that is not what it was."""

    where: str
    column: str
    was: str
    now: str

    def __str__(self) -> str:
        """Return the change in words, with how much where both are numbers."""
        try:
            ratio = f" ({float(self.now) / float(self.was) - 1:+.2%})"
        except (ValueError, ZeroDivisionError):
            ratio = ""
        return f"{self.where}: {self.column} was {self.was or 'nothing'}, is {self.now or 'nothing'}{ratio}"


def grid(corpus: Corpus) -> Iterator[dict[str, str]]:
    """Yield one row for each deployment and load, every figure to six digits."""
    for model_id, quantization_id in MODELS:
        for hardware_id, counts in HARDWARE:
            for count in counts:
                deployment = Deployment(
                    corpus.models[model_id],
                    corpus.quantizations[quantization_id],
                    (Cards(corpus.hardware[hardware_id], count, Parallelism(tp=count)),),
                )
                for batch, input_tokens, output_tokens, serving in LOADS:
                    load = Load(
                        input_tokens, output_tokens, batch=batch, concurrency=batch, static=not serving, serving=serving
                    )
                    named = (model_id, quantization_id, hardware_id, count, batch, input_tokens, output_tokens, serving)
                    yield dict(zip(COLUMNS, map(str, (*named, *_figures(deployment, load))), strict=True))


def _figures(deployment: Deployment, load: Load) -> list[str]:
    plan = Plan(deployment, deployment.pools[0])
    found = [""] * 7
    with suppress(NotCheckable):
        fit = memory_fit(plan, load)
        found[:2] = [_digits(fit.per_card_gb), str(fit.fits)]
    with suppress(NotCheckable):
        found[2] = _digits(decode_ceiling(deployment, load).tok_s)
    with suppress(NotCheckable):
        expected = expect(plan, load)
        found[3:] = [expected.error.name, *map(_digits, (expected.tok_s, expected.low, expected.high))]
    return found


def _digits(number: float) -> str:
    return f"{number:.6g}"


def read_grid(root: Path) -> list[dict[str, str]]:
    """Return the grid as it was accepted.

    Raises:
        BadRequest: it cannot be read.
    """
    path = root / FILE
    try:
        with path.open(encoding="utf-8", newline="") as text:
            return list(csv.DictReader(text, restval=""))
    except OSError as error:
        raise BadRequest(f"{FILE.as_posix()}: {error.strerror or error}; run: kb calibrate --accept") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadRequest(f"{FILE.as_posix()}: {error}; run: kb calibrate --accept") from None


def write_grid(root: Path, rows: list[dict[str, str]]) -> None:
    """Write the grid, which accepts it."""
    with (root / FILE).open("w", encoding="utf-8", newline="") as text:
        table = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def moved(accepted: list[dict[str, str]], now: list[dict[str, str]]) -> list[Moved]:
    """Return every figure that differs by more than rounding, and rows that came or went."""
    before, after = {_key(row): row for row in accepted}, {_key(row): row for row in now}
    found = [Moved(key, "row", "there", "gone") for key in before if key not in after]
    found += [Moved(key, "row", "", "new") for key in after if key not in before]
    for key, old in before.items():
        new = after.get(key, old)
        for column in COLUMNS[8:]:
            was, is_now = old.get(column, ""), new[column]
            if not _same(was, is_now):
                found.append(Moved(key, column, was, is_now))
    return found


def _key(row: dict[str, str]) -> str:
    return " ".join(row.get(column, "") for column in COLUMNS[:8])


def _same(was: str, now: str) -> bool:
    if was == now:
        return True
    try:
        return abs(float(was) - float(now)) <= TOLERANCE * abs(float(was))
    except ValueError:
        return False
