"""The address is a home, list or product page, which cannot hold the figure.

## What it does
Reports sources whose address is a home page, a blog or news page as a whole, an owner's or repository's front, a list
of issues or discussions. For a measured speed, a vendor's product page and a model card count as well; for a
specification they are good places. The front of a repository is fine when the locator names a commit or a file.

## Why
A reader who wants to check the figure has to search a whole site for it, and the page changes every week.

## Example
```yaml
evidence:
  - id: ev-a
    source:
      title: vLLM discussions
      url: https://github.com/vllm-project/vllm/discussions
      kind: community-post
```
Use instead:
```yaml
evidence:
  - id: ev-a
    source:
      title: "Throughput on 8x H200"
      url: https://github.com/vllm-project/vllm/discussions/1234
      kind: community-post
    locator: second comment, table
```

## Mend
Give the address of the very page, thread, file or commit, and say in `locator` where on it the figure stands.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.evidence import is_placeholder, publication_of
from kb.evidence.tier import is_too_general
from kb.records import Record

RULE = Rule("KB303", "generic-url", "warning", on="record")


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a problem for each evidence whose source is too general to hold its figure."""
    for index, evidence in enumerate(record.evidence):
        publication = publication_of(evidence, context.corpus)
        if publication is None or is_placeholder(publication.url):
            continue
        if is_too_general(evidence, publication.url, record):
            at = f"/evidence/{index}/source"
            yield Problem(
                at if isinstance(evidence.source, str) else f"{at}/url",
                f"{publication.url} is a home, list or product page; no figure can be looked up there",
                "give the address of the page, thread or file that holds it, and a locator",
                {"url": publication.url, "evidence": evidence.id},
            )
