"""What must hold of every file of the repository."""

import re
import subprocess

import pytest
import yaml

from tests.conftest import ROOT

# Written in pieces, so that this file does not hold what it forbids.
REGISTRIES = (
    "pypi." + "org",
    "pytho" + "nhosted.org",
    "registry.npm" + "js.org",
    "deb.deb" + "ian.org",
    "files.pyth" + "on",
)
PLACES = ("/wo" + "rk/", "/ho" + "me/", "/ro" + "ot/", "/Us" + "ers/", "C:" + "\\\\Users")


def tracked(*patterns: str) -> str:
    words = [word for pattern in patterns for word in ("-e", pattern)]
    done = subprocess.run(
        ["git", "grep", "-n", "-I", "-F", *words, "--", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode > 1:
        pytest.skip("not a git repository")
    return done.stdout


def test_nothing_is_fetched_from_a_registry_by_name() -> None:
    assert tracked(*REGISTRIES) == ""


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    # In real output of a tool a cluster keeps its models there.
    allowed = ("file:///", "/home/models/")
    found = [line for line in tracked(*PLACES).splitlines() if not any(text in line for text in allowed)]
    assert not found


@pytest.mark.parametrize("name", ["run.txt", "dev.txt", "duckdb1.txt"])
def test_every_locked_package_has_hashes_and_no_address(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "make lock" in text.split("\n")[1]
    pins = re.findall(r"^[a-z0-9][^\n]*==[^\n]*(?:\n    --hash=sha256:[0-9a-f]{64}[ \\]*)+", text, re.MULTILINE)
    assert len(pins) == len(re.findall(r"^[a-z0-9]", text, re.MULTILINE)) > 0


def test_both_locks_agree() -> None:
    run, dev = ((ROOT / "requirements" / name).read_text(encoding="utf-8") for name in ("run.txt", "dev.txt"))
    pinned = re.compile(r"^([a-z0-9-]+==[^ ]+)", re.MULTILINE)
    assert set(pinned.findall(run)) <= set(pinned.findall(dev))


def test_hooks_fetch_nothing() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [repository["repo"] for repository in hooks["repos"]] == ["local"]
    assert {hook["language"] for repository in hooks["repos"] for hook in repository["hooks"]} == {"system"}


def test_the_editor_knows_the_schema_of_every_folder() -> None:
    text = (ROOT / ".vscode" / "settings.json").read_text(encoding="utf-8")
    schemas = dict(re.findall(r'"(\./schema/draft-07/\w+\.json)": "(data/[^"]+)"', text))
    assert {path.name for path in (ROOT / "schema" / "draft-07").iterdir()} == {
        path.rpartition("/")[2] for path in schemas
    }
    for schema, pattern in schemas.items():
        files = list(ROOT.glob(pattern))
        assert files
        modelines = {path.read_text(encoding="utf-8").split("\n", 1)[0].rpartition("../")[2] for path in files}
        assert modelines == {schema.removeprefix("./")}
