"""``kb fmt``: which files, what is said of each, and the exit code."""

from pathlib import Path

import pytest

from kb.cli.formatting import run_fmt
from kb.errors import BadRequest, NoCorpus

LOOSE = "kind: source\nid: {id}\nurl: 'https://example.org/paper'\ntitle: T  # of the paper\nsource_kind: paper\n"
FORMED = """\
# yaml-language-server: $schema=../../schema/draft-07/source.json
kind: source
id: {id}
title: T  # of the paper
url: https://example.org/paper
source_kind: paper
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A knowledge base of two records, one of them not in form."""
    sources = tmp_path / "home" / "data" / "sources"
    sources.mkdir(parents=True)
    (sources / "a.yaml").write_text(LOOSE.format(id="a"), encoding="utf-8")
    (sources / "b.yaml").write_text(FORMED.format(id="b"), encoding="utf-8")
    monkeypatch.setenv("KB_ROOT", str(tmp_path / "home"))
    return tmp_path / "home"


def text(home: Path, name: str) -> str:
    return (home / "data" / "sources" / name).read_text(encoding="utf-8")


def test_without_paths_the_whole_corpus_is_formatted(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_fmt([], check_only=False) == 0
    assert capsys.readouterr().out == "data/sources/a.yaml: formatted\n2 files, 1 changed\n"
    assert text(home, "a.yaml") == FORMED.format(id="a")
    assert run_fmt([], check_only=True) == 0


def test_check_names_the_files_and_changes_none(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_fmt([home / "data" / "sources" / "a.yaml"], check_only=True) == 1
    assert capsys.readouterr().out == (
        "data/sources/a.yaml: not in canonical form; run: kb fmt data/sources/a.yaml\n1 file, 1 would change\n"
    )
    assert text(home, "a.yaml") == LOOSE.format(id="a")


def test_a_broken_file_is_refused_and_the_others_are_formatted(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "data" / "sources" / "0.yaml").write_text("kind: source\nid: 0\nid: 1\n", encoding="utf-8")
    assert run_fmt([home / "data"], check_only=False) == 1
    said = capsys.readouterr()
    assert said.err.startswith("data/sources/0.yaml:3:1 the key 'id' stands here a second time")
    assert said.out.endswith("3 files, 1 changed, 1 refused\n")
    assert text(home, "a.yaml") == FORMED.format(id="a")


def test_paths_that_lead_nowhere_are_refused(home: Path) -> None:
    with pytest.raises(BadRequest, match="no such file"):
        run_fmt([home / "nothing"], check_only=False)
    (home / "empty").mkdir()
    with pytest.raises(BadRequest, match=r"no \.yaml file"):
        run_fmt([home / "empty"], check_only=False)


def test_a_draft_needs_no_knowledge_base(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("KB_ROOT", raising=False)
    monkeypatch.setattr("kb.cli.places._PACKAGE_HOME", tmp_path)
    monkeypatch.chdir(tmp_path)
    draft = tmp_path / "a.yaml"
    draft.write_text(LOOSE.format(id="a"), encoding="utf-8")
    assert run_fmt([Path("a.yaml")], check_only=False) == 0
    assert capsys.readouterr().out == "a.yaml: formatted\n1 file, 1 changed\n"
    assert draft.read_text(encoding="utf-8") == FORMED.format(id="a")
    with pytest.raises(NoCorpus):
        run_fmt([], check_only=False)
