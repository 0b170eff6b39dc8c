"""``kb explain``."""

from typing import Annotated

import typer


def explain(code: Annotated[str, typer.Argument(help="Code or name of a check: KB501, memory-does-not-fit.")]) -> None:
    """Explain a check: what it does, why, an example, how to mend it.

    Example: kb explain memory-does-not-fit
    """
    from kb.checks import find_rule

    entry = find_rule(code)
    print(f"{entry.rule.code} {entry.rule.name} ({entry.rule.severity})\n")
    print(entry.page.strip())
