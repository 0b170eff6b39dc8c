"""What hand-written pages take from the bundle: ``<!-- kb:NAME -->`` on a line of its own is replaced."""

import dataclasses
import re
from collections import Counter
from collections.abc import Callable

from kb.errors import BuildFailed
from kb.estimate.calibrated import calibration
from kb.records import KINDS, TIERS
from kb.site.changelog import changelog, data_changes
from kb.site.charts.errors import error_chart
from kb.site.charts.heat_map import coverage_map
from kb.site.coverage import coverage_matrix, gap_table, stale_table
from kb.site.dataset import dataset_script
from kb.site.disputes import dispute_table
from kb.site.figures import about, exact, plural
from kb.site.home import ask_box, ask_box_zh, counts, counts_zh, freshest, top_disputes, users
from kb.site.indexes import TABLES, check_table
from kb.site.library import Here, Library, check_address
from kb.site.pages.case_estimate import headline_index, sum_rows
from kb.site.parts import severity, tier, verdict
from kb.site.text import blocks, code, escape, link, table
from kb.verdicts import RULED_OUT

_MARK = re.compile(r"^<!-- kb:([a-z-]+) -->$", re.MULTILINE)
_VERDICTS = {
    "does-not-fit": "the weights are larger than the memory of the cards",
    "impossible": "faster than any software could be on these cards",
    "faster-than-fit": "faster than the expected range, and below the ceiling",
    "slower-than-fit": "slower than the expected range",
    "match": "within the expected range",
    "inconclusive-noisy": "repeats that spread too widely to tell",
    "not-checkable": "a fact that the sum needs is not recorded",
}


def fill(page: str, library: Library, here: Here) -> str:
    """Return a hand-written page with every fragment in its place.

    Raises:
        BuildFailed: the page asks for a fragment that there is none of.
    """

    def fragment(mark: re.Match[str]) -> str:
        make = FRAGMENTS.get(mark[1])
        if make is None:
            known = ", ".join(sorted(FRAGMENTS))
            raise BuildFailed(f"site/pages asks for kb:{mark[1]}, which is no fragment; there are {known}")
        return make(library, here).strip()

    return _MARK.sub(fragment, page)


def _tier_counts(library: Library, here: Here) -> str:
    cases = Counter(row["tier"] for row in library.cases.values())
    claimed = Counter(row["claimed_tier"] for row in library.cases.values())
    claims = Counter(item["tier"] for item in library.items["claim"].values())
    numbers = Counter(row["tier"] for rows in library.facts.values() for row in rows)
    rows = [
        (tier(word), exact(cases[word]), exact(claimed[word]), exact(claims[word]), exact(numbers[word]))
        for word in TIERS
    ]
    return table(("Tier", "Cases", "Cases that claim it", "Claims", "Numbers"), rows, range(1, 5))


def _verdict_counts(library: Library, here: Here) -> str:
    found = Counter(row["verdict"] for row in library.cases.values())
    rows = [(verdict(word), exact(found[word]), what) for word, what in _VERDICTS.items()]
    return table(("Verdict", "Cases", "What it means"), rows, (1,))


def _ruled_out(library: Library, here: Here) -> str:
    rows = []
    for row in library.cases.values():
        if row["verdict"] in RULED_OUT:
            item = library.items["case"][row["id"]]
            because = item["estimate"]["points"][headline_index(item)]["because"]
            rows.append(
                (library.link(here, "case", row["id"]), tier(row["tier"]), verdict(row["verdict"]), escape(because))
            )
    return table(("Case", "Tier", "Verdict", "Why"), rows) if rows else "<p>None in the present data.</p>"


def _findings(library: Library, here: Here) -> str:
    found = Counter((row["code"], row["name"], row["severity"]) for row in library.findings)
    rows = [
        (link(f"{escape(rule)} {escape(name)}", here.to(check_address(rule))), severity(weight), exact(count))
        for (rule, name, weight), count in found.most_common(8)
    ]
    return table(("Check", "Severity", "Findings"), rows, (2,)) if rows else "<p>Nothing is found.</p>"


def _kinds(library: Library, here: Here) -> str:
    rows = [
        (link(title, here.to(f"{KINDS[kind].plural}/")), exact(len(library.items[kind])), escape(what))
        for kind, (title, what, _) in TABLES.items()
    ]
    return table(("Kind", "Records", "What it is"), rows, (1,))


