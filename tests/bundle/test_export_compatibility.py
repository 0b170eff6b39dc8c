"""What counts as breaking the promise, and that the present output does not."""

import json
import shutil
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from kb.bundle.export.schema.compatibility import Change, Schema, compare, compare_all, level
from kb.bundle.export.schema.generate import HOME, output_schemas
from kb.bundle.export.schema.released import broken_promise, last_release, numbers, read_release, verdict
from kb.bundle.reader import SCHEMA_VERSION
from tests.conftest import ROOT


def test_the_present_output_keeps_what_the_last_release_promised() -> None:
    """A failure says which fields changed, and what to do."""
    broken = broken_promise(ROOT / "schema")
    assert broken is None, broken


def test_a_release_is_whole_and_none_is_above_the_present_version() -> None:
    last = last_release(ROOT / "schema")
    assert last is not None
    assert numbers(last) <= numbers(SCHEMA_VERSION)
    for name, schema in read_release(ROOT / "schema", last).items():
        Draft202012Validator.check_schema(schema)
        assert name in output_schemas()


def an(**properties: Schema) -> Schema:
    """Return the schema of an object that has all of these fields."""
    return {"type": "object", "properties": properties, "required": sorted(properties)}


def whats(changes: list[Change]) -> list[tuple[str, str]]:
    return [(change.where, change.what) for change in changes]


