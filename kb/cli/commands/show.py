"""``kb show``."""

from typing import Annotated

import typer

from kb.cli import completing
from kb.cli.json_text import print_json
from kb.cli.options import JsonFlag


def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="Id, former id, alias or Hugging Face id.", autocompletion=completing.any_record
        ),
    ],
    as_json: JsonFlag = False,
) -> None:
    """Show one record with its evidence and findings.

    Figures stand with the tier that their evidence supports, what other sources dispute below them, then where each
    piece of evidence can be looked up. A name that means several records is refused with their ids.

    Example: kb show h100-sxm5-80gb
    Example: kb show dsr1 --json | jq .parameters
    Example: kb show 昇腾910B
    """
    from kb.cli.opening import bundle
    from kb.cli.record_view import print_record
    from kb.search.lookup import record

    with bundle() as opened:
        found = record(opened, name)
        if as_json:
            print_json(found)
        else:
            print_record(opened, found)
