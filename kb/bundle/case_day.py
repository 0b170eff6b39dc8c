"""The day that a case is from: when it ran, or what comes nearest to that.

All days are dates of the data. The clock has no say: the latest day that can be is the bundle's own date.
"""

import datetime
from typing import Literal

from kb.bundle.content import Content
from kb.evidence import facts_of, publication_of
from kb.records import Case
from kb.records.scalars import last_day

# By what a case is dated, the nearest to the run first.
DatedBy = Literal["measured", "submitted", "engine-release", "published"]


def case_day(case: Case, content: Content) -> tuple[datetime.date, DatedBy] | tuple[None, None]:
    """Return the day of a case and by what it is dated; None where nothing dates it.

    It is the day it ran, where that is stated; else the day it was submitted, else the day its engine's version came
    out, else the day the latest source of its results was published. Of a month or a year it is the last day, so that
    no age is overstated, and it is never later than the date of the data.
    """
    dates: tuple[tuple[DatedBy, str | None], ...] = (
        ("measured", case.measured),
        ("submitted", case.submitted),
        ("engine-release", _engine_released(case, content)),
        ("published", _published(case, content)),
    )
    for by, date in dates:
        if date:
            return min(last_day(date), datetime.date.fromisoformat(content.generated)), by
    return None, None


def _engine_released(case: Case, content: Content) -> str | None:
    use = case.stack.engine
    engine = content.corpus.engines.get(use.id) if use else None
    return engine.released(use.version) if engine and use else None


def _published(case: Case, content: Content) -> str | None:
    cited = {name for pointer, fact in facts_of(case) if pointer.startswith("/points/") for name in fact.evidence}
    sources = (publication_of(entry, content.corpus) for entry in case.evidence if entry.id in cited)
    return max((source.date for source in sources if source and source.date), key=last_day, default=None)
