"""``kb disputes``."""

from typing import Annotated

import typer

from kb.cli.options import JsonFlag


def disputes(
    kind: Annotated[str | None, typer.Option(help="Only records of this kind, as in hardware or models.")] = None,
    record: Annotated[str | None, typer.Option(metavar="ID", help="Only this record, by any of its names.")] = None,
    min_spread: Annotated[float, typer.Option(metavar="PCT", help="Only values so many percent apart.")] = 0.0,
    limit: Annotated[int, typer.Option(help="At most this many in the terminal.")] = 20,
    as_json: JsonFlag = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """List the numbers on which sources differ: the value taken, each other one, who says so, and why.

    Example: kb disputes --kind hardware --min-spread 10
    """
    from kb.cli.disputes_view import run_disputes

    if as_json and as_csv:
        raise typer.BadParameter("--json and --csv exclude each other")
    run_disputes(kind, record, min_spread, limit, "json" if as_json else "csv" if as_csv else "terminal")
