"""``kb query``."""

from typing import Annotated

import typer

from kb.cli.options import CsvFlag, JsonFlag, MarkdownFlag, one_output


def query(
    words: Annotated[list[str], typer.Argument(help='What you look for: "dsr1 on ascend", "h200 fp8 decode > 2000".')],
    limit: Annotated[
        int | None, typer.Option(help="At most this many results; else as many as asked for, or 10.")
    ] = None,
    kind: Annotated[str | None, typer.Option(help="Only records of this kind, as in cases or hardware.")] = None,
    sort: Annotated[
        str | None,
        typer.Option(
            help="Order points of one load by decode-per-card, per-user, ttft, tpot ...; - before it reverses."
        ),
    ] = None,
    why: Annotated[bool, typer.Option("--why", help="Say of each result why it is there, and of the order.")] = False,
    as_json: JsonFlag = False,
    as_csv: CsvFlag = False,
    as_markdown: MarkdownFlag = False,
    as_sql: Annotated[bool, typer.Option("--sql", help="Print the question as SQL for kb sql, and no answer.")] = False,
) -> None:
    """Find what was measured, by a sentence; where nobody measured, an estimate marked as such.

    Example: kb query "dsr1 on ascend"
    Example: kb query "fastest llama 70b on 8x h100, ttft under 500 ms"
    Example: kb query "昇腾上的 deepseek" --json
    Example: kb sql "$(kb query 'moe on hopper since 2026' --sql)"
    """
    from kb.cli.opening import bundle
    from kb.cli.query_view import print_answer
    from kb.search.query import query as ask
    from kb.search.query import statement

    output = one_output(json=as_json, csv=as_csv, markdown=as_markdown, sql=as_sql)
    sentence = " ".join(words)
    with bundle() as opened:
        if output == "sql":
            print(statement(opened, sentence))
            return
        answer = ask(opened, sentence, kind=kind, limit=limit, sort=sort)
    print_answer(answer, output, why=why)
