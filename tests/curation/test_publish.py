"""Files of a script: written once, removed when they are made no more, and never over what a person wrote."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.publish import Published, publish

A, B, C = (f"data/cases/2026/threads/case-{name}.yaml" for name in "abc")
MANIFEST = "curation/written/threads.txt"


def put(root: Path, files: dict[str, str], *, replace: bool = False, collection: str = "threads") -> Published:
    return publish(files, root, collection, replace=replace)


def held(root: Path) -> dict[str, str]:
    """Return all cases below ``root``."""
    found = (path for path in (root / "data").rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in found}


def edit(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


def stamps(root: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in root.rglob("*.yaml")}


def test_files_are_written_and_listed(tmp_path: Path) -> None:
    done = put(tmp_path, {B: "b\n", A: "a\n"})
    assert (done.written, done.unchanged, done.removed, done.edited) == ([A, B], 0, [], [])
    assert held(tmp_path) == {A: "a\n", B: "b\n"}
    lines = (tmp_path / MANIFEST).read_text(encoding="utf-8").splitlines()
    # The first 16 digits of SHA-256, as `printf 'a\n' | sha256sum` prints them.
    assert lines[0] == f"87428fc522803d31  {A}"
    assert [line.split("  ")[1] for line in lines] == [A, B]


def test_an_unchanged_run_writes_nothing(tmp_path: Path) -> None:
    put(tmp_path, {A: "a\n", B: "b\n"})
    before, list_before = stamps(tmp_path), (tmp_path / MANIFEST).read_bytes()
    done = put(tmp_path, {A: "a\n", B: "b\n"})
    assert done == Published(unchanged=2)
    assert stamps(tmp_path) == before
    assert (tmp_path / MANIFEST).read_bytes() == list_before


def test_what_the_script_makes_anew_is_written_over_its_own(tmp_path: Path) -> None:
    put(tmp_path, {A: "a\n", B: "b\n"})
    assert put(tmp_path, {A: "a2\n", B: "b\n"}).written == [A]
    assert held(tmp_path) == {A: "a2\n", B: "b\n"}


def test_what_is_made_no_more_is_removed(tmp_path: Path) -> None:
    put(tmp_path, {A: "a\n", B: "b\n"})
    done = put(tmp_path, {A: "a\n"})
    assert (done.removed, done.unchanged) == ([B], 1)
    assert held(tmp_path) == {A: "a\n"}
    assert B not in (tmp_path / MANIFEST).read_text(encoding="utf-8")
    assert put(tmp_path, {A: "a\n"}).removed == []


def test_what_a_person_deleted_is_written_again_or_forgotten(tmp_path: Path) -> None:
    put(tmp_path, {A: "a\n", B: "b\n"})
    (tmp_path / A).unlink()
    (tmp_path / B).unlink()
    done = put(tmp_path, {A: "a\n"})
    assert (done.written, done.removed) == ([A], [B])
    assert held(tmp_path) == {A: "a\n"}


@pytest.mark.parametrize("now", ["a\n", "a2\n"], ids=["the-same", "another"])
def test_what_a_person_edited_is_kept_and_named_each_time(tmp_path: Path, now: str) -> None:
    put(tmp_path, {A: "a\n", B: "b\n"})
    edit(tmp_path, A, "mine\n")
    for _ in range(3):
        done = put(tmp_path, {A: now, B: "b\n"})
        assert (done.edited, done.written, done.unchanged) == ([A], [], 1)
        assert held(tmp_path)[A] == "mine\n"
    # What is undone is the script's again.
    edit(tmp_path, A, "a\n")
    done = put(tmp_path, {A: now, B: "b\n"})
    assert done.edited == []
    assert held(tmp_path)[A] == now


def test_an_edit_that_the_script_came_to_agree_with_is_no_edit(tmp_path: Path) -> None:
    put(tmp_path, {A: "a\n"})
    edit(tmp_path, A, "a2\n")
    assert put(tmp_path, {A: "a2\n"}) == Published(unchanged=1)
    assert put(tmp_path, {A: "a3\n"}).written == [A]


def test_an_edited_file_that_is_made_no_more_is_kept(tmp_path: Path) -> None:
    put(tmp_path, {A: "a\n", B: "b\n"})
    edit(tmp_path, A, "mine\n")
    for _ in range(2):
        done = put(tmp_path, {B: "b\n"})
        assert (done.edited, done.removed) == ([A], [])
        assert held(tmp_path) == {A: "mine\n", B: "b\n"}


def test_a_file_that_no_script_wrote_is_a_persons(tmp_path: Path) -> None:
    edit(tmp_path, A, "mine\n")
    edit(tmp_path, C, "mine too\n")
    done = put(tmp_path, {A: "a\n", B: "b\n"})
    assert (done.edited, done.written) == ([A], [B])
    # Nor is one removed that the script never knew.
    assert held(tmp_path) == {A: "mine\n", B: "b\n", C: "mine too\n"}
    assert put(tmp_path, {A: "a\n", B: "b\n"}).edited == [A]


def test_to_replace_is_to_write_over_and_to_remove(tmp_path: Path) -> None:
    put(tmp_path, {A: "a\n", B: "b\n"})
    edit(tmp_path, A, "mine\n")
    edit(tmp_path, B, "mine\n")
    done = put(tmp_path, {A: "a2\n"}, replace=True)
    assert (done.written, done.removed, done.edited) == ([A], [B], [])
    assert held(tmp_path) == {A: "a2\n"}


def test_collections_do_not_remove_each_others_files(tmp_path: Path) -> None:
    put(tmp_path, {A: "a\n"})
    put(tmp_path, {B: "b\n"}, collection="mlperf")
    assert put(tmp_path, {A: "a\n"}) == Published(unchanged=1)
    assert held(tmp_path) == {A: "a\n", B: "b\n"}


def test_what_there_is_to_say(tmp_path: Path) -> None:
    put(tmp_path, {A: "a\n", B: "b\n"})
    edit(tmp_path, A, "mine\n")
    assert put(tmp_path, {A: "a\n", C: "c\n"}).text() == (
        f"files: 1 written, 0 unchanged, 1 removed\nedited by hand, left as it is (--replace overwrites it): {A}\n"
    )


TEXTS = st.sampled_from(["one\n", "two\n", "Größe 昇腾\n"])
RUNS = st.dictionaries(st.sampled_from([A, B, C]), TEXTS)


@given(before=RUNS, edits=RUNS, now=RUNS)
def test_an_edit_survives_and_all_else_is_what_the_script_makes(
    tmp_path_factory: pytest.TempPathFactory, before: dict[str, str], edits: dict[str, str], now: dict[str, str]
) -> None:
    root = tmp_path_factory.mktemp("checkout")
    put(root, before)
    for path, text in edits.items():
        edit(root, path, text)
    mine = {path for path, text in edits.items() if before.get(path) != text and now.get(path) != text}
    done = put(root, now)
    assert set(done.edited) == {path for path in mine if path in before or path in now}
    kept = {path: text for path, text in edits.items() if path in mine}
    assert held(root) == now | kept
    assert put(root, now).written == []
    assert put(root, now, replace=True).edited == []
    assert {path: text for path, text in held(root).items() if path in now} == now
