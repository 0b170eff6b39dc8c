"""A sentence -> what ``kb query`` answers, as a fragment of a page."""

from collections.abc import Iterator
from typing import Any

from kb.bundle.reader import Bundle
from kb.search.answer import Answer
from kb.search.query import query
from kb.search.remarks import Remark, day_and_age, remarks_on_case, remarks_on_sentence, stack_in_words
from kb.search.understood import Understood
from kb.site.figures import plural
from kb.site.in_browser.estimate_view import estimate_part
from kb.site.in_browser.reply import Reply, Root, number, tier, verdict
from kb.site.text import bullets, code, escape

# In their order on the page.
_HEAD = ("model", "hardware", "engine", "format", "server", "vendor", "filter", "sort", "versus")
_NOTES = ("ambiguous", "note", "unmatched")
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
    said = remarks_on_sentence(asked)
    named = sorted((one for one in said if one.topic in _HEAD), key=lambda one: _HEAD.index(one.topic))
    pairs = [_in_head(one, root) for one in named]
    notes = [_noted(one, root) for one in said if one.topic in _NOTES]
    head = "; ".join(pairs) if pairs else "nothing of it; try a model, a card, an engine, a number format"
    return f'<div class="kb-understood"><p>Understood: {head}.</p>{bullets(notes) if notes else ""}</div>'


def _in_head(one: Remark, root: Root) -> str:
    if one.kind is not None:
        return f"{one.text} {root.records(one.kind, one.names)}"
    return escape(f"{one.text} {' or '.join(one.names)}" if one.names else one.text)


def _noted(one: Remark, root: Root) -> str:
    if one.kind is not None:
        return f"{escape(one.text)} can mean {root.records(one.kind, one.names)}"
    if one.names:
        return f"{_capital(one.text)}, and looked for in titles: {', '.join(map(code, one.names))}"
    return escape(_capital(one.text))


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
    claimed = row["claimed_tier"]
    doubt = f" <small>claimed {escape(claimed)}</small>" if claimed and claimed != row["tier"] else ""
    trust = " ".join(filter(None, (tier(row["tier"]) + doubt, verdict(row["verdict"]), escape(day_and_age(row)))))
    figures = "".join(f"<div><dt>{what}</dt> <dd>{how}</dd></div>" for what, how in _figures(row))
    lines = [
        f"<h3>{root.record('case', row['id'], escape(row['title']))}</h3>",
        f'<p class="kb-id">{code(row["id"])}</p>',
        f"<p>{escape(stack_in_words(row))}</p>",
        f'<dl class="kb-figures">{figures}</dl>' if figures else "<p>It gives no figures.</p>",
        f"<p>{trust}</p>",
        *(f"<p>{escape(_remark(one))}</p>" for one in remarks_on_case(row)),
    ]
    return f"<li>{''.join(lines)}</li>"


def _remark(one: Remark) -> str:
    # The reason of a verdict is quoted as it is.
    return one.text if one.topic == "verdict" else _capital(one.text)


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
