from pathlib import Path
from typing import Any

import pytest

from kb.importers import Draft, ImportFailed
from kb.importers.draft import RawFile, write_draft

RECORD: dict[str, Any] = {
    "id": "case-a",
    "kind": "case",
    "title": "A",
    "stack": {"model": "m", "pools": [{"hardware": "h", "count": 1}]},
    "points": [{"results": {"decode_tok_s": 12.5}}],
}


def test_a_draft_is_written_whole_with_its_modeline(tmp_path: Path) -> None:
    path, changed = write_draft(Draft(RECORD), tmp_path / "made" / "here")
    assert changed
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[:3] == [
        "# yaml-language-server: $schema=../../../schema/draft-07/case.json",
        "kind: case",
        "id: case-a",
    ]
    assert [p.name for p in path.parent.iterdir()] == ["case-a.yaml"]
    assert path.stat().st_mode & 0o777 == 0o644


def test_the_same_draft_again_changes_nothing(tmp_path: Path) -> None:
    path, _ = write_draft(Draft(RECORD), tmp_path)
    before = path.stat().st_mtime_ns
    assert write_draft(Draft(RECORD), tmp_path) == (path, False)
    assert path.stat().st_mtime_ns == before


def test_a_file_that_differs_is_kept_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "case-a.yaml"
    path.write_text("mine\n")
    with pytest.raises(ImportFailed, match="exists and differs"):
        write_draft(Draft(RECORD), tmp_path)
    assert path.read_text() == "mine\n"
    assert write_draft(Draft(RECORD), tmp_path, force=True) == (path, True)
    assert "kind: case" in path.read_text()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"points": []}, r"case-a: /points .*at least 1"),
        ({"points": [{"results": {"decode_tok_s": -1}}]}, r"/points/0/results/decode_tok_s.* above 0"),
        ({"title": "x" * 201}, "/title .*at most 200"),
        ({"title": "a\u200bb"}, r"character U\+200B"),
        ({"title": "a\x1bb"}, "escape that stands for a control"),
        ({"surprise": {"a": "x" * 300_000}}, "would be larger than"),
    ],
)
def test_what_the_corpus_would_not_read_is_no_draft(change: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    with pytest.raises(ImportFailed, match=sentence):
        write_draft(Draft(RECORD | change), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ImportFailed, match=r"case-a\.yaml cannot be written"):
        write_draft(Draft(RECORD), tmp_path / "file" / "below")


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ImportFailed, match="No space left"):
        write_draft(Draft(RECORD), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "chmod", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_draft(Draft(RECORD), tmp_path)
    assert list(tmp_path.iterdir()) == []


RAW = RawFile("run 1.json", "ab" * 32, b'{"output_throughput": 82.9}')
KEPT = "artifacts/abababababababab/run-1.json"


def test_the_raw_file_is_kept_beside_the_draft(tmp_path: Path) -> None:
    further = RawFile("b.json", "cd" * 32, b"[]")
    path, changed = write_draft(Draft(RECORD, raw=RAW, further=(further,)), tmp_path)
    assert changed
    assert (tmp_path / KEPT).read_bytes() == RAW.content
    assert (tmp_path / further.home).read_bytes() == b"[]"
    assert write_draft(Draft(RECORD, raw=RAW), tmp_path) == (path, False)
    (tmp_path / KEPT).unlink()
    assert write_draft(Draft(RECORD, raw=RAW), tmp_path) == (path, True)


@pytest.mark.parametrize("force", [False, True])
def test_a_raw_file_never_gives_way_to_other_bytes(force: bool, tmp_path: Path) -> None:
    (tmp_path / KEPT).parent.mkdir(parents=True)
    (tmp_path / KEPT).write_bytes(b"mine")
    with pytest.raises(ImportFailed, match=r"run-1\.json exists and is another file than run 1\.json"):
        write_draft(Draft(RECORD, raw=RAW), tmp_path, force=force)
    assert (tmp_path / KEPT).read_bytes() == b"mine"
    assert not (tmp_path / "case-a.yaml").exists()


def test_a_record_that_differs_keeps_the_raw_file_away(tmp_path: Path) -> None:
    (tmp_path / "case-a.yaml").write_text("mine\n")
    with pytest.raises(ImportFailed, match="exists and differs"):
        write_draft(Draft(RECORD, raw=RAW), tmp_path)
    assert not (tmp_path / "artifacts").exists()


def test_a_folder_of_raw_files_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "artifacts").write_text("")
    with pytest.raises(ImportFailed, match=r"run-1\.json cannot be written"):
        write_draft(Draft(RECORD, raw=RAW), tmp_path)
    assert not (tmp_path / "case-a.yaml").exists()
