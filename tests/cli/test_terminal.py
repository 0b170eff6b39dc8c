"""What terminals, pipes, encodings and file systems do to a command, in processes of its own."""

import csv
import functools
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path, PureWindowsPath

import pytest

from kb.cli.cells import columns
from kb.cli.places import of_this_system
from kb.corpus.files import show
from tests.cli.conftest import Command, Done
from tests.conftest import ROOT

DSR1 = "case-dsr1-asc910bx16-mindie-001"


class TestWidth:
    """Tables in terminals of every width."""

    @pytest.mark.parametrize("wide", [40, 80, 200])
    @pytest.mark.parametrize(
        "arguments",
        [
            ["list", "hardware"],
            ["list", "cases"],
            ["coverage"],
            ["disputes"],
            ["sql", "SELECT * FROM hardware LIMIT 5"],
        ],
        ids=" ".join,
    )
    def test_no_line_is_wider(self, kb_process: Command, wide: int, arguments: list[str]) -> None:
        done = kb_process(*arguments, COLUMNS=str(wide))
        assert (done.code, done.err) == (0, "")
        # The sentences below a table are for people; a terminal breaks them.
        table = [line for line in done.out.splitlines() if not re.match(r"(in all|cell|\.\.\. and|\d+ \w+)[: ,]", line)]
        assert max(map(columns, table)) <= wide

    @pytest.mark.parametrize("wide", [40, 80, 200])
    def test_no_value_is_lost(self, kb_process: Command, wide: int) -> None:
        wanted, shown = (
            Counter(re.sub(r"[\s─]", "", kb_process("list", "quantizations", COLUMNS=str(columns)).out))
            for columns in (500, wide)
        )
        assert shown == wanted

    @pytest.mark.parametrize("wide", [40, 80])
    @pytest.mark.parametrize("arguments", [["--help"], ["fit", "--help"], ["check", "--help"]], ids=" ".join)
    def test_help_is_folded(self, kb_process: Command, wide: int, arguments: list[str]) -> None:
        lines = kb_process(*arguments, COLUMNS=str(wide)).out.splitlines()
        # Below 52 columns typer folds no further, and examples stay whole, so that they can be copied.
        assert max(len(line) for line in lines if not line.startswith("  kb ")) <= max(wide, 52)
        assert not any("..." in line for line in lines if not line.startswith("Usage"))


class TestColour:
    """Escape codes."""

    @pytest.mark.parametrize("arguments", [["query", "dsr1 on ascend"], ["list", "engines"], ["check"], ["--help"]])
    def test_there_are_none_in_a_pipe(self, kb_process: Command, arguments: list[str]) -> None:
        assert "\x1b" not in kb_process(*arguments, TERM="xterm-256color").out

    def test_there_are_where_they_are_asked_for(self, kb_process: Command) -> None:
        assert "\x1b[31m" in kb_process("query", "dsr1 on ascend", FORCE_COLOR="1").out
        assert "\x1b" not in kb_process("query", "dsr1 on ascend", FORCE_COLOR="1", NO_COLOR="1").out

    @pytest.mark.parametrize("output", ["--json", "--csv", "--markdown"])
    def test_programs_are_never_given_any(self, kb_process: Command, output: str) -> None:
        assert "\x1b" not in kb_process("query", "dsr1 on ascend", output, FORCE_COLOR="1").out


@pytest.mark.parametrize(
    "arguments",
    ["list cases", "list cases --json", "sql 'SELECT * FROM points' --format csv", "check", "fit dsr1", "--help"],
)
def test_a_pipe_that_is_closed_early_is_no_error(bundle: Path, sample_root: Path, arguments: str) -> None:
    line = f"set -o pipefail; {shlex.quote(sys.executable)} -m kb {arguments} | head -1"
    env = {**os.environ, "KB_ROOT": str(sample_root), "KB_BUNDLE": str(bundle)}
    done = subprocess.run(["bash", "-c", line], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1


@functools.cache
def encoded(bundle: Path, root: Path, encoding: str, *arguments: str) -> str:
    """Return what a command prints in an encoding, decoded from it. Several ask for the same in UTF-8."""
    env = {**os.environ, "KB_ROOT": str(root), "KB_BUNDLE": str(bundle), "PYTHONIOENCODING": encoding}
    done = subprocess.run([sys.executable, "-m", "kb", *arguments], env=env, capture_output=True, check=True)
    assert done.stderr == b""
    return done.stdout.decode(encoding)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "gb18030", "utf-16"])
