"""The two speeds of an operating point: what one user sees, and what all cards yield.

Both are taken as stated where they are; else they are worked out, and say how. Rows are those of the table ``points``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Row = Mapping[str, Any]
# concurrency, batch or request_rate_s, and its value.
Flight = tuple[str, float] | None
# As stated; of a latency; the output's share of a total; of requests in flight and their times; of a throughput.
Basis = Literal["stated", "latency", "share", "requests", "flight"]
STATED = "stated"
# For the speed of one user the median comes first, for sums over all requests the mean.
_MEDIAN_FIRST = ("p50", "mean", "typical")
_MEAN_FIRST = ("mean", "typical", "p50")
_IN_WORDS = {"p50": "median", "mean": "mean", "typical": "typical"}


@dataclass(frozen=True, slots=True)
class Rate:
    """Output tokens per second, how that was come by, and the fields of the row that it is made of.

    ``how`` is ``stated`` or a formula in words. ``fields`` are columns of the table ``points``. ``floor`` says that
    the speed of one user is higher: the time to read prompts is in this one.
    """

    tok_s: float
    basis: Basis
    how: str
    fields: tuple[str, ...]
    floor: bool = False

    @property
    def stated(self) -> bool:
        """Return whether the source states it."""
        return self.basis == "stated"

    def plain(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"tok_s": self.tok_s, "basis": self.basis, "how": self.how, "floor": self.floor}


def user_speed(point: Row) -> Rate | None:
    """Return output tokens per second of one user while tokens come; None where nothing tells.

    It is the stated one; else 1000 over the time per output token in ms (median, else mean, else whichever of them
    the source means); else the throughput over the requests in flight, which also waits for prompts: a floor.
    """
    if stated := point["per_user_tok_s"]:
        return Rate(stated, "stated", STATED, ("per_user_tok_s",))
    if step := _latency(point, "tpot_ms", _MEDIAN_FIRST):
        return Rate(1000 / step[0], "latency", f"1000 / {step[1]} TPOT", (step[2],))
    flight, rate = in_flight(point), _of_output(point)
    if flight is None or rate is None:
        return None
    count, column = flight
    name = "throughput" if rate.stated else rate.how
    floor = column == "concurrency" or rate.basis == "share"
    return Rate(rate.tok_s / count, "flight", f"{name} / {column}", (*rate.fields, column), floor)


def throughput(point: Row) -> Rate | None:
    """Return output tokens per second over all sequences and cards; None where nothing tells.

    It is the stated one; else the output's share of input and output together; else a static batch over its time per
    token; else the requests in flight times the output of each over its time, the whole one, or that of the first token
    and the steps after it (Little's law).

    Little's law takes every place to be taken all the time, which no run does at its start and end. On the 130 or so
    points of serving that state both and have exact sources, it is 4 % above the stated throughput in the median, and
    between 0 % and 13 % above it in eight of ten; a test holds it to that.
    """
    return _of_output(point) or _little(point)


def in_flight(point: Row) -> tuple[int, str] | None:
    """Return how many sequences there are at a time, and the column that says so; of two the concurrency."""
    for column in ("concurrency", "batch"):
        if point[column]:
            return point[column], column
    return None


def flight_of(point: Row) -> Flight:
    """Return what says how many requests there are, and how many; None where nothing does, as when all come at once."""
    if found := in_flight(point):
        return found[1], found[0]
    return ("request_rate_s", point["request_rate_s"]) if point["request_rate_s"] else None


def flight_in_words(flight: Flight) -> str | None:
    """Return ``concurrency 64``, ``batch 8`` or ``2.5 requests/s``."""
    if flight is None:
        return None
    column, count = flight
    return f"{count:,g} requests/s" if column == "request_rate_s" else f"{column} {count:,}"


def mean_share(shortest: float | None) -> float:
    """Return the mean length over the stated one, where lengths are drawn evenly from that share of it up to it."""
    return 1.0 if shortest is None else (1 + shortest) / 2


def mean_output(point: Row) -> float | None:
    """Return the mean output tokens of a request."""
    stated: float | None = point["output_tokens"]
    return None if stated is None else stated * mean_share(point["shortest_share"])


def _of_output(point: Row) -> Rate | None:
    if stated := point["decode_tok_s"]:
        return Rate(stated, "stated", STATED, ("decode_tok_s",))
    total, taken, given = point["total_tok_s"], point["input_tokens"], point["output_tokens"]
    if total and taken is not None and given:
        how = "total x output / (input + output)"
        return Rate(total * given / (taken + given), "share", how, ("total_tok_s", "input_tokens", "output_tokens"))
    return None


def _little(point: Row) -> Rate | None:
    flight, given = in_flight(point), mean_output(point)
    if flight is None:
        return None
    count, name = flight
    step = _latency(point, "tpot_ms", _MEAN_FIRST)
    first = _latency(point, "ttft_ms", _MEAN_FIRST)
    if step and name == "batch":
        # A static batch has all its sequences in every step.
        return Rate(1000 * count / step[0], "requests", f"{name} / TPOT", (name, step[2]))
    if step and first and given:
        took = first[0] + max(given - 1, 0) * step[0]
        how = f"{name} x output / (TTFT + (output - 1) x TPOT)"
        return Rate(1000 * count * given / took, "requests", how, (name, "output_tokens", first[2], step[2]))
    whole = _latency(point, "e2e_ms", _MEAN_FIRST)
    if whole and given:
        how = f"{name} x output / time of a request"
        return Rate(1000 * count * given / whole[0], "requests", how, (name, "output_tokens", whole[2]))
    return None


def _latency(point: Row, name: str, order: tuple[str, ...]) -> tuple[float, str, str] | None:
    """Return a latency in ms, what it is in words, and its column."""
    for statistic in order:
        if value := point[column := f"{name}_{statistic}"]:
            return value, _IN_WORDS[statistic], column
    return None
