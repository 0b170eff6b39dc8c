"""Runs that nobody made, as cases: their times come from the formula itself, with coefficients that are known."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from curation.cases import Collection, case_files
from curation.measured import Measured
from kb import Corpus
from kb.calibration.fit import Prior
from kb.calibration.left_out import LeftOut
from kb.calibration.observed import Observation, observe
from kb.calibration.priors import DESKTOP, SERVER
from kb.calibration.tables import collection_of
from kb.checks.context import Context
from kb.corpus import Origin
from kb.corpus.yaml_text import load
from kb.estimate.step_time import Coefficients, step_seconds
from kb.records import Case, Record

SERVED_MODELS = (
    ("meta-llama-3.1-8b", "bf16"),
    ("qwen3-32b", "fp8-per-tensor"),
    ("qwen3-235b-a22b", "fp8-block-128"),
    ("gpt-oss-120b", "mxfp4-experts"),
)
SERVED_CARDS = ("h100-sxm5-80gb", "h200-sxm-141gb", "b200-sxm-180gb")
DESKTOP_MODELS = (("llama-2-7b-hf", "gguf-q4-0"), ("qwen3-30b-a3b", "gguf-q4-k-m"), ("gpt-oss-20b", "gguf-mxfp4-moe"))
DESKTOP_CARDS = (
    ("rtx-3090", 1, "cuda"),
    ("rtx-4090", 1, "cuda"),
    ("rtx-5090", 1, "cuda"),
    ("apple-m2-ultra", 1, "metal"),
    ("apple-m3-max", 1, "metal"),
    ("rx-7900-xtx", 1, "vulkan"),
    ("ryzen-ai-max-395", 1, "vulkan"),
    ("rtx-4090", 2, "cuda"),
)


def row(**said: Any) -> Measured:
    """Build a run of one sequence on one H100, 20 ms a token, unless told otherwise."""
    usual: dict[str, Any] = {
        "source": "inferencex-843c6254",
        "locator": "made up",
        "hardware": "h100-sxm5-80gb",
        "count": 1,
        "model": "meta-llama-3.1-8b",
        "quantization": "bf16",
        "engine": "vllm",
        "date": "2026-01",
        "load": "closed",
        "in_flight": 1.0,
        "input_tokens": 1000.0,
        "output_tokens": 500.0,
        "tpot_ms": 20.0,
    }
    return Measured(**(usual | said))


def plain(priors: dict[str, Prior]) -> Coefficients:
    """Return the coefficients that are expected before any row is seen."""
    return Coefficients(**{name: prior.value for name, prior in priors.items()})


def cases(rows: Iterable[Measured], corpus: Corpus, folder: str = "threads") -> list[tuple[Record, Origin]]:
    """Return the runs as cases of a collection, each with the file that it would stand in."""
    files = case_files(rows, Collection(folder, "made up"), corpus)
    return [(Case.model_validate(load(text)), Origin(path, text)) for path, text in files.items()]


def case(of: Measured, corpus: Corpus, folder: str = "threads") -> Case:
    """Return the case of one run."""
    ((found, _),) = cases([of], corpus, folder)
    assert isinstance(found, Case)
    return found


def seen(of: Measured, corpus: Corpus) -> Observation:
    """Return one run as it is used."""
    made = case(of, corpus)
    return observe(made, made.points[0], Context(corpus))


def among(corpus: Corpus, tables: dict[str, list[Measured]]) -> Corpus:
    """Return the project's own records with these collections in place of its own."""
    kept: list[tuple[Record, Origin]] = [
        (record, corpus.origin(record))
        for record in corpus.records()
        if not (isinstance(record, Case) and collection_of(record, corpus))
    ]
    for folder, rows in tables.items():
        kept += cases(rows, corpus, folder)
    return Corpus(corpus.root, kept, (), len(kept))


def timed(of: Measured, corpus: Corpus, coefficients: Coefficients, factor: float = 1.0) -> Measured:
    """Return the run with ``factor`` times the time per token that the formula gives it."""
    seconds = sum(step_seconds(seen(of, corpus).work, coefficients))
    return replace(of, tpot_ms=seconds * factor * 1e3)


def wobble(number: int) -> float:
    """Return a factor near 1 that differs from row to row, the same each time."""
    return math.exp(0.12 * math.sin(2.4 * number))


def served_rows() -> list[Measured]:
    """Return runs of four models on three cards, of several loads, not timed."""
    return [
        row(
            locator=f"{card} {model} {in_flight} {tokens}",
            hardware=card,
            count=8,
            tp=8,
            model=model,
            quantization=quantization,
            in_flight=float(in_flight),
            input_tokens=float(tokens),
            engine="sglang" if model.startswith("qwen3-235b") else "vllm",
        )
        for card in SERVED_CARDS
        for model, quantization in SERVED_MODELS
        for in_flight, tokens in ((1, 1000), (4, 4000), (32, 1000), (128, 2000))
    ]


def desktop_rows() -> list[Measured]:
    """Return runs of three models on eight machines, not timed."""
    return [
        row(
            locator=f"{count} {card} {model} {tokens}",
            hardware=card,
            count=count,
            pp=count if count > 1 else None,
            model=model,
            quantization=quantization,
            engine="llama.cpp",
            backend=backend,
            load="static",
            input_tokens=float(tokens),
        )
        for card, count, backend in DESKTOP_CARDS
        for model, quantization in DESKTOP_MODELS
        for tokens in (0, 4000)
    ]


def elsewhere_rows() -> list[Measured]:
    """Return runs of the classes that no fit sees, not timed."""
    loads = ((2.0, 1000.0), (16.0, 2000.0), (64.0, 500.0))
    kinds: list[dict[str, Any]] = [
        {"hardware": "mi300x"},
        {"date": "2024-03", "hardware": "a100-sxm4-80gb"},
        {"role": "decode", "workers": 2, "tp": 1, "hardware": "b200-sxm-180gb"},
    ]
    return [
        row(locator=f"{number} {model} {in_flight}", model=model, in_flight=in_flight, input_tokens=tokens, **kind)
        for number, kind in enumerate(kinds)
        for model in ("meta-llama-3.1-8b", "qwen3-32b", "gemma-3-27b-it")
        for in_flight, tokens in loads
    ]


def world(corpus: Corpus) -> dict[str, list[Measured]]:
    """Return collections of all these runs, timed by the formula and what the priors expect, but for a wobble."""
    rows = [
        timed(one, corpus, plain(SERVER), wobble(number)) for number, one in enumerate(served_rows() + elsewhere_rows())
    ]
    # A first token of those that wait for nobody.
    rows = [replace(one, ttft_ms=30 + 40 * (one.tpot_ms or 0)) if one.in_flight == 1 else one for one in rows]
    desktops = [timed(one, corpus, plain(DESKTOP), wobble(number)) for number, one in enumerate(desktop_rows())]
    return {"aiconfigurator": rows, "threads": desktops}


def observations(rows: Iterable[Measured], corpus: Corpus) -> list[Observation]:
    """Return runs as they are used, in their order."""
    return [seen(one, corpus) for one in rows]


def left_out(rows: Sequence[Observation], ratios: Sequence[float], name: str = "served-dense") -> LeftOut:
    """Return left-out rows that took ``ratios`` times the estimated second."""
    measured = np.array(ratios, dtype=np.float64)
    return LeftOut(name, "hardware", tuple(rows), measured, np.ones(len(ratios)))
