"""``kb show``."""

from typing import Annotated

import typer

from kb.cli.json_text import print_json
from kb.cli.options import JsonFlag


def show(
    name: Annotated[str, typer.Argument(metavar="ID", help="Id, former id, alias or Hugging Face id.")],
    as_json: JsonFlag = False,
) -> None:
    """Show one record with its evidence, tier and findings.

    Example: kb show h100-sxm5-80gb
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
