"""What all tests share: the project's own corpus, a bundle built of it, and a quiet environment."""

import fcntl
import gc
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from coverage import Coverage
from hypothesis import settings

from kb import Corpus, build, open_corpus
from scripts import refresh_docs

ROOT = Path(__file__).resolve().parent.parent
# data/cases/2026/case-a.yaml; what a script made lies one folder below the year.
CASE_DEPTH = 4

# What a developer has set for herself is no business of the tests.
for name in ("KB_ROOT", "KB_BUNDLE", "KB_TRACEBACK", "FORCE_COLOR", "NO_COLOR", "COLUMNS", "LINES"):
    os.environ.pop(name, None)
# As the command does for itself: its fits are several times as fast.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Who starts the tests in the background may have Ctrl-C ignored, and the processes that tests start would inherit it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Corpora are large and stay to the end; to look through them for garbage took a fifth of the time.
gc.set_threshold(100_000, 20, 20)

# A busy machine is no fault of the code. On CI the same examples run every time, so that a red run can be repeated.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")

# What takes long begins early, so that no process is left with it while the others are done, and what many wait for is
# made meanwhile: the whole bundle, the site, the bundle of the sample.
FIRST = (
    "search/test_golden.py",
    "test_end_to_end.py",
    "test_docs.py",
    "site/test_site.py",
    "test_benchmarks.py",
    "cli/test_process.py",
    "test_schema.py",
    "calibration/test_committed.py",
    "test_typed.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the modules of ``FIRST`` first; ``make test`` tells pytest-xdist to keep that order."""
    rank = {ROOT / "tests" / name: number for number, name in enumerate(FIRST)}
    items.sort(key=lambda item: rank.get(item.path, len(rank)))


@contextmanager
def uncounted() -> Iterator[None]:
    """Within the block no line counts as tested: to count takes as long again, and small examples run the same lines.

    For set-ups; a test that need not count bears the mark ``no_cover``.
    """
    counting = Coverage.current()
    if counting is None:
        yield
        return
    counting.stop()
    try:
        yield
    finally:
        counting.start()


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return the folder ``name`` that ``make`` filled: one for all processes that tests run in, so read it only."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder, done = base / name, base / f"{name}.done"
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    """The project's own corpus; dates in the future are not judged, so the clock has no say."""
    return open_corpus(ROOT)


@pytest.fixture(scope="session")
def sample_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the project's own records, but of the cases that scripts made by the thousand one in thirty."""
    return made_once(tmp_path_factory, "sample", _write_sample)


def _write_sample(home: Path) -> None:
    files = sorted((ROOT / "data").rglob("*.yaml"))
    made = [
        file
        for file in files
        if file.is_relative_to(ROOT / "data" / "cases") and len(file.parts) - len(ROOT.parts) > CASE_DEPTH
    ]
    left_out = set(made) - set(made[::30])
    for file in files:
        if file not in left_out:
            target = home / file.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
    shutil.copytree(ROOT / "schema", home / "schema")


@pytest.fixture(scope="session")
def sample(sample_root: Path) -> Corpus:
    """The records of the sample."""
    return open_corpus(sample_root)


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory, sample: Corpus) -> Path:
    """The folder of a bundle built of the sample; read it, do not change it."""
    return made_once(tmp_path_factory, "bundle", lambda folder: build(sample, folder / "dist")) / "dist"


@pytest.fixture(scope="session")
def database_file(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the bundle's DuckDB file: one process cannot open one file both as the library does and plainly."""
    return Path(shutil.copy(bundle / "kb.duckdb", tmp_path_factory.mktemp("database")))


@pytest.fixture(scope="session")
def built_whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the knowledge base in which ``kb build`` has run, and ``built.txt`` with what it said; read it only."""

    def make(folder: Path) -> None:
        refresh_docs.lay_out(folder)
        (folder / "built.txt").write_text(refresh_docs.run("kb build", folder), encoding="utf-8")

    return made_once(tmp_path_factory, "whole", make)


@pytest.fixture(scope="session")
def whole_bundle(built_whole: Path) -> Path:
    """The folder of a bundle of all records, for what depends on all that is there; read it, do not change it."""
    return built_whole / "dist"
