"""``scenario``, ``results`` and ``bottleneck`` of an item -> one operating point."""

from typing import Any

from kb.importers.desk import Desk
from kb.importers.json_input import Reader, shown
from kb.importers.present import present

# "tbt", time between tokens, is the export's word for the time per output token.
_LATENCIES = {"ttft": "ttft_ms", "tbt": "tpot_ms", "itl": "itl_ms", "e2e": "e2e_ms"}
_STATISTICS = ("mean", "min", "p50", "p90", "p95", "p99", "max")
_BOTTLENECKS = {"memory-bandwidth", "compute", "communication", "software", "memory-capacity", "latency", "other"}


def read_point(item: Reader, evidence: list[str]) -> dict[str, Any]:
    """Return the operating point, its figures as they are given.

    A single entry of ``evidence`` is the record's default; of several, each figure names them all,
    since the export does not say which of them it comes from.
    """

    def fact(value: int | float | None) -> Any:
        if value is None or len(evidence) < 2:
            return value
        return {"value": value, "evidence": evidence}

    scenario, results = item.child("scenario"), item.child("results")
    throughput, latency = results.child("throughput_tokens_per_sec"), results.child("latency_ms")
    utilization = results.child("utilization")
    latencies = {
        ours: present(**{s: fact(latency.number(f"{theirs}_{s}")) for s in _STATISTICS})
        for theirs, ours in _LATENCIES.items()
    }
    return present(
        scenario=present(
            input_tokens=scenario.count("prefill_seq_len"),
            output_tokens=scenario.count("decode_seq_len"),
            batch=scenario.count("batch_size"),
            concurrency=scenario.count("max_concurrent_requests"),
        ),
    ) | {
        "results": present(
            decode_tok_s=fact(throughput.number("decode")),
            prefill_tok_s=fact(throughput.number("prefill")),
            **latencies,
            memory_per_card_gb=fact(results.number("memory_per_card_gb")),
            power_per_card_w=fact(results.number("power_per_card_w")),
            compute_pct=fact(utilization.number("compute_pct")),
            memory_bandwidth_pct=fact(utilization.number("memory_bw_pct")),
        )
    }


def read_bottleneck(item: Reader, evidence: list[str], desk: Desk) -> dict[str, Any] | None:
    """Return what limits the speed in the view of the export."""
    kind = item.text("bottleneck")
    if kind is None:
        return None
    if kind not in _BOTTLENECKS:
        desk.remarks.append(f"{item.path}.bottleneck: {shown(kind)} is none of the kinds we know, so it became 'other'")
        kind = "other"
    return present(kind=kind, evidence=evidence)
