"""``kb compare``."""

from typing import Annotated

import typer

from kb.cli import completing
from kb.cli.options import CsvFlag, JsonFlag, MarkdownFlag, one_output


def compare(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="ID", help="Two to six records of the same kind.", autocompletion=completing.like_the_first
        ),
    ],
    as_json: JsonFlag = False,
    as_csv: CsvFlag = False,
    as_markdown: MarkdownFlag = False,
) -> None:
    """Put records side by side, differences marked.

    Cases are also held against each other point by point under equal load, with what makes the comparison unfair.

    Example: kb compare h100-sxm5-80gb h200-sxm-141gb
    Example: kb compare case-qwen3-235b-fp8-h200x8-sglang-001 case-qwen3-235b-fp8-b200x8-sglang-001
    """
    from kb.cli.compare_view import print_comparison
    from kb.cli.json_text import print_json
    from kb.cli.opening import bundle
    from kb.search.compare import compare as side_by_side

    output = one_output(json=as_json, csv=as_csv, markdown=as_markdown)
    with bundle() as opened:
        comparison = side_by_side(opened, names)
    if output == "json":
        print_json(comparison.plain())
    else:
        print_comparison(comparison, output)
