"""Who installs the package has its types: a wheel is built, installed, and a program is checked against it."""

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

import kb
from tests.conftest import ROOT

_CLIENT = """
from pathlib import Path
from typing import Any

from kb import (
    BundleLibrary, EstimateRequest, Finding, FitQuestion, KbError, Scope, build, check_corpus, compare, coverage,
    disputes, estimate_deployment, find_record, find_rule, list_records, open_bundle, open_corpus, query, what_fits,
)

corpus = open_corpus(Path("."))
name: str = corpus.resolve("dsr1").id
gigabytes = corpus.hardware["h200-sxm-141gb"].memory
findings: list[Finding] = check_corpus(corpus)
codes: list[str] = [finding.code for finding in findings if finding.blocks]
page: str = find_rule("KB501").page
folder: Path = Path("dist")
build(corpus, folder)
try:
    with open_bundle(folder) as bundle:
        results: list[dict[str, Any]] = query(bundle, "dsr1 on ascend", limit=3).results
        columns, rows = bundle.sql("SELECT id FROM cases")
        first: str = columns[0]
        record: dict[str, Any] = find_record(bundle, "dsr1")
        models: list[dict[str, Any]] = list_records(bundle, "models")
        library = BundleLibrary(bundle)
        answer: dict[str, Any] = estimate_deployment(EstimateRequest("dsr1", "h200-sxm", count=8), library)
        fits: list[str] = [row.model.id for row in what_fits(library, FitQuestion("dsr1")).rows]
        ids: tuple[str, ...] = compare(bundle, ["h100-sxm5", "h200-sxm"]).ids
        cells: int = len(coverage(bundle, Scope(vendor="nvidia")).cells)
        spreads: list[float | None] = [dispute.spread_pct for dispute in disputes(bundle)]
except KbError as error:
    print(str(error))
"""
# Each of these is wrong, and would go unseen if the package had no types.
_WRONG = {
    "open_corpus(7)": "arg-type",
    "open_bundle('dist').no_such_method()": "attr-defined",
    "check_corpus('.')": "arg-type",
    "EstimateRequest('dsr1', 'h200-sxm', count='8')": "arg-type",
    "query(open_bundle(), 'dsr1', limitt=3)": "call-arg",
    "print(kb.nonsense)": "attr-defined",
}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment of its own with the package installed from a wheel, and what it needs from ours."""
    home = tmp_path_factory.mktemp("typed")
    source = home / "source"
    source.mkdir()
    for name in ("kb", "pyproject.toml", "README.md", "LICENSE", "DATA_LICENSE"):
        (source / name).symlink_to(ROOT / name)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet"]
    # From the folder above: pip takes a name without a slash for one in a registry.
    offline = ["--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", "wheel", "./source"]
    subprocess.run([*pip, *offline], cwd=home, check=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", "venv"], cwd=home, check=True)
    (packages,) = (home / "venv").glob("lib/python*/site-packages")
    (wheel,) = (home / "wheel").glob("*.whl")
    zipfile.ZipFile(wheel).extractall(packages)
    (packages / "ours.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return home


def checked(installed: Path, program: str) -> tuple[int, str]:
    (installed / "client.py").write_text(program, encoding="utf-8")
    strict = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--no-error-summary",
        "--config-file",
        "",
        "--cache-dir",
        "cache",
    ]
    done = subprocess.run(
        [*strict, "--python-executable", str(installed / "venv/bin/python"), "client.py"],
        cwd=installed,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_the_wheel_has_the_marker_and_the_data(installed: Path) -> None:
    (wheel,) = (installed / "wheel").glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"kb/py.typed", "kb/estimate/calibrated.json"} <= names
    needed = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "kb").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert needed <= names


def test_a_program_with_types_passes(installed: Path) -> None:
    assert checked(installed, _CLIENT) == (0, "")


def test_a_program_with_wrong_types_is_told(installed: Path) -> None:
    lines = ["import kb", "from kb import EstimateRequest, check_corpus, open_bundle, open_corpus, query", *_WRONG]
    code, said = checked(installed, "\n".join(lines) + "\n")
    assert code == 1
    errors = [line for line in said.splitlines() if ": error: " in line]
    told = [line.split(":")[1] + " " + line.rpartition("[")[2].rstrip("]") for line in errors]
    assert told == [f"{number} {fault}" for number, fault in enumerate(_WRONG.values(), 3)], said


def test_every_name_has_a_docstring() -> None:
    lacking = [name for name in kb.__all__ if name != "__version__" and not (getattr(kb, name).__doc__ or "").strip()]
    assert lacking == []
