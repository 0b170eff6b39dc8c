"""The kind of a source does not go with its address.

## What it does
Compares the kind of a source with the host of its address, for hosts where the kind is plain: paper archives, code
hosts, package registries, encyclopedias and social sites. It says nothing about other hosts.

## Why
The kind weighs in when a number is trusted: an encyclopedia is not a paper, and a stranger's repository is not a
vendor's page.

## Example
```yaml
source:
  title: Llama (language model)
  url: https://en.wikipedia.org/wiki/Llama_(language_model)
  kind: vendor-page
```
Use instead:
```yaml
source:
  title: Llama (language model)
  url: https://en.wikipedia.org/wiki/Llama_(language_model)
  kind: encyclopedia
```

## Mend
Write the kind of page that the address leads to, or the address of the page that is meant.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.evidence.urls import host_of
from kb.records import Record, Source
from kb.records.evidence import SourceKind

RULE = Rule("KB304", "source-type-mismatch", "warning", on="record")

# Hosts of one sort, by their ending, and the kinds of source that can lie there.
_SORTS: tuple[tuple[str, tuple[str, ...], frozenset[SourceKind]], ...] = (
    (
        "a paper archive",
        ("arxiv.org", "doi.org", "openreview.net", "aclanthology.org", "dl.acm.org", "ieeexplore.ieee.org"),
        frozenset(("paper",)),
    ),
    (
        "an encyclopedia",
        ("wikipedia.org", "baike.baidu.com", "wikichip.org"),
        frozenset(("encyclopedia", "knowledge-base")),
    ),
    (
        "a social site",
        ("reddit.com", "x.com", "twitter.com", "news.ycombinator.com", "v2ex.com"),
        frozenset(("community-post", "bug-thread", "vendor-announcement", "press")),
    ),
    (
        "a code host",
        ("github.com", "gitlab.com", "gitee.com", "gitcode.com", "codeberg.org"),
        frozenset(
            (
                "audited-benchmark",
                "benchmark-repository",
                "bug-thread",
                "community-post",
                "configuration-file",
                "documentation",
                "datasheet",
                "knowledge-base",
                "package-registry",
                "paper",
                "press",
                "source-code",
                "vendor-announcement",
            )
        ),
    ),
)


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a problem for each source whose kind cannot lie where it does."""
    if isinstance(record, Source):
        yield from _compare("/source_kind", record.source_kind, record.url)
    for index, evidence in enumerate(record.evidence):
        if not isinstance(evidence.source, str):
            yield from _compare(f"/evidence/{index}/source/kind", evidence.source.kind, evidence.source.url)


def _compare(pointer: str, kind: SourceKind, url: str) -> Iterator[Problem]:
    host = host_of(url)
    for sort, endings, kinds in _SORTS:
        if any(host == ending or host.endswith("." + ending) for ending in endings) and kind not in kinds:
            yield Problem(
                pointer,
                f"{host} is {sort}, not a {kind}",
                f"write one of {', '.join(sorted(kinds))}, or the address of the {kind}",
                {"found": kind, "host": host, "expected": sorted(kinds)},
            )
