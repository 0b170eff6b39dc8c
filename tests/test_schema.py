"""The committed schemas: up to date, valid, and of one mind with the models about thousands of mutated records."""

import functools
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator, Draft202012Validator, FormatChecker
from jsonschema.protocols import Validator
from pydantic import ValidationError

from kb.corpus import Corpus
from kb.records import KINDS
from kb.schema import drift, schema_files, write
from tests.conftest import ROOT
from tests.mutations import Json, mutations

SCHEMAS = ROOT / "schema"
MUTATIONS = 5400


def test_committed_schemas_say_what_the_models_say() -> None:
    assert drift(SCHEMAS) == [], "run: kb schema"


def test_drift_names_what_is_missing_changed_and_left_over(tmp_path: Path) -> None:
    assert drift(tmp_path / "absent") == sorted(name for name, _ in schema_files())
    write(tmp_path)
    assert drift(tmp_path) == []
    (tmp_path / "case.json").unlink()
    (tmp_path / "draft-07" / "model.json").write_text("{}", encoding="utf-8")
    (tmp_path / "draft-07" / "robot.json").write_text("{}", encoding="utf-8")
    assert drift(tmp_path) == ["case.json", "draft-07/model.json", "draft-07/robot.json"]


def test_there_is_one_schema_per_kind_and_dialect() -> None:
    assert sorted(name for name, _ in schema_files()) == sorted(
        [*(f"{kind}.json" for kind in KINDS), *(f"draft-07/{kind}.json" for kind in KINDS)]
    )


def _schema(kind: str, folder: str = "") -> Json:
    schema: Json = json.loads((SCHEMAS / folder / f"{kind}.json").read_text(encoding="utf-8"))
    return schema


def _nodes(schema: Any) -> Iterator[Json]:
    """Yield every mapping in a schema."""
    if isinstance(schema, dict):
        yield schema
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from _nodes(inner)


@pytest.mark.parametrize("kind", KINDS)
def test_both_dialects_are_valid_schemas(kind: str) -> None:
    newer, older = _schema(kind), _schema(kind, "draft-07")
    assert newer["$schema"].endswith("2020-12/schema")
    assert older["$schema"] == "http://json-schema.org/draft-07/schema#"
    Draft202012Validator.check_schema(newer)
    Draft7Validator.check_schema(older)


@pytest.mark.parametrize("kind", KINDS)
def test_draft_07_has_nothing_that_its_readers_overlook(kind: str) -> None:
    for node in _nodes(_schema(kind, "draft-07")):
        assert not {"$defs", "prefixItems", "unevaluatedProperties", "dependentRequired"} & node.keys()
        if "$ref" in node:
            # What stands beside a $ref is ignored in draft-07; a description may be, a limit may not.
            assert node.keys() <= {"$ref", "description"}
            assert node["$ref"].startswith("#/definitions/")


@pytest.mark.parametrize("kind", KINDS)
def test_no_field_of_a_schema_may_be_null(kind: str) -> None:
    assert not any("null" in (node.get("type"), *node.get("enum", ())) for node in _nodes(_schema(kind)))


# The equivalence of schemas and models.


@functools.cache
def _validators() -> dict[tuple[str, str], Validator]:
    dates = FormatChecker(["date"])
    found: dict[tuple[str, str], Validator] = {}
    for kind in KINDS:
        found[kind, "2020-12"] = Draft202012Validator(_schema(kind), format_checker=dates)
        found[kind, "draft-07"] = Draft7Validator(_schema(kind, "draft-07"), format_checker=dates)
    return found


def _accepted(kind: str, data: Json) -> bool:
    try:
        KINDS[kind].model.model_validate(data)
    except ValidationError:
        return False
    return True


@pytest.mark.no_cover  # The work is that of jsonschema.
def test_schemas_and_models_accept_and_reject_the_same_records(corpus: Corpus) -> None:
    validators = _validators()
    verdicts: Counter[tuple[str, bool]] = Counter()
    for kind, data in mutations(corpus, MUTATIONS):
        model = _accepted(kind, data)
        for dialect in ("2020-12", "draft-07"):
            if validators[kind, dialect].is_valid(data) != model:
                verdict = "accepts" if model else "rejects"
                pytest.fail(f"the model {verdict} what the {dialect} schema does not: {kind} {json.dumps(data)}")
        verdicts[kind, model] += 1
    print({answer: sum(verdicts[kind, answer] for kind in KINDS) for answer in (True, False)})
    # A test that only ever sees one answer proves nothing.
    for kind in KINDS:
        assert min(verdicts[kind, True], verdicts[kind, False]) > MUTATIONS / 100, verdicts


@pytest.mark.no_cover  # As above.
@pytest.mark.parametrize("kind", KINDS)
def test_an_editor_finds_nothing_wrong_with_any_record_file(corpus: Corpus, kind: str) -> None:
    # An editor reads YAML with a common parser and knows the draft-07 schema only.
    validator = _validators()[kind, "draft-07"]
    for record in corpus.shelf(kind).values():
        validator.validate(yaml.load(corpus.origin(record).text, yaml.CSafeLoader))


PATTERNED: list[Json] = [
    {"id": "a-source"},
    {"url": "https://lab.org/report"},
    {"date": "2024"},
    {"date": "2024-02"},
    {"date": "2024-02-29"},
    {"accessed": "2024-02-29"},
    {"default_evidence": "ev-x"},
    {"evidence": [{"id": "ev-x", "source": "a", "artifact": {"sha256": "a" * 64, "url": "https://a.org"}}]},
    {"evidence": [{"id": "ev-x", "source": "a", "artifact": {"path": "raw/a.json", "sha256": "a" * 64}}]},
    {"kind": "model", "name": "M", "lab": "qwen", "hugging_face": ["Qwen/Qwen3-8B"]},
]


def _with_last_text_changed(node: Any, change: str) -> Any:
    """Return a copy of ``node`` in which ``change`` has been applied to the text that is read last."""
    if isinstance(node, str):
        return change.format(node)
    if isinstance(node, list):
        return [*node[:-1], _with_last_text_changed(node[-1], change)]
    *_, last = node
    return {**node, last: _with_last_text_changed(node[last], change)}


@pytest.mark.parametrize("fields", PATTERNED, ids="-".join)
@pytest.mark.parametrize("change", ["{}\n", "\n{}", "{}\r\n", "{} ", " {}", "{}\n\n"])
def test_a_line_break_at_the_end_is_seen_by_schemas_and_models(fields: Json, change: str) -> None:
    source = {"kind": "source", "id": "a", "title": "T", "url": "https://a.org", "source_kind": "paper"}
    model = {"kind": "model", "id": "a", "name": "M", "lab": "qwen"}
    header = model if "lab" in fields else source
    good, bad = header | fields, header | _with_last_text_changed(fields, change)
    kind = good["kind"]
    assert (_accepted(kind, good), _accepted(kind, bad)) == (True, False)
    for dialect in ("2020-12", "draft-07"):
        validator = _validators()[kind, dialect]
        assert (validator.is_valid(good), validator.is_valid(bad)) == (True, False)
