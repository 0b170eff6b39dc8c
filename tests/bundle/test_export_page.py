"""The page on the data says what the export does: its example runs, and its promise is the one that is published."""

import re
from pathlib import Path

import pytest

from kb.bundle.export.version import PROMISE
from kb.records import KINDS
from kb.site.packed import SUFFIX, served
from tests.bundle.exported import read
from tests.conftest import ROOT

PAGE = (ROOT / "site/pages/data.md").read_text(encoding="utf-8")
JSON = PAGE.partition("## JSON")[2].partition("\n## ")[0]


def test_the_promise_is_the_one_of_the_index(bundle: Path) -> None:
    assert PROMISE in " ".join(JSON.split())
    assert read(bundle, "index.json")["promise"] == PROMISE


def test_the_example_runs(bundle: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    examples = re.findall(r"```python\n(.*?)```", JSON, re.DOTALL)
    assert examples
    monkeypatch.chdir(bundle.parent)
    for example in examples:
        exec(compile(example, "data.md", "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "h100-sxm5-80gb 3350"
    assert len(lines) > 2
    assert all(line.startswith("case-") for line in lines[1:])


def test_every_file_that_is_named_is_there(bundle: Path) -> None:
    below = {name for row in re.findall(r"^\| (`.*?) \|", JSON, re.MULTILINE) for name in re.findall(r"`([^`]+)`", row)}
    for name in {name for name in below if "ID" not in name} - {"json/v1/"}:
        assert (bundle / "json/v1" / name).is_file(), name
    # The site serves them compressed, and links to what it serves.
    for name in re.findall(r'href="(json/[^"]+)"', PAGE):
        plain = name.removesuffix(SUFFIX)
        assert (bundle / plain).is_file(), name
        assert served(plain) == name
    for name in re.findall(r"`(record/[^`]+|collection/[^`]+)`", JSON):
        assert (bundle / "schema/output/v1" / name).is_file(), name
    curled = re.findall(r"\$SITE/data/([^\s;]+)", JSON)
    assert len(curled) == 2
    for name in curled:
        assert (bundle / name.removesuffix(SUFFIX)).is_file(), name
        assert served(name.removesuffix(SUFFIX)) == name


def test_every_field_that_the_export_adds_is_told(bundle: Path) -> None:
    case = read(bundle, f"cases/{read(bundle, 'index.json')['collections']['cases']['ids'][0]}.json")
    added = case.keys() - KINDS["case"].model.model_fields.keys()
    # How many reproduced a case is the length of a list that is named.
    missing = {name for name in added if f"`{name}`" not in JSON} - {"schema_version", "independently_reproduced"}
    assert not missing
