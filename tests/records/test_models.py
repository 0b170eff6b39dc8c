"""What holds for every model of a record."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from kb import records
from kb.records import KINDS, Record, kind_of
from kb.records.strict import Strict
from tests.records.samples import SAMPLES, record, sample


def _models(base: type[BaseModel] = Strict) -> Iterator[type[BaseModel]]:
    for model in base.__subclasses__():
        yield model
        yield from _models(model)


MODELS = sorted(set(_models()), key=lambda model: model.__name__)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_is_strict_frozen_and_closed(model: type[BaseModel]) -> None:
    assert model.model_config["strict"]
    assert model.model_config["frozen"]
    assert model.model_config["extra"] == "forbid"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_says_what_it_is(model: type[BaseModel]) -> None:
    assert model.__doc__
    assert model.__doc__ != Strict.__doc__


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_record_cannot_be_changed(kind: str) -> None:
    made = record(kind)
    with pytest.raises(ValidationError, match="frozen"):
        made.id = "other"
    assert hash(made) == hash(record(kind))


@pytest.mark.parametrize("kind", SAMPLES)
def test_lists_become_tuples_and_plain_gives_them_back(kind: str) -> None:
    made = record(kind, aliases=["a", "b"])
    assert made.aliases == ("a", "b")
    assert made.plain()["aliases"] == ["a", "b"]
    assert KINDS[kind].model.model_validate(made.plain()) == made
    assert KINDS[kind].model.model_validate(made) == made


@pytest.mark.parametrize("kind", SAMPLES)
def test_what_is_unknown_is_absent_from_the_plain_form(kind: str) -> None:
    def nulls(node: Any) -> Iterator[Any]:
        for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            yield inner
            yield from nulls(inner)

    assert None not in list(nulls(record(kind).plain()))


@pytest.mark.parametrize("kind", SAMPLES)
@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"robot": 1}, "extra_forbidden"),
        ({"note": None}, "null_value"),
        ({"note": 8}, "string_type"),
        ({"note": ""}, "string_too_short"),
        ({"note": "x" * 2001}, "string_too_long"),
        ({"aliases": "one"}, "tuple_type"),
        ({"aliases": {"a": 1}}, "tuple_type"),
        ({"aliases": ["a"] * 41}, "too_long"),
        ({"aliases": [None]}, "string_type"),
        ({"evidence": [{"id": "ev-x", "source": None}]}, "null_value"),
        ({"kind": "robot"}, "literal_error"),
        ({"id": "Card X"}, "string_pattern_mismatch"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_every_kind_refuses(kind: str, changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError) as caught:
        record(kind, **changes)
    assert [error["type"] for error in caught.value.errors()] == [fault]


@pytest.mark.parametrize("kind", SAMPLES)
def test_every_field_of_a_sample_but_its_kinds_own_is_required(kind: str) -> None:
    for field in sample(kind):
        data = sample(kind)
        del data[field]
        with pytest.raises(ValidationError) as caught:
            KINDS[kind].model.model_validate(data)
        assert [(error["type"], error["loc"]) for error in caught.value.errors()] == [("missing", (field,))]


def test_a_kind_is_found_by_the_data_that_names_it() -> None:
    for name, kind in KINDS.items():
        assert kind_of({"kind": name}) is kind
        assert kind.folder == kind.plural
        assert kind.model in _models(Record)
    strangers: list[Any] = [{"kind": "robot"}, {"kind": ["case"]}, {"kind": 8}, {}, [], "case", None, {"kind": "cases"}]
    assert [kind_of(data) for data in strangers] == [None] * len(strangers)


def test_the_public_names_are_there() -> None:
    assert sorted(records.__all__, key=str.lower) == sorted(set(records.__all__), key=str.lower)
    for name in records.__all__:
        assert hasattr(records, name)


@pytest.mark.parametrize(
    ("values", "valid"),
    [
        ({"value": 2}, True),
        ({"low": 1, "high": 2}, True),
        ({"low": 1}, True),
        ({"high": 2}, True),
        ({"value": 0, "approximate": True}, True),
        ({"value": -3}, True),
        ({}, False),
        ({"approximate": True}, False),
        ({"value": 1, "low": 1}, False),
        ({"value": 1, "high": 1}, False),
        ({"value": 1, "low": 1, "high": 2}, False),
    ],
)
def test_a_claim_has_a_value_or_a_range(values: dict[str, Any], valid: bool) -> None:
    if valid:
        assert record("claim", values=[values]).plain()["values"][0].keys() >= values.keys()
        return
    with pytest.raises(ValidationError, match="either value, or low and high"):
        record("claim", values=[values])


@pytest.mark.parametrize(
    ("place", "valid"),
    [
        ({"url": "https://lab.org/raw.json"}, True),
        ({"path": "raw/2026/a.json"}, True),
        ({}, False),
        ({"url": "https://lab.org/raw.json", "path": "raw/a.json"}, False),
        ({"path": "../a.json"}, False),
        ({"path": "/etc/passwd"}, False),
        ({"path": "raw/../../a"}, False),
        ({"path": "raw\\a"}, False),
        ({"url": "file:///etc/passwd"}, False),
    ],
)
def test_an_artifact_is_at_a_url_or_at_a_path_below_the_repository(place: dict[str, str], valid: bool) -> None:
    evidence = {"id": "ev-x", "source": "source-s", "artifact": {"sha256": "0" * 64, **place}}
    if valid:
        assert record("source", evidence=[evidence]).evidence[0].artifact.plain() == {"sha256": "0" * 64, **place}
        return
    with pytest.raises(ValidationError):
        record("source", evidence=[evidence])


def test_a_source_of_evidence_is_an_id_or_given_inline() -> None:
    inline = {"title": "T", "url": "https://lab.org/a", "kind": "paper"}
    by_id, given = record("source", evidence=[{"id": "ev-a", "source": "s"}, {"id": "ev-b", "source": inline}]).evidence
    assert by_id.source == "s"
    assert given.source.plain() == inline
    wrongs: list[Any] = [8, True, [], {}, {"title": "T"}, "Not An Id"]
    for wrong in wrongs:
        with pytest.raises(ValidationError):
            record("source", evidence=[{"id": "ev-a", "source": wrong}])
