"""An estimate as a fragment of a page: what it is of, the figures, what was assumed, and the sums."""

from typing import Any

from kb.site.figures import about, exact, plural
from kb.site.in_browser.reply import Root, headed, region
from kb.site.text import bullets, definitions, escape, link


def _deployment(answer: dict[str, Any], root: Root) -> str:
    inputs = answer["inputs"]
    stored = inputs["quantization"]
    shown = root.record("quantization", stored) if stored else "format not known"
    return (
        f"{root.record('model', inputs['model'])} ({shown}) on {exact(inputs['count'])} × "
        f"{root.record('hardware', inputs['hardware'])}"
    )


def estimate_part(answer: dict[str, Any], root: Root) -> str:
    """Return an answer of :func:`kb.estimate.estimate` as a fragment: figures, what was assumed, the sums."""
    memory, ceiling, expected, first = (answer[name] for name in ("memory", "ceiling", "expected", "first_token"))
    inputs = answer["inputs"]
    basis = f"<br><small>{escape(expected['basis'])}</small>" if expected["basis"] else ""
    verdict = "fits" if memory["fits"] else "<strong>does not fit</strong>"
    pairs = (
        ("Deployment", _deployment(answer, root)),
        (
            "Load",
            f"batch {exact(inputs['batch'])}, {exact(inputs['input_tokens'])} tokens in, "
            f"{exact(inputs['output_tokens'])} out",
        ),
        (
            "Memory",
            f"{about(memory['needed_gb'])} GB of {about(memory['capacity_gb'])} GB: {verdict}<br>"
            f"<small>{_room(memory)}</small>"
            if memory["fits"] is not None
            else "",
        ),
        ("Expected decode", f"{escape(decode_range(expected))} in all{basis}" if expected["low"] is not None else ""),
        ("Expected TPOT", f"{about(expected['tpot_ms'])} ms" if expected["tpot_ms"] is not None else ""),
        ("First token", _first(first)),
        (
            "Ceiling",
            f"{about(ceiling['decode_tok_s'])} tok/s, bound by {escape(ceiling['bound_by'])}"
            if ceiling["decode_tok_s"] is not None
            else "",
        ),
    )
    method = link("How the estimate works", root.to("estimate/"))
    assumed = bullets(escape(sentence) for sentence in answer["assumptions"])
    return "\n".join(
        (
            definitions(pairs),
            f"<p>Throughputs are of all cards and sequences. {method}.</p>",
            f"<h3>What was assumed</h3>\n{assumed}" if answer["assumptions"] else "",
            f"<h3>The sum</h3>\n{region('The sum, term by term', _terms(answer))}" if answer.get("terms") else "",
        )
    )


def decode_range(expected: dict[str, Any]) -> str:
    """Return the expected decode throughput in words: the middle, where there is one, and the ends."""
    low, high = about(expected["low"]), about(expected["high"])
    if expected["decode_tok_s"] is None:
        return f"{low} to {high} tok/s"
    return f"{about(expected['decode_tok_s'])} tok/s ({low} to {high})"


def _room(memory: dict[str, Any]) -> str:
    parts = [f"at least {plural(memory['cards_needed'], 'card')}"] if memory["cards_needed"] else []
    if memory["largest_batch"] is not None:
        parts.append(f"room for {exact(memory['largest_batch'])} such sequences")
    if memory["largest_context"]:
        parts.append(f"for {exact(memory['largest_context'])} tokens each in this batch")
    return ", ".join(parts)


def _first(first: dict[str, Any]) -> str:
    if first["ttft_ms"] is None:
        return ""
    spread = "" if first["low_ms"] is None else f" ({about(first['low_ms'])} to {about(first['high_ms'])})"
    return f"{about(first['ttft_ms'])} ms{spread}<br><small>{escape(first['basis'])}</small>"


def _terms(answer: dict[str, Any]) -> str:
    rows = [
        (escape(term["name"]), about(term["value"]), escape(term["unit"]), escape(term["formula"]))
        for term in answer["terms"]
    ]
    return headed(("Term", "Value", "Unit", "How it follows"), rows, (1,))
