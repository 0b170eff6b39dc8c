"""``kb fit``."""

from enum import StrEnum
from typing import Annotated

import typer

from kb.cli import completing
from kb.cli.options import CsvFlag, JsonFlag, json_or_csv


class FitOrder(StrEnum):
    """What comes first among rows that fit."""

    speed = "speed"
    per_card = "per-card"
    cards = "cards"


def fit(
    model: Annotated[
        str | None,
        typer.Argument(metavar="MODEL", help="Model, by any of its names.", autocompletion=completing.models),
    ] = None,
    hardware: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="Card, by any of its names: which models fit on it.",
            autocompletion=completing.hardware,
        ),
    ] = None,
    count: Annotated[
        int | None, typer.Option(metavar="N", help="Number of cards; else as few as hold it, a power of 2.")
    ] = None,
    quantization: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID",
            help="How the weights are stored; may be repeated; else what is usual.",
            autocompletion=completing.quantizations,
        ),
    ] = None,
    vendor: Annotated[
        str | None,
        typer.Option(metavar="VENDOR", help="Only cards of this vendor.", autocompletion=completing.vendors),
    ] = None,
    batch: Annotated[int, typer.Option(metavar="N", help="Sequences in flight.")] = 1,
    input_tokens: Annotated[int | None, typer.Option(metavar="N", help="Tokens of a prompt; else 1024.")] = None,
    output_tokens: Annotated[int | None, typer.Option(metavar="N", help="Tokens of an answer; else 256.")] = None,
    sort: Annotated[FitOrder, typer.Option(help="What comes first.")] = FitOrder.speed,
    limit: Annotated[int, typer.Option(metavar="N", help="At most N rows that fit.")] = 20,
    as_json: JsonFlag = False,
    as_csv: CsvFlag = False,
) -> None:
    """Find which cards hold a model, or which models fit.

    For a model, every card and every usual format of its weights; for a card, every model; for both, every format.
    Each row has the cards it takes, the memory it needs on each (GB of 1e9 bytes), and the speed to expect, in tokens
    per second over all cards. These are estimates, not measurements. Reads the bundle.

    Example: kb fit dsr1 --vendor nvidia --batch 32
    Example: kb fit --hardware 4090 --count 2 --sort per-card
    Example: kb fit qwen3-32b --csv | cut -d, -f1-4 | head -5
    """
    from kb.cli.fitting import run_fit
    from kb.search.fits import FitQuestion

    output = json_or_csv(json=as_json, csv=as_csv)
    question = FitQuestion(
        model, hardware, count, tuple(quantization or ()), vendor, batch, input_tokens, output_tokens, sort.value
    )
    run_fit(question, limit, output)
