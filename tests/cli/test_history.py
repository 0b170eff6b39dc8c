"""``kb history``: tables of builds, JSON, CSV, SVG, and what cannot be asked."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from kb import open_bundle
from kb.search.history import history
from tests.cli.conftest import Command


@pytest.fixture(scope="module")
def model(bundle: Path) -> str:
    """A model of the sample that has a history."""
    with open_bundle(bundle) as opened:
        models = [row["model"] for row in opened.rows("SELECT DISTINCT model FROM cases ORDER BY 1")]
        found: str = next(model for model in models if history(opened, model).stacks)
        return found


def test_the_terminal_shows_builds_from_left_to_right(kb: Command, model: str) -> None:
    done = kb("history", model)
    assert done.code == 0
    assert done.out.startswith(f"{model}: ")
    assert "last over first" in done.out
    assert re.search(r" \d+\.\d\dx$", done.out, re.MULTILINE)
    assert "cannot be told from one of the build" in " ".join(done.out.split())


def test_json_csv_and_svg_hold_the_same(kb: Command, model: str, tmp_path: Path) -> None:
    done = kb("history", model, "--json", "--svg", "out.svg")
    found = json.loads(done.out)
    steps = [step for stack in found["stacks"] for one in stack["series"] for step in one["steps"]]
    assert steps
    rows = list(csv.DictReader(io.StringIO(kb("history", model, "--csv").out)))
    assert [row["case"] for row in rows] == [step["case"] for step in steps]
    assert [float(row["over_first"]) for row in rows] == [step["over_first"] for step in steps]
    assert done.err == "kb: drawn into out.svg\n"
    assert len(ET.parse(tmp_path / "out.svg").getroot().findall(".//{*}path/{*}title")) == len(steps)


def test_no_history(kb: Command) -> None:
    done = kb("history", "qwen3-8b", "rtx-5080")
    assert done.code == 0
    assert "no stack has two builds or days to compare" in done.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["llama-9"], "unknown model 'llama-9'"),
        (["qwen3-8b", "h1000"], "unknown hardware 'h1000'"),
        (["qwen3-8b", "--engine", "vlm9"], "unknown engine 'vlm9'"),
        (["qwen3-8b", "--json", "--csv"], "exclude each other"),
        (["qwen3-8b", "--svg", "no/such/folder.svg"], "there is no folder no/such; make it first"),
        ([], "Missing argument"),
    ],
)
def test_what_cannot_be_asked(kb: Command, arguments: list[str], words: str) -> None:
    done = kb("history", *arguments)
    assert (done.code, done.out) == (2, "")
    assert words in " ".join(done.err.split())
