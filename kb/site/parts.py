"""What the pages of all kinds share: head, figures, evidence, findings, foot."""

import json
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from kb.site.citation import citation
from kb.site.figures import exact, label_of, latency_unit
from kb.site.library import Here, Item, Library, Row, check_address
from kb.site.packed import exported
from kb.site.record_files import source_section
from kb.site.text import badge, blocks, bullets, code, definitions, escape, link, outside, table

TIERS_PAGE = "tiers/"
ESTIMATE_PAGE = "estimate/"
ERROR_PAGE = "estimator-error/"
CONTRIBUTE_PAGE = "contribute/"
COMPARE_PAGE = "compare/"
DATA_PAGE = "data/"


def front_matter(**settings: Any) -> str:
    """Return settings of a page for MkDocs; JSON is YAML."""
    return "---\n" + "".join(f"{key}: {json.dumps(value)}\n" for key, value in settings.items()) + "---\n"


def tier(word: str | None) -> str:
    """Return a tier as a coloured word; a record without numbers has none."""
    return badge(word, "tier") if word else ""


def verdict(word: str | None) -> str:
    """Return a verdict as a coloured word."""
    return badge(word, "verdict") if word else ""


def severity(word: str) -> str:
    """Return a severity as a coloured word."""
    return badge(word, "severity")


def head(item: Item, title: str, *lines: str) -> str:
    """Return the top of a record's page: title, kind and id, other names, and what else is to be said first."""
    names = item.get("names", {})
    others = [*item["aliases"], *item["former_ids"]]
    scripts = [(name, language) for language in ("zh", "ja") for name in names.get(language, ())]
    also = [escape(name) for name in dict.fromkeys(others)]
    # A reader who searches for a name in her own script finds it as a word of its own.
    also += [f'<span lang="{language}">{escape(name)}</span>' for name, language in dict.fromkeys(scripts)]
    return blocks(
        # An id of its own: made of a title it would be as long as that, and stand in the page three times.
        f"# {escape(title)} {{ #record }}",
        f'<p class="kb-id"><a href="../">{escape(item["kind"])}</a> {code(item["id"])}</p>',
        *lines,
        f'<p class="kb-names">Also called: {" · ".join(also)}</p>' if also else "",
    )


def properties(pairs: Iterable[tuple[str, str]]) -> str:
    """Return the properties of a record as a table."""
    return definitions(pairs)


def said(item: Item, *path: str) -> str:
    """Return a plain text of a record, escaped; empty where it is absent."""
    value: Any = item
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return escape(str(value))


def evidence_numbers(item: Item) -> dict[str, int]:
    """Return the number of each piece of evidence on the page."""
    return {entry["id"]: number for number, entry in enumerate(item["evidence"], 1)}


def cited(ids: Sequence[str], numbers: dict[str, int]) -> str:
    """Return links to evidence further down the page."""
    links = [f'<a href="#{escape(i)}">{numbers[i]}</a>' for i in ids if i in numbers]
    return f"[{', '.join(links)}]" if links else ""


def figures(rows: Sequence[Row], item: Item) -> str:
    """Return every number of a record with unit, tier and evidence; values that others give stay beside it."""
    if not rows:
        return ""
    numbers = evidence_numbers(item)
    cells = []
    for row in rows:
        unit = latency_unit(row["pointer"])
        value = f"{exact(row['value'])} {unit}".strip()
        remark = escape(row["why"] or row["note"] or "")
        name = escape(label_of(row["pointer"]))
        if row["disputed"]:
            name = '<span class="kb-disputed">others say</span>'
        cells.append((name, value, tier(row["tier"]) + " " + cited(row["evidence"], numbers), remark))
    return blocks(
        "## Figures { data-search-exclude }", table(("Figure", "Value", "Tier and evidence", "Remark"), cells, (1,))
    )


def note(item: Item) -> str:
    """Return the note of a record."""
    return blocks("## Note", f"<p>{escape(item['note'])}</p>") if item.get("note") else ""


