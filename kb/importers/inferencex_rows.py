"""One row of InferenceX's ``agg_bmk.json``: latencies in seconds, throughputs per card.

How the rows come about (``utils/process_result.py`` of the repository)::

    one pool:       tput_per_gpu = total throughput / tp,  output_tput_per_gpu = output throughput / tp
    disaggregated:  tput_per_gpu = total throughput / (prefill + decode cards)
                    output_tput_per_gpu = output throughput / decode cards
                    (rows with output_tput_per_decode_gpu: that one; output_tput_per_gpu is then over all cards)
"""

from typing import Any

from kb.importers.benchmark import Run
from kb.importers.figures import figure
from kb.importers.json_input import Reader
from kb.importers.present import present
from kb.importers.serving import Dialect, latencies

_SECONDS = Dialect(ending="", shift=3)
_SLACK = 0.01
_ENGINES = {
    "trt": "tensorrt-llm",
    "trtllm": "tensorrt-llm",
    "trt-llm": "tensorrt-llm",
    "tensorrt-llm": "tensorrt-llm",
    "vllm": "vllm",
    "sglang": "sglang",
}


def row_run(reader: Reader, where: str) -> Run:
    """Return the run that a row tells of.

    Raises:
        ImportFailed: a figure is none, or the row holds none.
    """
    framework = reader.needed_text("framework")
    engine, backend = _engine(framework)
    disaggregated = reader.flag("disagg") or False
    run = Run(
        tool="InferenceX",
        points=[],
        model=reader.needed_text("model"),
        engine=engine,
        backend=backend,
        engine_image=reader.text("image"),
        quantization=reader.text("precision"),
        locator=where or None,
    )
    prefix = reader.text("infmax_model_prefix")
    if prefix:
        run.remarks.append(f"InferenceX calls the model {prefix}")
    method = reader.text("spec_decoding")
    if method and method != "none":
        run.speculation = {"method": method}
    # A runner is named for its card and, after a hyphen, for where it stands: mi355x-amds, gb300-nv.
    runner = reader.needed_text("hw")
    card = runner.partition("-")[0] or runner
    if card != runner:
        run.remarks.append(f"the card is read from the name of the runner, {runner}")
    cards = _cards(reader, run, card, disaggregated)
    run.points.append(_point(reader, cards, where, run))
    return run


def _engine(framework: str) -> tuple[str, str | None]:
    if framework.startswith("dynamo"):
        inner = framework.removeprefix("dynamo").lstrip("-")
        return "dynamo", _ENGINES.get(inner, inner) or None
    return _ENGINES.get(framework, framework), None


def _cards(reader: Reader, run: Run, card: str, disaggregated: bool) -> dict[str, int]:
    """Add the cards to ``run``; return how many there are of each role, none where the row does not tell."""
    prefill, decode = reader.count("num_prefill_gpu"), reader.count("num_decode_gpu")
    if disaggregated:
        run.hardware = card
        run.pools = [
            {
                "role": role,
                "hardware": card,
                "count": count or 1,
                "parallelism": _parallelism(reader, f"{role}_"),
                "replicas": _replicas(reader, role),
            }
            for role, count in (("prefill", prefill), ("decode", decode))
        ]
        run.pools = [present(**pool) for pool in run.pools]
        if prefill is None or decode is None:
            run.missing.append("how many cards each pool has (stack/pools); 1 stands there until then")
            return {}
        return {"prefill": prefill, "decode": decode}
    run.hardware = card
    ranks = reader.count("tp")
    run.parallelism = _parallelism(reader, "")
    if reader.flag("is_multinode"):
        # Both pools are named there too, and whether they are two or one and the same is not said.
        run.missing.append("how many cards there are in all (stack/pools/0/count): a run over several nodes, one pool")
        return {}
    run.count = ranks
    return {"serve": ranks} if ranks else {}


def _replicas(reader: Reader, role: str) -> int | None:
    workers = reader.number(f"{role}_num_workers", whole=True)
    return int(workers) if workers else None


def _parallelism(reader: Reader, prefix: str) -> dict[str, int]:
    tp, ep = reader.count(f"{prefix}tp"), reader.count(f"{prefix}ep")
    spread = reader.value(f"{prefix}dp_attention")
    shared = spread is True or (isinstance(spread, str) and spread.strip().lower() == "true")
    # Data-parallel attention shares out the ranks of tensor parallelism: each holds its own sequences.
    return present(tp=tp, ep=ep, dp=tp if shared and tp and tp > 1 else None)


def _point(reader: Reader, cards: dict[str, int], where: str, run: Run) -> dict[str, Any]:
    told: list[str] = []
    results = latencies(reader, _SECONDS)
    if results:
        told.append("latencies: seconds of the file times 1000")
    results |= _throughputs(reader, cards, told, run)
    if not results:
        raise reader.fail("tput_per_gpu", "is missing, and no other figure of a run is given")
    total, through = reader.number("num_requests_total"), reader.number("num_requests_successful")
    lost = total - through if total is not None and through is not None else 0
    offloading = reader.text("offloading")
    kept = f"KV cache offloading: {offloading}" if offloading and offloading != "none" else None
    inputs = reader.count("isl") or figure(reader, "mean_input_tokens")
    outputs = reader.count("osl") or figure(reader, "mean_output_tokens_actual")
    if "isl" not in reader and inputs:
        told.append("tokens are means over the requests")
    return present(
        label=kept,
        locator=where or None,
        scenario=present(
            kind="serving",
            input_tokens=inputs,
            output_tokens=outputs,
            concurrency=reader.count("conc"),
            dataset=reader.text("scenario_type"),
        ),
        results=results,
        caveat=f"{lost} of {total} requests failed; the figures are those of the others" if lost > 0 else None,
        remark="; ".join(told),
    )


def _throughputs(reader: Reader, cards: dict[str, int], told: list[str], run: Run) -> dict[str, Any]:
    """Return total throughputs: as the row gives them, else per card times the cards that it was divided by."""
    requests = figure(reader, "total_requests_completed")
    duration = figure(reader, "duration_seconds")
    found: dict[str, Any] = present(
        total_tok_s=figure(reader, "total_tput_tps"),
        decode_tok_s=figure(reader, "output_tput_tps"),
        requests_s=requests / duration if requests and duration else None,
    )
    if "requests_s" in found:
        told.append(f"requests_s: {requests} requests / {duration} s")
    every = sum(cards.values())
    per_decode = figure(reader, "output_tput_per_decode_gpu")
    output = figure(reader, "output_tput_per_gpu")
    of_output = cards.get("decode") if "decode" in cards and per_decode is None else every
    if per_decode is not None and "decode" in cards:
        output, of_output = per_decode, cards["decode"]
    total, each_total = found.get("total_tok_s"), figure(reader, "tput_per_gpu")
    if total and each_total and every and abs(total / each_total / every - 1) > _SLACK:
        run.missing.append(
            f"how many cards there are: {every} by the ranks, {total / each_total:.6g} by the throughputs"
        )
    for name, key, each, count in (
        ("total_tok_s", "tput_per_gpu", each_total, every),
        ("decode_tok_s", "output throughput per card", output, of_output),
    ):
        if name in found or each is None:
            continue
        if not count:
            run.missing.append(f"{name}: the row gives it per card ({each}), and the cards are not known")
            continue
        found[name] = each * count
        told.append(f"{name}: {key} {each} x {count} cards")
    return found
