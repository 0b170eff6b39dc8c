"""The report as a page of the site, in Markdown."""

import re
from collections.abc import Sequence
from html import escape
from typing import Any

PAGE = "estimator-error.md"
PLOTS = "estimator"
_HEAD = """# How far the estimate is off

<!-- Written by `kb validate-estimator --write`; edit kb/calibration/page.py instead. -->

Every figure here is about rows that the fit had not seen: a card, an architecture or both were left out, the rest was
fitted, and the rows left out were estimated. A row is one operating point of a measured case; a cell is one card, model
family, engine and format. Errors are fractions of the measured time per token. [How the estimate works](estimate.md)
has the formula.

"""


def page(report: dict[str, Any]) -> str:
    """Return the page; the same report gives the same text."""
    parts = [
        _HEAD.rstrip(),
        f"The measured cases hold {report['rows']:,} rows; {report['used']:,} of them say enough to be estimated and "
        f"carry no caveat (data `{report['fingerprint']}`).",
        "## Targets",
        _table(
            ("Target", "Aim", "Reached", ""),
            [(t["name"], t["aim"], t["reached"], _verdict(t)) for t in report["targets"]],
        ),
        "## Errors on what was left out",
        # Filled in when the site is built.
        "<!-- kb:error-chart -->",
        f"![Share of rows within an error, by class](assets/{PLOTS}/error-curves.svg)",
        _errors(report["errors"]),
        f"Over {report['devices']['devices']} single devices instead of rows, the median of the devices' medians is "
        f"{report['devices']['median']:.1%}, and nine of ten devices stay within {report['devices']['p90']:.1%}. The "
        f"worst: {_worst(report['devices']['worst'])}.",
        "## By card",
        f"![Error by card left out](assets/{PLOTS}/error-by-card.svg)",
        _errors(report["hardware"]),
        "## Judged, never fitted",
        "The cases of the seeds are held against the estimate and never part of a fit.",
        f"![The SGLang report, measured and estimated](assets/{PLOTS}/judged-report.svg)",
        *(_judged(name, found) for name, found in report["judged"].items()),
        "## Nobody innocent accused",
        _innocence(report["innocence"]),
        "## What was not used, and why",
        _table(("Rows", "Reason"), [(f"{rows:,}", _plain(why)) for why, rows in report["not_used"].items()]),
    ]
    return "\n\n".join(parts) + "\n"


def _verdict(target: dict[str, Any]) -> str:
    if target["aim"] == "reported":
        return ""
    return "met" if target["met"] else "**missed**"


def _errors(lines: list[dict[str, Any]]) -> str:
    rows = [
        (
            line["protocol"],
            line["scope"],
            f"{line['rows']:,}",
            str(line["cells"]),
            f"{line['median']:.1%}",
            f"{line['p90']:.1%}",
            f"{line['bias']:+.1%}",
            f"{line['inside']:.0%}",
        )
        for line in lines
        if "median" in line
    ]
    heads = ("Left out", "Of", "Rows", "Cells", "Median", "P90", "Bias", "Cells in the stated range")
    return _table(heads, rows)


def _judged(name: str, found: dict[str, Any]) -> str:
    rows = [
        (group, f"{line['points']:.0f}", f"{line['median']:.1%}", f"{line['worst']:.1%}", f"{line['bias']:+.1%}")
        for group, line in found["groups"].items()
    ]
    return f"### {name}\n\n" + _table(("Card", "Points", "Median", "Worst", "Bias"), rows)


def _innocence(found: dict[str, Any]) -> str:
    said = (
        f"{found['judged']:,} measured rows say enough to be held against the hard ceiling. "
        f"{found['innocents_accused']} of them would be called impossible without having been shown to be mislabelled. "
        f"The fastest of the others reaches {found['highest_innocent_share']:.0%} of its ceiling. Above it stand only "
        f"rows that carry a caveat, each for the reason given."
    )
    rows = [
        (
            _plain(one["case"]),
            _plain(one["locator"]),
            _plain(one["hardware"]),
            _plain(one["model"]),
            "does not fit" if not one["fits"] else f"{one['share']:,.2f}x",
            _plain(one["caveat"]),
        )
        for one in found["accused"]
    ]
    heads = ("Case", "Row", "Card", "Model", "Of the ceiling", "Caveat")
    left = [(f"{rows:,}", _plain(why)) for why, rows in found["not_judged"].items()]
    return "\n\n".join((said, _table(heads, rows), "Not judged:", _table(("Rows", "Reason"), left)))


def _worst(found: dict[str, float]) -> str:
    return ", ".join(f"{name} {error:.0%}" for name, error in found.items())


def _plain(text: str) -> str:
    """Return text that a table of Markdown shows as it is."""
    return re.sub(r"[\\|*_`\[\]{}]", r"\\\g<0>", escape(" ".join(text.split()), quote=False))


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])
