"""Open the bundle that the browser has loaded, and answer what its page asks: plain texts in, a fragment out."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from kb.bundle.reader import Bundle
from kb.errors import BadRequest, KbError, UnknownName
from kb.names import Gone
from kb.site.in_browser.asking import ask
from kb.site.in_browser.bundle import BrowserBundle
from kb.site.in_browser.comparing import COMPARED, compare
from kb.site.in_browser.reply import Reply, Root
from kb.site.text import bullets, escape, link

Asked = Mapping[str, str]
_LIMIT = re.compile("[0-9]{1,4}")


def _ask(bundle: Bundle, root: Root, asked: Asked) -> Reply:
    limit, sort = asked.get("limit", "").strip(), asked.get("sort", "").strip()
    if limit and not _LIMIT.fullmatch(limit):
        raise BadRequest(f"{limit[:20]!r} is no number of records to show; name one below 10,000")
    return ask(bundle, root, asked.get("q", ""), int(limit) if limit else None, sort or None)


def _compare(bundle: Bundle, root: Root, asked: Asked) -> Reply:
    return compare(bundle, root, [asked.get(name, "") for name in COMPARED])


def _estimate(bundle: Bundle, root: Root, asked: Asked) -> Reply:
    # The models of the records take seconds to load, and no other question needs them.
    from kb.site.in_browser.calculating import estimate

    return estimate(bundle, root, asked)


_FUNCTIONS: dict[str, Callable[[Bundle, Root, Asked], Reply]] = {
    "ask": _ask,
    "estimate": _estimate,
    "compare": _compare,
}


def answer(bundle: Bundle, name: str, asked: Asked, root: str) -> Reply:
    """Answer one question of a page.

    Args:
        bundle: where the records are.
        name: ``ask`` (entries ``q``, ``limit``, ``sort``), ``estimate`` (those of ``kb estimate``) or ``compare``
            (``a`` to ``f``).
        asked: what was typed, by entry.
        root: the way from the page to the root of the site.

    An error that is the reader's business becomes the answer.
    """
    try:
        return _FUNCTIONS[name](bundle, Root(root), asked)
    except KbError as error:
        return Reply(_refusal(error, asked), str(error), {"error": str(error)})


def _refusal(error: KbError, asked: Asked) -> str:
    sentence = f'<p class="kb-refusal">{escape(str(error))}</p>'
    if not isinstance(error, UnknownName) or not error.candidates:
        return sentence
    links = (
        link(escape(record), _address_with(asked, error.text.strip(), record)).replace("<a ", '<a class="kb-again" ', 1)
        for record in error.candidates
    )
    return f"{sentence}\n{bullets(links)}"


def _address_with(asked: Asked, wrong: str, right: str) -> str:
    """Return the address of the same question with the entry ``wrong`` set right."""
    said = {name: text for name, text in asked.items() if text.strip()}
    return "?" + urlencode({name: right if text.strip() == wrong else text for name, text in said.items()})


class Desk:
    """The opened bundle; texts go in and out as JSON, which is all that a page and this need to share."""

    def __init__(self, folder: str, removed: str) -> None:
        """Open the index in ``folder``; ``removed`` is the JSON of kind, sentence and ids instead by removed id."""
        gone = {
            record: Gone(kind, sentence, tuple(instead))
            for record, (kind, sentence, instead) in json.loads(removed).items()
        }
        self._bundle = BrowserBundle(Path(folder), gone)

    def call(self, name: str, asked: str, root: str) -> str:
        """Return the reply to a question as JSON: ``{"html", "said", "data"}``."""
        reply = answer(self._bundle, name, json.loads(asked), root)
        told: dict[str, Any] = {"html": reply.html, "said": reply.said, "data": reply.data}
        # JSON has no infinity, and no figure of an answer should be one.
        return json.dumps(told, ensure_ascii=False, allow_nan=False)
