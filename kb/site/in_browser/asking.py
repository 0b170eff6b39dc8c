"""A sentence -> what ``kb query`` answers, as a fragment of a page."""

from collections.abc import Iterator
from typing import Any

from kb.bundle.reader import Bundle
from kb.search.answer import Answer
from kb.search.query import query
from kb.search.understood import Understood
from kb.site.figures import plural
from kb.site.in_browser.estimate_view import estimate_part
from kb.site.in_browser.reply import Reply, Root, number, tier, verdict
from kb.site.text import bullets, code, escape

_MONTH = 30.44
_DOUBTED = ("does-not-fit", "impossible")
_LATENCIES = (("ttft_ms", "TTFT"), ("tpot_ms", "TPOT"), ("itl_ms", "ITL"), ("e2e_ms", "end to end"))
_LOADS = (
    ("input_tokens", "{} in"),
    ("output_tokens", "{} out"),
    ("batch", "batch {}"),
    ("concurrency", "{} at a time"),
)
_MORE = 10


def ask(bundle: Bundle, root: Root, sentence: str, limit: int | None = None, sort: str | None = None) -> Reply:
    """Answer ``sentence`` as :func:`kb.search.query.query` does; ``limit`` and ``sort`` as there.

    Raises:
        BadRequest: the sentence is empty, or the limit or the order is not one.
    """
    answer = query(bundle, sentence, limit=limit, sort=sort)
    cases = [row for row in answer.results if row["kind"] == "case"]
    others = [row for row in answer.results if row["kind"] != "case"]
    said = _said(answer)
    parts = [
        _understood(answer.understood, root),
        f"<h2>{escape(said)}</h2>",
        f"<p>{escape(_basis(answer))}.</p>" if cases and answer.basis else "",
        "".join(_cases(cases, root)),
        _others(others, root),
        _more(answer),
        _estimated(answer.estimate, root),
    ]
    return Reply("\n".join(part for part in parts if part), said, answer.plain())


def _said(answer: Answer) -> str:
    shown, total = len(answer.results), answer.total
    if not shown:
        return "Nothing is found"
    if answer.nearest:
        return f"No case answers this wholly; the nearest {plural(shown, 'one', 'ones')}"
    if total > shown:
        return f"{shown} of {plural(total, 'record')} that {'answers' if total == 1 else 'answer'}"
    return plural(total, "record answers", "records answer")


def _understood(asked: Understood, root: Root) -> str:
    pairs = [
        f"{name} {root.records(kind, ids)}"
        for name, kind, ids in (
            ("model", "model", asked.models),
            ("hardware", "hardware", asked.hardware),
            ("engine", "engine", asked.engines),
            ("format", "quantization", asked.quantizations),
            ("server", "server", asked.servers),
        )
        if ids
    ]
    pairs += [f"vendor {escape(' or '.join(asked.vendors))}"] if asked.vendors else []
    pairs += [escape(f"{f.field} {f.op} {_plain(f.value)}") for f in asked.filters]
    if asked.sort is not None:
        pairs.append(escape(f"by {asked.sort.field}, {'highest' if asked.sort.order == 'desc' else 'lowest'} first"))
    pairs += ["one against the other"] if asked.versus else []
    notes = [f"{escape(phrase.text)} can mean {root.records('hardware', phrase.ids)}" for phrase in asked.ambiguous]
    notes += [escape(_capital(note)) for note in asked.notes]
    if asked.unmatched:
        lost = ", ".join(code(word) for word in asked.unmatched)
        notes.append(f"Not understood, and looked for in titles: {lost}")
    head = "; ".join(pairs) if pairs else "nothing of it; try a model, a card, an engine, a number format"
    return f'<div class="kb-understood"><p>Understood: {head}.</p>{bullets(notes) if notes else ""}</div>'


def _plain(value: float | bool | str) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _basis(answer: Answer) -> str:
    """Return what the rows are ordered by; the page has a field where the command has an option."""
    return _capital(answer.basis.replace("--sort puts", "“Order by” puts"))


def _cases(rows: list[dict[str, Any]], root: Root) -> Iterator[str]:
    """Yield the cases as a list; where those of several loads are ordered, a list for each load."""
    basis: str | None = None
    is_open = False
    for row in rows:
        if row["basis"] is not None and row["basis"] != basis:
            basis = row["basis"]
            yield f"{'</ol>' if is_open else ''}\n<p>Under {escape(basis or '')}:</p>\n"
            is_open = False
        if not is_open:
            yield '<ol class="kb-answers">\n'
            is_open = True
        yield _case(row, root) + "\n"
    if is_open:
        yield "</ol>"


