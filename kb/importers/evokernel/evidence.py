"""The ``evidence`` of an item -> our evidence, with what its words admit."""

import re
from typing import Any
from urllib.parse import urlsplit

from kb.importers.desk import Desk
from kb.importers.evokernel.publishers import publisher_of
from kb.importers.evokernel.wording import understand
from kb.importers.json_input import Reader, shown
from kb.importers.names import slug
from kb.importers.present import present
from kb.records import TIERS

# As the export files its sources, right or wrong; whether the address fits is for the checks.
_KINDS = {
    "benchmark-repository": "benchmark-repository",
    "community-benchmark": "community-post",
    "documentation": "documentation",
    "mlperf": "audited-benchmark",
    "paper": "paper",
    "third-party-review": "press",
    "vendor-datasheet": "datasheet",
    "vendor-press-release": "vendor-announcement",
    "vendor-product-page": "vendor-page",
}
_ID = re.compile(r"ev-[a-z0-9]+([.-][a-z0-9]+)*")


def read_evidence(item: Reader, export: str, desk: Desk) -> list[dict[str, Any]]:
    """Return the evidence entries; ``export`` is how the export itself is called in a note."""
    entries = item.children("evidence")
    if not entries:
        desk.missing.append("the item cites no evidence: name the source of its figures")
    return [_entry(entry, number, export, desk) for number, entry in enumerate(entries, 1)]


def _entry(entry: Reader, number: int, export: str, desk: Desk) -> dict[str, Any]:
    key = entry.text("id") or f"ev-{number}"
    if not _ID.fullmatch(key):
        given, key = key, f"ev-{slug(key.removeprefix('ev-')) or number}"
        desk.remarks.append(f"{entry.path}.id: {shown(given)} became {key}")
    tier = entry.text("tier")
    if tier is not None and tier not in TIERS:
        desk.remarks.append(f"{entry.path}.tier: {shown(tier)} is no tier of ours, and was left out")
        tier = None
    filed = entry.text("source_type")
    wording = understand(entry.text("citation") or "", entry.text("contributor_attestation") or "")
    if wording.attestation is None:
        desk.missing.append(f"{key}: what the submitter says about how the figures came about, in our words")
    desk.missing.append(f"{key}: where in the source the figures stand (locator)")
    return present(
        id=key,
        source=_source(entry, key, filed, desk),
        claimed_tier=tier,
        exactness=wording.exactness,
        submitter_role=wording.role,
        attestation=wording.attestation,
        accessed=entry.text("accessed"),
        note=f"As {export} gives it{f', which files the source as {filed}' if filed else ''}."
        " What it calls time between tokens is recorded as TPOT.",
    )


def _source(entry: Reader, key: str, filed: str | None, desk: Desk) -> dict[str, Any]:
    url = entry.needed_text("url")
    kind = _KINDS.get(filed or "")
    if kind is None:
        kind = "community-post"
        desk.missing.append(f"{key}: what kind of source it is; {shown(filed)} is none that we know")
    publisher = publisher_of(url)
    desk.missing.append(f"{key}: the title of the page at {url}" + ("" if publisher else ", and who published it"))
    try:
        host = urlsplit(url).hostname or "an unnamed host"
    except ValueError:
        host = "an unnamed host"
    return present(
        publisher=publisher and publisher.name,
        title=f"Page at {host}",
        url=url,
        kind=kind,
        vendor=publisher and publisher.vendor,
    )
