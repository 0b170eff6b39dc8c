"""``kb estimate``."""

from pathlib import Path
from typing import Annotated

import typer

from kb.cli import completing
from kb.cli.options import JsonFlag


def estimate(
    model: Annotated[
        str | None, typer.Option(metavar="ID", help="Model, by any of its names.", autocompletion=completing.models)
    ] = None,
    hardware: Annotated[
        str | None, typer.Option(metavar="ID", help="Card, by any of its names.", autocompletion=completing.hardware)
    ] = None,
    count: Annotated[int | None, typer.Option(metavar="N", help="Number of cards; else 1.")] = None,
    quantization: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="How the weights are stored; else as their publisher stores them.",
            autocompletion=completing.quantizations,
        ),
    ] = None,
    kv_cache: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="How the KV cache is stored; else bf16, and 8 bits for the ceiling.",
            autocompletion=completing.quantizations,
        ),
    ] = None,
    batch: Annotated[int | None, typer.Option(metavar="N", help="Sequences in flight; else 1.")] = None,
    input_tokens: Annotated[int | None, typer.Option(metavar="N", help="Tokens of a prompt; else 1024.")] = None,
    output_tokens: Annotated[int | None, typer.Option(metavar="N", help="Tokens of an answer; else 256.")] = None,
    tp: Annotated[int | None, typer.Option(metavar="N", help="Tensor-parallel ranks; else over all cards.")] = None,
    pp: Annotated[int | None, typer.Option(metavar="N", help="Pipeline-parallel ranks; else 1.")] = None,
    ep: Annotated[int | None, typer.Option(metavar="N", help="Expert-parallel ranks; else 1.")] = None,
    dp: Annotated[int | None, typer.Option(metavar="N", help="Data-parallel ranks; else 1.")] = None,
    speculative: Annotated[int | None, typer.Option(metavar="N", help="Tokens drafted per step; else none.")] = None,
    from_file: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="Requests, one JSON object a line; - is standard input."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Estimate memory, ceiling and expected decode speed.

    An estimate, not a measurement: what must fit in memory, the fastest that any software could be, and the range to
    expect, with the error that the same estimate had on measured rows that it had not seen. Throughputs are tokens per
    second over all sequences and cards. With --from, each line of a file is a request (keys are the names of the
    options, with underscores, and an id if you like), and each line of the answer is JSON. Reads the bundle.

    Exit 1: with --from, a line could not be answered; its answer says why, the others are answered
    Example: kb estimate --model dsr1 --hardware h200-sxm-141gb --count 8 --batch 32
    Example: kb estimate --model qwen3-32b --hardware mi300x --input-tokens 8000 --output-tokens 1000 --json
    Example: echo '{"model": "dsr1", "hardware": "mi300x", "count": 8}' | kb estimate --from -
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
