"""``kb list``."""

from typing import Annotated

import typer

from kb.cli import completing
from kb.cli.json_text import print_json
from kb.cli.options import JsonFlag


def list_(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help="Hardware, servers, interconnects, models, engines, quantizations, cases, claims or sources.",
            autocompletion=completing.kinds,
        ),
    ],
    as_json: JsonFlag = False,
) -> None:
    """List the records of one kind.

    In order of id, with the tier of each; as JSON, all fields of each.

    Example: kb list hardware
    Example: kb list cases --json | jq length
    """
    from kb.cli.list_view import print_list
    from kb.cli.opening import bundle
    from kb.search.lookup import records

    with bundle() as opened:
        found = records(opened, kind)
        if as_json:
            print_json(found)
        else:
            print_list(found)
