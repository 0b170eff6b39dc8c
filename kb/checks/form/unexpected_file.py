"""A file below the data folder is no record.

## What it does
Reports files that do not end in `.yaml`; a README.md is allowed.

## Why
The data folder holds records and nothing generated. A record called `.yml` would never be read.

## Example
```text
data/hardware/nvidia/l40s.yml
```
Use instead:
```text
data/hardware/nvidia/l40s.yaml
```

## Mend
Rename a record to end in `.yaml`; move everything else elsewhere.
"""

from kb.checks.rule import Rule

RULE = Rule("KB114", "unexpected-file", "error", on="file")