def _coefficients(library: Library, here: Here) -> str:
    known = calibration()
    names = sorted(known.coefficients)
    fields = [field.name for field in dataclasses.fields(known.coefficients[names[0]])]
    values = [
        (escape(field.replace("_", " ")), *(about(getattr(known.coefficients[name], field)) for name in names))
        for field in fields
    ]
    return table(("Coefficient", *(escape(name) for name in names)), values, tuple(range(1, len(names) + 1)))


def _errors(library: Library, here: Here) -> str:
    rows = [
        (
            escape(error.scope),
            exact(error.rows),
            f"{error.median:.0%}" if error.point else "range only",
            f"{error.p90:.0%}" if error.point else "",
            f"{error.fast:.2f} to {error.slow:.2f}",
            f"{error.coverage:.0%}",
            escape(error.held_out),
        )
        for error in calibration().classes.values()
    ]
    heads = ("Class", "Rows", "Median", "Nine in ten within", "Range of measured / estimated time", "Holds", "Left out")
    return table(heads, rows, (1, 2, 3, 4, 5))


def _worked(library: Library, here: Here) -> str:
    """Return the sum of one case: the first whose weights do not fit, and the first with a full sum."""
    parts: list[str] = []
    for item in library.items["case"].values():
        judged = item["estimate"]["points"][headline_index(item)]
        if item["verdict"] == "does-not-fit" and not parts:
            where = library.link(here, "case", item["id"])
            parts.append(f"<p>{where}: {escape(judged['because'])}.</p>")
    summed = []
    for item in library.items["case"].values():
        judged = item["estimate"]["points"][headline_index(item)]
        if judged["ceiling"] and judged["expected"]:
            # Several cards that serve show every term there is; a reported figure is worth the sceptic's time.
            alone = library.cases[item["id"]]["cards"] == 1
            summed.append((alone, item["tier"] != "reported", item["id"], judged))
    if summed:
        *_, case_id, judged = min(summed, key=lambda entry: entry[:3])
        rows = sum_rows(library.items["case"][case_id])
        parts.append(f"<p>{library.link(here, 'case', case_id)}, verdict {verdict(judged['verdict'])}:</p>")
        parts.append(table(("Term", "Value", "", "How it follows"), rows, (1,)))
    return blocks(*parts) if parts else "<p>No case of the present data can be worked through.</p>"


def _relations(library: Library, here: Here) -> str:
    rows = library.bundle.rows(
        "SELECT table_name, comment, column_count, estimated_size FROM duckdb_tables() WHERE NOT internal ORDER BY ALL"
    )
    cells = [
        (
            code(row["table_name"]),
            escape(row["comment"] or ""),
            exact(row["column_count"]),
            exact(row["estimated_size"]),
        )
        for row in rows
    ]
    return table(("Relation", "What a row is", "Columns", "Rows"), cells, (2, 3))


def _date(library: Library, here: Here) -> str:
    open_ones = sum(not row["acknowledged"] for row in library.findings)
    seen = len(library.findings) - open_ones
    return (
        f"<p>Data of {escape(library.generated)}; {plural(open_ones, 'open finding')}, "
        f"{plural(seen, 'acknowledged one')}.</p>"
    )


def _runtime(library: Library, here: Here) -> str:
    """Return what a page that runs Python says where the site was built without it; its script shows it then."""
    command = link("command line", here.to("cli/"))
    return (
        '<p class="kb-no-runtime" hidden>This copy of the site was built without the Python that this page runs. '
        f"The {command} answers the same; make site builds one that has it.</p>"
    )


FRAGMENTS: dict[str, Callable[[Library, Here], str]] = {
    "ask": ask_box,
    "ask-zh": ask_box_zh,
    "checks": check_table,
    "coefficients": _coefficients,
    "error-chart": error_chart,
    "errors": _errors,
    "changelog": changelog,
    "changes": data_changes,
    "counts": counts,
    "counts-zh": counts_zh,
    "coverage": coverage_matrix,
    "coverage-map": coverage_map,
    "dataset": dataset_script,
    "date": _date,
    "disputes": dispute_table,
    "top-disputes": top_disputes,
    "findings": _findings,
    "fresh": freshest,
    "gaps": gap_table,
    "kinds": _kinds,
    "relations": _relations,
    "ruled-out": _ruled_out,
    "runtime": _runtime,
    "stale": stale_table,
    "tiers": _tier_counts,
    "users": users,
    "verdicts": _verdict_counts,
    "worked": _worked,
}
