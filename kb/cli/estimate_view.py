"""An estimate for a person: what it is of, the sums, and what was assumed."""

from typing import Any

from kb.cli.table import number, print_table


def print_estimate(answer: dict[str, Any]) -> None:
    """Print an answer of :func:`kb.estimate.estimate`."""
    inputs, memory, ceiling, expected = (answer[key] for key in ("inputs", "memory", "ceiling", "expected"))
    stored = inputs["quantization"] or "format not known"
    print(
        f"{inputs['model']} ({stored}) on {inputs['count']}x {inputs['hardware']}, "
        f"batch {number(inputs['batch'])}, {number(inputs['input_tokens'])} in, {number(inputs['output_tokens'])} out"
    )
    if memory["fits"] is not None:
        verdict = "fits" if memory["fits"] else "DOES NOT FIT"
        print(f"  memory:   {_gb(memory['needed_gb'])} of {_gb(memory['capacity_gb'])}: {verdict}")
        print(f"            {_room(memory)}")
    if expected["low"] is not None:
        low, high = number(_round(expected["low"])), number(_round(expected["high"]))
        middle = expected["decode_tok_s"]
        said = f"{low} to {high} tok/s" if middle is None else f"{number(_round(middle))} tok/s ({low} to {high})"
        print(f"  expected: {said} decode in all")
        print(f"            {expected['basis']}")
    first = answer["first_token"]
    if first["ttft_ms"] is not None:
        ends = (first["low_ms"], first["high_ms"])
        spread = "" if ends[0] is None else f" ({number(_round(ends[0]))} to {number(_round(ends[1]))})"
        print(f"  first:    token after {number(_round(first['ttft_ms']))} ms{spread}")
        print(f"            {first['basis']}")
    if ceiling["decode_tok_s"] is not None:
        print(f"  ceiling:  {number(_round(ceiling['decode_tok_s']))} tok/s, bound by {ceiling['bound_by']}")
    for sentence in answer["assumptions"]:
        print(f"  assumed:  {sentence}")
    print()
    terms = [(t["name"], f"{t['value']:,.4g}", t["unit"], t["formula"]) for t in answer["terms"]]
    print_table(("term", "value", "unit", "how"), terms)


def _room(memory: dict[str, Any]) -> str:
    """Return how far the memory goes: cards at least, and what fits at most on those asked for."""
    parts = [f"at least {number(memory['cards_needed'])} cards"]
    if memory["largest_batch"] is not None:
        parts.append(f"room for {number(memory['largest_batch'])} such sequences")
    if memory["largest_context"]:
        parts.append(f"for {number(memory['largest_context'])} tokens each in this batch")
    return ", ".join(parts)


def _gb(value: float | None) -> str:
    return "-" if value is None else f"{value:,.1f} GB"


def _round(value: float) -> float:
    """Return the value with four figures: an estimate has no more."""
    return float(f"{value:.4g}")
