"""What standard output is: how wide, whether it shows colour, which letters it has. Everything printed asks here."""

import os
import shutil
import sys
import unicodedata

# Of a pipe nobody knows the width; a page of this many columns is read anywhere.
IN_A_PIPE = 100
_RESET = "\x1b[0m"
_STYLES = {"red": "\x1b[31m", "bold": "\x1b[1m"}


def width() -> int:
    """Return how many columns there are: ``$COLUMNS``, else the terminal's, else 100."""
    return shutil.get_terminal_size((IN_A_PIPE, 24)).columns


def coloured() -> bool:
    """Tell whether to print colours: on a terminal that has them, and nobody set ``NO_COLOR``.

    ``FORCE_COLOR`` asks for them in a pipe as well; ``NO_COLOR`` is stronger.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def styled(line: str, style: str | None) -> str:
    """Return ``line`` in a style (``red``, ``bold``), or as it is where colours are not wanted."""
    return f"{_STYLES[style]}{line}{_RESET}" if style and coloured() else line


def printable(text: str) -> str:
    """Return ``text`` without what would steer a terminal or turn the direction of letters, in letters that it has.

    Line breaks stay. A letter beyond the encoding of standard output becomes its number, ``\\xd7``, here already, so
    that whoever measures the text measures what is shown.
    """
    if not text.isprintable():
        text = "".join(map(_neutral, text))
    if text.isascii():
        return text
    encoding = _encoding()
    return text if encoding.startswith("utf") else text.encode(encoding, "backslashreplace").decode(encoding)


def rule(columns: int) -> str:
    """Return a line as long as ``columns`` columns."""
    line = "─"
    return (line if printable(line) == line else "-") * columns


def _neutral(character: str) -> str:
    if character.isprintable() or character == "\n":
        return character
    # A tab, and spaces of other widths; what separates lines without being one is no space here.
    return " " if character == "\t" or unicodedata.category(character) == "Zs" else "\N{REPLACEMENT CHARACTER}"


def _encoding() -> str:
    return (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
