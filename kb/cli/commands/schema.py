"""``kb schema``."""

import sys
from typing import Annotated

import typer


def schema(
    check_only: Annotated[bool, typer.Option("--check", help="Only tell whether schema/ is up to date.")] = False,
) -> None:
    """Write the JSON Schema of all kinds to schema/.

    Example: kb schema
    """
    from kb.cli.places import root
    from kb.schema import drift, write

    folder = root() / "schema"
    if check_only:
        changed = drift(folder)
        for name in changed:
            print(f"schema/{name} is out of date; run: kb schema", file=sys.stderr)
        raise typer.Exit(1 if changed else 0)
    write(folder)
