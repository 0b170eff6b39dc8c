"""An answer on a terminal, as CSV, as Markdown."""

from collections.abc import Sequence
from typing import Any

from kb.cli.table import number, print_rows, print_table
from kb.search import Answer

_STYLES = {"does-not-fit": "red", "impossible": "red"}
_COLUMNS = ("id", "kind", "title", "tier", "verdict", "score", "model", "hardware", "cards", "engine", "engine_version")
_MORE = ("quantization", "decode_tok_s", "decode_tok_s_per_card", "points", "submitted", "errors", "claimed_tier")


def print_answer(answer: Answer, output: str) -> None:
    """Print ``answer`` as ``terminal``, ``csv`` or ``markdown``."""
    if output != "terminal":
        columns = (*_COLUMNS, *_MORE)
        print_rows(columns, [[row.get(column) for column in columns] for row in answer.results], output)
        return
    print(f"understood: {_understood(answer)}")
    for note in answer.understood.notes:
        print(f"  {note}")
    if answer.nearest:
        print("no case answers this wholly" + ("; the nearest:" if answer.results else ""))
    if answer.results:
        print()
        _print_results(answer.results)
        if answer.total > len(answer.results):
            print(f"{len(answer.results)} of {answer.total} shown; --limit shows more")
    if answer.estimate is not None:
        print()
        _print_estimate(answer.estimate)


def _understood(answer: Answer) -> str:
    asked = answer.understood
    parts = [
        f"{name} {_some(ids)}"
        for name, ids in (
            ("model", asked.models),
            ("hardware", asked.hardware),
            ("vendor", asked.vendors),
            ("engine", asked.engines),
            ("format", asked.quantizations),
            ("server", asked.servers),
        )
        if ids
    ]
    parts += [f"{f.field} {f.op} {f.value}" for f in asked.filters]
    if asked.unmatched:
        parts.append("not understood: " + ", ".join(asked.unmatched))
    return "; ".join(parts) or "nothing"


def _some(ids: Sequence[str]) -> str:
    return " or ".join(ids[:4]) + (f" or {len(ids) - 4} more" if len(ids) > 4 else "")


def _print_results(results: Sequence[dict[str, Any]]) -> None:
    rows = []
    for row in results:
        stack = ""
        if row["kind"] == "case":
            engine = " ".join(filter(None, (row["engine"], row["engine_version"])))
            stack = ", ".join(filter(None, (row["pools"], engine, row["quantization"] or "format not stated")))
        what = f"{row['title']}\n{row['id']}" + (f"\n{stack}" if stack else "")
        if row["verdict"] in _STYLES:
            what += f"\n{row['verdict_because']}"
        claimed = row.get("claimed_tier")
        tier = row["tier"] or "-"
        if claimed and claimed != tier:
            tier += f"\n(claimed {claimed})"
        verdict = row["verdict"] or "-"
        if row.get("errors"):
            verdict += f"\n{row['errors']} error{'s' if row['errors'] > 1 else ''} found"
        decode = _speed(row) if row["kind"] == "case" else ""
        rows.append((what, decode, tier, verdict))
    styles = [_STYLES.get(row["verdict"] or "") for row in results]
    print_table(("case" if results[0]["kind"] == "case" else "record", "decode tok/s", "tier", "verdict"), rows, styles)


def _speed(row: dict[str, Any]) -> str:
    """Return the decode rate of a case, or what its source gives instead, by name."""
    if row.get("decode_tok_s") is not None:
        return number(row["decode_tok_s"])
    low, high = row.get("tpot_ms_low"), row.get("tpot_ms_high")
    if low is not None and high is not None:
        return f"TPOT {number(low)}" + (f"\nto {number(high)}" if high > low else "") + " ms"
    if row.get("total_tok_s") is not None:
        return f"in + out\n{number(row['total_tok_s'])}"
    return "-"


def _print_estimate(estimate: dict[str, Any]) -> None:
    if "error" in estimate:
        print(f"no estimate: {estimate['error']}")
        return
    from kb.cli.estimate_view import print_estimate

    print("an estimate, not a measurement:")
    print_estimate(estimate)
