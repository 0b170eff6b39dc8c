"""What is to be said of an answer beside its figures, as data: what was understood, left out, doubted or found.

A terminal and a page word and place some of it in their own way; what there is to say is the same for both.
"""

from dataclasses import dataclass
from typing import Any, Literal

from kb.search.understood import Filter, Sort, Understood
from kb.verdicts import RULED_OUT

_DAYS_OF_A_MONTH = 30.44
# Of a sentence: what it names, asks for and leaves open. Of the row of a case: the last five.
Topic = Literal[
    "model",
    "hardware",
    "vendor",
    "engine",
    "format",
    "server",
    "filter",
    "sort",
    "versus",
    "ambiguous",
    "note",
    "unmatched",
    "verdict",
    "missed",
    "caveat",
    "errors",
    "agreement",
]
# What each list of a sentence is called, and the kind of record that its entries are ids of.
_NAMED: tuple[tuple[Topic, str, str | None], ...] = (
    ("model", "models", "model"),
    ("hardware", "hardware", "hardware"),
    ("vendor", "vendors", None),
    ("engine", "engines", "engine"),
    ("format", "quantizations", "quantization"),
    ("server", "servers", "server"),
)


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to say.

    ``text`` is in words, or the phrase of the reader that the remark is about. ``names`` are the records (ids of
    ``kind``), vendors or words that it lists, for who links them or shortens a long list.
    """

    topic: Topic
    text: str
    names: tuple[str, ...] = ()
    kind: str | None = None


def remarks_on_sentence(asked: Understood) -> tuple[Remark, ...]:
    """Return what a sentence was taken to mean: what it names first, and last what was guessed or not understood."""
    found = [
        Remark(topic, topic, tuple(names), kind) for topic, field, kind in _NAMED if (names := getattr(asked, field))
    ]
    found += [Remark("filter", _condition(one)) for one in asked.filters]
    found += [Remark("sort", _order(asked.sort))] if asked.sort is not None else []
    found += [Remark("versus", "one against the other")] if asked.versus else []
    found += [Remark("ambiguous", phrase.text, phrase.ids, phrase.kind) for phrase in asked.ambiguous]
    found += [Remark("note", note) for note in asked.notes]
    found += [Remark("unmatched", "not understood", tuple(asked.unmatched))] if asked.unmatched else []
    return tuple(found)


def remarks_on_case(row: dict[str, Any]) -> tuple[Remark, ...]:
    """Return what speaks against the row of a case, and then what for it; ``row`` is one of ``Answer.results``."""
    found = [Remark("verdict", row["verdict_because"])] if row["verdict"] in RULED_OUT else []
    found += [Remark("missed", f"but not: {', '.join(row['missed'])}")] if row["missed"] else []
    found += [Remark("caveat", f"caveat: {row['caveat']}")] if row["caveat"] else []
    if errors := row["errors"]:
        found.append(Remark("errors", f"{errors:,} error{'' if errors == 1 else 's'} found"))
    if (parties := row["independently_reproduced"] or 0) > 1:
        found.append(Remark("agreement", f"{parties} parties agree"))
    return tuple(found)


def stack_in_words(row: dict[str, Any]) -> str:
    """Return what the case of a row ran on: cards, engine, format, and what else it says of cache and speculation."""
    engine = " ".join(filter(None, (row["engine"], row["engine_version"]))) or "engine not stated"
    kv_cache = f"KV cache {row['kv_cache']}" if row["kv_cache"] else None
    drafting = f"speculation {row['speculation']}" if row["speculation"] else None
    parts = (row["pools"], engine, row["quantization"] or "format not stated", kv_cache, drafting)
    return ", ".join(filter(None, parts))


def day_and_age(row: dict[str, Any]) -> str:
    """Return the day of a case and how old it is at the date of the data."""
    if row["day"] is None:
        return "no date"
    months = int(row["age_days"] / _DAYS_OF_A_MONTH)
    many = "1 month old" if months == 1 else f"{months} months old"
    old = "new" if months < 1 else many if months < 24 else f"{months // 12} years old"
    return f"{row['day']} ({old})"


def _condition(one: Filter) -> str:
    value = str(one.value).lower() if isinstance(one.value, bool) else one.value
    return f"{one.field} {one.op} {value}"


def _order(sort: Sort) -> str:
    return f"by {sort.field}, {'highest' if sort.order == 'desc' else 'lowest'} first"
