"""The file cannot be opened.

## What it does
Reports a path that is missing, that may not be read, or that is no plain file (a folder, a pipe, a device).

## Why
One file that cannot be read must not stop the check of all others, and must not go unnoticed.

## Example
```text
data/hardware/acme/card-x.yaml/        # a folder
```
Use instead:
```text
data/hardware/acme/card-x.yaml
```

## Mend
Check the path and its permissions.
"""

from kb.checks.rule import Rule

RULE = Rule("KB106", "unreadable-file", "error", on="file")
