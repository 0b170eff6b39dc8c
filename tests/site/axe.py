"""axe-core on a page that a browser has open."""

import json
from typing import Any

from playwright.sync_api import Page

from tests.conftest import ROOT

AXE = ROOT / "site" / "client" / "node_modules" / "axe-core" / "axe.min.js"
# What these weigh, a person is kept from something by it.
GRAVE = ("serious", "critical")
# The hundredth row of a table is made by the same lines as the first ones, and axe takes a second for a few of them.
_CONTEXT = {"include": [["html"]], "exclude": [["tbody tr:nth-child(n+41)"]]}


def grave(page: Page, *rules: str) -> list[str]:
    """Return what axe finds and a person would stumble over: rule, place, element, and why.

    ``rules`` are the only ones that are looked at, else all are.
    """
    if not AXE.is_file():
        raise FileNotFoundError(f"{AXE.relative_to(ROOT)} is missing: make site")
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    found = page.evaluate("([context, options]) => axe.run(context, options)", [_CONTEXT, options])
    return [
        f"{entry['id']}: {json.dumps(node['target'])}: {node['html'][:160]}: {node['failureSummary'][:300]}"
        for entry in found["violations"]
        if entry["impact"] in GRAVE
        for node in entry["nodes"][:3]
    ]
