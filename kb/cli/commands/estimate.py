"""``kb estimate``."""

from pathlib import Path
from typing import Annotated

import typer

from kb.cli.options import JsonFlag


def estimate(
    model: Annotated[str | None, typer.Option(help="Model, by any of its names.")] = None,
    hardware: Annotated[str | None, typer.Option(help="Card, by any of its names.")] = None,
    count: Annotated[int | None, typer.Option(help="Number of cards.")] = None,
    quantization: Annotated[str | None, typer.Option(help="How the weights are stored; else as published.")] = None,
    kv_cache: Annotated[str | None, typer.Option(help="How the KV cache is stored.")] = None,
    batch: Annotated[int | None, typer.Option(help="Sequences in flight.")] = None,
    input_tokens: Annotated[int | None, typer.Option(help="Tokens of a prompt.")] = None,
    output_tokens: Annotated[int | None, typer.Option(help="Tokens of an answer.")] = None,
    tp: Annotated[int | None, typer.Option(help="Tensor-parallel ranks.")] = None,
    pp: Annotated[int | None, typer.Option(help="Pipeline-parallel ranks.")] = None,
    ep: Annotated[int | None, typer.Option(help="Expert-parallel ranks.")] = None,
    dp: Annotated[int | None, typer.Option(help="Data-parallel ranks.")] = None,
    speculative: Annotated[int | None, typer.Option(help="Tokens drafted per step.")] = None,
    from_file: Annotated[Path | None, typer.Option("--from", help="One request per line, JSON.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Estimate memory, ceiling and expected decode throughput. An estimate, not a measurement.

    Example: kb estimate --model dsr1 --hardware h200-sxm-141gb --count 8 --batch 32
    """
    from kb.cli.estimating import run_file, run_one

    options = {
        "model": model,
        "hardware": hardware,
        "count": count,
        "quantization": quantization,
        "kv_cache": kv_cache,
        "batch": batch,
        "input_tokens": input_tokens,
        "output_tokens": output_tokens,
        "tp": tp,
        "pp": pp,
        "ep": ep,
        "dp": dp,
        "speculative": speculative,
    }
    given = {key: value for key, value in options.items() if value is not None}
    if from_file is not None:
        if given:
            raise typer.BadParameter(f"--from takes no other options; the file says them (here: {', '.join(given)})")
        raise typer.Exit(run_file(from_file))
    run_one(given, as_json)
