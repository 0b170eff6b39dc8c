"""What ``trtllm-bench --report_json`` writes: latencies in milliseconds, throughputs per second."""

from typing import Any

from kb.importers.benchmark import Run
from kb.importers.failure import ImportFailed
from kb.importers.figures import figure
from kb.importers.json_input import Reader
from kb.importers.measures import MILLISECONDS, statistics, whole
from kb.importers.present import present
from kb.importers.trtllm_bench.deployment import Told, run_of

_STATISTICS = {
    "mean": "average",
    "min": "minimum",
    "p50": "p50",
    "p90": "p90",
    "p95": "p95",
    "p99": "p99",
    "max": "maximum",
}
_RANKS = {"tp": "tp_size", "pp": "pp_size", "ep": "ep_size"}
_SECTIONS = ("engine", "machine", "world_info", "request_info", "performance", "streaming_metrics", "decoding_stats")


def read_report(data: Any, name: str) -> Run:
    """Return the run that a report tells of.

    Args:
        data: the JSON.
        name: of the file, for messages.

    Raises:
        ImportFailed: it is no such report, or nothing was measured.
    """
    if not isinstance(data, dict) or not {"engine", "performance"} <= data.keys():
        raise ImportFailed(f"{name} is no report of trtllm-bench: it should hold the objects engine and performance")
    top = Reader(data, name)
    engine, machine, world, load, performance, streaming, decoding = (top.child(key) for key in _SECTIONS)
    top.value("dataset")  # the load says the same
    return run_of(
        Told(
            model=engine.text("model"),
            version=engine.text("version"),
            backend=engine.text("backend"),
            dtype=engine.text("dtype"),
            kv_cache=engine.text("kv_cache_dtype"),
            quantization=engine.text("quantization"),
            card=machine.text("name"),
            ranks=present(**{ours: whole(world.value(theirs)) for ours, theirs in _RANKS.items()}),
            world=whole(world.value("world_size")),
            max_batch=whole(world.value("max_batch_size")),
            issue_rate=figure(world, "issue_rate"),
            requests=load.number("num_requests"),
            in_flight=figure(load, "avg_num_concurrent_requests"),
            input_tokens=figure(load, "avg_input_length"),
            output_tokens=figure(load, "avg_output_length"),
            throughputs=present(
                decode_tok_s=figure(performance, "system_output_throughput_tok_s"),
                total_tok_s=figure(performance, "system_total_throughput_tok_s"),
                requests_s=figure(performance, "request_throughput_req_s"),
                per_user_tok_s=figure(streaming, "token_output_speed_tok_s"),
            ),
            latencies=present(
                e2e_ms=_latency(performance, "avg_request_latency_ms", "request_latency_percentiles_ms"),
                ttft_ms=_latency(streaming, "avg_ttft_ms", "ttft_percentiles"),
                tpot_ms=_latency(streaming, "avg_tpot_ms", "tpot_percentiles"),
            ),
            total_latency_ms=performance.number("total_latency_ms"),
            speculation=decoding.text("mode"),
            rest=[path.removeprefix(f"{name}.") for path in top.left_over()],
        ),
        name,
    )


def _latency(section: Reader, mean: str, percentiles: str) -> dict[str, int | float]:
    stated = present(mean=figure(section, mean))
    return statistics(section.child(percentiles), _STATISTICS, MILLISECONDS) | stated
