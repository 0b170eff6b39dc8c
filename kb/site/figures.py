"""Numbers and the names of fields, as people read them."""

import re
from typing import Any

_UNITS = (
    ("_gbit_s", "Gbit/s"),
    ("_gb_s", "GB/s"),
    ("_tok_s", "tok/s"),
    ("_tflops", "TFLOPS"),
    ("_pflops", "PFLOPS"),
    ("_tops", "TOPS"),
    ("_pct", "%"),
    ("_gb", "GB"),
    ("_mb", "MB"),
    ("_kw", "kW"),
    ("_ms", "ms"),
    ("_w", "W"),
    ("_s", "s"),
)
_SPELLED = {
    "bf16": "BF16",
    "e2e": "end to end",
    "fp16": "FP16",
    "fp4": "FP4",
    "fp8": "FP8",
    "int4": "INT4",
    "int8": "INT8",
    "itl": "ITL",
    "kv": "KV",
    "lora": "LoRA",
    "mlp": "MLP",
    "moe": "MoE",
    "mtp": "MTP",
    "pcie": "PCIe",
    "q": "query",
    "tdp": "TDP",
    "tpot": "TPOT",
    "ttft": "TTFT",
}


def exact(value: Any) -> str:
    """Return a number with all its digits, thousands set apart; what is unknown is empty."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return f"{value:,}"


def about(value: Any) -> str:
    """Return a computed number with four digits that count."""
    if value is None:
        return ""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def headline(value: float) -> str:
    """Return a published number for large type: a fraction beyond six digits that count is left to the table below."""
    if isinstance(value, float) and not value.is_integer():
        value = float(f"{value:.6g}") if abs(value) < 1e6 else round(value)
    return exact(value)


def unit_of(field: str) -> str:
    """Return the unit that a field's name ends in."""
    return next((unit for suffix, unit in _UNITS if field.endswith(suffix)), "")


def label_of(pointer: str) -> str:
    """Return the words of a JSON pointer or a column name: ``/memory/bandwidth_gb_s`` is memory bandwidth."""
    parts = [part for part in pointer.strip("/").split("/") if part]
    if parts and (suffix := next((s for s, _ in _UNITS if parts[-1].endswith(s) or f"_{parts[-1]}" == s), "")):
        parts[-1] = parts[-1].removesuffix(suffix) or parts[-1]
    for index, part in enumerate(parts):
        # A reader counts from one.
        if part.isdigit():
            parts[index] = str(int(part) + 1)
    words = re.split(r"[_ ]+", " ".join(parts))
    return " ".join(_SPELLED.get(word, word) for word in words).strip()


def latency_unit(pointer: str) -> str:
    """Return the unit of the number at ``pointer``: a statistic has the unit of the latency that holds it."""
    *above, last = pointer.strip("/").split("/")
    return unit_of(last) or (unit_of(above[-1]) if above else "")


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return ``1 case`` or ``3 cases``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
