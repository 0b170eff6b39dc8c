"""The command line itself: its name, its help, and the one option that stands before a command."""

from typing import Annotated

import typer

app = typer.Typer(
    name="kb",
    help="An open knowledge base of large-model inference: what was measured on which hardware, and who says so.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.callback(invoke_without_command=True)
def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    if version:
        from kb._version import VERSION

        print(f"kb {VERSION}")
        raise typer.Exit
