"""Numbers with their evidence: :class:`Fact`, :class:`Evidence`, and the five tiers.

A record (or an operating point) may name its ``default_evidence`` once; a plain number below
it then means the same as the long form, and both validate to equal objects.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Annotated, Any, Literal

from pydantic import (
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    Tag,
    model_validator,
)
from pydantic_core import CoreSchema

from kb.records.scalars import (
    EVIDENCE_ID,
    Amount,
    Count,
    Day,
    EvidenceId,
    Id,
    Number,
    PartialDay,
    Plain,
    Positive,
    RelativePath,
    Sha256,
    ShortText,
    Text,
    Url,
    WholeNumber,
)
from kb.records.strict import Many, Strict

Tier = Literal["measured", "reported", "official", "derived", "estimated"]
TIERS: tuple[Tier, ...] = ("measured", "reported", "official", "derived", "estimated")
SourceKind = Literal[
    "audited-benchmark",
    "benchmark-repository",
    "bug-thread",
    "community-post",
    "configuration-file",
    "datasheet",
    "documentation",
    "encyclopedia",
    "knowledge-base",
    "package-registry",
    "paper",
    "press",
    "source-code",
    "vendor-announcement",
    "vendor-page",
]


def strongest(tiers: list[Tier]) -> Tier:
    """Return the strongest of ``tiers`` (not empty)."""
    return min(tiers, key=TIERS.index)


def weakest(tiers: list[Tier]) -> Tier:
    """Return the weakest of ``tiers`` (not empty)."""
    return max(tiers, key=TIERS.index)


class Artifact(Strict):
    """Raw output that stands behind a figure, held fast by its checksum."""

    sha256: Sha256
    url: Url | None = None
    path: RelativePath | None = Field(None, description="a file below the repository")
    command: Text | None = Field(None, description="the command that wrote it")

    @model_validator(mode="after")
    def _is_somewhere(self) -> "Artifact":
        if (self.url is None) == (self.path is None):
            raise ValueError("an artifact has either a url or a path")
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        schema = handler(core)
        handler.resolve_ref_schema(schema)["oneOf"] = [{"required": ["url"]}, {"required": ["path"]}]
        return schema


class InlineSource(Strict):
    """A source that only one record uses, given where it is used."""

    publisher: ShortText | None = Field(None, description="the party that answers for what it says")
    title: ShortText
    url: Url
    kind: SourceKind
    date: PartialDay | None = None
    licence: ShortText | None = None
    vendor: Id | None = Field(None, description="set when the publisher sells what it describes")


class Evidence(Strict):
    """Where a number comes from, and how far that goes.

    The tier is not written here: :func:`kb.evidence.supported_tier` derives it from what the
    evidence can show. ``claimed_tier`` keeps what its author claimed.
    """

    id: EvidenceId
    source: Annotated[
        Annotated[Id, Tag("id")] | Annotated[InlineSource, Tag("inline")],
        Discriminator(lambda value: "id" if isinstance(value, str) else "inline"),
    ]
    locator: Text | None = Field(None, description="where in the source: page, table, row, comment, commit and path")
    claimed_tier: Tier | None = None
    exactness: Literal["exact", "approximate", "synthesised"] | None = Field(
        None, description="whether the source gives the figure itself, a rough one, or one assembled from several"
    )
    ran_by: ShortText | None = Field(None, description="who ran the measurement")
    submitter_role: Literal["ran-it", "copied-it", "assembled-it"] | None = Field(
        None, description="what the one who submitted the record did, by their own words"
    )
    attestation: Text | None = Field(None, description="what the submitter says about how the figures came about")
    accessed: Day | None = None
    formula: Text | None = Field(None, description="how a derived number follows from others")
    artifact: Artifact | None = None
    note: Text | None = None


_EVIDENCE_ID = re.compile(EVIDENCE_ID)
_default_evidence: ContextVar[tuple[str, ...]] = ContextVar("default_evidence", default=())


@contextmanager
def default_evidence(ids: tuple[str, ...]) -> Iterator[None]:
    """Within the block, numbers that name no evidence take ``ids``."""
    token = _default_evidence.set(ids)
    try:
        yield
    finally:
        _default_evidence.reset(token)


class DefaultsEvidence(Strict):
    """Mixin: ``default_evidence`` here holds for every plain number below."""

    default_evidence: EvidenceId | None = Field(None, description="evidence of every number below that names none")

    @model_validator(mode="wrap")
    @classmethod
    def _hand_down(cls, data: Any, handler: ModelWrapValidatorHandler[Any]) -> Any:
        named = data.get("default_evidence") if isinstance(data, dict) else None
        # A misspelt id is one fault, not one more for each number that would take it.
        if not isinstance(named, str) or not _EVIDENCE_ID.fullmatch(named):
            return handler(data)
        with default_evidence((str(named),)):
            return handler(data)


class Disputed(Strict):
    """A value that another source gives, kept beside the one the record takes."""

    value: Number
    evidence: Many[EvidenceId] = Field((), max_length=20)
    why: Text = Field(description="who differs, and why the record does not take this value")


class Fact(Strict):
    """A number, its evidence, and what other sources say instead."""

    value: Number
    evidence: Many[EvidenceId] = Field((), max_length=20)
    disputed: Many[Disputed] = Field((), max_length=20)
    note: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _long_form(cls, data: Any) -> Any:
        if isinstance(data, (int, float, Plain)) and not isinstance(data, bool):
            return {"value": data, "evidence": list(_default_evidence.get())}
        if isinstance(data, dict) and "evidence" not in data and _default_evidence.get():
            return {**data, "evidence": list(_default_evidence.get())}
        return data

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        reference = handler(core)
        schema = handler.resolve_ref_schema(reference)
        long_form = dict(schema)
        schema.clear()
        schema["description"] = "a plain number (with the default evidence), or a number with its own evidence"
        schema["anyOf"] = [long_form["properties"]["value"], long_form]
        return reference

    @property
    def values(self) -> tuple[int | float, ...]:
        """Every value that a source gives, the record's own first."""
        return (self.value, *(d.value for d in self.disputed))


class NumberFact(Fact):
    """Any number, as a score that may be negative."""


class DisputedAmount(Disputed):
    """The same for a number that cannot be negative."""

    value: Amount


class AmountFact(Fact):
    """A number, zero or more."""

    value: Amount
    disputed: Many[DisputedAmount] = Field((), max_length=20)


class PositiveFact(AmountFact):
    """A number above zero."""

    value: Positive


class CountFact(AmountFact):
    """A whole number, one or more."""

    value: Count


class WholeFact(AmountFact):
    """A whole number, zero or more."""

    value: WholeNumber
