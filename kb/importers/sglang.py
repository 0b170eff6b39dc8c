"""SGLang: JSON Lines of ``bench_serving``, ``bench_one_batch`` and ``bench_one_batch_server``, one run to a line.

``bench_serving`` appends a run to its file each time, names neither cards nor (before it wrote ``server_info``) the
model, and writes the bare word ``Infinity`` where no rate was set. The other two run one batch of a fixed size:

=======================  ============================================  =================
bench_one_batch          bench_one_batch_server                        here
=======================  ============================================  =================
prefill_throughput       input_throughput, batch x input / last_ttft   prefill_tok_s
median_decode_throughput output_throughput, batch x output / the rest  decode_tok_s
median_decode_latency, s                                               tpot_ms.p50
overall_throughput       overall_throughput                            total_tok_s
=======================  ============================================  =================
"""

from pathlib import Path
from typing import Any

from kb.importers.benchmark import Run, grouped, imported
from kb.importers.figures import figure
from kb.importers.head import has_keys
from kb.importers.json_input import Reader
from kb.importers.names import Library
from kb.importers.present import present
from kb.importers.raw_file import read_raw
from kb.importers.report import Imported
from kb.importers.serving import Dialect, runs_in, serving_point
from kb.importers.vllm import ENGINES

_DIALECT = Dialect(
    {"ttft_ms": "ttft", "tpot_ms": "tpot", "itl_ms": "itl", "e2e_ms": "e2e_latency"}, accepted="accept_length"
)
# What the same names mean here; "vllm" is the engine, whatever protocol is spoken.
_BACKENDS = ENGINES | {"sglang-embedding": "sglang"}
_SIZES = {"tp_size": "tp", "pp_size": "pp", "ep_size": "ep", "dp_size": "dp"}
_SERVED = (
    "prefill_tok_s is batch x input tokens over the time until the last sequence had its first token,"
    " decode_tok_s batch x output tokens over the time from there to the end"
)
_FORMATS = {"fp8_e4m3": "fp8", "fp8_e5m2": "fp8", "bfloat16": "bf16", "bf16": "bf16"}


def recognises(head: bytes, name: str) -> bool:
    """Tell whether a file that begins with ``head`` is output of one of the three tools."""
    served = has_keys(head, "total_output_tokens", "completed", "output_throughput", "mean_e2e_latency_ms")
    return served or _is_batch(head)


def _is_batch(head: bytes) -> bool:
    shape = has_keys(head, "run_name", "batch_size", "input_len", "output_len", "overall_throughput")
    return shape and (has_keys(head, "prefill_throughput") or has_keys(head, "input_throughput"))


def read(path: Path, library: Library | None = None) -> Imported:
    """Return a draft of each deployment in the file, as far as it tells; its runs are the points.

    Raises:
        ImportFailed: the file as a whole is no such output.
    """
    raw = read_raw(path)
    runs, failures = runs_in(raw, _run)
    groups = grouped(runs)
    if len(runs) > 1:
        for run in groups:
            run.missing.insert(0, "that the runs of this file are of one deployment, which it does not say")
    return imported(groups, raw, library, failures)


def _run(reader: Reader, where: str) -> Run:
    if "batch_size" in reader:
        return _batch_run(reader, where)
    if "tokenizer_id" in reader:
        raise reader.fail(
            "tokenizer_id", "is a key of vLLM's benchmark and of its kin: import the file as vllm, or auto"
        )
    backend = reader.text("backend")
    run = Run(
        tool="sglang.bench_serving",
        points=[serving_point(reader, _DIALECT, where or None)],
        model=reader.text("model") or reader.text("model_id"),
        engine=_BACKENDS.get(backend or ""),
        locator=where or None,
    )
    label = reader.text("tag")
    if label:
        run.points[0] = {"label": label[:200]} | run.points[0]
    if isinstance(reader.peek("server_info"), dict):
        _add_server(run, reader.child("server_info"))
    return run


def _add_server(run: Run, server: Reader) -> None:
    """Add what the server said of itself."""
    run.model = server.text("model_path") or run.model
    run.engine_version = server.text("version")
    run.quantization = server.text("quantization")
    run.backend = server.text("attention_backend")
    run.kv_cache = _FORMATS.get(server.text("kv_cache_dtype") or "")
    run.parallelism = {ours: count for key, ours in _SIZES.items() if (count := server.count(key))}
    ranks = run.parallelism.get("tp", 1) * run.parallelism.get("pp", 1)
    if "tp_size" in server and server.flag("enable_dp_attention") is not None:
        # Data-parallel attention shares out the ranks of tensor parallelism; else each replica has its own.
        shared = server.flag("enable_dp_attention")
        run.count = ranks * (1 if shared else run.parallelism.get("dp", 1))
    method = server.text("speculative_algorithm")
    if method:
        run.speculation = present(method=method, draft_tokens=server.count("speculative_num_draft_tokens"))


def _batch_run(reader: Reader, where: str) -> Run:
    served = "input_throughput" in reader
    name = reader.text("run_name")
    accepted = None if reader.value("acc_length") in (-1, -1.0) else figure(reader, "acc_length")
    results: dict[str, Any] = present(
        decode_tok_s=figure(reader, "output_throughput" if served else "median_decode_throughput"),
        prefill_tok_s=figure(reader, "input_throughput" if served else "prefill_throughput"),
        total_tok_s=figure(reader, "overall_throughput"),
        ttft_ms=present(max=figure(reader, "last_ttft", 3)),
        tpot_ms=present(p50=figure(reader, "median_decode_latency", 3)),
        accepted_tokens_per_step=accepted,
    )
    if not results:
        raise reader.fail("overall_throughput", "is missing, and no other figure of a run is given")
    told = [_SERVED] if served else []
    if not served and "decode_tok_s" in results:
        told.append("decode_tok_s is the batch over the median step")
    if "ttft_ms" in results or "tpot_ms" in results:
        told.append("seconds of the file are milliseconds here")
    point = present(
        label=name if name and name != "default" else None,
        locator=where or None,
        scenario=present(
            kind="static-batch",
            batch=reader.count("batch_size"),
            input_tokens=reader.count("input_len"),
            output_tokens=reader.count("output_len"),
        ),
        results=results,
        remark="; ".join(told),
    )
    tool = "sglang.bench_one_batch_server" if served else "sglang.bench_one_batch"
    return Run(tool=tool, points=[point], engine="sglang", locator=where or None)
