"""A name already leads to another record.

## What it does
Reports an alias, a Hugging Face id or a former id that also names another record, of any kind. Case, spaces, hyphens
and underscores do not count.

## Why
A search for that name would have two answers, and a case could be filed under the wrong card.

## Example
```yaml
id: ascend-910c
aliases:
  - Ascend 910B
```
Use instead:
```yaml
id: ascend-910c
aliases:
  - Ascend 910C
```

## Mend
Drop the name here or there, or make it more exact.
"""

from kb.checks.rule import Rule

RULE = Rule("KB119", "alias-collision", "error", on="file")
