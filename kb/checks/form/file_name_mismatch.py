"""The file is not named for its record.

## What it does
Reports a file whose name is not the record's id and `.yaml`.

## Why
The file's name is the identity of the record: links, searches and reviews rely on it.

## Example
```yaml
# h100.yaml
id: h100-sxm5-80gb
```
Use instead:
```yaml
# h100-sxm5-80gb.yaml
id: h100-sxm5-80gb
```

## Mend
Rename the file, or mend the id. When a record gets a new id, keep the old one in `former_ids`.
"""

from kb.checks.rule import Rule

RULE = Rule("KB117", "file-name-mismatch", "error", on="file")
