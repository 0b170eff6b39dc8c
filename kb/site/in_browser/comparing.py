"""Records side by side, as ``kb compare`` puts them, as a fragment of a page."""

import json
from collections.abc import Iterator, Sequence
from string import ascii_lowercase
from typing import Any

from kb.bundle.reader import Bundle
from kb.search.compare import MOST, Comparison, differs, ratios
from kb.search.compare import compare as compared
from kb.search.lookup import figures
from kb.site.figures import about, label_of, plural, unit_of
from kb.site.in_browser.reply import Reply, Root, headed, is_kind, number, region, tier, verdict
from kb.site.text import bullets, escape

_MOST_LOADS = 30
# A record each, by the entry of the address that names it; in an answer the letters are large.
COMPARED = ascii_lowercase[:MOST]
_LETTERS = COMPARED.upper()
_RATES = {"tok_s_per_card": "Output tokens per second and card", "per_user_tok_s": "Tokens per second of one user"}
# Fields whose values are ids of another kind of record than their name says.
_LEADS_TO = {
    "native_quantization": "quantization",
    "hardware_ids": "hardware",
    "scale_up_interconnect": "interconnect",
    "host_link_interconnect": "interconnect",
    "intra_node": "interconnect",
    "inter_node": "interconnect",
}
_BADGES = {"tier": tier, "claimed_tier": tier, "verdict": verdict}


def compare(bundle: Bundle, root: Root, names: Sequence[str]) -> Reply:
    """Put the records that ``names`` name side by side as :func:`kb.search.compare.compare` does; blank ones are none.

    Raises:
        UnknownName: a name leads nowhere, or to several records.
        BadRequest: fewer than two records, more than six, or of different kinds.
    """
    found = compared(bundle, [name.strip() for name in names if name.strip()])
    tiers = [_tiers(bundle, found.kind, record) for record in found.ids]
    different = sum(differs(values) for field, values in found.rows if field != "id")
    *most, last = found.ids
    said = f"{', '.join(most)} and {last}: {plural(different, 'field differs', 'fields differ')}"
    known = [_known(bundle, found.kind, record) for record in found.ids]
    names_of = zip(found.ids, known, strict=True)
    links = [root.record(found.kind, record, escape(title)) for record, title in names_of]
    # The title of a case is a sentence, which would be wider than its column.
    heads = [*_LETTERS[: len(links)]] if found.kind == "case" else links
    listed = [f"{letter}: {shown}" for letter, shown in zip(_LETTERS, links, strict=False)]
    parts = [
        "<h2>Side by side</h2>",
        bullets(listed) if found.kind == "case" else "",
        f'<p class="kb-note">{escape(found.note[:1].upper() + found.note[1:])}.</p>' if found.note else "",
        _loads(found, heads),
        "<h3>What the records say</h3>",
        "<p>Rows that begin with * differ; a number in brackets is the ratio to the first.</p>",
        region("What the records say", _fields(found, heads, tiers, root)),
    ]
    return Reply("\n".join(part for part in parts if part), said, found.plain())


def _known(bundle: Bundle, kind: str, record: str) -> str:
    rows = bundle.index.rows("SELECT title FROM record WHERE kind = ? AND id = ?", (kind, record))
    return str(rows[0][0]) or record


def _tiers(bundle: Bundle, kind: str, record: str) -> dict[str, str]:
    """Return the tier of each number of a record by the name of its column."""
    if kind == "case":
        # The columns of a case are the best of its points, and the case has one tier.
        return {}
    facts = figures(bundle, kind, record)["facts"]
    return {fact["pointer"].strip("/").replace("/", "_"): fact["tier"] for fact in facts if not fact["disputed"]}


def _fields(found: Comparison, heads: Sequence[str], tiers: Sequence[dict[str, str]], root: Root) -> str:
    rows = []
    for field, values in found.rows:
        if field == "id":
            continue
        over = ratios(values, field)
        unit = unit_of(field)
        name = f"{'* ' if differs(values) else ''}{escape(label_of(field))}{f' <small>{unit}</small>' if unit else ''}"
        cells = [
            _value(field, value, root) + _over(ratio) + (f" {tier(of[field])}" if field in of else "")
            for value, ratio, of in zip(values, over, tiers, strict=True)
        ]
        rows.append((name, *cells))
    return headed(("Field", *heads), rows)


def _value(field: str, value: Any, root: Root) -> str:
    if value is None or value == []:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(value)
    kind = _LEADS_TO.get(field, field)
    if isinstance(value, list):
        return ", ".join(root.record(kind, str(item)) if is_kind(kind) else escape(str(item)) for item in value)
    text = str(value)
    if field in _BADGES:
        return _BADGES[field](text)
    if is_kind(kind):
        return root.record(kind, text)
    return "<br>".join(map(escape, _lines(text)))


def _lines(text: str) -> Iterator[str]:
    """Yield a text, or, of one that holds JSON, a line for each of its objects."""
    if not text.startswith(("[{", "{")):
        yield text
        return
    try:
        data = json.loads(text)
    except ValueError:
        yield text
        return
    for item in data if isinstance(data, list) else [data]:
        inner = item.items() if isinstance(item, dict) else [("", item)]
        yield ", ".join(f"{label_of(key)} {_inner(value)}".strip() for key, value in inner)


def _inner(value: Any) -> str:
    return str(value["value"]) if isinstance(value, dict) and "value" in value else str(value)


def _over(ratio: float | None) -> str:
    return "" if ratio is None or ratio == 1 else f" ({ratio:.2f}×)" if ratio >= 0.01 else f" ({ratio:.2g}×)"


def _loads(found: Comparison, heads: Sequence[str]) -> str:
    """Return cases under equal load: throughput per card and the speed of one user, and both over the first's."""
    parts = []
    for name, words in _RATES.items():
        rows = []
        for load in found.loads[:_MOST_LOADS]:
            values = load.values(name)
            if sum(value is not None for value in values) > 1:
                cells = ("–" if v is None else about(v) + _over(r) for v, r in zip(values, ratios(values), strict=True))
                rows.append((escape(str(load)), *cells))
        if rows:
            shown = headed(("Load", *heads), rows, range(1, len(heads) + 1))
            parts.append(f"<h3>{words}, under equal loads</h3>\n{region(words, shown)}")
    if more := len(found.loads[_MOST_LOADS:]):
        parts.append(f"<p>{plural(more, 'more load')} in common; kb compare --csv has all.</p>")
    return "\n".join(parts)
