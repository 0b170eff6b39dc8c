"""The command, run in this process or in one of its own."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kb.cli.main import run


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code and what it printed."""

    code: int
    out: str
    err: str


Command = Callable[..., Done]


@pytest.fixture
def kb(
    bundle: Path,
    sample_root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Command:
    """Run ``kb`` with arguments, in an empty folder, on the project's records and their bundle."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KB_ROOT", str(sample_root))
    monkeypatch.setenv("KB_BUNDLE", str(bundle))
    monkeypatch.setenv("KB_TRACEBACK", "1")

    def command(*arguments: str, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "argv", ["kb", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            run()
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        assert isinstance(left.value.code, int)
        return Done(left.value.code, out, err)

    return command


@pytest.fixture
def kb_process(bundle: Path, sample_root: Path, tmp_path: Path) -> Command:
    """Run ``kb`` as a process of its own, where streams, signals and encodings are real."""

    def command(*arguments: str | bytes, stdout: int = subprocess.PIPE, **env: str) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "kb", *arguments],
            env={**os.environ, "KB_ROOT": str(sample_root), "KB_BUNDLE": str(bundle), **env},
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            check=False,
        )
        out = (done.stdout or b"").decode("utf-8", "backslashreplace")
        err = done.stderr.decode("utf-8", "backslashreplace")
        assert "Traceback" not in err
        return Done(done.returncode, out, err)

    return command