class TestEncodings:
    """Letters that standard output may not have: nothing is lost, and nothing fails."""

    def test_for_people(self, bundle: Path, sample_root: Path, encoding: str) -> None:
        text = encoded(bundle, sample_root, encoding, "show", DSR1)
        plain = encoded(bundle, sample_root, "utf-8", "show", DSR1)
        assert re.sub(r"\\x(..)|\\u(....)", lambda m: chr(int(m[1] or m[2], 16)), text).replace(
            "-", "─"
        ) == plain.replace("-", "─")

    def test_for_programs(self, bundle: Path, sample_root: Path, encoding: str) -> None:
        text = encoded(bundle, sample_root, encoding, "show", DSR1, "--json")
        assert json.loads(text) == json.loads(encoded(bundle, sample_root, "utf-8", "show", DSR1, "--json"))
        rows = encoded(bundle, sample_root, encoding, "sql", "SELECT '昇,腾' AS a, 1 AS b", "--format", "csv")
        (row,) = csv.DictReader(io.StringIO(rows))
        assert row["b"] == "1"


class TestPaths:
    """Files by odd names, from other folders, and in the spelling of another system."""

    ODD = (
        "-leading.yaml",
        "a b/x y.yaml",
        "昇腾 é.yaml",
        "line\nbreak.yaml",
        "esc\x1b[31m.yaml",
        "back\\slash.yaml",
        "'.yaml",
    )

    @pytest.fixture
    def record(self, sample_root: Path) -> Path:
        return sample_root / f"data/cases/2026/{DSR1}.yaml"

    @pytest.fixture
    def odd(self, tmp_path: Path, record: Path) -> Path:
        for name in self.ODD:
            (tmp_path / "odd" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(record, tmp_path / "odd" / name)
        return tmp_path / "odd"

    def test_odd_names_are_one_line_each(self, kb: Command, odd: Path) -> None:
        done = kb("check", "odd")
        places = {line.partition(".yaml:")[0] for line in done.out.splitlines() if not line.startswith(" ")}
        assert len([place for place in places if place.startswith("odd/")]) == len(self.ODD)
        assert "\x1b" not in done.out
        assert {f["file"] for f in json.loads(kb("check", "odd", "--format", "json").out)["findings"]} >= {
            "odd/-leading.yaml",
            "odd/a b/x y.yaml",
            "odd/昇腾 é.yaml",
            "odd/line\\u000abreak.yaml",
            "odd/back\\slash.yaml",
        }

    @pytest.mark.parametrize("name", ODD)
    def test_each_is_found_by_its_name(
        self, kb: Command, odd: Path, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(odd)
        found = json.loads(kb("check", "--format", "json", "--", name).out)
        assert found["checked"] == 1
        assert kb("fmt", "--check", "--", name).out == "1 file, 0 would change\n"

    @pytest.mark.parametrize("command", ["check", "fmt", "estimate --from", "import auto -o drafts"])
    def test_one_that_is_not_there_is_told_on_one_line(self, kb: Command, command: str) -> None:
        done = kb(*command.split(), "no\nsuch\x1b[31m")
        assert done.code in (1, 2)
        assert done.err.count("\n") == 1
        assert "\x1b" not in done.err
        assert done.err.startswith("kb: ")

    def test_from_another_folder(
        self, kb: Command, record: Path, sample_root: Path, odd: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(sample_root / "data/models")
        inside = kb("check", f"../cases/2026/{DSR1}.yaml").out
        assert inside.startswith(f"data/cases/2026/{DSR1}.yaml:")
        monkeypatch.chdir(odd / "a b")
        assert kb("check", "../-leading.yaml").out.startswith("../-leading.yaml:")
        (odd / "loose.yaml").write_bytes(record.read_bytes().replace(b"id: ", b"id:   ", 1))
        done = kb("fmt", "--check", "../loose.yaml")
        assert done.out.startswith("../loose.yaml: not in canonical form; run: kb fmt ../loose.yaml\n")

    def test_as_windows_spells_them(
        self, kb: Command, sample_root: Path, odd: Path, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(sample_root)
        named = f"data\\cases\\2026\\{DSR1}.yaml"
        assert kb("check", named).out == kb("check", named.replace("\\", "/")).out
        assert kb("fmt", "--check", named).out == "1 file, 0 would change\n"
        monkeypatch.chdir(odd)
        (odd / "requests.jsonl").write_text('{"model": "dsr1", "hardware": "h200-sxm", "count": 8}', encoding="utf-8")
        assert kb("estimate", "--from", "..\\odd\\requests.jsonl").code == 0
        shutil.copy(root / "tests/importers/fixtures/evokernel-three-cases.json", odd / "export.json")
        assert kb("import", "auto", ".\\export.json", "-o", "drafts").code == 0

    def test_a_file_with_a_backslash_in_its_name_is_itself(self, tmp_path: Path) -> None:
        for name in ("a\\b", "a/b"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).touch()
        assert of_this_system(tmp_path / "a\\b") == tmp_path / "a\\b"
        assert of_this_system(tmp_path / "c\\d") == tmp_path / "c\\d"

    @pytest.mark.parametrize(
        ("path", "home", "shown"),
        [
            (r"C:\kb\data\cases\x.yaml", r"C:\kb", "data/cases/x.yaml"),
            (r"c:\KB\data\cases\x.yaml", r"C:\kb", "data/cases/x.yaml"),
            (r"D:\drafts\my case.yaml", r"C:\kb", "D:/drafts/my case.yaml"),
            (r"drafts\x.yaml", r"C:\kb", "drafts/x.yaml"),
            (r"\\server\share\x.yaml", r"C:\kb", "//server/share/x.yaml"),
        ],
    )
    def test_findings_show_slashes_on_windows_too(self, path: str, home: str, shown: str) -> None:
        assert show(PureWindowsPath(path), PureWindowsPath(home)) == shown


class TestLineEnds:
    """Files that an editor of Windows wrote."""

    def test_a_record_is_the_same(self, kb: Command, sample_root: Path, tmp_path: Path) -> None:
        record = sample_root / f"data/cases/2026/{DSR1}.yaml"

        def found(content: bytes) -> Done:
            (tmp_path / record.name).write_bytes(content)
            return kb("check", record.name)

        assert found(record.read_bytes().replace(b"\n", b"\r\n")) == found(record.read_bytes())

    def test_requests_are_the_same(self, kb: Command) -> None:
        lines = b'{"model": "dsr1", "hardware": "h200-sxm", "count": 8}\n' * 2
        done = kb("estimate", "--from", "-", stdin=lines)
        assert done.code == 0
        assert kb("estimate", "--from", "-", stdin=lines.replace(b"\n", b"\r\n")) == done


RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


@pytest.mark.parametrize("folder", ["data", "kb", "schema", "scripts", "site/pages", "tests"])
def test_windows_can_hold_every_file(folder: str) -> None:
    names = [
        path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts
    ]
    parts = {part for name in names for part in name.split("/")}
    assert not [part for part in parts if RESERVED.match(part) or part[-1] in ". " or re.search(r'[<>:"\\|?*]', part)]
    # 260 for all of it, of which the folder of the repository takes some.
    assert max(map(len, names)) < 200
    assert len({name.casefold() for name in names}) == len(names)


@pytest.mark.parametrize(
    "arguments",
    [["query", "dsr1 on ascend"], ["list", "models"], ["coverage"], ["fit", "dsr1"], ["--help"], ["sql", "x"]],
)
def test_no_command_loads_rich(root: Path, bundle: Path, arguments: list[str]) -> None:
    code = (
        f"import atexit, sys; sys.argv = ['kb', *{arguments!r}]\n"
        "atexit.register(lambda: print([m for m in sys.modules if m.partition('.')[0] == 'rich']))\n"
        "from kb.cli.main import run; run()"
    )
    env = {**os.environ, "KB_ROOT": str(root), "KB_BUNDLE": str(bundle)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "[]"
