"""``kb compare``."""

from typing import Annotated

import typer

from kb.cli.json_text import print_json
from kb.cli.options import JsonFlag


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
        print_json(comparison.plain())
    else:
        print_comparison(comparison)