def listed(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def placed(*places: Schema) -> Schema:
    return {"type": "array", "prefixItems": list(places)}


def mapped(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
WHOLE: Schema = {"type": "integer"}
WORDS: Schema = {"type": "string", "enum": ["a", "b"]}
NULLABLE: Schema = {"anyOf": [NUMBER, {"type": "null"}]}
OPTIONAL: Schema = {"type": "object", "properties": {"x": TEXT}}

DIFFERENCES: list[tuple[str, Schema, Schema, list[tuple[str, str]]]] = [
    ("the same", an(x=TEXT), an(x=TEXT), []),
    ("other words about it", TEXT, {**TEXT, "description": "more", "title": "T"}, []),
    ("a field gone", an(x=TEXT, y=TEXT), an(x=TEXT), [("y", "removed")]),
    ("a field more", an(x=TEXT), an(x=TEXT, y=TEXT), [("y", "added")]),
    ("a field renamed", an(x=TEXT), an(y=TEXT), [("x", "removed"), ("y", "added")]),
    ("a field below gone", an(x=an(y=TEXT)), an(x=an()), [("x.y", "removed")]),
    ("a field of an entry gone", listed(an(y=TEXT)), listed(an()), [("[].y", "removed")]),
    ("may be absent now", an(x=TEXT), OPTIONAL, [("x", "uncertain")]),
    ("always there now", OPTIONAL, an(x=TEXT), [("x", "certain")]),
    ("a number is text", an(x=NUMBER), an(x=TEXT), [("x", "retyped")]),
    ("a whole number is any", an(x=WHOLE), an(x=NUMBER), [("x", "retyped")]),
    ("any number is whole", an(x=NUMBER), an(x=WHOLE), [("x", "retyped")]),
    ("may be null now", an(x=NUMBER), an(x=NULLABLE), [("x", "retyped")]),
    ("never null now", an(x=NULLABLE), an(x=NUMBER), [("x", "retyped")]),
    ("null written another way", an(x=NULLABLE), an(x={"type": ["number", "null"]}), []),
    ("a list is one thing", an(x=listed(TEXT)), an(x=TEXT), [("x", "retyped")]),
    ("entries retyped", listed(TEXT), listed(WHOLE), [("[]", "retyped")]),
    ("a word gone", WORDS, {**WORDS, "enum": ["a"]}, [("", "narrowed")]),
    ("a word more", WORDS, {**WORDS, "enum": ["a", "b", "c"]}, [("", "added")]),
    ("a word for another", WORDS, {**WORDS, "enum": ["a", "c"]}, [("", "added"), ("", "narrowed")]),
    ("words in another order", WORDS, {**WORDS, "enum": ["b", "a"]}, []),
    ("only some words", TEXT, WORDS, [("", "narrowed")]),
    ("any words", WORDS, TEXT, [("", "widened")]),
    ("a constant is another", {"const": "a"}, {"const": "b"}, [("", "added"), ("", "narrowed")]),
    ("words are numbers", {"enum": ["a"]}, {"enum": [1]}, [("", "retyped")]),
    ("a bound", NUMBER, {**NUMBER, "minimum": 0}, [("", "narrowed")]),
    ("a bound no more", {**NUMBER, "minimum": 0}, NUMBER, [("", "widened")]),
    ("a higher least", {**NUMBER, "minimum": 0}, {**NUMBER, "minimum": 1}, [("", "narrowed")]),
    ("a lower most", {**NUMBER, "maximum": 9}, {**NUMBER, "maximum": 1}, [("", "narrowed")]),
    ("a higher most", {**NUMBER, "maximum": 1}, {**NUMBER, "maximum": 9}, [("", "widened")]),
    ("another pattern", {**TEXT, "pattern": "a"}, {**TEXT, "pattern": "b"}, [("", "narrowed")]),
    ("no pattern", {**TEXT, "pattern": "a"}, TEXT, [("", "widened")]),
    ("values of a mapping", mapped(TEXT), mapped(WHOLE), [(".*", "retyped")]),
    ("no further fields", an(), {**an(), "additionalProperties": False}, [("", "narrowed")]),
    ("a longer tuple", placed(TEXT), placed(TEXT, TEXT), [("", "retyped")]),
    ("a place of a tuple", placed(TEXT), placed(WHOLE), [("[0]", "retyped")]),
]


@pytest.mark.parametrize(("what", "old", "new", "expected"), DIFFERENCES, ids=[row[0] for row in DIFFERENCES])
def test_a_difference_is_called_by_its_name(
    what: str, old: Schema, new: Schema, expected: list[tuple[str, str]]
) -> None:
    assert whats(compare(old, new)) == expected, what


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("removed", "major"),
        ("uncertain", "major"),
        ("retyped", "major"),
        ("narrowed", "major"),
        ("added", "minor"),
        ("widened", "minor"),
        ("certain", "minor"),
    ],
)
def test_the_level_of_each_difference(what: Any, expected: str) -> None:
    change = Change("x", what, "")
    assert change.level == level([change]) == expected
    assert level([change, Change("y", "added", "")]) == ("major" if expected == "major" else "minor")
    assert level([]) == "none"


def test_a_definition_is_followed_whatever_it_is_called() -> None:
    def with_definition(name: str, inner: Schema) -> Schema:
        return {**an(x={"$ref": f"#/$defs/{name}"}), "$defs": {name: inner}}

    assert compare(with_definition("A", an(y=TEXT)), with_definition("B", an(y=TEXT))) == []
    assert compare(with_definition("A", an(y=TEXT)), an(x=an(y=TEXT))) == []
    assert whats(compare(with_definition("A", an(y=TEXT)), with_definition("A", an(y=WHOLE)))) == [("x.y", "retyped")]


def test_a_schema_that_refers_to_itself_ends() -> None:
    def tree(leaf: Schema) -> Schema:
        node = an(leaf=leaf, below={"type": "array", "items": {"$ref": "#/$defs/Tree"}})
        return {"$ref": "#/$defs/Tree", "$defs": {"Tree": node}}

    assert compare(tree(TEXT), tree(TEXT)) == []
    assert ("leaf", "retyped") in whats(compare(tree(TEXT), tree(WHOLE)))


def test_a_file_gone_is_major_and_a_file_more_minor() -> None:
    assert whats(compare_all({"a.json": TEXT}, {})) == [("a.json", "removed")]
    assert whats(compare_all({}, {"a.json": TEXT})) == [("a.json", "added")]
    assert whats(compare_all({"a.json": an(x=TEXT)}, {"a.json": an(x=WHOLE)})) == [("a.json: x", "retyped")]


