"""The file holds more than one document.

## What it does
Reports the `---` that starts a second document.

## Why
One file is one record, named for its id; a second one would be found by nobody.

## Example
```yaml
kind: source
id: one
---
kind: source
id: two
```
Use instead:
```yaml
kind: source
id: one
```

## Mend
Give each record a file of its own.
"""

from kb.checks.rule import Rule

RULE = Rule("KB110", "multiple-documents", "error", on="file")
