"""An answer on a terminal, as JSON, as CSV, as Markdown."""

from collections.abc import Iterator, Sequence
from typing import Any

from kb.cli.cells import folded
from kb.cli.table import number, print_rows
from kb.cli.terminal import printable, styled, width
from kb.search.answer import Answer
from kb.search.remarks import Remark, day_and_age, remarks_on_case, remarks_on_sentence, stack_in_words
from kb.verdicts import RULED_OUT

_STYLES: dict[str, str] = dict.fromkeys(RULED_OUT, "red")
# Remarks that stand beside the tier; the others have a line each.
_SHORT = ("errors", "agreement")
_COLUMNS = (
    "id", "kind", "title", "tier", "claimed_tier", "verdict", "score", "model", "hardware", "cards", "engine",
    "engine_version", "quantization", "kv_cache", "input_tokens", "output_tokens", "batch", "concurrency",
    "decode_tok_s", "decode_tok_s_per_card", "per_user_tok_s", "prefill_tok_s", "total_tok_s", "ttft_ms", "tpot_ms",
    "power_per_card_w", "tokens_per_joule", "basis", "points", "point", "day", "age_days", "errors", "missed",
)  # fmt: skip


def print_answer(answer: Answer, output: str, *, why: bool = False) -> None:
    """Print ``answer`` as ``terminal``, ``json``, ``csv`` or ``markdown``; ``why`` adds reasons on a terminal."""
    if output == "json":
        from kb.cli.json_text import print_json

        print_json(answer.plain())
    elif output != "terminal":
        print_rows(_COLUMNS, [[row.get(column) for column in _COLUMNS] for row in answer.results], output)
    else:
        _print_for_people(answer, why=why)


def _print_for_people(answer: Answer, *, why: bool) -> None:
    said = remarks_on_sentence(answer.understood)
    head = [_in_head(one) for one in said if one.topic not in ("ambiguous", "note")]
    print(f"understood: {'; '.join(head) or 'nothing'}")
    for one in said:
        if one.topic == "ambiguous":
            print(f"  {one.text}: {_some(one.names)}")
        elif one.topic == "note":
            print(f"  {one.text}")
    if answer.nearest:
        print("no case answers this wholly" + ("; the nearest:" if answer.results else ""))
    print()
    if answer.results:
        _print_results(answer.results)
        if answer.total > len(answer.results):
            print(f"{len(answer.results)} of {answer.total:,} shown; --limit shows more")
        if answer.understood.sort is not None or why:
            print(answer.basis)
        if why:
            _print_why(answer.results)
    if answer.estimate is not None:
        _print_estimate(answer.estimate)


def _in_head(one: Remark) -> str:
    if one.topic == "unmatched":
        return f"{one.text}: {', '.join(one.names)}"
    return f"{one.text} {_some(one.names)}" if one.names else one.text


def _some(ids: Sequence[str]) -> str:
    return " or ".join(ids[:4]) + (f" or {len(ids) - 4} more" if len(ids) > 4 else "")


def _print_results(results: Sequence[dict[str, Any]]) -> None:
    basis = None
    for row in results:
        if row.get("basis") is not None and row["basis"] != basis:
            basis = row["basis"]
            _say(f"under {basis}:", 0)
            print()
        style = _STYLES.get(row["verdict"] or "")
        _say(row["title"], 0, style)
        for line in (row["id"], *(_lines(row) if row["kind"] == "case" else (f"{row['kind']}, {row['tier'] or '-'}",))):
            _say(line, 2, style)
        print()


def _say(text: str, indent: int, style: str | None = None) -> None:
    """Print a line, folded to the terminal; an id stays in one piece, so that it can be copied."""
    shown = printable(text)
    lines = folded(shown, max(width() - indent, 10)) if " " in shown else [shown]
    for place, line in enumerate(lines):
        print(styled(" " * (indent + (2 if place else 0)) + line, style))


def _lines(row: dict[str, Any]) -> Iterator[str]:
    said = remarks_on_case(row)
    yield stack_in_words(row)
    yield " | ".join(filter(None, (_load(row), _speed(row), _latency(row)))) or "no figures"
    yield " | ".join((*_trust(row), *(one.text for one in said if one.topic in _SHORT), day_and_age(row)))
    yield from (one.text for one in said if one.topic not in _SHORT)


def _load(row: dict[str, Any]) -> str:
    parts = [
        f"{number(row[field])} {name}"
        for field, name in (("input_tokens", "in"), ("output_tokens", "out"))
        if row[field] is not None
    ]
    parts += [
        f"{name} {number(row[field])}"
        for field, name in (("batch", "batch"), ("concurrency", "concurrency"))
        if row[field] is not None
    ]
    if row["points"] > 1:
        parts.append(f"1 of {row['points']} points")
    return ", ".join(parts)


def _speed(row: dict[str, Any]) -> str:
    """Return the decode rate of a case in all, per card and per user, or what its source gives instead, by name."""
    parts = []
    if row["decode_tok_s"] is not None:
        parts.append(f"decode {number(row['decode_tok_s'])} tok/s")
        if (row["decode_cards"] or 1) > 1:
            # A quotient of ours, not what a source gives.
            parts[-1] += f" = {number(row['decode_cards'])} x {number(row['decode_tok_s_per_card'])}"
    if row["per_user_tok_s"] is not None and row["batch"] != 1:
        parts.append(f"{number(row['per_user_tok_s'])} per user" + (" (1000/TPOT)" if row["per_user_is"] else ""))
    if row["decode_tok_s"] is None and row["total_tok_s"] is not None:
        parts.append(f"in + out {number(row['total_tok_s'])} tok/s")
    if not parts and row["prefill_tok_s"] is not None:
        parts.append(f"prefill {number(row['prefill_tok_s'])} tok/s")
    if row["tokens_per_joule"] is not None:
        parts.append(f"{number(row['tokens_per_joule'])} tokens/J at {number(row['power_per_card_w'])} W a card")
    return ", ".join(parts)


def _latency(row: dict[str, Any]) -> str:
    parts: list[str] = []
    for field, name in (("ttft_ms", "TTFT"), ("tpot_ms", "TPOT"), ("itl_ms", "ITL"), ("e2e_ms", "E2E")):
        if row[field] is not None and not (parts and field in ("itl_ms", "e2e_ms")):
            statistic = row[field.removesuffix("_ms") + "_is"]
            parts.append(f"{name} {number(row[field])} ms" + (f" ({statistic})" if statistic else ""))
    return ", ".join(parts)


def _trust(row: dict[str, Any]) -> Iterator[str]:
    tier = row["tier"] or "-"
    claimed = row["claimed_tier"]
    yield f"tier {tier}" + (f" (claimed {claimed})" if claimed and claimed != tier else "")
    yield row["verdict"] or "-"


def _print_why(results: Sequence[dict[str, Any]]) -> None:
    print("why:")
    for row in results:
        if row["kind"] != "case":
            print(f"  {row['id']}: it is about what was named")
            continue
        fits = ", ".join(row["matched"]) or "nothing"
        lacks = f"; lacks {', '.join(row['missed'])}" if row["missed"] else ""
        by = f", dated by {row['dated_by']}" if row["dated_by"] else ""
        print(f"  {row['id']}: score {row['score']} = 0.8 x match + 0.2 x tier; has {fits}{lacks}{by}")


def _print_estimate(estimate: dict[str, Any]) -> None:
    if "error" in estimate:
        print(f"no estimate: {estimate['error']}")
        return
    from kb.cli.estimate_view import print_estimate

    print("an estimate, not a measurement:")
    print_estimate(estimate)
