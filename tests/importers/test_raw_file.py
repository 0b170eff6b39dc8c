import hashlib
import os
from pathlib import Path

import pytest

from kb.importers import ImportFailed, raw_file
from kb.importers.raw_file import read_head, read_raw


def test_the_checksum_is_that_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a b.json"
    path.write_bytes(b'{"a": 1}\n')
    raw = read_raw(path)
    assert raw.content == b'{"a": 1}\n'
    assert raw.sha256 == hashlib.sha256(b'{"a": 1}\n').hexdigest()
    assert raw.home == f"artifacts/{raw.sha256[:16]}/a-b.json"


@pytest.mark.parametrize(
    ("name", "home"),
    [
        ("../../etc/passwd", "passwd"),
        ("...json", "json"),
        ("-rf", "rf"),
        ("模型.json", "json"),
        ("模型", "output"),
        ("a" * 200 + ".json", "a" * 75 + ".json"),
    ],
)
def test_the_name_it_is_kept_under_is_plain(name: str, home: str, tmp_path: Path) -> None:
    path = tmp_path / Path(name).name
    path.write_bytes(b"{}")
    assert read_raw(path).home.rpartition("/")[2] == home


@pytest.mark.parametrize("content", [b"", b" \n\t "])
def test_an_empty_file(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(ImportFailed, match=r"x\.json is empty"):
        read_raw(tmp_path / "x.json")


def test_a_giant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.json").write_bytes(b"[1, 2, 3]")
    monkeypatch.setattr(raw_file, "MAX_BYTES", 8)
    with pytest.raises(ImportFailed, match=r"x\.json is larger than 8 bytes"):
        read_raw(tmp_path / "x.json")
    monkeypatch.setattr(raw_file, "HEAD_BYTES", 4)
    assert read_head(tmp_path / "x.json") == b"[1, "


@pytest.mark.parametrize("name", ["absent.json", ".", "a\0b"])
def test_what_cannot_be_read(name: str, tmp_path: Path) -> None:
    with pytest.raises(ImportFailed, match="cannot be read"):
        read_raw(tmp_path / name)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ImportFailed, match="it is no plain file"):
        read_raw(tmp_path / "pipe")
