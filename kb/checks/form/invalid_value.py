"""A value is not of the kind that its field holds.

## What it does
Reports text where a number belongs, a number out of range, a choice that does not exist, an id with capitals, a text
that is too long.

## Why
Programs read these fields; units and directions are in their names, so the value is a plain number.

## Example
```yaml
memory:
  capacity_gb: 80 GB
```
Use instead:
```yaml
memory:
  capacity_gb: 80
```

## Mend
Write what the finding says the field holds.
"""

from kb.checks.rule import Rule

RULE = Rule("KB122", "invalid-value", "error", on="file")
