"""A fresh clone does what the two commands of the README promise, and touches nothing outside itself."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

CASE = "case-dsr1-asc910bx16-mindie-001"


def git(*arguments: str, cwd: Path = ROOT) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=cwd, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL
    ).stdout


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git repository, so there is nothing to clone")
    folder = tmp_path_factory.mktemp("fresh") / "kb"
    git("clone", "--quiet", "--no-hardlinks", str(ROOT), str(folder))
    return folder


def kb(clone: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the clone's own code, in a home of its own."""
    home = clone.parent / "home"
    home.mkdir(exist_ok=True)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("KB_", "COVERAGE", "COV_CORE"))}
    return subprocess.run(
        [sys.executable, "-P", "-m", "kb", *arguments],
        cwd=clone,
        env={**clean, "PYTHONPATH": str(clone), "HOME": str(home), "COLUMNS": "100", "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def demo(clone: Path) -> subprocess.CompletedProcess[str]:
    """What ``make demo`` runs once the packages are there."""
    built = kb(clone, "build")
    assert built.returncode == 0, built.stderr
    assert (clone / "dist" / "SHA256SUMS").is_file()
    return kb(clone, "query", "dsr1 on ascend")


def test_the_demo_ends_with_the_case_its_tier_and_its_verdict(demo: subprocess.CompletedProcess[str]) -> None:
    assert demo.returncode == 0, demo.stderr
    lines = demo.stdout.splitlines()
    first = lines.index("") + 1
    assert "16× Ascend 910B" in lines[first]
    assert lines[first + 1].strip() == CASE
    trust = next(line for line in lines[first:] if "tier " in line)
    assert "tier estimated (claimed measured) | does-not-fit" in trust


def test_programs_get_the_same_answer(clone: Path, demo: subprocess.CompletedProcess[str]) -> None:
    del demo
    answer = json.loads(kb(clone, "query", "dsr1 on ascend", "--json").stdout)
    first = answer["results"][0]
    assert (first["id"], first["tier"], first["claimed_tier"], first["verdict"]) == (
        *(CASE, "estimated", "measured", "does-not-fit"),
    )


def test_the_clone_passes_its_own_checks(clone: Path) -> None:
    checked = kb(clone, "check")
    assert checked.returncode == 0, checked.stdout[-2000:] + checked.stderr
    for form in (("schema", "--check"), ("fmt", "--check")):
        done = kb(clone, *form)
        assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_is_written_outside_the_bundle(clone: Path, demo: subprocess.CompletedProcess[str]) -> None:
    del demo
    assert git("status", "--porcelain", cwd=clone) == ""
    assert git("status", "--porcelain", "--ignored", cwd=clone).split() == ["!!", "dist/"]
    assert list((clone.parent / "home").iterdir()) == []


def test_the_version_loads_nothing_else() -> None:
    script = "import sys; sys.argv = ['kb', '--version']\nfrom kb.cli.main import run\n"
    script += "try: run()\nfinally: print(*sorted(sys.modules))"
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE", "COV_CORE"))}
    done = subprocess.run(
        [sys.executable, "-S", "-c", script],
        cwd=ROOT,
        env={**clean, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    version, modules = done.stdout.splitlines()
    assert version.startswith("kb 0.")
    loaded = {name for name in modules.split() if name.split(".")[0] not in sys.stdlib_module_names}
    assert loaded <= {"kb", "kb._version", "kb.cli", "kb.cli.main", "__main__"}
