"""A date lies in the future.

## What it does
Compares the dates of a record with the day of the check, a day of difference allowed for time zones. The release date
of a card that is only announced may lie ahead. Without a day to compare with, the rule says nothing.

## Why
What has been measured, submitted, opened or published lies behind us. A later date is a slip, mostly of the year.

## Example
```yaml
submitted: "2062-04-28"
```
Use instead:
```yaml
submitted: "2026-04-28"
```

## Mend
Correct the date. A planned release belongs into `note`, or takes `status: announced`.
"""

import datetime
from collections.abc import Iterator

from pydantic import BaseModel

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.corpus.pointer import join
from kb.records import Hardware, Record
from kb.records.scalars import first_day

RULE = Rule("KB457", "future-date", "error", on="record")

_DATES = frozenset(("accessed", "date", "measured", "released", "stated", "submitted"))


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a problem for each date that has not come yet."""
    if context.today is None:
        return
    limit = context.today + datetime.timedelta(days=1)
    planned = isinstance(record, Hardware) and record.status in ("announced", "unreleased")
    for pointer, date in _dates(record, ""):
        if first_day(date) > limit and not (planned and pointer == "/released"):
            yield Problem(
                pointer,
                f"{date} lies in the future, seen from {context.today}",
                "correct the date",
                {"found": date, "today": context.today.isoformat()},
            )


def _dates(value: BaseModel, pointer: str) -> Iterator[tuple[str, str]]:
    for name, found in value.__dict__.items():
        if type(found) is str:
            if name in _DATES:
                yield join(pointer, name), found
        elif type(found) is tuple:
            for index, item in enumerate(found):
                if isinstance(item, BaseModel):
                    yield from _dates(item, join(join(pointer, name), index))
        elif isinstance(found, BaseModel):
            yield from _dates(found, join(pointer, name))
