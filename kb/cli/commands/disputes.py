"""``kb disputes``."""

from typing import Annotated

import typer

from kb.cli import completing
from kb.cli.options import CsvFlag, JsonFlag, json_or_csv


def disputes(
    kind: Annotated[
        str | None,
        typer.Option(metavar="KIND", help="Only hardware, models, or another kind.", autocompletion=completing.kinds),
    ] = None,
    record: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Only this record, by any name.", autocompletion=completing.any_record),
    ] = None,
    min_spread: Annotated[float, typer.Option(metavar="PCT", help="Only values at least PCT percent apart.")] = 0.0,
    limit: Annotated[int, typer.Option(metavar="N", help="At most N in the terminal.")] = 20,
    as_json: JsonFlag = False,
    as_csv: CsvFlag = False,
) -> None:
    """List the numbers on which sources differ.

    For each, those furthest apart first: the value that the record takes, each other one, who says so, and why it was
    not taken. Reads the bundle.

    Example: kb disputes --kind hardware --min-spread 10
    Example: kb disputes --record 910b
    Example: kb disputes --csv | head -3
    """
    from kb.cli.disputes_view import run_disputes

    run_disputes(kind, record, min_spread, limit, json_or_csv(json=as_json, csv=as_csv))
