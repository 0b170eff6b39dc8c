"""Whatever stands in an export, the importer answers with drafts or with a sentence."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.corpus import Corpus
from kb.corpus.yaml_text import load
from kb.importers import ImportFailed
from kb.importers.evokernel import read
from kb.records import Case

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.just("x" * 3000),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def paths(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from paths(value, (*path, key))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_spoilt_export(data: st.DataObject, pristine: Any, tmp_path: Path, library: Corpus) -> None:
    export = {**pristine, "items": copy.deepcopy(pristine["items"][1:])}
    path = data.draw(st.sampled_from(list(paths(export))[1:]))
    inner: Any = export
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = data.draw(JSON)
    file = tmp_path / "export.json"
    file.write_text(json.dumps(export))
    try:
        result = read(file, library)
    except ImportFailed:
        return
    assert len(result.drafts) + len(result.failures) == len(export["items"])
    for draft in result.drafts:
        assert Case.model_validate(load(draft.text())).id == draft.id
    for sentence in (*result.failures, *result.remarks, *(s for d in result.drafts for s in d.missing)):
        assert sentence.replace("\n", "").replace("\u3000", "").isprintable(), sentence


@pytest.mark.parametrize("depth", [40, 900])
def test_a_deep_item(depth: int, pristine: Any, tmp_path: Path) -> None:
    export = copy.deepcopy(pristine)
    export["items"][0]["title"] = json.loads("[" * depth + "]" * depth)
    file = tmp_path / "export.json"
    file.write_text(json.dumps(export))
    assert len(read(file).drafts) == 2
