"""How late an engine of a case can be, in favour of the claim."""

import datetime
from collections.abc import Iterable, Iterator

from kb.checks.context import Context
from kb.checks.versions import LatestDay, latest_day
from kb.records import Case, Hardware
from kb.records.scalars import first_day

# Engines learn a model before it is out: in the measured rows that this was set by, up to 56 days before.
MODEL_LEAD = datetime.timedelta(days=60)
# Makers of cards hand samples to engines long before anybody can buy the card.
HARDWARE_LEAD = datetime.timedelta(days=180)
# A version that is only known to be older than a listed one may still be a patch of an old branch.
UNLISTED = datetime.timedelta(days=90)


def engine_day(case: Case, context: Context) -> LatestDay | None:
    """Return the latest day that the engine of ``case`` can be from, or None where nothing bounds it.

    A build that is named by its commit, or by words that are no release, has no bound.
    """
    use = case.stack.engine
    engine = context.corpus.engines.get(use.id) if use else None
    if use is None or engine is None or use.version is None or use.commit is not None:
        return None
    found = latest_day(engine, use.version)
    if found is None or found.exact:
        return found
    return LatestDay(found.day + UNLISTED, found.release, False)


def any_by(day: datetime.date, dates: Iterable[str | None]) -> bool:
    """Tell whether one of ``dates`` can be on or before ``day``; an absent date can."""
    return any(date is None or first_day(date) <= day for date in dates)


def text_of(found: LatestDay) -> str:
    """Return the day in words: when it came out, or before what."""
    return f"of {found.day}" if found.exact else f"older than {found.release}, so not later than {found.day}"


def dates_of_architecture(card: Hardware, context: Context) -> Iterator[str | None]:
    """Yield when the other cards of the same vendor and architecture came out; None where that is unknown."""
    for other in context.corpus.hardware.values():
        if other.vendor == card.vendor and other.architecture == card.architecture and other.id != card.id:
            yield other.released
