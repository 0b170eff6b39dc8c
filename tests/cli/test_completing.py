"""What the Tab key offers, asked as the shells ask, and in a real bash."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.bundle.index import INDEX
from kb.cli import completing
from kb.cli.app import COMMANDS, loaded
from kb.cli.shells import Shell
from tests.cli.conftest import Command, Done

Ask = Callable[..., list[str]]
MODELS = ["qwen3-32b", "qwen3-32b-fp8", "qwen3-32b-fp8-static-pertensor"]
# Every shell asks in its own words.
ASKING = {
    "bash": lambda line: {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1)},
    "zsh": lambda line: {"_TYPER_COMPLETE_ARGS": line},
    "fish": lambda line: {"_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
    "powershell": lambda line: {
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_WORD_TO_COMPLETE": line.rpartition(" ")[2],
    },
}
# What an answer offers, without what is said of it.
VALUES = {
    "bash": r"^(.+)$",
    "zsh": r'(?:\(\(|^)"([^"]+)"',
    "fish": r"^([^\t\n]+)",
    "powershell": r"^(.+?):::",
}


def asked(kb_process: Command, shell: str, line: str, **env: str) -> Done:
    return kb_process(_KB_COMPLETE=f"complete_{shell}", **ASKING[shell](line), **env)


@pytest.fixture
def offered(kb_process: Command) -> Ask:
    def ask(line: str, shell: str = "bash", **env: str) -> list[str]:
        done = asked(kb_process, shell, line, **env)
        assert (done.code, done.err) == (0, "")
        return re.findall(VALUES[shell], done.out, re.MULTILINE)

    return ask


class TestOffers:
    """Values, by what is typed."""

    @pytest.mark.parametrize("shell", ASKING)
    def test_every_shell_is_answered_in_its_own_form(self, offered: Ask, shell: str) -> None:
        assert offered("kb estimate --model qwen3-32b", shell) == MODELS

    @pytest.mark.parametrize(
        ("line", "some"),
        [
            ("kb cov", ["coverage"]),
            ("kb estimate --quant", ["--quantization"]),
            ("kb estimate --hardware mi300", ["mi300x"]),
            ("kb estimate --hardware=mi300", ["mi300x"]),
            ("kb estimate --quantization awq-", ["awq-int4-g128"]),
            ("kb estimate --kv-cache bf", ["bf16"]),
            ("kb show mi300x", ["mi300x"]),
            ("kb compare h100-sxm5 mi300x", ["mi300x"]),
            ("kb list mod", ["models"]),
            ("kb query h100 --kind mod", ["models"]),
            ("kb query h100 --sort ttf", ["ttft"]),
            ("kb pareto dsr1 --engine vll", ["vllm"]),
            ("kb history qwen3-32b", MODELS),
            ("kb history dsr1 mi300", ["mi300x"]),
            ("kb fit qwen3-32b", MODELS),
            ("kb fit qwen3-32b --vendor hua", ["huawei"]),
            ("kb fit --sort per", ["per-card"]),
            ("kb coverage --by fam", ["family"]),
            ("kb coverage --model qwen3-32b", MODELS),
            ("kb coverage --hardware mi300", ["mi300x"]),
            ("kb disputes --kind hard", ["hardware"]),
            ("kb disputes --record case-dsr1-asc", ["case-dsr1-asc910bx16-mindie-001"]),
            ("kb explain memory-does", ["memory-does-not-fit"]),
            ("kb explain kb501", ["KB501"]),
            ("kb import llama", ["llama-bench"]),
        ],
    )
    def test_what_begins_as_typed(self, offered: Ask, line: str, some: list[str]) -> None:
        found = offered(line)
        assert set(some) <= set(found)
        typed = re.split("[ =]", line)[-1].casefold()
        assert all(value.casefold().startswith(typed) for value in found)

    @pytest.mark.parametrize("typed", ["dsr1-05", "DeepSeek-R1-05", "deepseek-ai/DeepSeek-R1-05"])
    def test_bash_is_given_the_id_for_another_name(self, offered: Ask, typed: str) -> None:
        assert offered(f"kb estimate --model {typed}") == ["deepseek-r1-0528"]

    @pytest.mark.parametrize("shell", ["zsh", "fish"])
    def test_a_shell_that_shows_only_what_begins_as_typed_is_given_the_name(self, offered: Ask, shell: str) -> None:
        assert offered("kb estimate --model dsr1-05", shell) == ["dsr1-0528"]

    @pytest.mark.parametrize("line", ["kb estimate --model nothing-like-it", "kb check x", "kb estimate --from x"])
    def test_nothing_is_offered_where_there_is_nothing(self, offered: Ask, line: str) -> None:
        assert offered(line) == []

    def test_fish_is_told_whether_files_may_follow(self, kb_process: Command) -> None:
        action = {"_TYPER_COMPLETE_FISH_ACTION": "is-args", "_KB_COMPLETE": "complete_fish"}
        assert kb_process(_TYPER_COMPLETE_ARGS="kb estimate --model qwen3", **action).code == 0
        assert kb_process(_TYPER_COMPLETE_ARGS="kb check ", **action).code == 1

    def test_a_command_is_told_by_its_first_sentence(self, kb_process: Command) -> None:
        assert asked(kb_process, "fish", "kb cov").out == (
            "coverage\tShow what was measured on what, and what is missing.\n"
        )


class TestLikeTheFirst:
    """Records to put beside the first."""

    class Context:
        """As typer gives it: what is parsed already."""

        def __init__(self, *names: str) -> None:
            self.params = {"names": names, "as_json": False}

    def ask(self, *names: str, incomplete: str = "") -> list[str]:
        context = self.Context(*names)
        return [value for value, _ in completing.like_the_first(context, incomplete)]  # type: ignore[arg-type]

    @pytest.fixture(autouse=True)
    def _there(self, bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KB_BUNDLE", str(bundle))

    def test_are_of_its_kind_and_not_named_yet(self) -> None:
        found = self.ask("h100-sxm5", "mi300x")
        assert "h200-sxm-141gb" in found
        assert not {"mi300x", "qwen3-32b"} & set(found)

    def test_are_all_there_is_where_the_first_is_not_known(self) -> None:
        assert {"mi300x", "qwen3-32b"} <= set(self.ask("nothing-like-it"))
        assert {"mi300x", "qwen3-32b"} <= set(self.ask())


class TestSilence:
    """Nothing is said, and nothing is built, whatever is wrong."""

    def test_without_a_bundle(self, kb_process: Command, tmp_path: Path) -> None:
        done = asked(kb_process, "bash", "kb fit qwen", KB_BUNDLE=str(tmp_path / "none"))
        assert (done.code, done.out.strip(), done.err) == (0, "", "")
        assert list(tmp_path.iterdir()) == []

    def test_far_from_any_knowledge_base(self, kb_process: Command, tmp_path: Path) -> None:
        done = asked(kb_process, "bash", "kb fit qwen", KB_ROOT=str(tmp_path), KB_BUNDLE="")
        assert (done.code, done.out.strip(), done.err) == (0, "", "")

    @pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0 cut off"])
    def test_with_a_broken_bundle(self, kb_process: Command, tmp_path: Path, content: bytes) -> None:
        (tmp_path / INDEX).write_bytes(content)
        done = asked(kb_process, "bash", "kb fit qwen", KB_BUNDLE=str(tmp_path))
        assert (done.code, done.out.strip(), done.err) == (0, "", "")

    @pytest.mark.parametrize("line", ["kb nonsense x", "kb --nonsense x", "kb fit 'open", 'kb fit "', "kb fit \\"])
    def test_of_a_line_that_is_wrong(self, kb_process: Command, line: str) -> None:
        done = asked(kb_process, "bash", line)
        assert (done.code, done.err) == (0, "")

    def test_of_a_question_that_is_none(self, kb_process: Command) -> None:
        assert kb_process(_KB_COMPLETE="complete_bash") == Done(1, "", "")

    def test_nothing_of_rich_or_duckdb_is_loaded(self, bundle: Path) -> None:
        code = (
            "import atexit, sys\n"
            "unwanted = ('duckdb', 'kb.records', 'rich.')\n"
            "atexit.register(lambda: print([m for m in sys.modules if m.startswith(unwanted)]))\n"
            "from kb.cli.main import run; run()"
        )
        env = {**os.environ, "KB_BUNDLE": str(bundle), "_KB_COMPLETE": "complete_zsh"}
        env["_TYPER_COMPLETE_ARGS"] = "kb estimate --model qwen3-32b"
        done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == "[]"


@pytest.fixture
def hostile(bundle: Path, tmp_path: Path) -> Path:
    """A bundle whose names are meant for the shell that reads them."""
    shutil.copy(bundle / INDEX, tmp_path / INDEX)
    with sqlite3.connect(tmp_path / INDEX) as index:
        title = "\\$(touch pwned) `touch pwned` \"; touch pwned; ' [/x] $(touch pwned)"
        index.execute("UPDATE record SET title = ? WHERE id = 'qwen3-32b'", (title,))
        index.execute("INSERT INTO record (kind, id, title) VALUES ('model', 'qwen3-32b-$(touch pwned)', 'x')")
        index.execute("INSERT INTO name VALUES ('zzz', 'model', 'x', 'zzz`touch pwned`', 'alias')")
    index.close()
    return tmp_path


@pytest.mark.parametrize("shell", ASKING)
@pytest.mark.parametrize("typed", ["qwen3-32b", "zz"])
def test_no_record_can_speak_to_the_shell(kb_process: Command, hostile: Path, shell: str, typed: str) -> None:
    done = asked(kb_process, shell, f"kb estimate --model {typed}", KB_BUNDLE=str(hostile))
    assert (done.code, done.err) == (0, "")
    assert not re.search(r"[\\$`;\[\]]", done.out.replace("_arguments '*: :((", ""))
    assert ("qwen3-32b" in done.out) == (typed == "qwen3-32b")


class TestShells:
    """The scripts, and a bash that runs its own."""

    @pytest.mark.parametrize("shell", Shell)
    def test_each_has_a_script(self, kb_process: Command, shell: str) -> None:
        done = kb_process("--show-completion", shell)
        assert (done.code, done.err) == (0, "")
        assert "_KB_COMPLETE" in done.out

    def test_ones_own_is_taken_where_none_is_named(self, kb_process: Command) -> None:
        asked_for = kb_process("--show-completion", "fish").out
        assert kb_process("--show-completion", SHELL="/usr/bin/fish").out == asked_for

    @pytest.mark.parametrize("own", ["", "/bin/csh"])
    def test_another_is_refused(self, kb_process: Command, own: str) -> None:
        done = kb_process("--show-completion", SHELL=own)
        assert (done.code, done.out) == (2, "")
        assert "'bash', 'zsh', 'fish'" in done.err

    def test_it_is_installed_where_the_shell_looks(self, kb_process: Command, tmp_path: Path) -> None:
        done = kb_process("--install-completion", "bash", HOME=str(tmp_path))
        script = tmp_path / ".bash_completions/kb.sh"
        assert done.out == f"{script}: written; a new bash knows the Tab key of kb\n"
        assert "_KB_COMPLETE" in script.read_text(encoding="utf-8")
        assert str(script) in (tmp_path / ".bashrc").read_text(encoding="utf-8")

    @pytest.mark.skipif(shutil.which("bash") is None, reason="no bash on this system")
    @pytest.mark.parametrize(
        ("words", "offers"),
        [
            (["kb", "cov"], ["coverage"]),
            (["kb", "fit", "qwen3-32b"], MODELS),
            (["kb", "estimate", "--model", "dsr1-05"], ["deepseek-r1-0528"]),
            (["kb", "estimate", "--hardware", "=", "mi300x"], ["mi300x"]),
            (["kb", "check", "no-such-file"], []),
        ],
    )
    def test_a_real_bash_completes(
        self, bundle: Path, sample_root: Path, tmp_path: Path, words: list[str], offers: list[str]
    ) -> None:
        (tmp_path / "kb").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kb "$@"\n', encoding="utf-8")
        (tmp_path / "kb").chmod(0o755)
        quoted = " ".join(f"'{word}'" for word in words)
        script = (
            'eval "$(kb --show-completion bash)"\n'
            f'COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _kb_completion kb\nprintf "%s\\n" "${{COMPREPLY[@]}}"'
        )
        env = {**os.environ, "KB_ROOT": str(sample_root), "KB_BUNDLE": str(bundle)}
        env["PATH"] = f"{tmp_path}{os.pathsep}{env['PATH']}"
        done = subprocess.run(
            ["bash", "--norc", "--noprofile", "-c", script],
            env=env,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        assert (done.stdout.split(), done.stderr) == (offers, "")


# What takes the name of a record, a kind, a check or a format, and by which words it is called in the commands.
TAKES_A_NAME = {"model", "hardware", "quantization", "kv_cache", "engine", "vendor", "name", "names", "record", "kind"}


@pytest.mark.parametrize("command", COMMANDS)
def test_wherever_a_name_is_taken_it_can_be_completed(command: str) -> None:
    taking = [param for param in loaded(command).params if param.name in {*TAKES_A_NAME, "code", "source"}]
    lacking = [param.name for param in taking if param._custom_shell_complete is None]
    assert not lacking, f"kb {command}: give {', '.join(lacking)} an autocompletion of kb.cli.completing"
