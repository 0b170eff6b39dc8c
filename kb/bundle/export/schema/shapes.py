"""What the export adds to the records, field by field: the types from which its JSON Schema is made.

A record itself is described by its model in ``kb.records``; :mod:`kb.bundle.export.schema.generate` puts the two
together. A field that may be null is always there; one that is ``NotRequired`` is left out where there is nothing to
say.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

# Before Python 3.12, pydantic cannot read the TypedDict of typing.
from typing_extensions import TypedDict

from kb.records.removed import KindName

Href = Annotated[str, Field(description="path of the whole record, below the folder of index.json")]


class Finding(TypedDict):
    """What a check found; ``kb explain CODE`` tells more."""

    code: str
    name: str
    severity: Literal["error", "warning", "info"]
    acknowledged: Annotated[bool, Field(description="whether a reviewer let it stand")]
    reason: Annotated[str | None, Field(description="the reviewer's words")]
    file: str
    line: int
    column: int
    pointer: Annotated[str, Field(description="JSON pointer into the record")]
    record: Annotated[str | None, Field(description="id; null for a file that did not become a record")]
    message: str
    hint: Annotated[str, Field(description="how to mend it")]
    data: Annotated[dict[str, Any], Field(description="the figures of the message; which, depends on the code")]


class Collection(TypedDict):
    """How many records of a kind there are, where they stand, and the schema of the file that holds all."""

    count: int
    file: str
    schema: Annotated[str, Field(description="path below the folder of the bundle")]
    ids: list[str]


class FindingsFile(TypedDict):
    """How many findings there are, and where they stand."""

    count: int
    file: str


class Tombstone(TypedDict):
    """An id that led to a record once, and to none any more."""

    kind: KindName
    id: str
    removed: Annotated[str, Field(description="the day")]
    why: str
    instead: Annotated[str | None, Field(description="id of what to look at instead")]
    href: Annotated[str | None, Field(description="path of that record, below the folder of index.json")]


class ChangesFile(TypedDict):
    """Where the changes of the data stand, and whether they are all there."""

    file: str
    feed: str
    count: int
    commit: Annotated[str | None, Field(description="the commit up to which they go; later edits are not among them")]
    complete: bool
    because: Annotated[str | None, Field(description="why some are missing")]


class Index(TypedDict):
    """What the export holds: start here."""

    schema_version: str
    license: str
    generated: Annotated[str, Field(description="the latest day that the data state; not that of the build")]
    promise: str
    counts: dict[str, int]
    collections: dict[str, Collection]
    findings: FindingsFile
    former_ids: Annotated[dict[str, str], Field(description="ids that records had before, and what they are now")]
    removed: list[Tombstone]
    changes: ChangesFile


class Latest(TypedDict):
    """Which major version is the latest, and where its index is."""

    schema_version: str
    href: str


class RedirectFile(TypedDict):
    """What stands at a former id: the id that it has now."""

    schema_version: str
    redirect: str
    href: Href


class TombstoneFile(Tombstone):
    """What stands at a removed id."""

    schema_version: str


class ChangeRow(TypedDict):
    """A row of changes.csv; every cell is text."""

    date: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")]
    kind: KindName
    id: str
    change: Literal["added", "changed", "removed", "renamed"]
    former_id: Annotated[str, Field(description="the id before, for a renamed record; else empty")]
    fields: Annotated[str, Field(description="the top-level fields that changed, with spaces between; may be empty")]
    commit: str
    summary: Annotated[str, Field(description="the first line of what the commit says of itself")]
