r"""The file is not UTF-8.

## What it does
Reports the first byte that is not UTF-8, as an editor set to Latin-1, GBK or UTF-16 writes it.

## Why
Names in Chinese, Japanese or with accents would otherwise turn into other characters without anyone noticing.

## Example
```yaml
name: Ren\xe9   # one byte, Latin-1
```
Use instead:
```yaml
name: René
```

## Mend
Save the file again with the encoding UTF-8, without a byte-order mark.
"""

from kb.checks.rule import Rule

RULE = Rule("KB102", "not-utf-8", "error", on="file")
