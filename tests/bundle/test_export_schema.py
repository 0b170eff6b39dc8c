"""The schema of the output: committed, valid, of one mind with the build's own check, and kept by every file."""

import functools
import json
import random
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from kb import Corpus, build, open_corpus
from kb.bundle.content import Content
from kb.bundle.export import items
from kb.bundle.export.joined import resolved
from kb.bundle.export.press import Press
from kb.bundle.export.schema.generate import drift, output_schemas, schema_files, write
from kb.bundle.export.schema.validate import compiled, fault_of
from kb.errors import BuildFailed
from kb.records import KINDS
from tests.bundle.exported import read
from tests.conftest import ROOT

SCHEMAS = output_schemas()
# jsonschema takes its time, so of each kind so many files are read.
FILES_OF_A_KIND = 25


def test_committed_schemas_say_what_the_models_say() -> None:
    assert drift(ROOT / "schema") == [], "run: kb schema"


def test_drift_names_what_is_missing_changed_and_left_over(tmp_path: Path) -> None:
    assert drift(tmp_path / "absent") == sorted(name for name, _ in schema_files())
    write(tmp_path)
    assert drift(tmp_path) == []
    (tmp_path / "output/v1/index.json").unlink()
    (tmp_path / "output/v1/record/model.json").write_text("{}", encoding="utf-8")
    (tmp_path / "output/v1/robot.json").write_text("{}", encoding="utf-8")
    assert drift(tmp_path) == ["output/v1/index.json", "output/v1/record/model.json", "output/v1/robot.json"]


def test_there_is_a_schema_of_every_kind_of_file() -> None:
    assert set(SCHEMAS) == {
        *(f"{name}.json" for name in ("latest", "index", "findings", "redirect", "tombstone", "change")),
        *(f"collection/{kind.plural}.json" for kind in KINDS.values()),
        *(f"record/{kind}.json" for kind in KINDS),
    }


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_valid_and_open_to_further_fields(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert '"additionalProperties": false' not in json.dumps(SCHEMAS[name])


def test_what_a_field_is_for_is_said_where_its_name_does_not_say_it() -> None:
    case = SCHEMAS["record/case.json"]
    assert "href" in case["$defs"]["Resolved"]["description"]
    assert "six significant digits" in case["$defs"]["Estimate"]["description"]


@functools.cache
def reader(name: str) -> Draft202012Validator:
    """What a program has that validates with the published schema."""
    return Draft202012Validator(SCHEMAS[name])


def closed(node: Any) -> Any:
    """Return a schema whose objects take no further field, as the build reads it."""
    if isinstance(node, list):
        return [closed(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    shut = {key: closed(value) for key, value in node.items()}
    if isinstance(node.get("properties"), dict) and "type" in node:
        shut.setdefault("additionalProperties", False)
    return shut


def exported(bundle: Path) -> Iterator[tuple[str, Any]]:
    """Yield files of the export with the names of their schemas."""
    for name in ("index", "findings"):
        yield f"{name}.json", read(bundle, f"{name}.json")
    for kind in KINDS.values():
        collection = read(bundle, f"{kind.plural}.json")
        few = collection["items"][:: max(1, len(collection["items"]) // FILES_OF_A_KIND)]
        yield f"collection/{kind.plural}.json", {**collection, "items": few}
        for item in few:
            yield f"record/{kind.name}.json", read(bundle, f"{kind.plural}/{item['id']}.json")


def test_every_file_is_what_its_published_schema_says(bundle: Path) -> None:
    seen: Counter[str] = Counter()
    for name, data in exported(bundle):
        reader(name).validate(data)
        seen[name] += 1
    assert len(seen) == 2 + 2 * len(KINDS)
    assert seen["record/case.json"] >= FILES_OF_A_KIND


def places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every container below ``node`` and a key of it."""
    for key in list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
        yield node, key
        yield from places(node[key])


def spoilt(data: Any, chance: random.Random) -> Any:
    """Return a copy of ``data`` with something in it taken away, added, or replaced by a value of another kind."""
    copy = deepcopy(data)
    holder, key = chance.choice(list(places(copy)))
    how = chance.randrange(3)
    if how == 0:
        del holder[key]
    elif how == 1 and isinstance(holder[key], dict):
        holder[key]["unheard_of"] = 1
    else:
        holder[key] = chance.choice([None, 0, -1, 2.5, True, "", "x", [], {}, ["x"], {"value": 1}])
    return copy


@pytest.mark.no_cover  # The work is that of jsonschema.
def test_the_build_and_jsonschema_judge_spoilt_files_alike(bundle: Path) -> None:
    chance = random.Random(7)
    verdicts: Counter[bool] = Counter()
    for name, data in exported(bundle):
        # The first item of a collection will do.
        small = {**data, "items": data["items"][:1]} if name.startswith("collection/") else data
        strict = Draft202012Validator(closed(SCHEMAS[name]))
        for _ in range(6):
            candidate = spoilt(small, chance)
            verdict = strict.is_valid(candidate)
            assert (fault_of(name, candidate) is None) == verdict, (name, fault_of(name, candidate))
            verdicts[verdict] += 1
    assert min(verdicts.values()) > 100, verdicts


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        (
            "redirect.json",
            {"schema_version": "1.0", "redirect": "a", "href": 1},
            "href: input should be a valid string",
        ),
        ("redirect.json", {"schema_version": "1.0", "redirect": "a"}, "href: field required"),
        ("redirect.json", [], "the whole: input should be a valid dictionary"),
        ("latest.json", {"schema_version": "1.0", "href": "a", "more": 1}, "more: extra inputs are not permitted"),
    ],
)
def test_a_fault_names_its_field(name: str, data: Any, says: str) -> None:
    assert fault_of(name, data) == says


def test_a_word_that_the_build_cannot_check_is_no_schema() -> None:
    with pytest.raises(NotImplementedError, match="multipleOf"):
        compiled({"type": "number", "multipleOf": 2})


def test_a_field_that_no_schema_names_stops_the_build(
    small_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wordy(*given: Any) -> Any:
        found = resolved(*given)
        found["model"]["mood"] = "good"
        return found

    monkeypatch.setattr(items, "resolved", wordy)
    with pytest.raises(BuildFailed) as caught:
        build(open_corpus(small_root), tmp_path / "dist")
    sentence = str(caught.value)
    assert "v1/cases/case-llama33-a100x8-vllm-001.json is not published: resolved/model/mood" in sentence
    assert "record/case.json" in sentence
    assert "\n" not in sentence
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("figure", [float("nan"), float("inf"), "12", None])
def test_a_figure_that_is_none_stops_the_build(sample: Corpus, tmp_path: Path, figure: Any) -> None:
    content = Content(sample)
    entry = {"schema_version": "1.0", **items.item(next(iter(sample.hardware.values())), content)}
    fact = entry["memory"]["capacity_gb"] = dict(entry["memory"]["capacity_gb"])
    press = Press(tmp_path)
    press.json("good.json", entry, "record/hardware.json")
    fact["value"] = figure
    with pytest.raises(
        BuildFailed, match=r"json/bad\.json is not published: memory/capacity_gb/value: input should be"
    ):
        press.json("bad.json", entry, "record/hardware.json")
    assert [path.name for path in tmp_path.iterdir()] == ["good.json"]
