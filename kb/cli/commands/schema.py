"""``kb schema``."""

import sys
from typing import Annotated

import typer


def schema(
    check_only: Annotated[bool, typer.Option("--check", help="Only tell whether schema/ is up to date.")] = False,
) -> None:
    """Write the JSON Schema of all kinds to schema/.

    One file per kind of record, from the models of the code; draft-07/ has the same for editors, and output/ what the
    JSON of a bundle looks like.

    Exit 1: with --check, a file in schema/ is not what the models say
    Example: kb schema
    Example: kb schema --check
    """
    from kb.bundle.export.schema import generate as of_the_export
    from kb.cli.places import root
    from kb.schema import drift, write

    folder = root() / "schema"
    if check_only:
        changed = [*drift(folder), *of_the_export.drift(folder)]
        for name in changed:
            print(f"schema/{name} is out of date; run: kb schema", file=sys.stderr)
        raise typer.Exit(1 if changed else 0)
    write(folder)
    of_the_export.write(folder)
