"""What is given as an argument, or on standard input where it is ``-``."""

import sys

from kb.errors import BadRequest

_MOST = 100_000


def argument_or_input(text: str) -> str:
    """Return ``text``, or what standard input holds where it is ``-``.

    Raises:
        BadRequest: the input is too long, or no UTF-8.
    """
    if text != "-":
        return text
    try:
        found = sys.stdin.read(_MOST + 1)
    except UnicodeDecodeError:
        raise BadRequest("standard input is not UTF-8") from None
    if len(found) > _MOST:
        raise BadRequest(f"standard input holds more than {_MOST:,} characters")
    return found