def _case(row: dict[str, Any], root: Root) -> str:
    engine = " ".join(filter(None, (row["engine"], row["engine_version"]))) or "engine not stated"
    kv_cache = f"KV cache {row['kv_cache']}" if row["kv_cache"] else None
    drafting = f"speculation {row['speculation']}" if row["speculation"] else None
    stack = ", ".join(
        filter(None, (row["pools"], engine, row["quantization"] or "format not stated", kv_cache, drafting))
    )
    claimed = row["claimed_tier"]
    doubt = f" <small>claimed {escape(claimed)}</small>" if claimed and claimed != row["tier"] else ""
    trust = " ".join(filter(None, (tier(row["tier"]) + doubt, verdict(row["verdict"]), escape(_age(row)))))
    figures = "".join(f"<div><dt>{what}</dt> <dd>{how}</dd></div>" for what, how in _figures(row))
    lines = [
        f"<h3>{root.record('case', row['id'], escape(row['title']))}</h3>",
        f'<p class="kb-id">{code(row["id"])}</p>',
        f"<p>{escape(stack)}</p>",
        f'<dl class="kb-figures">{figures}</dl>' if figures else "<p>It gives no figures.</p>",
        f"<p>{trust}</p>",
        *(f"<p>{escape(text)}</p>" for text in _remarks(row)),
    ]
    return f"<li>{''.join(lines)}</li>"


def _remarks(row: dict[str, Any]) -> Iterator[str]:
    if row["verdict"] in _DOUBTED:
        yield row["verdict_because"]
    if row["missed"]:
        yield f"But not: {', '.join(row['missed'])}"
    if row["caveat"]:
        yield f"Caveat: {row['caveat']}"
    if row["errors"]:
        yield f"{plural(row['errors'], 'error')} found"
    if (row["independently_reproduced"] or 0) > 1:
        yield f"{row['independently_reproduced']} parties agree"


def _figures(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what a case says, as safe texts."""
    load = ", ".join(words.format(number(row[name])) for name, words in _LOADS if row[name] is not None)
    if row["points"] > 1:
        load += f"{', ' if load else ''}1 of {number(row['points'])} points"
    if load:
        yield "Load", load
    if row["decode_tok_s"] is not None:
        yield "Decode in all", f"{number(row['decode_tok_s'])} tok/s"
        if (row["decode_cards"] or 1) > 1:
            yield (
                "Decode per card",
                f"{number(row['decode_tok_s_per_card'])} tok/s on {number(row['decode_cards'])} cards",
            )
    if row["per_user_tok_s"] is not None and row["batch"] != 1:
        derived = " (1000/TPOT)" if row["per_user_is"] else ""
        yield "Per user", f"{number(row['per_user_tok_s'])} tok/s{derived}"
    if row["decode_tok_s"] is None and row["total_tok_s"] is not None:
        yield "In and out", f"{number(row['total_tok_s'])} tok/s"
    if row["prefill_tok_s"] is not None and row["decode_tok_s"] is None and row["total_tok_s"] is None:
        yield "Prefill", f"{number(row['prefill_tok_s'])} tok/s"
    for name, word in _LATENCIES:
        if row[name] is not None:
            statistic = row[name.removesuffix("_ms") + "_is"]
            yield word, f"{number(row[name])} ms" + (f" ({escape(statistic)})" if statistic else "")
    if row["tokens_per_joule"] is not None:
        yield "Energy", f"{number(row['tokens_per_joule'])} tokens/J at {number(row['power_per_card_w'])} W a card"


def _age(row: dict[str, Any]) -> str:
    """Return the day of a case and how old it is at the date of the data."""
    if row["day"] is None:
        return "no date"
    months = int(row["age_days"] / _MONTH)
    old = "new" if months < 1 else plural(months, "month") + " old" if months < 24 else f"{months // 12} years old"
    return f"{row['day']} ({old})"


def _others(rows: list[dict[str, Any]], root: Root) -> str:
    if not rows:
        return ""
    links = [
        f"{escape(row['kind'])}: {root.record(row['kind'], row['id'], escape(row['title']))} {tier(row['tier'])}"
        for row in rows
    ]
    return f"<h3>Other records</h3>\n{bullets(links)}"


def _more(answer: Answer) -> str:
    shown = len(answer.results)
    if answer.nearest or answer.total <= shown:
        return ""
    more = min(_MORE, answer.total - shown)
    return f'<p><button type="button" class="md-button" data-kb-limit="{shown + more}">Show {more} more</button></p>'


def _estimated(estimate: dict[str, Any] | None, root: Root) -> str:
    if estimate is None:
        return ""
    if "error" in estimate:
        return f"<p>No estimate: {escape(estimate['error'])}.</p>"
    return f"<h2>An estimate, not a measurement</h2>\n{estimate_part(estimate, root)}"
