"""An operating point in the few numbers that a question asks for and an answer shows."""

from typing import Any

# Not from kb.bundle.table: what answers a question loads no models of records.
Row = dict[str, Any]

# The statistic that most sources give comes first.
STATISTICS = ("p50", "mean", "typical", "p90", "p99")
_LATENCIES = ("ttft_ms", "tpot_ms", "itl_ms", "e2e_ms")
_AS_STATED = (
    "input_tokens",
    "output_tokens",
    "batch",
    "concurrency",
    "request_rate_s",
    "decode_tok_s",
    "decode_tok_s_per_card",
    "prefill_tok_s",
    "total_tok_s",
    "power_per_card_w",
    "memory_per_card_gb",
)
# All that a condition can be put on.
NUMBERS = (*_AS_STATED, *_LATENCIES, "per_user_tok_s", "tokens_per_joule")
# Few values, asked for exactly: "batch 64", "1024 in".
SETTINGS = ("input_tokens", "output_tokens", "batch", "concurrency")
_TEXTS = ("point", "label", "verdict", "caveat")


def in_brief(point: Row) -> Row:
    """Return what is known of ``point`` (a row of the table ``points``), under the names of ``NUMBERS``.

    A latency is the statistic that most sources give (median, then mean, typical, p90, p99), and ``ttft_is`` and its
    like say which it is where it is not the median. The speed of one user is the stated one, else 1000 over the time
    per output token in milliseconds, and ``per_user_is`` then says so. Tokens per joule are decoded tokens per second
    over the watts of all cards, where both are known.
    """
    brief = {name: point[name] for name in (*_TEXTS, *_AS_STATED) if point.get(name) is not None}
    for latency in _LATENCIES:
        for statistic in STATISTICS:
            value = point.get(f"{latency}_{statistic}")
            if value is not None:
                brief[latency] = value
                if statistic != "p50":
                    brief[latency.removesuffix("_ms") + "_is"] = statistic
                break
    if point.get("per_user_tok_s") is not None:
        brief["per_user_tok_s"] = point["per_user_tok_s"]
    elif brief.get("tpot_ms"):
        brief["per_user_tok_s"] = 1000 / brief["tpot_ms"]
        brief["per_user_is"] = "1000 / TPOT"
    if brief.get("decode_tok_s") and brief.get("power_per_card_w") and point.get("cards"):
        brief["tokens_per_joule"] = brief["decode_tok_s"] / (brief["power_per_card_w"] * point["cards"])
    return brief
