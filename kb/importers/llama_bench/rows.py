"""One object of ``llama-bench -o json``: a test, and all that it was run with."""

import re

from kb.importers.benchmark import Run
from kb.importers.figures import figure
from kb.importers.json_input import Reader
from kb.importers.llama_bench.names import (
    add_cards,
    cache_format,
    model_of_file,
    model_quantization,
    offload_caveat,
)
from kb.importers.llama_bench.test import Test, as_point
from kb.importers.names import Library

_DAY = re.compile(r"(20[0-9]{2}-[0-9]{2}-[0-9]{2})T")
# What a test was run with, and no field holds; it stands in the remark of its point.
_SETTINGS = ("n_gpu_layers", "n_cpu_moe", "n_threads", "n_batch", "n_ubatch", "flash_attn", "split_mode", "use_mmap")
# Not worth telling: what tells runs of one machine apart, and the samples behind the mean.
_UNTOLD_NAMES = """
    cpu_info cpu_mask cpu_strict defrag_thold devices embeddings fit_min_ctx fit_target load_mode main_gpu
    model_n_params moe_cache n_gen_warmup no_host no_op_offload poll repack samples_ns samples_ts stddev_ns
    tensor_buft_overrides tensor_split use_direct_io
"""
_UNTOLD = frozenset(_UNTOLD_NAMES.split())
_PROCESSORS = frozenset(("CPU", "BLAS", "RPC", "zDNN", ""))
# Means of speeds and of times differ a little; a unit that slipped differs by a thousand.
_SLACK = 0.2


def row_run(reader: Reader, where: str, library: Library | None) -> Run:
    """Return the run that one object tells of.

    Raises:
        ImportFailed: it lacks its figure or its model, or a figure is none; the message names the key.
    """
    file = reader.needed_text("model_filename")
    model = model_of_file(file)
    words = reader.text("model_type") or ""
    day = _DAY.match(reader.text("test_time") or "")
    build = reader.number("build_number", whole=True)
    keys, values = reader.text("type_k"), reader.text("type_v")
    run = Run(
        tool="llama-bench",
        points=[as_point(_test(reader, model, library), where or None)],
        model=model,
        engine="llama.cpp",
        engine_version=f"b{build}" if build else None,
        engine_commit=reader.text("build_commit"),
        backend=reader.text("backends"),
        quantization=model_quantization(file, words),
        kv_cache=cache_format(keys) if keys == values else None,
        weights_gb=figure(reader, "model_size", -9),
        measured=day.group(1) if day else None,
        locator=where or None,
    )
    if words:
        run.remarks.append(f"llama-bench calls the model {words!r}")
    if keys and run.kv_cache is None:
        run.missing.append(f"the format of the KV cache (stack/kv_cache): keys are {keys}, values {values}")
    _add_cards(reader, run)
    left = [key for key in reader.unread() if key not in _UNTOLD]
    if left:
        run.remarks.append(f"not taken over, having no field in a record: {', '.join(left)}")
    return run


def _test(reader: Reader, model: str, library: Library | None) -> Test:
    prompt, written, depth = (int(reader.number(key, whole=True) or 0) for key in ("n_prompt", "n_gen", "n_depth"))
    speed = figure(reader, "avg_ts")
    if speed is None:
        raise reader.fail("avg_ts", "is missing or 0: the test measured nothing")
    if not prompt + written:
        raise reader.fail("n_gen", "is 0, and n_prompt too: no test")
    told = []
    for key in _SETTINGS:
        value = reader.peek(key)
        if isinstance(value, bool | int):
            told.append(f"{key} {str(value).lower()}")
        elif isinstance(value, str):
            told.append(f"{key} {reader.text(key)}")
        reader.value(key)
    caveat = offload_caveat(
        reader.number("n_gpu_layers", least=-2),
        model,
        library,
        host_experts=reader.number("n_cpu_moe"),
        host_cache=reader.flag("no_kv_offload") or False,
    )
    nanoseconds = figure(reader, "avg_ns")
    if nanoseconds:
        by_time = (prompt + written) * 1e9 / nanoseconds
        if abs(by_time / speed - 1) > _SLACK:
            caveat = (
                f"avg_ts is {speed}, but {prompt + written} tokens in avg_ns {nanoseconds} make {by_time:.6g} a second"
            )
    return Test(prompt, written, depth, speed, figure(reader, "stddev_ts"), ", ".join(told)[:800], caveat)


def _add_cards(reader: Reader, run: Run) -> None:
    cards = [name.strip() for name in (reader.text("gpu_info") or "").split(",") if name.strip()]
    if not cards or {name.strip() for name in (run.backend or "").split(",")} <= _PROCESSORS:
        run.missing.append(f"the file names no card, only the processor: {reader.text('cpu_info') or 'not even that'}")
        return
    if reader.text("split_mode") == "none":
        main = int(reader.number("main_gpu", whole=True) or 0)
        cards = cards[main : main + 1] or cards[:1]
    shares = reader.text("tensor_split") or ""
    if re.search(r"[1-9]", shares):
        run.missing.append(f"which of the {len(cards)} cards took part: tensor_split is {shares}")
    add_cards(run, cards)
