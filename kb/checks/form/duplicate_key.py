"""A key stands twice in one mapping.

## What it does
Reports the second of two equal keys of the same mapping.

## Why
Most readers of YAML keep the last one and say nothing, so one of the two values would vanish.

## Example
```yaml
memory:
  capacity_gb: 80
  capacity_gb: 96
```
Use instead:
```yaml
memory:
  capacity_gb: 80
```

## Mend
Keep one of the two. Where two sources differ, keep one as the value and the other under `disputed`.
"""

from kb.checks.rule import Rule

RULE = Rule("KB108", "duplicate-key", "error", on="file")
