"""The record does not say what it is, or says something unknown.

## What it does
Reports a missing `kind`, or one that is not among the kinds of record.

## Why
The kind decides which fields a record has; without it nothing else can be judged.

## Example
```yaml
kind: gpu
```
Use instead:
```yaml
kind: hardware
```

## Mend
Write `kind:` and one of hardware, server, interconnect, model, engine, quantization, case, claim, source.
"""

from kb.checks.rule import Rule

RULE = Rule("KB115", "unknown-kind", "error", on="file")
