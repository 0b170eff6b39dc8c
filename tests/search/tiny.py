"""Indexes of a few made-up cases, written in a line each."""

import sqlite3
from pathlib import Path
from typing import Any

from kb.bundle.case_tables import CASES, POINTS
from kb.bundle.index import Index
from kb.bundle.search_index import TABLES, write_cases

TRAITS: dict[str, dict[str, list[str]]] = {
    "h100": {"vendor": ["nvidia"], "architecture": ["hopper"]},
    "mi300x": {"vendor": ["amd"], "architecture": ["cdna3"]},
    "ascend-910b": {"vendor": ["huawei"], "architecture": ["da-vinci"]},
    "r1": {"lab": ["deepseek"], "family": ["deepseek-v3"], "moe": ["true"]},
    "llama-70b": {"lab": ["meta"], "family": ["llama-3"], "moe": ["false"]},
}


def case(name: str, *points: dict[str, Any], **said: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a row of the table ``cases`` with its points; what is not said is usual, or not known."""
    usual = {
        "id": name, "title": f"Case {name}", "model": "r1", "hardware": "h100", "engine": "vllm", "tier": "reported",
        "verdict": "match", "cards": 8, "decode_cards": 8, "disaggregated": False,
    }  # fmt: skip
    row = {column.name: None for column in CASES.columns} | usual | said
    row["hardware_ids"] = said.get("hardware_ids", [row["hardware"]])
    row["points"] = len(points) or 1
    empty = {column.name: None for column in POINTS.columns}
    return row, [empty | {"point": at} | point for at, point in enumerate(points or ({},))]


def index_of(folder: Path, *cases: tuple[dict[str, Any], list[dict[str, Any]]]) -> Index:
    """Return the open index of ``cases``."""
    path = folder / "search.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(TABLES)
    with connection:
        write_cases(connection, cases, TRAITS)
    connection.close()
    return Index(path)


def ids(index: Index, cases: int) -> list[str]:
    """Return the ids of a set of cases, the best first."""
    return [index.case(number)["id"] for number in range(index.size) if cases >> number & 1]
