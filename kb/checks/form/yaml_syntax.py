"""The file is not YAML.

## What it does
Reports the place where reading the file as YAML breaks off. Nothing else in the file is looked at until that is
mended.

## Why
A file that cannot be read holds no record, and a parser that guesses would read something nobody wrote.

## Example
```yaml
name: H100: the SXM card
```
Use instead:
```yaml
name: "H100: the SXM card"
```

## Mend
Look at the line named and the one above it: indentation, a colon inside a text without quotes, a quote that is not
closed.
"""

from kb.checks.rule import Rule

RULE = Rule("KB101", "yaml-syntax", "error", on="file")
