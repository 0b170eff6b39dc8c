"""The same records give the same bytes, whatever the time zone and the hash seed; the database, the same rows."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

SETTINGS = (
    {"TZ": "UTC", "PYTHONHASHSEED": "1", "LC_ALL": "C"},
    {"TZ": "Asia/Shanghai", "PYTHONHASHSEED": "4242", "LC_ALL": "C.UTF-8"},
)


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory, sample_root: Path) -> tuple[Path, Path]:
    folders = []
    for number, settings in enumerate(SETTINGS):
        home = tmp_path_factory.mktemp(f"twin{number}")
        out = home / ("a" * (number + 1)) / "dist"
        env = {**os.environ, **settings, "KB_ROOT": str(sample_root)}
        command = [sys.executable, "-m", "kb", "build", "--out", str(out)]
        subprocess.run(command, env=env, cwd=home, check=True, capture_output=True)
        folders.append(out)
    return folders[0], folders[1]


def files(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in folder.rglob("*")
        if p.is_file() and p.name != "kb.duckdb"
    }


def content(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    with duckdb.connect(str(folder / "kb.duckdb"), read_only=True) as connection:
        names = [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()]
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in names}


def test_all_files_but_the_database_are_the_same_bytes(twins: tuple[Path, Path]) -> None:
    one, other = map(files, twins)
    assert sorted(one) == sorted(other)
    assert [name for name in one if one[name] != other[name]] == []


def test_the_database_holds_the_same_rows_in_the_same_order(twins: tuple[Path, Path]) -> None:
    assert content(twins[0]) == content(twins[1])