# Any schema, any change: the properties of the classification.

leaves = st.sampled_from([TEXT, NUMBER, WHOLE, WORDS, NULLABLE, {"type": "boolean"}, {**NUMBER, "minimum": 0}])
names = st.sampled_from(["a", "b", "c", "d"])


@st.composite
def objects(draw: st.DrawFn, inner: st.SearchStrategy[Schema]) -> Schema:
    properties = draw(st.dictionaries(names, inner, max_size=4))
    required = draw(st.lists(st.sampled_from(sorted(properties)), unique=True)) if properties else []
    return {"type": "object", "properties": properties, "required": required}


schemas = st.recursive(
    leaves,
    lambda inner: objects(inner) | inner.map(listed),
    max_leaves=12,
)


@given(schemas)
def test_nothing_changes_between_a_schema_and_itself(schema: Schema) -> None:
    assert compare(schema, deepcopy(schema)) == []


@given(schemas, schemas)
def test_what_one_way_adds_the_other_way_removes(one: Schema, other: Schema) -> None:
    there, back = compare(one, other), compare(other, one)
    assert (there == []) == (back == [])
    fields = {c.where for c in there if c.what == "added" and c.detail == "a new field"}
    assert fields == {c.where for c in back if c.what == "removed"}
    for a, b in (("certain", "uncertain"), ("retyped", "retyped")):
        assert {c.where for c in there if c.what == a} == {c.where for c in back if c.what == b}


def objects_in(schema: Schema) -> list[Schema]:
    """Return the schemas of objects in ``schema`` that have a field."""
    below = [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]
    own = [schema] if schema.get("properties") else []
    return own + [found for inner in below for found in objects_in(inner)]


@given(st.data(), objects(schemas))
def test_a_field_more_anywhere_is_minor_and_its_removal_major(data: st.DataObject, schema: Schema) -> None:
    grown = deepcopy(schema)
    holder = data.draw(st.sampled_from([grown, *objects_in(grown)]))
    holder["properties"]["new"] = data.draw(schemas)
    if data.draw(st.booleans()):
        holder["required"] = [*holder["required"], "new"]
    assert level(compare(schema, grown)) == "minor"
    assert level(compare(grown, schema)) == "major"


@st.composite
def instances(draw: st.DrawFn, schema: Schema) -> Any:
    """Draw a value that a schema allows."""
    if "anyOf" in schema:
        return draw(instances(draw(st.sampled_from(schema["anyOf"]))))
    if "enum" in schema:
        return draw(st.sampled_from(schema["enum"]))
    kind = schema["type"]
    if kind == "object":
        kept = [n for n in schema["properties"] if n in schema["required"] or draw(st.booleans())]
        return {name: draw(instances(schema["properties"][name])) for name in kept}
    if kind == "array":
        return draw(st.lists(instances(schema["items"]), max_size=2))
    least = schema.get("minimum", -9)
    return draw(
        {
            "string": st.sampled_from(["", "a", "x"]),
            "number": st.floats(least, 9),
            "integer": st.integers(-9, 9),
            "boolean": st.booleans(),
            "null": st.none(),
        }[kind]
    )


@st.composite
def edited(draw: st.DrawFn, schema: Schema) -> Schema:
    """Draw a schema that differs from another in a few places, as the next version of it does."""
    copy = deepcopy(schema)
    for _ in range(draw(st.integers(1, 3))):
        holder = draw(st.sampled_from(objects_in(copy) or [copy]))
        fields = sorted(holder["properties"])
        how = draw(st.sampled_from(["add", "add", "require", "require", "free", "drop", "replace"]))
        if how == "add" or not fields:
            name = draw(names)
            holder["properties"].setdefault(name, draw(schemas))
            continue
        name = draw(st.sampled_from(fields))
        if how == "replace":
            holder["properties"][name] = draw(schemas)
            continue
        holder["required"] = [other for other in holder["required"] if other != name]
        if how == "drop":
            del holder["properties"][name]
        elif how == "require":
            holder["required"].append(name)
    return copy


