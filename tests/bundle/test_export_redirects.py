"""Ids that are none any more: former ids lead on, removed ones say what became of them."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from kb import Corpus, build, find_record, open_bundle, open_corpus
from kb.bundle.export.schema.validate import fault_of
from kb.errors import UnknownName
from kb.records import KINDS
from tests.bundle.exported import read

REMOVED = """\
- kind: hardware
  id: h100-nvl-pair
  removed: "2026-03-01"
  why: Two cards sold together are a server, not a card <b>of</b> their own.
  instead: a100-sxm4
- kind: case
  id: case-twice
  removed: "2026-02-01"
  why: The same run was filed twice.
"""


def test_every_former_id_leads_to_the_record_of_today(bundle: Path, sample: Corpus) -> None:
    index = read(bundle, "index.json")
    former = {old: record for record in sample.records() for old in record.former_ids}
    assert index["former_ids"] == dict(sorted((old, record.id) for old, record in former.items()))
    assert index["former_ids"]["h100-sxm5"] == "h100-sxm5-80gb"
    for old, record in former.items():
        stub = read(bundle, f"{KINDS[record.kind].plural}/{old}.json")
        assert stub["redirect"] == record.id
        assert read(bundle, stub["href"])["id"] == record.id
        assert fault_of("redirect.json", stub) is None


def test_nothing_is_removed_yet(bundle: Path) -> None:
    assert read(bundle, "index.json")["removed"] == []


@pytest.fixture(scope="module")
def with_stones(tmp_path_factory: pytest.TempPathFactory, small_root: Path) -> Path:
    home = tmp_path_factory.mktemp("stones")
    shutil.copytree(small_root / "data", home / "data")
    (home / "data/removed.yaml").write_text(REMOVED, encoding="utf-8")
    build(open_corpus(home), home / "dist")
    return home / "dist"


def stone(bundle: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = read(bundle, name)
    return found


def test_a_removed_id_says_when_and_why_and_what_to_look_at(with_stones: Path) -> None:
    assert stone(with_stones, "hardware/h100-nvl-pair.json") == {
        "schema_version": "1.0",
        "kind": "hardware",
        "id": "h100-nvl-pair",
        "removed": "2026-03-01",
        "why": "Two cards sold together are a server, not a card <b>of</b> their own.",
        "instead": "a100-sxm4-80gb",
        "href": "hardware/a100-sxm4-80gb.json",
    }
    assert stone(with_stones, "cases/case-twice.json")["instead"] is None
    for name in ("hardware/h100-nvl-pair.json", "cases/case-twice.json"):
        assert fault_of("tombstone.json", stone(with_stones, name)) is None


def test_the_index_lists_what_was_removed(with_stones: Path) -> None:
    index = read(with_stones, "index.json")
    assert [entry["id"] for entry in index["removed"]] == ["case-twice", "h100-nvl-pair"]
    assert "h100-nvl-pair" not in index["collections"]["hardware"]["ids"]
    assert index["counts"]["hardware"] == 1
    assert fault_of("index.json", index) is None


def test_a_look_up_in_the_bundle_says_so_too(with_stones: Path) -> None:
    said = (
        "hardware 'h100-nvl-pair' was removed on 2026-03-01: Two cards sold together are a server,"
        " not a card <b>of</b> their own; see a100-sxm4-80gb"
    )
    with open_bundle(with_stones) as opened:
        for kind in (None, "hardware"):
            with pytest.raises(UnknownName) as caught:
                find_record(opened, "h100-nvl-pair", kind)
            assert str(caught.value) == said
            assert caught.value.candidates == ("a100-sxm4-80gb",)
        with pytest.raises(UnknownName, match=r"^case 'case-twice' was removed on 2026-02-01: The same run"):
            find_record(opened, "case-twice")
        with pytest.raises(UnknownName, match="unknown model 'h100-nvl-pair'"):
            find_record(opened, "h100-nvl-pair", "model")
        for text in ("a100-sxm4", "../index", "*", "", "a" * 5000, "\0"):
            assert opened.index.names.gone(text) is None
