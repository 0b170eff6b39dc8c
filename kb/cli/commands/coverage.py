"""``kb coverage``."""

from enum import StrEnum
from typing import Annotated

import typer

from kb.cli import completing
from kb.cli.options import CsvFlag, JsonFlag, json_or_csv


class CoverageColumns(StrEnum):
    """What the columns of the coverage matrix are."""

    model = "model"
    family = "family"
    lab = "lab"


def coverage(
    model: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Only cases of this model, by any name.", autocompletion=completing.models),
    ] = None,
    hardware: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Only cases on this card, by any name.", autocompletion=completing.hardware),
    ] = None,
    vendor: Annotated[
        str | None,
        typer.Option(metavar="VENDOR", help="Only cases on cards of this vendor.", autocompletion=completing.vendors),
    ] = None,
    by: Annotated[CoverageColumns, typer.Option(help="What the columns are.")] = CoverageColumns.model,
    gaps: Annotated[
        int | None, typer.Option(metavar="N", help="List N pairs that are asked for and not measured.")
    ] = None,
    stale: Annotated[bool, typer.Option("--stale", help="List the pairs whose newest case is old.")] = False,
    months: Annotated[int | None, typer.Option(metavar="N", help="With --stale: older than N months; else 6.")] = None,
    as_json: JsonFlag = False,
    as_csv: CsvFlag = False,
) -> None:
    """Show what was measured on what, and what is missing.

    Prints cards against models, or families or labs of models: how many cases and points there are, their best tier,
    and how many months old the newest is. With --gaps, the pairs that neighbours let one expect and nobody measured;
    with --stale, those whose newest case is old. Reads the bundle.

    Example: kb coverage --vendor huawei --by lab
    Example: kb coverage --hardware mi300x --gaps 5
    Example: kb coverage --stale --csv | head -3
    """
    from kb.cli.coverage_lists import run_gaps, run_stale
    from kb.cli.coverage_view import run_coverage
    from kb.search.coverage import Scope
    from kb.search.staleness import MONTHS

    output = json_or_csv(json=as_json, csv=as_csv)
    if stale and gaps is not None:
        raise typer.BadParameter("--gaps and --stale exclude each other")
    if months is not None and not stale:
        raise typer.BadParameter("--months says what --stale means; give both")
    scope = Scope(model, hardware, vendor, by.value)
    if gaps is not None:
        run_gaps(scope, gaps, output)
    elif stale:
        run_stale(scope, MONTHS if months is None else months, output)
    else:
        run_coverage(scope, output)
