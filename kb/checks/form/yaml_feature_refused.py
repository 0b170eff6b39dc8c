"""The file uses a part of YAML that records do without.

## What it does
Reports anchors (`&a`), aliases (`*a`), merge keys (`<<`), tags (`!x`) and keys that are not plain text.

## Why
They make a value depend on another place in the file, hide how large a record is, and can run code in careless
readers.

## Example
```yaml
evidence:
  - &sheet
    id: ev-sheet
```
Use instead:
```yaml
evidence:
  - id: ev-sheet
```

## Mend
Write the value out in full. For evidence shared by many numbers, use `default_evidence`.
"""

from kb.checks.rule import Rule

RULE = Rule("KB109", "yaml-feature-refused", "error", on="file")
