"""Every web address that a record gives as a place to look something up."""

from collections.abc import Iterator

from kb.records import Engine, Record, Source


def addresses(record: Record) -> Iterator[tuple[str, str]]:
    """Yield each address of ``record`` with its JSON pointer."""
    if isinstance(record, Source | Engine) and record.url is not None:
        yield "/url", record.url
    for index, evidence in enumerate(record.evidence):
        if not isinstance(evidence.source, str):
            yield f"/evidence/{index}/source/url", evidence.source.url
        if evidence.artifact is not None and evidence.artifact.url is not None:
            yield f"/evidence/{index}/artifact/url", evidence.artifact.url
