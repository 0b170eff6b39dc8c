"""The id is taken by another record.

## What it does
Reports a record whose id, or former id, belongs to another record of any kind. The record found first keeps it.

## Why
An id leads to one record; it is never given to another thing, not even after the first one is renamed.

## Example
```yaml
# hopper-card.yaml
id: hopper-card
former_ids:
  - a100-sxm4-80gb   # another record's id
```
Use instead:
```yaml
id: hopper-card
```

## Mend
Give this record an id of its own, or delete one of the two files.
"""

from kb.checks.rule import Rule

RULE = Rule("KB118", "duplicate-id", "error", on="file")
