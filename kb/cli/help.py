"""The help of a command, from the docstring of its function.

The first sentence says what the command does, in so few words that the list of all commands has room for it. After the
text stand lines of two forms: ``Exit N: when`` for an exit code that says more than well or wrong, and ``Example:``.
"""

import re
from dataclasses import dataclass
from typing import Any

from typer.core import TyperCommand

_LINE = re.compile(r"^(?:Exit (?P<code>\d+): (?P<when>.+)|Example: (?P<example>.+))$", re.MULTILINE)
_SENTENCE = re.compile(r"[^\n]*?\.(?=\s|$)")
# Of every command.
WELL = (0, "the command did what it was asked")
BAD_USAGE = (2, "bad usage, or input that cannot be read; standard error has the sentence")


@dataclass(frozen=True)
class Help:
    """What is told of a command: its first sentence, all of the text, exit codes of its own, and examples."""

    summary: str
    text: str
    exits: tuple[tuple[int, str], ...]
    examples: tuple[str, ...]

    @classmethod
    def of(cls, docstring: str) -> "Help":
        """Read a docstring, already without its indent."""
        lines = list(_LINE.finditer(docstring))
        text = _LINE.sub("", docstring).strip()
        sentence = _SENTENCE.match(text)
        return cls(
            summary=sentence[0] if sentence else text.partition("\n")[0],
            text=text,
            exits=tuple((int(line["code"]), line["when"]) for line in lines if line["code"]),
            examples=tuple(line["example"] for line in lines if line["example"]),
        )


class HelpfulCommand(TyperCommand):
    """A command whose help ends with its examples, each on a line that can be copied, and its exit codes."""

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        """Write what the command does."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(Help.of(self.help or "").text)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments and options; of what type an argument is, its name and help say."""
        for heading, kind in (("Arguments", "argument"), ("Options", "option")):
            found = [param.get_help_record(ctx) for param in self.get_params(ctx) if param.param_type_name == kind]
            rows = [
                (name.partition(" <")[0] if kind == "argument" else name, text) for name, text in filter(None, found)
            ]
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write examples and exit codes."""
        told = Help.of(self.help or "")
        if told.examples:
            with formatter.section("Examples"):
                formatter.write("".join(f"  {example}\n" for example in told.examples))
        if told.exits:
            with formatter.section("Exit codes"):
                formatter.write_dl([(str(code), f"{when}.") for code, when in (WELL, *told.exits, BAD_USAGE)])

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the first sentence, whole."""
        return Help.of(self.help or "").summary
