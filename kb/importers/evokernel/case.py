"""One item of the export -> one draft case."""

import re
from typing import Any

from kb.importers.desk import Desk
from kb.importers.draft import Draft
from kb.importers.evokernel.evidence import read_evidence
from kb.importers.evokernel.results import read_bottleneck, read_point
from kb.importers.evokernel.stack import read_stack
from kb.importers.json_input import Reader
from kb.importers.names import Library, slug
from kb.importers.present import present

_ID = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
# A draft is a valid record, and these words are how a reader, a search and a check see that it is not finished.
_TRANSLATE = "TRANSLATE: the original stands below"
_REWRITE = "REWRITE: "


def draft_case(item: Reader, export: str, library: Library | None = None) -> Draft:
    """Return the draft for one item; raise ImportFailed with the key path of what is wrong in it."""
    desk = Desk(library)
    key = item.needed_text("id")
    if not _ID.fullmatch(key):
        raise item.fail("id", "should be lower-case letters, digits and single dots or hyphens")
    item.value("resolved")  # the joined records are compared with ours elsewhere, not taken over
    evidence = read_evidence(item, export, desk)
    names = [entry["id"] for entry in evidence]
    submitter = item.child("submitter")
    handle = submitter.text("github")
    record = {"kind": "case", "id": key, "title": item.needed_text("title")} | present(
        default_evidence=names[0] if len(names) == 1 else None,
        submitted=item.text("submitted_at"),
        submitter=present(github=handle and handle.removeprefix("@"), name=submitter.text("name")),
        stack=read_stack(item, desk),
        points=[read_point(item, names)],
        bottleneck=read_bottleneck(item, names, desk),
        observations=_observations(item, desk),
        patterns=[slug(pattern) for pattern in item.texts("patterns")],
        evidence=evidence,
    )
    if not record["points"][0]["results"]:
        desk.missing.append("the item gives no result: a case needs at least one figure")
    desk.remarks.extend(f"{path} was not taken over" for path in item.left_over())
    return Draft(record, tuple(desk.missing), tuple(desk.remarks))


def _observations(item: Reader, desk: Desk) -> list[dict[str, Any]]:
    found = []
    for number, text in enumerate(item.texts("issues_encountered"), 1):
        if _HAN.search(text):
            found.append({"en": _TRANSLATE, "original": text, "language": "zh"})
            desk.missing.append(f"observation {number} in English, in our words: {text}")
        else:
            found.append({"en": _REWRITE + text})
            desk.missing.append(f"observation {number} in our own words: {text}")
    return found
