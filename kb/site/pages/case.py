"""The page of a case: what is claimed, how far it can be trusted, and the sum that says so."""

from kb.site.charts.points import points_chart
from kb.site.charts.roofline import roofline_section
from kb.site.figures import about, exact, headline, plural
from kb.site.freshness import case_freshness
from kb.site.library import Here, Item, Library, Row
from kb.site.pages.case_estimate import estimate_section, headline_index
from kb.site.pages.case_points import points_section
from kb.site.pages.case_stack import stack_section
from kb.site.parts import (
    ESTIMATE_PAGE,
    TIERS_PAGE,
    compare_link,
    evidence,
    figures,
    findings,
    foot,
    head,
    note,
    said,
    tier,
    verdict,
)
from kb.site.siblings import siblings_section
from kb.site.text import blocks, code, definitions, escape, link, table, unsearched


def page(item: Item, library: Library, here: Here) -> str:
    """Return the page of a case."""
    facts = library.facts.get(("case", item["id"]), [])
    # The points have a table of their own; what is left is quality, memory, start-up, and whatever is disputed.
    rest = [row for row in facts if row["disputed"] or not row["pointer"].startswith(("/points/", "/quality/"))]
    return blocks(
        head(item, item["title"], _headline(item, library, here)),
        stack_section(item, library, here),
        points_section(item, library, here),
        points_chart(item, library),
        estimate_section(item, library, here),
        roofline_section(item, library, here),
        findings(item, here),
        _quality(item),
        figures(rest, item).replace("## Figures", "## Other figures", 1) if rest else "",
        _observations(item),
        note(item),
        _reproduced(item, library, here),
        evidence(item, library, here),
        _about(item),
        siblings_section(item["id"], library, here),
        foot(item, library, here),
    )


def _headline(item: Item, library: Library, here: Here) -> str:
    row = library.cases[item["id"]]
    index = headline_index(item)
    judged = item["estimate"]["points"][index]
    if row["decode_tok_s"] is None:
        figure = f'<p class="kb-figure">{_without_decode(item, row)}</p>'
    else:
        each = f" · {about(row['decode_tok_s_per_card'])} per card" if row["decode_cards"] > 1 else ""
        more = f" · best of {plural(len(item['points']), 'operating point')}" if len(item["points"]) > 1 else ""
        figure = f'<p class="kb-figure">{headline(row["decode_tok_s"])} tok/s <small>decode{each}{more}</small></p>'
    claimed = item.get("claimed_tier")
    doubt = f"; its submitter claims {tier(claimed)}" if claimed and claimed != item["tier"] else ""
    tiers = link("how to read a tier", here.to(TIERS_PAGE))
    method = link("how this is judged", here.to(ESTIMATE_PAGE))
    return unsearched(
        f'<div class="kb-headline">{figure}'
        f"<p>Tier: {tier(item['tier'])}{doubt} <small>({tiers})</small></p>"
        f"<p>Verdict: {verdict(item['verdict'])} {escape(judged['because'])} <small>({method})</small></p>"
        f"{case_freshness(item, library)}\n<p>{compare_link(item, here)}</p></div>"
    )


def _without_decode(item: Item, row: Row) -> str:
    """Return the first of the other speeds that is stated; a total counts the prompt, and is no decode."""
    points = item["points"]
    of = f" · best of {plural(len(points), 'operating point')}" if len(points) > 1 else ""
    if row["total_tok_s"] is not None:
        return f"{headline(row['total_tok_s'])} tok/s <small>prompt and output together{of}</small>"
    if row["tpot_ms_low"] is not None:
        return f"{about(row['tpot_ms_low'])} ms <small>per output token{of}</small>"
    prefill = [point["results"]["prefill_tok_s"]["value"] for point in points if "prefill_tok_s" in point["results"]]
    if prefill:
        return f"{headline(max(prefill))} tok/s <small>prefill{of}</small>"
    return "No throughput is stated"


def _quality(item: Item) -> str:
    if not item["quality"]:
        return ""
    rows = []
    for score in item["quality"]:
        unit = f" {escape(score['unit'])}" if score.get("unit") else ""
        expected = exact(score["baseline"]["value"]) + unit if "baseline" in score else ""
        rows.append(
            (escape(score["benchmark"]), exact(score["score"]["value"]) + unit, expected, said(score, "remark"))
        )
    return blocks("## Quality", table(("Benchmark", "Score", "Expected by the source", "Remark"), rows, (1, 2)))


def _observations(item: Item) -> str:
    if not item["observations"]:
        return ""
    entries = []
    for seen in item["observations"]:
        original = ""
        if seen.get("original"):
            language = f' lang="{escape(seen["language"])}"' if seen.get("language") else ""
            original = f"<br><small{language}>{escape(seen['original'])}</small>"
        entries.append(f"<li>{escape(seen['en'])}{original}</li>")
    return blocks("## Observations", "<ul>\n" + "\n".join(entries) + "\n</ul>")


def _reproduced(item: Item, library: Library, here: Here) -> str:
    if not item["reproduced_by"]:
        return ""
    entries = [
        f"<li>{escape(other['party'])}: {library.link(here, 'case', other['case'])}</li>"
        for other in item["reproduced_by"]
    ]
    said = "<p>Other parties reported a point of this case within 10 %, on the same stack under the same load.</p>"
    return blocks("## Reproduced by", said, "<ul>\n" + "\n".join(entries) + "\n</ul>")


def _about(item: Item) -> str:
    submitter = item.get("submitter", {})
    who = said(submitter, "name") or said(submitter, "github")
    pairs = (
        ("Submitted", said(item, "submitted")),
        ("Submitted by", who),
        ("Bottleneck, in the source's view", said(item, "bottleneck", "kind")),
        ("Patterns it is filed under", ", ".join(code(pattern) for pattern in item["patterns"])),
    )
    shown = definitions(pairs)
    return blocks("## About it { data-search-exclude }", shown) if shown else ""
