"""``kb query``."""

from typing import Annotated

import typer

from kb.cli.json_text import print_json
from kb.cli.options import JsonFlag


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
        print_json(answer.plain())
    else:
        print_answer(answer, "csv" if as_csv else "markdown" if as_markdown else "terminal")
