"""``kb query``."""

from typing import Annotated

import typer

from kb.cli import completing
from kb.cli.options import CsvFlag, JsonFlag, MarkdownFlag, one_output


def query(
    words: Annotated[
        list[str],
        typer.Argument(metavar="WORDS", help='What you look for: "dsr1 on ascend", "h200 fp8 decode > 2000".'),
    ],
    limit: Annotated[
        int | None, typer.Option(metavar="N", help="At most N results; else as many as the words ask for, or 10.")
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(metavar="KIND", help="Only cases, hardware, or another kind.", autocompletion=completing.kinds),
    ] = None,
    sort: Annotated[
        str | None,
        typer.Option(
            metavar="ORDER",
            help="By decode-per-card, per-user, ttft, tpot, tokens-per-joule, day ...; - before it turns it round.",
            autocompletion=completing.orders,
        ),
    ] = None,
    why: Annotated[bool, typer.Option("--why", help="Say of each result why it is there, and of the order.")] = False,
    as_json: JsonFlag = False,
    as_csv: CsvFlag = False,
    as_markdown: MarkdownFlag = False,
    as_sql: Annotated[bool, typer.Option("--sql", help="Print the question as SQL for kb sql, and no answer.")] = False,
) -> None:
    """Find what was measured, by a sentence.

    Says how it read the sentence, then the cases: those that match best, of these the best evidence, then the newest.
    Speed orders them only where it is asked for, and then like beside like. Where no case has all that was asked for,
    the nearest come, and an estimate that is marked as one. The page "Ask in a sentence" has what can be said.

    Example: kb query "dsr1 on ascend"
    Example: kb query "fastest llama 70b on 8x h100, ttft under 500 ms" --why
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
