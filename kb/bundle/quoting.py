"""Texts and names as SQL writes them."""

from typing import Any


def quoted_text(value: Any) -> str:
    """Return a value as a text literal."""
    return "'" + str(value).replace("'", "''") + "'"


def quoted_name(value: str) -> str:
    """Return the name of a column or table, whatever it is made of."""
    return '"' + value.replace('"', '""') + '"'
