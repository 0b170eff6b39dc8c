"""``kb coverage``."""

from enum import StrEnum
from typing import Annotated

import typer

from kb.cli.options import JsonFlag


class CoverageColumns(StrEnum):
    """What the columns of the coverage matrix are."""

    model = "model"
    family = "family"
    lab = "lab"


def coverage(
    model: Annotated[str | None, typer.Option(help="Only cases of this model, by any of its names.")] = None,
    hardware: Annotated[str | None, typer.Option(help="Only cases on this card, by any of its names.")] = None,
    vendor: Annotated[str | None, typer.Option(help="Only cases on cards of this vendor.")] = None,
    by: Annotated[CoverageColumns, typer.Option(help="What the columns are.")] = CoverageColumns.model,
    gaps: Annotated[int | None, typer.Option(help="List so many pairs that are asked for and not measured.")] = None,
    stale: Annotated[bool, typer.Option("--stale", help="List the pairs whose newest case is old.")] = False,
    months: Annotated[int | None, typer.Option(help="With --stale: older than so many months; else 6.")] = None,
    as_json: JsonFlag = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """Show what was measured on what: cards against models, what is missing, what is stale.

    Example: kb coverage --vendor nvidia --gaps 10
    """
    from kb.cli.coverage_lists import run_gaps, run_stale
    from kb.cli.coverage_view import Output, run_coverage
    from kb.search.coverage import Scope
    from kb.search.staleness import MONTHS

    if as_json and as_csv:
        raise typer.BadParameter("--json and --csv exclude each other")
    if stale and gaps is not None:
        raise typer.BadParameter("--gaps and --stale exclude each other")
    if months is not None and not stale:
        raise typer.BadParameter("--months says what --stale means; give both")
    scope = Scope(model, hardware, vendor, by.value)
    output: Output = "json" if as_json else "csv" if as_csv else "terminal"
    if gaps is not None:
        run_gaps(scope, gaps, output)
    elif stale:
        run_stale(scope, MONTHS if months is None else months, output)
    else:
        run_coverage(scope, output)
