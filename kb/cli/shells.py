"""The Tab key: the script that each shell needs for it, and what a shell asks by it."""

import importlib
import os
import sys
from enum import StrEnum
from pathlib import PurePath
from typing import Any

PROGRAM = "kb"
ASKED = "_KB_COMPLETE"


class Shell(StrEnum):
    """A shell that knows how to ask."""

    bash = "bash"
    zsh = "zsh"
    fish = "fish"
    powershell = "powershell"
    pwsh = "pwsh"


def own_shell() -> str:
    """Return the name of the shell that whoever asks has by default; empty where that is not known."""
    return PurePath(os.environ.get("SHELL", "")).name


def print_completion(shell: Shell) -> None:
    """Print the script for ``shell``, to be evaluated or kept."""
    print(_typer().get_completion_script(prog_name=PROGRAM, complete_var=ASKED, shell=shell.value))


def install_completion(shell: Shell) -> None:
    """Write the script for ``shell`` into the settings of whoever asks, and say where."""
    _, path = _typer().install(shell.value, PROGRAM, ASKED)
    print(f"{path}: written; a new {shell} knows the Tab key of {PROGRAM}")


def get_ready_to_be_asked() -> None:
    """Prepare for a shell that asks what may follow."""
    # typer would print what is offered in colours of rich, which takes as long to load as all the rest, and would read
    # titles as its markup; it does without where rich is not installed.
    sys.modules["rich"] = None  # type: ignore[assignment]
    _join_option_and_value()
    _typer().completion_init()


def _join_option_and_value() -> None:
    """Take ``--model=qwen`` as ``--model qwen``: bash gives its equals sign as a word of its own, typer wants none."""
    if "COMP_WORDS" not in os.environ:
        return
    words = os.environ["COMP_WORDS"].split("\n")
    at = int(os.environ["COMP_CWORD"])
    for index in range(len(words) - 2, 0, -1):
        if words[index] == "=" and words[index - 1].startswith("--"):
            del words[index]
            at -= index < at
    os.environ.update(COMP_WORDS="\n".join(words), COMP_CWORD=str(at))


def _typer() -> Any:
    # What it takes from elsewhere, it does not declare as its own.
    return importlib.import_module("typer.completion")
