"""A claim: a published statement that is no deployment."""

from typing import Any, Literal

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from kb.records.evidence import NumberFact
from kb.records.record import Record
from kb.records.scalars import Count, Flag, Id, PartialDay, Positive, ShortText, Text
from kb.records.strict import Many, Strict


class Subject(Strict):
    """What the claim speaks of; ids where we have a record, words for the rest."""

    hardware: Id | None = None
    server: Id | None = None
    model: Id | None = None
    engine: Id | None = None
    engine_version: ShortText | None = None
    quantization: Id | None = None
    count: Count | None = Field(None, description="cards")
    what: Text | None = None


class Span(Strict):
    """A range of a condition; either end may be open."""

    low: Positive | None = None
    high: Positive | None = None


class Conditions(Strict):
    """Under what the claim holds."""

    input_tokens: Count | None = None
    output_tokens: Count | None = None
    concurrency: Count | None = None
    per_user_tok_s: Span | None = None
    when: PartialDay | None = None
    what: Text | None = None


class ClaimedValue(Strict):
    """A level or ratio (``value``) or a range (``low``, ``high``), under its own conditions."""

    value: NumberFact | None = None
    low: NumberFact | None = None
    high: NumberFact | None = None
    approximate: Flag = False
    conditions: Conditions = Conditions()

    @model_validator(mode="after")
    def _is_a_value_or_a_range(self) -> "ClaimedValue":
        if (self.value is None) == (self.low is None and self.high is None):
            raise ValueError("a claimed value has either value, or low and high")
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        schema = handler(core)
        handler.resolve_ref_schema(schema)["oneOf"] = [
            {"required": ["value"], "properties": {"low": False, "high": False}},
            {"anyOf": [{"required": ["low"]}, {"required": ["high"]}], "properties": {"value": False}},
        ]
        return schema


class Claim(Record):
    """A ratio or a level, in our words: of what, against what, in which metric, how much, when."""

    kind: Literal["claim"]
    title: ShortText
    statement: Text = Field(description="the claim in one sentence of our own")
    form: Literal["level", "ratio", "change"]
    metric: ShortText = Field(description="decode throughput per card, cost per million tokens, weight of a GPU")
    unit: ShortText | None = Field(None, description="tok/s/GPU, x, percent")
    subject: Subject
    baseline: Subject | None = None
    conditions: Conditions = Conditions()
    values: Many[ClaimedValue] = Field(min_length=1, max_length=50)
    stated: PartialDay | None = Field(None, description="when it was published")
