"""The file holds no record.

## What it does
Reports a file that is empty or holds only comments.

## Why
A forgotten file looks like a record in a listing of the folder.

## Example
```yaml
# to be written
```
Use instead:
```yaml
kind: engine
id: some-engine
name: Some Engine
```

## Mend
Write the record, or delete the file.
"""

from kb.checks.rule import Rule

RULE = Rule("KB112", "empty-file", "error", on="file")
