"""What the package promises: its names, its example, and that importing it loads nothing."""

import doctest
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import kb

PROMISED = [
    "Bundle",
    "BundleLibrary",
    "Corpus",
    "EstimateRequest",
    "Finding",
    "FitQuestion",
    "KbError",
    "ParetoQuestion",
    "Price",
    "Scope",
    "__version__",
    "build",
    "check_corpus",
    "compare",
    "coverage",
    "disputes",
    "economy_of",
    "estimate_deployment",
    "find_record",
    "find_rule",
    "gaps",
    "history",
    "list_records",
    "open_bundle",
    "open_corpus",
    "pareto",
    "query",
    "staleness",
    "what_fits",
]


def test_the_export_list_is_what_was_promised() -> None:
    # A name may be added here; taking one away breaks somebody's program.
    assert kb.__all__ == PROMISED
    assert set(PROMISED) <= set(dir(kb))


@pytest.mark.parametrize("name", PROMISED)
def test_each_name_can_be_had(name: str) -> None:
    assert getattr(kb, name) is getattr(kb, name)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        _ = kb.nonsense  # type: ignore[attr-defined]


def test_no_promised_name_is_hidden_by_a_module() -> None:
    # Importing kb.x binds the module to kb's attribute x, whatever __getattr__ would have said.
    modules = {module.name for module in pkgutil.iter_modules(kb.__path__)}
    assert not modules & set(kb.__all__)
    importlib.import_module("kb.estimate")
    assert callable(kb.estimate_deployment)


def test_importing_the_package_loads_nothing() -> None:
    code = "import sys, kb; print([m for m in sys.modules if m.startswith(('kb.', 'duckdb', 'pydantic', 'typer'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['kb._version']"


@pytest.mark.no_cover  # Other tests ask the same of fewer records.
def test_the_example_in_the_docstring_runs(sample_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").symlink_to(sample_root / "data")
    monkeypatch.chdir(tmp_path)
    results = doctest.testmod(kb)
    assert (results.failed, results.attempted > 5) == (0, True)
