"""What all kinds of record have in common."""

from pydantic import Field

from kb.records.evidence import DefaultsEvidence, Evidence
from kb.records.scalars import Id, ShortText, Text
from kb.records.strict import Many, Strict


class Names(Strict):
    """Names in other scripts, as people there write them."""

    zh: Many[ShortText] = Field((), max_length=20, description="Chinese")
    ja: Many[ShortText] = Field((), max_length=20, description="Japanese")


class Acknowledgement(Strict):
    """A finding that a reviewer has seen and lets stand, with the reason."""

    code: ShortText = Field(description="the code or the name of the check: KB501 or memory-does-not-fit")
    pointer: ShortText | None = Field(None, description="JSON pointer; without it, every such finding of the record")
    reason: Text


class Record(DefaultsEvidence):
    """The header that every record carries, and its evidence.

    ``id`` is the file's name and is never given to another thing; a record that is renamed
    keeps the old ids in ``former_ids``, which still resolve.
    """

    kind: str
    id: Id
    former_ids: Many[Id] = Field((), max_length=20)
    aliases: Many[ShortText] = Field((), max_length=40, description="other names and nicknames that mean this record")
    evidence: Many[Evidence] = Field((), max_length=100)
    acknowledged: Many[Acknowledgement] = Field((), max_length=50)
    note: Text | None = None


class NamedRecord(Record):
    """A record of a thing that has a name: a card, a model, an engine."""

    name: ShortText
    names: Names = Names()


class Commented(Strict):
    """Free text in English, beside the words of the one who wrote it where they were in another language."""

    en: Text
    original: Text | None = None
    language: ShortText | None = Field(None, description="of the original, as in zh")
