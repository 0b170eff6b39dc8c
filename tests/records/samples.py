"""Small valid records, one per kind; tests change one thing in them."""

import copy
from typing import Any

from kb.records import KINDS, Record

Json = dict[str, Any]

SAMPLES: dict[str, Json] = {
    "hardware": {"kind": "hardware", "id": "card-x", "name": "Card X", "vendor": "acme"},
    "server": {
        "kind": "server",
        "id": "box-x8",
        "name": "Box",
        "vendor": "acme",
        "form": "server",
        "hardware": ["card-x"],
        "count": 8,
    },
    "interconnect": {"kind": "interconnect", "id": "link-1", "name": "Link", "scope": "scale-up"},
    "model": {"kind": "model", "id": "model-m", "name": "Model M", "lab": "some-lab"},
    "engine": {"kind": "engine", "id": "engine-e", "name": "Engine E"},
    "quantization": {
        "kind": "quantization",
        "id": "q4",
        "name": "Q4",
        "stored": [{"covers": ["everything"], "format": "int4", "bits_per_weight": 4.5}],
    },
    "case": {
        "kind": "case",
        "id": "case-a",
        "title": "A case",
        "stack": {"model": "model-m", "pools": [{"hardware": "card-x", "count": 1}]},
        "points": [{"results": {"decode_tok_s": 100}}],
    },
    "claim": {
        "kind": "claim",
        "id": "claim-a",
        "title": "A claim",
        "statement": "X is faster than Y.",
        "form": "ratio",
        "metric": "decode throughput per card",
        "subject": {"hardware": "card-x"},
        "values": [{"value": 2.5}],
    },
    "source": {
        "kind": "source",
        "id": "source-s",
        "title": "A report",
        "url": "https://lab.org/report",
        "source_kind": "press",
    },
}


def sample(kind: str, /, **changes: Any) -> Json:
    """Return the data of a small valid record with some of its fields set."""
    return {**copy.deepcopy(SAMPLES[kind]), **changes}


def record(kind: str, /, **changes: Any) -> Any:
    """Return that record; raise ValidationError when the changes make it invalid."""
    made: Record = KINDS[kind].model.model_validate(sample(kind, **changes))
    return made
