"""JSON on standard output: valid for every value that a query can yield, in every encoding that a terminal can have."""

import datetime
import decimal
import json
import math
import sys
from functools import cache
from typing import Any


def json_text(data: Any, *, indent: int | None = 1) -> str:
    """Return ``data`` as JSON; letters beyond ASCII are escaped where standard output cannot show them."""
    return json.dumps(_plain(data), ensure_ascii=_ascii_only(), indent=indent, allow_nan=False)


def print_json(data: Any) -> None:
    """Print ``data`` as JSON."""
    print(json_text(data))


@cache
def _encoder(ascii_only: bool) -> json.JSONEncoder:
    return json.JSONEncoder(ensure_ascii=ascii_only, allow_nan=False)


def json_line(data: dict[str, Any]) -> str:
    """Return the same on one line, fast where ``data`` holds nothing but what JSON has: names, numbers, lists."""
    try:
        return _encoder(_ascii_only()).encode(data)
    except (TypeError, ValueError):
        return json_text(data, indent=None)


def _ascii_only() -> bool:
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "")
    return not encoding.startswith("utf")


def _plain(value: Any) -> Any:
    """Return what JSON can hold: dates as text, decimals as numbers, and infinity, which JSON has not, by its name."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, decimal.Decimal):
        near = float(value)
        # A decimal that no float holds stays exact as text.
        return (
            int(value)
            if value == value.to_integral_value()
            else near
            if str(near) == f"{value.normalize()}"
            else str(value)
        )
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return value if value is None or isinstance(value, str | int | float) else str(value)
