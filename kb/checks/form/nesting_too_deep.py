"""The file is nested deeper than any record.

## What it does
Reports the first level beyond 32.

## Why
No field of any record lies that deep. Very deep files are a known way to bring programs down.

## Example
```yaml
a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
```
Use instead:
```yaml
aliases:
  - H100
```

## Mend
Write the record by its schema; look for an indentation that grows with each line.
"""

from kb.checks.rule import Rule

RULE = Rule("KB107", "nesting-too-deep", "error", on="file")
