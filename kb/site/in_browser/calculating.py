"""A deployment -> what ``kb estimate`` answers, as a fragment of a page."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from kb.bundle.reader import Bundle
from kb.estimate import EstimateRequest
from kb.estimate import estimate as estimated
from kb.search.lookup import BundleLibrary
from kb.site.in_browser.estimate_view import decode_range, estimate_part
from kb.site.in_browser.reply import Reply, Root
from kb.site.text import link

# More digits than any limit of a request has; what is longer stays text, and is refused as such.
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_NAMES = ("model", "hardware", "quantization", "kv_cache", "id")


def estimate(bundle: Bundle, root: Root, request: Mapping[str, str]) -> Reply:
    """Answer a request as :func:`kb.estimate.estimate` does.

    Args:
        bundle: where the records are.
        root: the way to the root of the site.
        request: entries of :class:`kb.estimate.EstimateRequest` as typed; one that is blank was not said.

    Raises:
        UnknownName: a name means no record, or several.
        BadRequest: an entry that is none, or a number that nobody means.
    """
    answer = estimated(EstimateRequest.from_mapping(_read(request)), _library(bundle))
    inputs = answer["inputs"]
    words = urlencode({"q": f"{inputs['model']} on {inputs['count']}x {inputs['hardware']}"})
    measured = link("What was measured on such a stack", root.to(f"ask/?{words}"))
    parts = ("<h2>An estimate, not a measurement</h2>", estimate_part(answer, root), f"<p>{measured}</p>")
    return Reply("\n".join(parts), _said(answer), answer)


def _read(request: Mapping[str, str]) -> dict[str, str | int]:
    said = {name: text.strip() for name, text in request.items() if text.strip()}
    return {name: int(text) if name not in _NAMES and _WHOLE.fullmatch(text) else text for name, text in said.items()}


def _library(bundle: Bundle) -> BundleLibrary:
    """Return the records as the estimator wants them, read once for each open bundle."""
    found = bundle.kept.get("library")
    if found is None:
        found = bundle.kept["library"] = BundleLibrary(bundle)
    assert isinstance(found, BundleLibrary)
    return found


def _said(answer: dict[str, Any]) -> str:
    memory, expected = answer["memory"], answer["expected"]
    fits = {True: "It fits", False: "It does not fit", None: "Memory is not known"}[memory["fits"]]
    return f"{fits}; {decode_range(expected)} expected" if expected["low"] is not None else fits
