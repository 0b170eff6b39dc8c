"""``kb explain``."""

from typing import Annotated

import typer

from kb.cli import completing


def explain(
    code: Annotated[
        str,
        typer.Argument(
            metavar="CODE",
            help="Code or name of a check: KB501, memory-does-not-fit.",
            autocompletion=completing.checks,
        ),
    ],
) -> None:
    """Explain a check: what it does, why, how to mend it.

    Prints the page of the check, with a bad and a good example. Findings name the check that made them.

    Example: kb explain KB501
    Example: kb explain memory-does-not-fit | head -5
    """
    from kb.checks import find_rule

    entry = find_rule(code)
    print(f"{entry.rule.code} {entry.rule.name} ({entry.rule.severity})\n")
    print(entry.page.strip())
