"""A value is not a day of the calendar.

## What it does
Reports dates that are not written YYYY-MM-DD, or that do not exist. Where a source gives only the year or the month,
YYYY and YYYY-MM are allowed.

## Why
`03/04/2026` is two different days on two sides of an ocean; a made-up day would be an invented fact.

## Example
```yaml
submitted: "2026-02-30"
```
Use instead:
```yaml
submitted: "2026-02-28"
```

## Mend
Write the date in quotes, as exact as the source gives it and no more.
"""

from kb.checks.rule import Rule

RULE = Rule("KB123", "invalid-date", "error", on="file")
