"""How old a case is, told by the dates of the data alone: the clock has no say."""

import datetime
from collections.abc import Iterable

from kb.search.ages import full_months
from kb.site.figures import plural
from kb.site.library import Item, Library, Row
from kb.site.text import escape


def case_freshness(item: Item, library: Library) -> str:
    """Return one line: when a case is from and what says so, how long before the data's day, how old its engine is."""
    age = library.ages[item["id"]]
    if age.day is None:
        return '<p class="kb-fresh">Nothing says when it ran.</p>'
    # A month or a year stays one: its last day, which ages are counted from, is not what the source says.
    dated = {
        "measured": f"Ran {item.get('measured')}",
        "submitted": f"Submitted {item.get('submitted')}",
        "engine-release": f"When it ran is not stated; its engine's version was out by {age.day}",
        "published": f"When it ran is not stated; its source was published by {age.day}",
    }[age.by or "measured"]
    behind = age.engine_days_behind
    newest = ""
    if behind:
        older = f"{plural(behind, 'day')} older than the newest release on record"
        newest = f" Its engine is {older}, {escape(age.newest_release or '')}."
    return f'<p class="kb-fresh">{escape(dated)}; {before(age.day, library)}.{newest}</p>'


def newest_case(rows: Iterable[Row], library: Library) -> str:
    """Return one line on the newest of some cases; empty where none of them has a day."""
    days = [row["day"] for row in rows if row["day"]]
    if not days:
        return ""
    newest = max(days)
    return f'<p class="kb-fresh">Newest case: {escape(newest)}, {before(newest, library)}.</p>'


def before(day: str | datetime.date, library: Library) -> str:
    """Return how long before the data's day a day is, in whole months."""
    early = datetime.date.fromisoformat(day) if isinstance(day, str) else day
    months = full_months(early, library.day)
    ago = plural(months, "month") if months else "less than a month"
    return f"{ago} before the newest day in this data, {library.generated}"
