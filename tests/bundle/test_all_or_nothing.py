"""A build that fails, is interrupted or is killed leaves the bundle that was there, whole, and no litter."""

import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import duckdb
import pytest

from kb import build, open_bundle, open_corpus
from kb.atomic import recover, set_aside
from kb.bundle import build as module
from kb.bundle import reader
from kb.errors import BuildFailed, NoBundle
from tests.search.small import Made, bundle_of


def snapshot(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def dist(tmp_path: Path, small_bundle: Path) -> Path:
    """A whole bundle, alone in its folder."""
    return Path(shutil.copytree(small_bundle, tmp_path / "home" / "dist"))


def unharmed(dist: Path, before: dict[str, bytes]) -> bool:
    return snapshot(dist) == before and [p.name for p in dist.parent.iterdir()] == [dist.name]


def test_a_build_replaces_the_bundle_and_leaves_no_litter(dist: Path, small_root: Path) -> None:
    (dist / "json" / "stale.json").write_text("{}", encoding="utf-8")
    build(open_corpus(small_root), dist)
    assert not (dist / "json" / "stale.json").exists()
    assert [p.name for p in dist.parent.iterdir()] == ["dist"]


def test_a_build_into_an_empty_folder_or_a_new_one_works(tmp_path: Path, small_root: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("empty", "deep/er/new"):
        build(open_corpus(small_root), tmp_path / name)
        with open_bundle(tmp_path / name) as bundle:
            assert bundle.rows("SELECT count(*) AS n FROM cases") == [{"n": 1}]


def full_disk(*_: object, **__: object) -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def broken_database(*_: object, **__: object) -> NoReturn:
    raise duckdb.IOException("IO Error: could not write\nmore")


def ctrl_c(*_: object, **__: object) -> NoReturn:
    raise KeyboardInterrupt


STEPS = ("write_database", "write_json", "write_schema", "write_descriptions", "replace_folder")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    ("fault", "raised", "says"),
    [
        (full_disk, BuildFailed, "No space left on device; what was there is untouched"),
        (broken_database, BuildFailed, "could not write; what was there is untouched"),
        (ctrl_c, KeyboardInterrupt, None),
    ],
)
def test_a_fault_at_any_step_leaves_the_old_bundle(
    dist: Path,
    small_root: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    fault: Callable[..., NoReturn],
    raised: type[BaseException],
    says: str | None,
) -> None:
    before = snapshot(dist)
    monkeypatch.setattr(module, step, fault)
    with pytest.raises(raised, match=says):
        build(open_corpus(small_root), dist)
    assert unharmed(dist, before)


def test_a_move_that_fails_puts_the_old_bundle_back(
    dist: Path, small_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(dist)
    rename = os.rename

    def refuse(source: Any, target: Any) -> None:
        if Path(target) == dist and Path(source) != set_aside(dist):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        rename(source, target)

    monkeypatch.setattr(os, "rename", refuse)
    with pytest.raises(BuildFailed, match="untouched"):
        build(open_corpus(small_root), dist)
    monkeypatch.undo()
    assert unharmed(dist, before)


# Runs a build that sends itself a signal when the named step of it is about to run.
_KILLED = """
import os, sys
from kb import build, open_corpus
from kb.bundle import build as module
step, number, home, out = sys.argv[1:]
if step == "rename":
    move = os.rename
    def rename(source, target):
        move(source, target)
        os.kill(os.getpid(), int(number))
    os.rename = rename
else:
    setattr(module, step, lambda *a, **k: os.kill(os.getpid(), int(number)))
build(open_corpus(home), out)
"""


def killed(step: str, number: signal.Signals, home: Path, out: Path) -> int:
    command = [sys.executable, "-c", _KILLED, step, str(int(number)), str(home), str(out)]
    return subprocess.run(command, check=False, capture_output=True).returncode


@pytest.mark.parametrize("step", ["write_database", "write_descriptions", "replace_folder"])
def test_a_killed_build_leaves_the_old_bundle(dist: Path, small_root: Path, step: str) -> None:
    before = snapshot(dist)
    assert killed(step, signal.SIGKILL, small_root, dist) == -signal.SIGKILL
    assert snapshot(dist) == before
    # Nobody can clean up after a kill; the next build does not mind what it left.
    build(open_corpus(small_root), dist)


def test_what_a_killed_build_left_is_swept_up_by_the_next(dist: Path, small_root: Path) -> None:
    killed("write_descriptions", signal.SIGKILL, small_root, dist)
    assert len(list(dist.parent.iterdir())) == 2
    build(open_corpus(small_root), dist)
    assert [p.name for p in dist.parent.iterdir()] == ["dist"]


def test_a_build_killed_between_its_two_moves_is_made_good(dist: Path, small_root: Path) -> None:
    before = snapshot(dist)
    assert killed("rename", signal.SIGKILL, small_root, dist) == -signal.SIGKILL
    assert not dist.exists()
    recover(dist, reader.MARKER)
    assert snapshot(dist) == before


def test_a_build_after_one_killed_between_its_two_moves_works(dist: Path, small_root: Path) -> None:
    killed("rename", signal.SIGKILL, small_root, dist)
    build(open_corpus(small_root), dist)
    assert [p.name for p in dist.parent.iterdir()] == ["dist"]


def test_ctrl_c_between_the_two_moves_waits_until_both_are_done(dist: Path, small_root: Path) -> None:
    assert killed("rename", signal.SIGINT, small_root, dist) != 0
    assert [p.name for p in dist.parent.iterdir()] == ["dist"]
    with open_bundle(dist) as bundle:
        assert bundle.rows("SELECT count(*) AS n FROM cases") == [{"n": 1}]


def test_recover_leaves_a_bundle_that_is_there_alone(dist: Path) -> None:
    before = snapshot(dist)
    shutil.copytree(dist, set_aside(dist))
    (set_aside(dist) / "LICENSE").write_text("older", encoding="utf-8")
    recover(dist, reader.MARKER)
    assert snapshot(dist) == before


def test_recover_of_nothing_does_nothing(tmp_path: Path) -> None:
    recover(tmp_path / "dist", reader.MARKER)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MB; without the right to mount one, a limit on the size of each file."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mounted = (
        sys.platform == "linux"
        and os.geteuid() == 0
        and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], check=False, capture_output=True
        ).returncode
        == 0
    )
    try:
        yield folder
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)


