"""The file holds a tab.

## What it does
Reports the first tab character.

## Why
YAML does not allow tabs in its indentation, and elsewhere a tab is as wide as each editor pleases.

## Example
```yaml
memory:
<tab>capacity_gb: 80   # indented by a tab
```
Use instead:
```yaml
memory:
  capacity_gb: 80
```

## Mend
Replace tabs by spaces, two for each level.
"""

from kb.checks.rule import Rule

RULE = Rule("KB104", "tab-character", "error", on="file")
