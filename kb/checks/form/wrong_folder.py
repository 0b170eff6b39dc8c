"""The file lies in a folder of another kind, vendor, lab or year.

## What it does
Reports a record that lies elsewhere than its kind says: `hardware/<vendor>/`, `models/<lab>/`, `cases/<year>/`, and
one folder for each other kind.

## Why
A reader finds a record by its path; two places would invite two records of one thing.

## Example
```text
data/hardware/amd/h100-sxm5-80gb.yaml    # vendor: nvidia
```
Use instead:
```text
data/hardware/nvidia/h100-sxm5-80gb.yaml
```

## Mend
Move the file to the folder that the finding names.
"""

from kb.checks.rule import Rule

RULE = Rule("KB116", "wrong-folder", "error", on="file")
