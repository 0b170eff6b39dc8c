"""The command line itself: its commands, its help, and the options that stand before a command.

A command is a function in a module of its own below :mod:`kb.cli.commands`; only the one that is called is loaded.
"""

import importlib
import keyword
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from kb.cli.help import HelpfulCommand
from kb.cli.shells import Shell, install_completion, own_shell, print_completion

# In the order in which the help lists them.
GROUPS = {
    "Ask": ("query", "show", "list", "sql"),
    "Compare": ("compare", "pareto", "history", "estimate", "fit"),
    "Data": ("coverage", "disputes"),
    "Contribute": ("check", "explain", "fmt", "import"),
    "Upkeep": ("build", "schema", "calibrate", "validate-estimator", "site"),
}
COMMANDS = tuple(name for names in GROUPS.values() for name in names)


class LazyGroup(TyperGroup):
    """A group that knows the names of its commands, and loads one when it is asked for."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = dict.fromkeys(COMMANDS)  # type: ignore[assignment]  # get_command gives the values

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command of that name; None where there is none."""
        return loaded(cmd_name) if cmd_name in COMMANDS else None

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take ``kb help COMMAND`` for ``kb COMMAND --help``, and one's own shell where none is named."""
        if args[:1] == ["help"]:
            args = [*args[1:2], "--help"]
        elif args in (["--show-completion"], ["--install-completion"]):
            args = [*args, own_shell()]
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands by what they are for, each with its first sentence."""
        longest = max(map(len, COMMANDS))
        for group, names in GROUPS.items():
            with formatter.section(group):
                formatter.write_dl([(name.ljust(longest), loaded(name).get_short_help_str()) for name in names])


def loaded(name: str) -> Any:
    """Return the command of that name, its module loaded."""
    own = name.replace("-", "_")
    # A module or function cannot be called as a keyword, and should not be as what is built in.
    own += "_" if keyword.iskeyword(own) or own == "list" else ""
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    alone.command(name, cls=HelpfulCommand)(getattr(importlib.import_module(f"kb.cli.commands.{own}"), own))
    command = typer.main.get_command(alone)
    command.name = name
    return command


app = typer.Typer(
    name="kb",
    cls=LazyGroup,
    help="An open knowledge base of large-model inference: what was measured on which hardware, and who says so.",
    epilog="kb COMMAND --help tells more of one command, with examples.",
    no_args_is_help=True,
    # Its own options take no shell to print for; ours do.
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback(invoke_without_command=True)
def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
    show_completion: Annotated[
        Shell | None,
        typer.Option(
            "--show-completion", metavar="SHELL", help="Print what makes Tab know kb in bash, zsh, fish or powershell."
        ),
    ] = None,
    install: Annotated[
        Shell | None,
        typer.Option("--install-completion", metavar="SHELL", help="Write that into the settings of the shell."),
    ] = None,
) -> None:
    if version:
        from kb._version import VERSION

        print(f"kb {VERSION}")
    elif show_completion:
        print_completion(show_completion)
    elif install:
        install_completion(install)
    else:
        return
    raise typer.Exit
