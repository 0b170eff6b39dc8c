"""Measured rows to calibrate on and to be judged by: one CSV file per gathered source, each row naming records.

A row is what one public table says of one run, in the terms of an operating point: which cards, which model in which
format, which load, and one measured time or rate. Nothing in it is computed from another figure, but where ``note``
says how.
"""

import csv
import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

from kb.errors import BadRequest

LoadKind = Literal["static", "closed", "open", "queued"]
Role = Literal["serve", "decode"]

_WHOLE = frozenset(("count", "tp", "pp", "ep", "dp", "attention_dp", "workers", "draft_tokens"))
_REAL = frozenset(
    (
        "input_tokens",
        "output_tokens",
        "in_flight",
        "tpot_ms",
        "ttft_ms",
        "decode_tok_s",
        "e2e_ms",
        "weights_gb",
        "spread_pct",
    )
)
_NEEDED = ("source", "locator", "hardware", "count", "model", "quantization", "load")
_ZERO_ALLOWED = frozenset(("input_tokens", "spread_pct"))
_LONGEST_FIELD = 400


@dataclass(frozen=True, kw_only=True)
class Row:
    """One measured run. An empty cell is None: nobody said.

    Attributes:
        source: a record in ``data/sources``.
        locator: where in it, down to the line.
        hardware: a hardware record; ``count`` cards of it run one copy of the model, or all copies together where
            ``dp`` says how many.
        quantization: how the weights are stored; ``kv_cache`` the format of the context.
        engine: an engine record; ``engine_version`` as printed; ``date`` is when it ran or was published (ISO, may be
            a year or a month).
        backend: what a desktop runtime computes with: cuda, rocm, metal, vulkan, mlx, cpu, sycl.
        attention_dp: ranks among which attention is split by sequence instead of by head.
        role: ``decode`` for the decode workers of disaggregated serving; ``count`` is then one worker and ``workers``
            how many there are, if known.
        load: ``static`` (a batch that starts and ends together), ``closed`` (a client that keeps ``in_flight``
            requests open), ``open`` (requests arrive by themselves; ``in_flight`` is their mean number), ``queued``
            (everything is sent at once; ``in_flight`` is what the engine is allowed to take).
        tpot_ms: time per output token after the first, mean or median.
        ttft_ms: time to first token, mean or median.
        decode_tok_s: output tokens per second, all sequences and all cards of the row.
        e2e_ms: from the start of a static batch to its last token, prompt included.
        weights_gb: size of the weights as the tool prints it.
        spread_pct: spread over repeats.
        aside: why the row is neither fitted nor scored; empty for a good row.
    """

    source: str
    locator: str
    hardware: str
    count: int
    model: str
    quantization: str
    kv_cache: str | None = None
    engine: str | None = None
    engine_version: str | None = None
    date: str | None = None
    backend: str | None = None
    tp: int | None = None
    pp: int | None = None
    ep: int | None = None
    dp: int | None = None
    attention_dp: int | None = None
    role: Role = "serve"
    workers: int | None = None
    draft_tokens: int | None = None
    input_tokens: float | None = None
    output_tokens: float | None = None
    in_flight: float | None = None
    load: LoadKind
    tpot_ms: float | None = None
    ttft_ms: float | None = None
    decode_tok_s: float | None = None
    e2e_ms: float | None = None
    weights_gb: float | None = None
    spread_pct: float | None = None
    aside: str | None = None
    note: str | None = None


COLUMNS = tuple(field.name for field in fields(Row))


def read_rows(path: Path) -> Iterator[Row]:
    """Read one table.

    Raises:
        BadRequest: the file cannot be read, or a cell is not what its column takes; the sentence names file and line.
    """
    try:
        with path.open(encoding="utf-8", newline="") as text:
            table = csv.DictReader(text)
            if table.fieldnames is None or tuple(table.fieldnames) != COLUMNS:
                raise BadRequest(f"{path.name}:1: the columns should be {','.join(COLUMNS)}")
            for cells in table:
                yield _row(cells, f"{path.name}:{table.line_num}")
    except OSError as error:
        raise BadRequest(f"{path}: {error.strerror or error}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadRequest(f"{path.name}: not a CSV file in UTF-8: {error}") from None


def write_rows(path: Path, rows: list[Row]) -> None:
    """Write one table, in the order given."""
    with path.open("w", encoding="utf-8", newline="") as text:
        table = csv.writer(text, lineterminator="\n")
        table.writerow(COLUMNS)
        for row in rows:
            table.writerow(_cell(getattr(row, name)) for name in COLUMNS)


def _cell(value: object) -> str:
    # repr of a float is the shortest text that reads back as the same number.
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)


def _row(cells: dict[str | Any, Any], place: str) -> Row:
    if None in cells or None in cells.values():
        raise BadRequest(f"{place}: {len(COLUMNS)} cells are expected in a row")
    said: dict[str, Any] = {}
    for name, cell in cells.items():
        if len(cell) > _LONGEST_FIELD:
            raise BadRequest(f"{place}: {name} is longer than {_LONGEST_FIELD} characters")
        if cell != "":
            said[name] = _number(name, cell, place) if name in _WHOLE or name in _REAL else cell
    for name in _NEEDED:
        if name not in said:
            raise BadRequest(f"{place}: {name} is empty")
    for name, allowed in (("load", get_args(LoadKind)), ("role", get_args(Role))):
        if said.get(name, allowed[0]) not in allowed:
            raise BadRequest(f"{place}: {name} is {said[name]!r}; it should be one of {', '.join(allowed)}")
    if "date" in said:
        _check_date(said["date"], place)
    if not {"tpot_ms", "decode_tok_s", "e2e_ms"} & said.keys():
        raise BadRequest(f"{place}: none of tpot_ms, decode_tok_s and e2e_ms is given")
    return Row(**said)


def _number(name: str, cell: str, place: str) -> int | float:
    try:
        number: int | float = int(cell) if name in _WHOLE else float(cell)
    except ValueError:
        raise BadRequest(f"{place}: {name} is {cell!r}, which is no number") from None
    zero_allowed = name in _ZERO_ALLOWED
    if not (number >= 0 if zero_allowed else number > 0) or number > 1e12:
        least = "at least 0" if zero_allowed else "above 0"
        raise BadRequest(f"{place}: {name} is {cell}; it should be {least}, and 1e12 at most")
    return number


def _check_date(text: str, place: str) -> None:
    try:
        # The standard library reads weeks and more as well.
        if not re.fullmatch(r"\d{4}(-\d\d){0,2}", text):
            raise ValueError
        datetime.date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        raise BadRequest(f"{place}: {text!r} is no date; a year, a month or a day is, as in 2026-04") from None
