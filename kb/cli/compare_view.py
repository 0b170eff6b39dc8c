"""Records side by side."""

import json
from typing import Any

from kb.cli.table import print_table
from kb.search import Comparison
from kb.search.lookup import differs


def print_comparison(comparison: Comparison) -> None:
    """Print a row per field; a row in which the records differ begins with a star."""
    if comparison.note:
        print(comparison.note)
    rows = [
        (("* " if differs(values) else "  ") + field, *(_shown(value) for value in values))
        for field, values in comparison.rows
        if field != "id"
    ]
    print_table(("field", *comparison.ids), rows)


def _shown(value: Any) -> str:
    if value is None or value == []:
        return "-"
    if isinstance(value, str) and value.startswith(("[{", "{")):
        parts = [", ".join(f"{k} {_inner(v)}" for k, v in item.items()) for item in json.loads(value)]
        return "\n".join(parts)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, float) and value.is_integer():
        return f"{int(value):,}"
    return str(value)


def _inner(value: Any) -> str:
    return str(value["value"]) if isinstance(value, dict) and "value" in value else str(value)
