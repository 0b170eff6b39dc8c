"""``kb fit``."""

from enum import StrEnum
from typing import Annotated

import typer

from kb.cli.options import JsonFlag


class FitOrder(StrEnum):
    """What comes first among rows that fit."""

    speed = "speed"
    per_card = "per-card"
    cards = "cards"


def fit(
    model: Annotated[str | None, typer.Argument(metavar="[MODEL]", help="Model, by any of its names.")] = None,
    hardware: Annotated[str | None, typer.Option(help="Card, by any of its names: which models fit on it.")] = None,
    count: Annotated[int | None, typer.Option(help="Number of cards; else as few as hold it, 1, 2, 4 ...")] = None,
    quantization: Annotated[
        list[str] | None, typer.Option(help="How the weights are stored; may be repeated; else what is usual.")
    ] = None,
    vendor: Annotated[str | None, typer.Option(help="Only cards of this vendor.")] = None,
    batch: Annotated[int, typer.Option(help="Sequences in flight.")] = 1,
    input_tokens: Annotated[int | None, typer.Option(help="Tokens of a prompt.")] = None,
    output_tokens: Annotated[int | None, typer.Option(help="Tokens of an answer.")] = None,
    sort: Annotated[FitOrder, typer.Option(help="What comes first.")] = FitOrder.speed,
    limit: Annotated[int, typer.Option(help="At most this many rows that fit.")] = 20,
    as_json: JsonFlag = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """Find what holds a model, on how many cards, in which formats, how fast; or which models a card holds.

    Example: kb fit dsr1 --vendor nvidia --batch 32
    """
    from kb.cli.fitting import run_fit
    from kb.search.fits import FitQuestion

    if as_json and as_csv:
        raise typer.BadParameter("--json and --csv exclude each other")
    question = FitQuestion(
        model, hardware, count, tuple(quantization or ()), vendor, batch, input_tokens, output_tokens, sort.value
    )
    run_fit(question, limit, "json" if as_json else "csv" if as_csv else "terminal")
