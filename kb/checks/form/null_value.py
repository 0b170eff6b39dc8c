"""A field is there, but has no value.

## What it does
Reports a key without a value, `null` and `~`.

## Why
What is unknown is absent. An empty field says neither that the value is zero nor that nobody published it.

## Example
```yaml
tdp_w:
```
Use instead:
```yaml
# nobody published the power: the field is left out
```

## Mend
Leave the key out altogether, or give the value with its evidence.
"""

from kb.checks.rule import Rule

RULE = Rule("KB111", "null-value", "error", on="file")
