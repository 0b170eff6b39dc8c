"""What only a process of its own shows: streams, signals, encodings, terminals, and what is loaded."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kb._version import VERSION
from tests.cli.conftest import Command

DSR1 = "case-dsr1-asc910bx16-mindie-001"
needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")


def test_version_loads_nothing_else(root: Path) -> None:
    code = (
        "import atexit, sys; sys.argv = ['kb', '--version']\n"
        "atexit.register(lambda: print(sorted(m for m in sys.modules if m.partition('.')[0] in"
        " ('kb', 'typer', 'duckdb', 'pydantic', 'yaml', 'rich', 'jsonschema'))))\n"
        "from kb.cli.main import run; run()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [f"kb {VERSION}", "['kb', 'kb._version', 'kb.cli', 'kb.cli.main']"]


def test_python_m_kb_is_kb(kb_process: Command) -> None:
    assert kb_process("--version").out == f"kb {VERSION}\n"


def test_an_answer_does_not_load_the_records(root: Path, bundle: Path) -> None:
    code = (
        "import atexit, sys; sys.argv = ['kb', 'query', 'dsr1 on ascend']\n"
        "unwanted = ('kb.records', 'kb.checks')\n"
        "atexit.register(lambda: print([m for m in sys.modules if m.startswith(unwanted)]))\n"
        "from kb.cli.main import run; run()"
    )
    env = {**os.environ, "KB_ROOT": str(root), "KB_BUNDLE": str(bundle)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@needs_full
@pytest.mark.parametrize(
    "arguments", [["list", "models"], ["query", "dsr1 on ascend", "--json"], ["check", "--format", "json"], ["--help"]]
)
def test_a_full_disk_behind_standard_output_is_one_sentence(kb_process: Command, arguments: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = kb_process(*arguments, stdout=full.fileno())
    assert done.code == 2
    assert done.err.startswith("kb: No space left on device")
    assert done.err.count("\n") == 1


@pytest.mark.parametrize("arguments", [["list", "models"], ["list", "sources", "--json"]])
def test_a_reader_that_leaves_is_no_error(kb_process: Command, arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = kb_process(*arguments, stdout=writing)
    os.close(writing)
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize(
    "env",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "POSIX"},
    ],
)
def test_chinese_text_crashes_no_terminal(kb_process: Command, env: dict[str, str]) -> None:
    shown = kb_process("show", DSR1, **env)
    assert (shown.code, shown.err) == (0, "")
    record = kb_process("show", DSR1, "--json", **env)
    assert record.code == 0
    assert any(o.get("original", "").isascii() is False for o in json.loads(record.out)["observations"])
    assert kb_process("query", "昇腾 dsr1", **env).code == 0


def test_bytes_that_are_no_text_are_read_as_well_as_can_be(kb_process: Command) -> None:
    assert DSR1 in kb_process("query", b"\xff dsr1 on ascend").out
    assert kb_process("sql", b"SELECT '\xff'").code == 2
    assert kb_process("show", b"\xff\xfe").code == 2


@pytest.mark.parametrize("columns", ["20", "40", "80", "300"])
def test_a_table_fits_the_terminal(kb_process: Command, columns: str) -> None:
    done = kb_process("list", "cases", COLUMNS=columns)
    assert done.code == 0
    table = done.out.splitlines()[:-1]
    assert max(map(len, table)) <= int(columns)


@pytest.mark.parametrize("env", [{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colour_in_a_pipe(kb_process: Command, env: dict[str, str]) -> None:
    assert "\x1b" not in kb_process("query", "dsr1 on ascend", **env).out


def on_a_terminal(root: Path, bundle: Path, **env: str) -> str:
    """Return what ``kb query`` prints on a pseudo-terminal."""
    import pty

    main, other = pty.openpty()
    environment = {**os.environ, "KB_ROOT": str(root), "KB_BUNDLE": str(bundle), "TERM": "xterm-256color", **env}
    process = subprocess.Popen(
        [sys.executable, "-m", "kb", "query", "dsr1 on ascend"], stdout=other, stderr=other, env=environment
    )
    os.close(other)
    text = b""
    while True:
        try:
            piece = os.read(main, 4096)
        except OSError:
            break
        if not piece:
            break
        text += piece
    os.close(main)
    assert process.wait() == 0
    return text.decode()


def test_colour_only_where_a_person_looks_and_wants_it(root: Path, bundle: Path) -> None:
    assert "\x1b[" in on_a_terminal(root, bundle)
    assert "\x1b[3" not in on_a_terminal(root, bundle, NO_COLOR="1")


# Sends Ctrl-C to a build in the moment the named step is about to run.
_INTERRUPTED = """
import os, signal, sys
from kb.bundle import build as module
from kb.cli.main import run
sys.argv = ["kb", "build", "--out", sys.argv[1]]
module.write_json = lambda *a, **k: (os.kill(os.getpid(), signal.SIGINT), signal.pause())
run()
"""


def test_ctrl_c_while_building_is_one_word_and_the_old_bundle_stays(sample_root: Path, tmp_path: Path) -> None:
    out = tmp_path / "dist"
    out.mkdir()
    (out / "SHA256SUMS").write_text("an older bundle", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED, str(out)],
        env={**os.environ, "KB_ROOT": str(sample_root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 130
    assert done.stderr.splitlines()[-1] == "kb: interrupted"
    assert "Traceback" not in done.stderr
    assert [p.name for p in tmp_path.rglob("*")] == ["dist", "SHA256SUMS"]


def test_ctrl_c_while_a_query_runs_stops_it(root: Path, bundle: Path) -> None:
    endless = "SELECT count(*) FROM range(100000000) a, range(100000000) b WHERE a.range + b.range = 7"
    code = (
        "import os, signal, sys, threading\n"
        "from kb.bundle.reader import Bundle\n"
        "from kb.cli.main import run\n"
        # A shell starts jobs in the background with Ctrl-C ignored; the terminal of a person does not.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "execute = Bundle._parse\n"
        "def parse(self, statement):\n"
        "    threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "    return execute(self, statement)\n"
        "Bundle._parse = parse\n"
        "sys.argv = ['kb', 'sql', sys.argv[1]]; run()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, endless],
        env={**os.environ, "KB_ROOT": str(root), "KB_BUNDLE": str(bundle)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (130, "kb: interrupted\n")


class TestLastResorts:
    """What must never happen is told in one sentence as well."""

    @pytest.mark.parametrize(
        ("raised", "code", "says"),
        [
            ("MemoryError()", 2, "kb: out of memory"),
            ("RecursionError()", 2, "kb: the input is nested too deeply"),
            ("KeyboardInterrupt()", 130, "kb: interrupted"),
            ("OSError(13, 'Permission denied', '/x')", 2, "kb: Permission denied (/x)"),
            ("SystemExit()", 0, ""),
            ("ZeroDivisionError('oh')", 70, "kb: internal error: ZeroDivisionError: oh; set KB_TRACEBACK=1"),
        ],
    )
    def test_is_one_sentence(self, root: Path, raised: str, code: int, says: str) -> None:
        program = (
            "import sys, kb.cli.app as c\n"
            f"def app(**_): raise {raised}\n"
            "c.app = app\n"
            "from kb.cli.main import run; sys.argv = ['kb', 'x']; run()"
        )
        done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False)
        assert done.returncode == code
        assert done.stderr.startswith(says)
        assert done.stderr.count("\n") == bool(says)

    def test_shows_the_place_to_who_asks(self, root: Path) -> None:
        program = (
            "import sys, kb.cli.app as c\n"
            "def app(**_): raise ZeroDivisionError\n"
            "c.app = app\n"
            "from kb.cli.main import run; sys.argv = ['kb', 'x']; run()"
        )
        env = {**os.environ, "KB_TRACEBACK": "1"}
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=root, env=env, capture_output=True, text=True, check=False
        )
        assert "Traceback" in done.stderr
