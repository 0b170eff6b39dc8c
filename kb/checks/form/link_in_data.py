"""A symbolic link lies where a record should.

## What it does
Reports every symbolic link below the data folder; it is not followed.

## Why
A link can lead out of the repository, breaks on other systems, and gives one record two names.

## Example
```text
data/hardware/nvidia/h100.yaml -> ../../../../secret.yaml
```
Use instead:
```text
data/hardware/nvidia/h100-sxm5-80gb.yaml
```

## Mend
Replace the link by the file itself. For another name of a record use `aliases` or `former_ids`.
"""

from kb.checks.rule import Rule

RULE = Rule("KB113", "link-in-data", "error", on="file")
