"""A value is not a web address.

## What it does
Reports addresses that do not start with `http://` or `https://`, or that hold spaces or quotes.

## Why
Everyone must be able to open the source; `file:` and `javascript:` addresses lead nowhere, or somewhere unwanted.

## Example
```yaml
url: file:///home/me/results.json
```
Use instead:
```yaml
url: https://lab.org/raw/results.json
```

## Mend
Give the public address. Raw output of your own can be attached under `raw/` and named by `path` and checksum.
"""

from kb.checks.rule import Rule

RULE = Rule("KB124", "invalid-url", "error", on="file")