@given(st.data(), objects(schemas))
def test_a_reader_of_the_old_schema_reads_what_follows_it_without_a_major_change(
    data: st.DataObject, old: Schema
) -> None:
    # The promise, as a program would test it. Words and bounds that grew are allowed for by the promise itself.
    new = data.draw(edited(old))
    changes = compare(old, new)
    assume(level(changes) != "major")
    assume(all(c.what == "certain" or c.detail == "a new field" for c in changes))
    event(level(changes))
    Draft202012Validator(old).validate(data.draw(instances(new)))


@given(st.data(), objects(schemas))
def test_what_the_old_schema_refuses_comes_with_a_change_that_says_so(data: st.DataObject, old: Schema) -> None:
    new = data.draw(edited(old))
    if not Draft202012Validator(old).is_valid(data.draw(instances(new))):
        assert any(c.level == "major" or c.what == "widened" or "may be" in c.detail for c in compare(old, new))


# What a version may follow.

MINOR = [Change("a.json: x", "added", "a new field")]
MAJOR = [Change("a.json: y", "removed", "no such field any more"), *MINOR]


@pytest.mark.parametrize(
    ("last", "version", "changes", "allowed"),
    [
        ("1.0", "1.0", [], True),
        ("1.0", "1.1", [], True),
        ("1.1", "1.0", [], False),
        ("1.0", "1.0", MINOR, False),
        ("1.0", "1.1", MINOR, True),
        ("1.9", "1.10", MINOR, True),
        ("1.0", "2.0", MINOR, True),
        ("1.0", "1.0", MAJOR, False),
        ("1.0", "1.1", MAJOR, False),
        ("1.0", "2.0", MAJOR, True),
        ("2.3", "3.0", MAJOR, True),
    ],
)
def test_which_version_may_follow(last: str, version: str, changes: list[Change], allowed: bool) -> None:
    assert (verdict(last, version, changes) is None) == allowed


def test_the_refusal_lists_the_changes_and_says_what_to_do() -> None:
    said = verdict("1.4", "1.5", MAJOR)
    assert said is not None
    assert "a.json: y removed: no such field any more" in said
    assert "a.json: x" not in said
    assert "set SCHEMA_VERSION in kb/bundle/reader.py to 2.0" in said
    said = verdict("1.4", "1.4", MINOR)
    assert said is not None
    assert "a.json: x added: a new field" in said
    assert "to 1.5" in said
    many = [Change(f"{n}", "removed", "gone") for n in range(50)]
    assert "and 30 more" in (verdict("1.0", "1.0", many) or "")


def test_a_real_field_taken_from_the_output_is_seen(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "schema" / HOME, tmp_path / "released" / "1.0")
    assert broken_promise(tmp_path, "1.0") is None
    path = tmp_path / "released/1.0/record/case.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    schema["$defs"]["Results"]["properties"]["mood"] = {"type": "number"}
    schema["$defs"]["Resolved"]["properties"]["model"] = {"type": "string"}
    path.write_text(json.dumps(schema), encoding="utf-8")
    said = broken_promise(tmp_path, "1.7") or ""
    assert "record/case.json: points[].results.mood removed" in said
    assert "record/case.json: resolved.model retyped: from string to object" in said
    assert broken_promise(tmp_path, "2.0") is None


def test_without_a_release_the_way_to_keep_one_is_said(tmp_path: Path) -> None:
    assert broken_promise(tmp_path, "1.0") == (
        "no release is kept in schema/released; copy schema/output/v1 to schema/released/1.0"
    )
    for name in ("1.9", "1.10", "0.3"):
        (tmp_path / "released" / name).mkdir(parents=True)
    assert last_release(tmp_path) == "1.10"
