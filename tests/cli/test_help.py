"""Help: what each command tells of itself, and that its examples do what they say."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kb.cli.app import COMMANDS, GROUPS, loaded
from kb.cli.help import Help
from tests.cli.conftest import Command

HELP = {name: Help.of(loaded(name).help) for name in COMMANDS}
# What these do to the records, the bundle or the site is tested elsewhere, on copies.
WRITE = {"build", "calibrate", "import", "schema", "site", "validate-estimator"}
EXAMPLES = [
    (name, example)
    for name, told in HELP.items()
    for example in told.examples
    if name not in WRITE and (name != "fmt" or "--check" in example.split())
]


class TestList:
    """``kb --help``."""

    def test_every_command_is_told_on_one_line_of_80_columns(self, kb_process: Command) -> None:
        lines = kb_process("--help", COLUMNS="80").out.splitlines()
        told = {name: line for line in lines if (name := line.strip().split(" ")[0]) in COMMANDS}
        assert {name: re.split(" {2,}", line.strip())[1] for name, line in told.items()} == {
            name: told.summary for name, told in HELP.items()
        }, "the first sentence of a docstring has 56 letters at most"

    def test_commands_stand_in_their_groups(self, kb_process: Command) -> None:
        text = kb_process("--help").out
        places = [text.index(f"\n{group}:\n") for group in GROUPS]
        assert places == sorted(places)
        assert len(set(COMMANDS)) == len(COMMANDS)

    def test_help_of_a_command_can_be_asked_for_in_two_ways(self, kb: Command) -> None:
        assert kb("help", "fit") == kb("fit", "--help")
        assert kb("help") == kb("--help")
        assert kb("help", "nonsense").code == 2


class TestCommands:
    """``kb COMMAND --help``."""

    @pytest.mark.parametrize("name", COMMANDS)
    def test_tells_more_than_one_sentence_and_two_examples(self, name: str) -> None:
        told = HELP[name]
        assert re.fullmatch(r"[A-Z][^.]*\.", told.summary)
        assert len(told.text) > len(told.summary)
        assert len(told.examples) >= 2
        assert told.examples[0].startswith(f"kb {name}")
        assert all(re.search(rf"\bkb {name}\b", example) for example in told.examples)

    @pytest.mark.parametrize("name", COMMANDS)
    def test_every_option_is_told_in_a_sentence(self, name: str) -> None:
        command = loaded(name)
        for param in command.params:
            assert re.fullmatch(r"[\w-].*\.", param.help or ""), f"kb {name}: {param.name} lacks its help"

    @pytest.mark.parametrize("name", COMMANDS)
    def test_shows_all_of_it(self, kb: Command, name: str) -> None:
        text = kb(name, "--help").out
        told = HELP[name]
        assert " ".join(told.summary.split()) in " ".join(text.split())
        assert all(f"\n  {example}\n" in text for example in told.examples)
        assert ("Exit codes:" in text) == bool(told.exits)

    @pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[example for _, example in EXAMPLES])
    def test_its_examples_work(self, bundle: Path, sample_root: Path, tmp_path: Path, name: str, example: str) -> None:
        for piped in re.findall(r"\| (\w+)", re.sub(r"'[^']*'|\"[^\"]*\"", "", example)):
            if shutil.which(piped) is None and piped != "kb":
                pytest.skip(f"no {piped} on this system")
        program = tmp_path / "bin" / "kb"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m kb "$@"\n', encoding="utf-8")
        program.chmod(0o755)
        (tmp_path / "drafts").mkdir()
        engine = sample_root / "data/engines/vllm.yaml"
        (tmp_path / "drafts/my-case.yaml").write_bytes(engine.read_bytes())
        path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {example}"],
            env={**os.environ, "KB_ROOT": str(sample_root), "KB_BUNDLE": str(bundle), "PATH": path},
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        # What is checked has a fault, which is what the example is for.
        assert done.returncode in ((0, 1) if name == "check" else (0,)), done.stderr
        assert done.stdout.strip()
        assert "building" not in done.stderr


class TestDocstrings:
    """The forms of a docstring."""

    def test_all_of_them(self) -> None:
        told = Help.of(
            "Do it: so.\n\nMore of it. And more.\n\nExit 1: it failed\nExit 3: nothing\n"
            "Example: kb do\nExample: kb do | head -3"
        )
        assert told.summary == "Do it: so."
        assert told.text == "Do it: so.\n\nMore of it. And more."
        assert told.exits == ((1, "it failed"), (3, "nothing"))
        assert told.examples == ("kb do", "kb do | head -3")

    def test_a_sentence_alone(self) -> None:
        assert Help.of("Do v1.0 of it.") == Help("Do v1.0 of it.", "Do v1.0 of it.", (), ())
        assert Help.of("no stop\nhere").summary == "no stop"
