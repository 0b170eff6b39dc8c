r"""The file holds a character that readers cannot see.

## What it does
Reports control characters, zero-width characters, byte-order marks and characters that turn the direction of text,
written as such or as an escape.

## Why
They make a line look different from what it says: two ids that look alike, a number that reads backwards.

## Example
```yaml
name: "H100\u200b"
```
Use instead:
```yaml
name: H100
```

## Mend
Delete the character. Most editors can show invisible characters; the finding names its code.
"""

from kb.checks.rule import Rule

RULE = Rule("KB103", "forbidden-character", "error", on="file")
