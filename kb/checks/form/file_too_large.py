"""The file is larger than a record may be.

## What it does
Reports a file of more than 256 KiB; it is not read.

## Why
A record is read by people. What is larger is raw output, and a file of any size would be a way to keep the check
busy.

## Example
```yaml
points:
  - ...   # 40,000 of them
```
Use instead:
```yaml
evidence:
  - id: ev-run
    artifact:
      url: https://lab.org/raw/run-17.json
      sha256: 5f2b...
```

## Mend
Split the case by stack, or keep the raw output outside and refer to it by its checksum.
"""

from kb.checks.rule import Rule

RULE = Rule("KB105", "file-too-large", "error", on="file")
