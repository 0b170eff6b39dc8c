"""The command line itself: its commands, its help, and the one option that stands before a command.

A command is a function in a module of its own below :mod:`kb.cli.commands`; only the one that is called is loaded.
"""

import importlib
import keyword
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

# In the order in which the help lists them.
COMMANDS = (
    "check",
    "explain",
    "query",
    "show",
    "list",
    "compare",
    "estimate",
    "fit",
    "coverage",
    "disputes",
    "sql",
    "import",
    "build",
    "schema",
    "fmt",
    "calibrate",
    "validate-estimator",
    "site",
)


class LazyGroup(TyperGroup):
    """A group that knows the names of its commands, and loads one when it is asked for."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = dict.fromkeys(COMMANDS)  # type: ignore[assignment]  # get_command gives the values

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command of that name; None where there is none."""
        return _loaded(cmd_name) if cmd_name in COMMANDS else None


def _loaded(name: str) -> Any:
    own = name.replace("-", "_")
    # A module or function cannot be called as a keyword, and should not be as what is built in.
    own += "_" if keyword.iskeyword(own) or own == "list" else ""
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    alone.command(name)(getattr(importlib.import_module(f"kb.cli.commands.{own}"), own))
    command = typer.main.get_command(alone)
    command.name = name
    return command


app = typer.Typer(
    name="kb",
    cls=LazyGroup,
    help="An open knowledge base of large-model inference: what was measured on which hardware, and who says so.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback(invoke_without_command=True)
def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    if version:
        from kb._version import VERSION

        print(f"kb {VERSION}")
        raise typer.Exit