def evidence(item: Item, library: Library, here: Here) -> str:
    """Return the evidence of a record: what it is, where in it, and the tier it supports."""
    if not item["evidence"]:
        return ""
    entries = "\n".join(_entry(entry, library, here) for entry in item["evidence"])
    return blocks("## Evidence { data-search-exclude }", f'<ol class="kb-evidence">\n{entries}\n</ol>')


def _entry(entry: Item, library: Library, here: Here) -> str:
    source = entry["source"]
    if isinstance(source, str):
        origin = library.link(here, "source", source)
        found = library.items["source"].get(library.current("source", source) or "", {})
        if found:
            origin += f" ({outside(found['url'], 'open')})"
    else:
        publisher = f"{escape(source['publisher'])}: " if source.get("publisher") else ""
        origin = publisher + outside(source["url"], escape(source["title"]))
    claimed = f", claimed {tier(entry['claimed_tier'])}" if entry.get("claimed_tier") else ""
    lines = [f"{tier(entry['supported_tier'])}{claimed}: {escape(entry['supported_because'])}"]
    for key, what in (
        ("locator", "at"),
        ("formula", "formula"),
        ("ran_by", "ran by"),
        ("attestation", "attestation"),
        ("exactness", "exactness"),
        ("submitter_role", "submitter"),
        ("note", "note"),
        ("accessed", "accessed"),
    ):
        if entry.get(key):
            lines.append(f"{what}: {escape(entry[key])}")
    if artifact := entry.get("artifact"):
        where = outside(artifact["url"]) if artifact.get("url") else code(artifact.get("path", ""))
        lines.append(f"raw output: {where}, SHA-256 {code(artifact['sha256'])}")
    return f'<li id="{escape(entry["id"])}">{origin}<br>{"<br>".join(lines)}</li>'


def finding_cell(row: Item | Row, here: Here) -> tuple[str, str, str]:
    """Return check, severity and message of a finding as cells."""
    check = link(f"{escape(row['code'])} {escape(row['name'])}", here.to(check_address(row["code"])))
    words = severity(row["severity"])
    if row["acknowledged"]:
        words += " acknowledged"
    message = f"{escape(row['message'])}<br><small>Mend: {escape(row['hint'])}</small>"
    if row.get("reason"):
        message += f"<br><small>Acknowledged: {escape(row['reason'])}</small>"
    return check, words, message


def findings(item: Item, here: Here) -> str:
    """Return what the checks found in a record."""
    if not item["findings"]:
        return ""
    rows = [finding_cell(row, here) for row in item["findings"]]
    return blocks("## Findings { data-search-exclude }", table(("Check", "Severity", "What was found"), rows))


def compare_link(item: Item, here: Here) -> str:
    """Return the way to set a record beside another."""
    return link("Compare with…", here.to(f"{COMPARE_PAGE}?a={quote(item['id'])}&b="))


def listing(heading: str, links: Sequence[str]) -> str:
    """Return a section that lists other pages."""
    return blocks(f"## {heading} {{ data-search-exclude }}", bullets(links)) if links else ""


def foot(item: Item, library: Library, here: Here) -> str:
    """Return the bottom of a record's page: file, machine-readable form, how to cite."""
    plural = here.address.partition("/")[0]
    as_json = link("JSON", here.to(exported(f"{plural}/{item['id']}.json")))
    how = link("how to contribute", here.to(CONTRIBUTE_PAGE))
    file, edit = code(item["file"]), ""
    if repository := library.repository:
        file = outside(repository.read(item["file"]), file)
        edit = outside(repository.edit(item["file"]), "edit it") + ", "
    return blocks(
        "## This record { data-search-exclude }",
        f"<p>Improve this record: {file} ({edit}{how}). All of it as {as_json}.</p>\n" + citation(library.generated),
        source_section(item, library, here),
    )