def test_a_really_full_disk_is_one_sentence_and_no_litter(tiny_disk: Path, small_root: Path) -> None:
    keep = tiny_disk / "dist"
    keep.mkdir()
    (keep / reader.MARKER).write_text("an older bundle", encoding="utf-8")

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

    done = subprocess.run(
        [sys.executable, "-m", "kb", "build", "--out", str(keep)],
        env={**os.environ, "KB_ROOT": str(small_root), "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=limit,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    last = done.stderr.splitlines()[-1]
    assert last.startswith("kb: ")
    assert "what was there is untouched" in last
    assert "Traceback" not in done.stderr
    assert {p.name: p.is_dir() for p in tiny_disk.iterdir()} == {"dist": True}
    assert snapshot(keep) == {reader.MARKER: b"an older bundle"}


def test_a_folder_that_is_no_bundle_is_refused_and_untouched(tmp_path: Path, small_root: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter1.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(BuildFailed, match="is no bundle, and is left alone"):
        build(open_corpus(small_root), tmp_path / "thesis")
    assert snapshot(tmp_path) == {"thesis/chapter1.txt": b"years of work"}


def test_a_file_is_refused_and_untouched(tmp_path: Path, small_root: Path) -> None:
    (tmp_path / "notes").write_text("x", encoding="utf-8")
    with pytest.raises(BuildFailed, match="is not a folder"):
        build(open_corpus(small_root), tmp_path / "notes")
    assert snapshot(tmp_path) == {"notes": b"x"}


@pytest.mark.parametrize("target", ["bundle", "nowhere"])
def test_a_symlink_is_refused_and_what_it_leads_to_untouched(dist: Path, small_root: Path, target: str) -> None:
    before = snapshot(dist)
    link = dist.parent.parent / "link"
    link.symlink_to(dist if target == "bundle" else dist.parent / "nowhere")
    with pytest.raises(BuildFailed, match="is not a folder"):
        build(open_corpus(small_root), link)
    assert link.is_symlink()
    assert unharmed(dist, before)


def test_a_folder_below_a_file_is_refused(tmp_path: Path, small_root: Path) -> None:
    (tmp_path / "notes").write_text("x", encoding="utf-8")
    with pytest.raises(BuildFailed, match="could not be written"):
        build(open_corpus(small_root), tmp_path / "notes" / "dist")


class TestBroken:
    """A bundle that is none is told apart from one that is."""

    def refused(self, folder: Path) -> str:
        # The database is opened when it is first asked; what answers in words needs the index only.
        with pytest.raises(NoBundle) as caught, open_bundle(folder) as bundle:
            bundle.rows("SELECT 1")
        sentence = str(caught.value)
        assert "\n" not in sentence
        assert "run kb build" in sentence
        return sentence

    def test_none(self, tmp_path: Path) -> None:
        assert "no bundle in" in self.refused(tmp_path)

    def test_truncated(self, dist: Path) -> None:
        data = (dist / "kb.duckdb").read_bytes()
        (dist / "kb.duckdb").write_bytes(data[: len(data) // 3])
        self.refused(dist)

    def test_a_hole_in_the_middle(self, dist: Path) -> None:
        data = (dist / "kb.duckdb").read_bytes()
        (dist / "kb.duckdb").write_bytes(data[:8192] + b"\0" * (len(data) - 8192))
        self.refused(dist)

    @pytest.mark.parametrize("data", [b"", b"hello\n", b"\0" * 100_000, os.urandom(4096)])
    def test_no_database_at_all(self, tmp_path: Path, data: bytes) -> None:
        (tmp_path / "kb.duckdb").write_bytes(data)
        self.refused(tmp_path)

    def test_a_database_of_something_else(self, tmp_path: Path) -> None:
        with duckdb.connect(str(tmp_path / "kb.duckdb")) as connection:
            connection.execute("CREATE TABLE meta AS SELECT 1 AS x")
        assert "is not a bundle of kb" in self.refused(tmp_path)

    @pytest.mark.parametrize("version", ["'2.0'", "'nonsense'", "NULL"])
    def test_another_schema_version(self, tmp_path: Path, version: str) -> None:
        with duckdb.connect(str(tmp_path / "kb.duckdb")) as connection:
            connection.execute(f"CREATE TABLE meta AS SELECT 'schema_version' AS key, {version}::VARCHAR AS value")
        assert "this kb reads" in self.refused(tmp_path)

    def test_no_version(self, tmp_path: Path) -> None:
        with duckdb.connect(str(tmp_path / "kb.duckdb")) as connection:
            connection.execute("CREATE TABLE meta (key VARCHAR, value VARCHAR)")
        assert "schema version unknown" in self.refused(tmp_path)

    def test_an_index_that_is_not_there_or_broken(self, dist: Path) -> None:
        (dist / "search.sqlite").write_bytes(b"x" * 5000)
        assert "search.sqlite is not what this kb reads" in self.refused(dist)
        (dist / "search.sqlite").unlink()
        assert "search.sqlite is missing" in self.refused(dist)

    def test_a_missing_table_or_column_is_said_when_it_is_asked_for(self, dist: Path) -> None:
        with open_bundle(dist) as bundle:
            with pytest.raises(NoBundle, match="run kb build again"):
                bundle.rows("SELECT * FROM of_a_later_version")
            with pytest.raises(NoBundle, match="no column 'later'"):
                _ = bundle.rows("SELECT * FROM cases")[0]["later"]


def test_a_reader_is_never_answered_from_two_bundles(tmp_path: Path) -> None:
    folder = bundle_of(tmp_path, (Made("case-a", "qwen3-8b", ("rtx-5080",)),))
    with open_bundle(folder) as early, open_bundle(folder) as both:
        assert both.rows("SELECT count(*) AS n FROM cases")[0]["n"] == 1
        bundle_of(tmp_path, (Made("case-b", "qwen3-8b", ("rtx-5080",)),))
        # What was open goes on as it was; what is opened only now would be of the new bundle.
        assert early.index.case(0)["id"] == "case-a"
        assert both.rows("SELECT count(*) AS n FROM cases")[0]["n"] == 1
        with pytest.raises(NoBundle, match="was built anew meanwhile: ask again"):
            early.rows("SELECT 1")
    with open_bundle(folder) as late:
        assert late.rows("SELECT count(*) AS n FROM cases")[0]["n"] == 2
