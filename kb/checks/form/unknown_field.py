"""The record has a field that its kind does not know.

## What it does
Reports every key that the schema of the kind does not name, and suggests the nearest one it does.

## Why
A misspelt field would be dropped in silence, and its number with it.

## Example
```yaml
memory:
  capacty_gb: 80
```
Use instead:
```yaml
memory:
  capacity_gb: 80
```

## Mend
Correct the spelling, or put what has no field of its own into `note`.
"""

from kb.checks.rule import Rule

RULE = Rule("KB120", "unknown-field", "error", on="file")
