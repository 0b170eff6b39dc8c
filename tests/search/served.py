"""Made-up cases with points that a test states in full, on real cards and models."""

import json
from typing import Any

H100, MI300X, RTX = "h100-sxm5-80gb", "mi300x", "rtx-5080"
LLAMA, R1, QWEN = "llama-3.3-70b-instruct", "deepseek-r1", "qwen3-8b"
LENGTHS = {"input_tokens": 1024, "output_tokens": 1024}


def at(
    concurrency: int | None = None, *, lengths: dict[str, Any] | None = None, kind: str = "serving", **results: Any
) -> dict[str, Any]:
    """Return a point of ``results`` under a load; ``caveat`` and ``label`` are those of the point."""
    scenario: dict[str, Any] = {"kind": kind, **(LENGTHS if lengths is None else lengths)}
    if concurrency is not None:
        scenario["batch" if kind == "static-batch" else "concurrency"] = concurrency
    own: dict[str, Any] = {name: results.pop(name) for name in ("caveat", "label") if name in results}
    return {"scenario": scenario, "results": results, **own}


def tpot(ms: float, statistic: str = "p50") -> dict[str, float]:
    """Return a latency."""
    return {statistic: ms}


def case(
    name: str,
    *points: dict[str, Any],
    model: str = LLAMA,
    pools: tuple[dict[str, Any], ...] = (),
    hardware: str = H100,
    count: int = 8,
    tp: int = 8,
    quantization: str = "fp8-per-tensor",
    engine: dict[str, Any] | None = None,
    measured: str | None = "2026-03-01",
    rough: bool = False,
    **more: Any,
) -> tuple[str, str]:
    """Return the path below ``data`` and the text of a case; ``more`` are fields of its stack."""
    pool = {"role": "serve", "hardware": hardware, "count": count, "parallelism": {"tp": tp}}
    source = {"title": "A table", "url": "https://github.com/a/b", "kind": "paper", "publisher": "A"}
    record: dict[str, Any] = {
        "kind": "case",
        "id": name,
        "title": f"Made-up {name}",
        "default_evidence": "ev-source",
        **({"measured": measured} if measured else {}),
        "stack": {
            "model": model,
            "engine": engine or {"id": "made-up", "version": "1.0.0"},
            "quantization": quantization,
            "pools": list(pools) or [pool],
            **more,
        },
        "points": list(points),
        "evidence": [
            {
                "id": "ev-source",
                "source": source,
                "locator": "table 1 of results.csv",
                "exactness": "approximate" if rough else "exact",
                "accessed": "2026-03-31",
            }
        ],
    }
    return f"cases/2026/{name}.yaml", json.dumps(record)


def price(name: str, hardware: str, usd: float, unit: str = "USD/GPU/h", stated: str = "2026-01-01") -> tuple[str, str]:
    """Return a claim that says what a card costs by the hour."""
    record = {
        "kind": "claim",
        "id": name,
        "title": f"Made-up {name}",
        "default_evidence": "ev-source",
        "statement": "A card costs so much.",
        "form": "level",
        "metric": "price of a card and hour",
        "unit": unit,
        "subject": {"hardware": hardware},
        "values": [{"value": usd}],
        "stated": stated,
        "evidence": [{"id": "ev-source", "source": "a-report", "locator": "table 2", "exactness": "exact"}],
    }
    return f"claims/{name}.yaml", json.dumps(record)
