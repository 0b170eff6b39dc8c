"""``kb pareto``."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kb.cli import completing
from kb.cli.options import CsvFlag, JsonFlag, one_output


class FrontierBy(StrEnum):
    """What gets a frontier of its own."""

    all = "all"
    hardware = "hardware"
    engine = "engine"
    quantization = "quantization"
    model = "model"


def pareto(
    model: Annotated[
        str,
        typer.Argument(metavar="MODEL", help="Model, by any of its names.", autocompletion=completing.models),
    ],
    hardware: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Only on this card, by any name.", autocompletion=completing.hardware),
    ] = None,
    engine: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Only with this engine.", autocompletion=completing.engines),
    ] = None,
    quantization: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Only with weights in this format.", autocompletion=completing.quantizations),
    ] = None,
    input_tokens: Annotated[
        float | None, typer.Option(metavar="N", help="Tokens of a prompt, within a quarter.")
    ] = None,
    output_tokens: Annotated[
        float | None, typer.Option(metavar="N", help="Tokens of an answer, within a quarter.")
    ] = None,
    load: Annotated[str | None, typer.Option(metavar="WORDS", help="Words of a load: static-batch, Open-Orca.")] = None,
    all_loads: Annotated[bool, typer.Option("--all-loads", help="One plot over unequal lengths, unfair.")] = False,
    tier: Annotated[
        str | None, typer.Option(metavar="TIER", help="Only points of this tier or a stronger one.")
    ] = None,
    family: Annotated[bool, typer.Option("--family", help="Its re-releases and number formats too.")] = False,
    by: Annotated[FrontierBy, typer.Option(help="What gets a frontier of its own.")] = FrontierBy.all,
    cost: Annotated[bool, typer.Option("--cost", help="Show cost and energy of the frontier.")] = False,
    usd_per_card_hour: Annotated[
        float | None, typer.Option(metavar="USD", help="Your price of a card; shows cost.")
    ] = None,
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw it into a file as SVG.")] = None,
    as_json: JsonFlag = False,
    as_csv: CsvFlag = False,
) -> None:
    """Plot throughput per card against per-user speed.

    Names the points that no other beats in both. Each load has a frontier of its own, since figures of unequal lengths
    are not comparable; what physics doubts and what is only estimated is shown, and never on a frontier.

    Example: kb pareto deepseek-r1-0528 --by hardware
    Example: kb pareto deepseek-r1-0528 --usd-per-card-hour 3
    """
    from kb.cli.pareto_view import run_pareto
    from kb.search.pareto import ParetoQuestion

    output = one_output(json=as_json, csv=as_csv)
    question = ParetoQuestion(
        model,
        hardware,
        engine,
        quantization,
        input_tokens,
        output_tokens,
        load,
        tier,
        family,
        all_loads,
        by.value,
    )
    run_pareto(question, output, svg, usd_per_card_hour, cost=cost)
