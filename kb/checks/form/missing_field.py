"""A field that the record cannot do without is missing.

## What it does
Reports each missing field. Few are required: what a record is, what it is called, and what its numbers are about.

## Why
Without them the record cannot be listed, linked or compared.

## Example
```yaml
points:
  - scenario:
      batch: 1
```
Use instead:
```yaml
points:
  - scenario:
      batch: 1
    results:
      decode_tok_s: 49.2
```

## Mend
Add the field. Never fill in a made-up number: all figures are optional.
"""

from kb.checks.rule import Rule

RULE = Rule("KB121", "missing-field", "error", on="file")
