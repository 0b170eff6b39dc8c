"""The commands that check and ask. Each parses its options, calls the library, and prints."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from kb.cli.app import JsonFlag, app


class CheckFormat(StrEnum):
    """How findings are printed."""

    text = "text"
    json = "json"
    github = "github"
    sarif = "sarif"


class TableFormat(StrEnum):
    """How rows are printed."""

    table = "table"
    json = "json"
    csv = "csv"


class FitOrder(StrEnum):
    """What comes first among rows that fit."""

    speed = "speed"
    per_card = "per-card"
    cards = "cards"


class CoverageColumns(StrEnum):
    """What the columns of the coverage matrix are."""

    model = "model"
    family = "family"
    lab = "lab"


def _print_json(data: Any) -> None:
    from kb.cli.json_text import json_text

    print(json_text(data))


@app.command()
def check(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders; without any, the whole corpus.")] = None,
    output: Annotated[CheckFormat, typer.Option("--format", help="How findings are printed.")] = CheckFormat.text,
    everything: Annotated[bool, typer.Option("--all", help="Print every finding, however often one repeats.")] = False,
) -> None:
    """Check records: the whole corpus, or what you name, as if it were submitted to it.

    Leaves with 1 when an error is found that no reviewer acknowledged. As text, what repeats of one rule is counted.

    Example: kb check data/cases/2026/my-case.yaml
    """
    from kb.cli.checking import run_check

    code = run_check(paths or [], output.value, everything=everything)
    raise typer.Exit(code)


@app.command()
def explain(code: Annotated[str, typer.Argument(help="Code or name of a check: KB501, memory-does-not-fit.")]) -> None:
    """Explain a check: what it does, why, an example, how to mend it.

    Example: kb explain memory-does-not-fit
    """
    from kb.checks import find_rule

    entry = find_rule(code)
    print(f"{entry.rule.code} {entry.rule.name} ({entry.rule.severity})\n")
    print(entry.page.strip())


@app.command()
def query(
    words: Annotated[list[str], typer.Argument(help='What you look for: "dsr1 on ascend", "h200 fp8 decode > 2000".')],
    limit: Annotated[int, typer.Option(help="At most this many results.")] = 10,
    kind: Annotated[str | None, typer.Option(help="Only records of this kind, as in cases or hardware.")] = None,
    as_json: JsonFlag = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print a Markdown table.")] = False,
) -> None:
    """Find what was measured, by a sentence; where nobody measured, an estimate marked as such.

    Example: kb query "dsr1 on ascend"
    """
    from kb.cli.opening import bundle
    from kb.cli.query_view import print_answer
    from kb.search import query as ask

    if as_json + as_csv + as_markdown > 1:
        raise typer.BadParameter("--json, --csv and --markdown exclude each other")
    with bundle() as opened:
        answer = ask(opened, " ".join(words), kind=kind, limit=limit)
    if as_json:
        _print_json(answer.plain())
    else:
        print_answer(answer, "csv" if as_csv else "markdown" if as_markdown else "terminal")


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="ID", help="Id, former id, alias or Hugging Face id.")],
    as_json: JsonFlag = False,
) -> None:
    """Show one record with its evidence, tier and findings.

    Example: kb show h100-sxm5-80gb
    """
    from kb.cli.opening import bundle
    from kb.cli.record_view import print_record
    from kb.search import record

    with bundle() as opened:
        found = record(opened, name)
        if as_json:
            _print_json(found)
        else:
            print_record(opened, found)


@app.command(name="list")
def list_(
    kind: Annotated[str, typer.Argument(help="hardware, servers, models, engines, quantizations, cases, claims ...")],
    as_json: JsonFlag = False,
) -> None:
    """List the records of one kind.

    Example: kb list hardware
    """
    from kb.cli.list_view import print_list
    from kb.cli.opening import bundle
    from kb.search import records

    with bundle() as opened:
        found = records(opened, kind)
        if as_json:
            _print_json(found)
        else:
            print_list(found)


@app.command()
def compare(
    names: Annotated[list[str], typer.Argument(metavar="ID...", help="Two or more records of the same kind.")],
    as_json: JsonFlag = False,
) -> None:
    """Put records of one kind side by side, differences marked.

    Example: kb compare h100-sxm5-80gb h200-sxm-141gb
    """
    from kb.cli.compare_view import print_comparison
    from kb.cli.opening import bundle
    from kb.search import compare as side_by_side

    with bundle() as opened:
        comparison = side_by_side(opened, names)
    if as_json:
        _print_json(comparison.plain())
    else:
        print_comparison(comparison)


@app.command()
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


@app.command()
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


@app.command()
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


@app.command()
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


@app.command()
def sql(
    statement: Annotated[str, typer.Argument(help="One SELECT statement over the bundle's tables.")],
    output: Annotated[TableFormat, typer.Option("--format", help="How rows are printed.")] = TableFormat.table,
) -> None:
    """Ask the bundle in SQL: read-only, no files, no network.

    Example: kb sql "SELECT id, tier, verdict FROM cases LIMIT 5"
    """
    from kb.cli.opening import bundle
    from kb.cli.table import print_rows

    with bundle() as opened:
        columns, rows = opened.sql(statement)
    print_rows(columns, rows, output.value)
