"""A source: something published that can be opened again."""

from typing import Literal

from pydantic import Field

from kb.records.evidence import SourceKind
from kb.records.record import Record
from kb.records.scalars import Day, Id, PartialDay, ShortText, Url


class Source(Record):
    """A page, a paper, a repository, a thread: who published it, when, under which licence."""

    kind: Literal["source"]
    title: ShortText
    publisher: ShortText | None = Field(None, description="the party that answers for what it says")
    url: Url
    source_kind: SourceKind
    date: PartialDay | None = None
    accessed: Day | None = None
    licence: ShortText | None = None
    ran_by: ShortText | None = Field(None, description="who ran the measurements it reports")
    vendor: Id | None = Field(None, description="set when the publisher sells what it describes")
