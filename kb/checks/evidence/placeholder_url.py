"""An address is a placeholder.

## What it does
Reports addresses that nobody else can open: reserved and private hosts (`example.com`, `localhost`, bare IP addresses),
blanks that were never filled in (`TODO`, `xxx`, `your-repo`), arXiv numbers that cannot exist (`2401.0xx`).

## Why
A source that cannot be opened proves nothing, and a made-up one is worse than none.

## Example
```yaml
source:
  title: Mooncake
  url: https://arxiv.org/abs/2401.0xx
  kind: paper
```
Use instead:
```yaml
source:
  title: "Mooncake: A KVCache-centric Disaggregated Architecture for LLM Serving"
  url: https://arxiv.org/abs/2407.00079
  kind: paper
```

## Mend
Give the address of the page where the figure stands. If there is none, say where the figure comes from in `note`; its
tier is then `estimated`.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.evidence.addresses import addresses
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.evidence import is_placeholder
from kb.records import Record

RULE = Rule("KB302", "placeholder-url", "error", on="record")


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a problem for each address that leads nowhere."""
    for pointer, url in addresses(record):
        if is_placeholder(url):
            yield Problem(
                pointer,
                f"{url} is a placeholder: nobody can open it",
                "give the public address of the page that holds the figure",
                {"url": url},
            )
