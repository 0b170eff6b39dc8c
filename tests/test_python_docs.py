"""The reference of the library is its docstrings, and its notebook shows what really comes out."""

import json
import re
from pathlib import Path

import pytest

import kb
from scripts import notebook, write_cli_docs, write_python_docs
from tests.conftest import ROOT

PAGE = (ROOT / write_python_docs.PAGE).read_text(encoding="utf-8")
NOTEBOOK = (ROOT / write_python_docs.NOTEBOOK).read_text(encoding="utf-8")
CELLS = json.loads(NOTEBOOK)["cells"]


def test_the_page_is_what_the_docstrings_say() -> None:
    assert write_python_docs.page() == PAGE, f"{write_python_docs.PAGE.as_posix()} is not up to date; run: make docs"


@pytest.mark.parametrize("name", sorted(set(kb.__all__) - {"__version__"}))
def test_every_name_is_on_the_page(name: str) -> None:
    assert re.search(rf"^### {name}\n\n```python\n(class )?kb\.{name}\b", PAGE, re.MULTILINE)


def test_the_page_shows_what_a_function_takes_gives_and_raises() -> None:
    part = PAGE.partition("### open_bundle\n")[2].partition("\n### ")[0]
    assert "kb.open_bundle(folder: Path | str='dist', *, memory_limit: str=MEMORY_LIMIT) -> Bundle\n" in part
    assert "**Raises**\n\n- `NoBundle`: there is none, it cannot be read, or" in part
    assert "├── NoCorpus       no records to read\n" in PAGE


def test_the_notebook_shows_what_comes_out(
    tmp_path: Path, sample_root: Path, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_cli_docs.workshop(tmp_path, sample_root, bundle))
    assert notebook.refreshed(NOTEBOOK) == NOTEBOOK, f"{write_python_docs.NOTEBOOK.as_posix()} is stale; run: make docs"


def test_the_notebook_is_one_that_jupyter_opens() -> None:
    whole = json.loads(NOTEBOOK)
    assert (whole["nbformat"], whole["nbformat_minor"]) == (4, 5)
    assert whole["metadata"]["kernelspec"]["name"] == "python3"
    assert len({cell["id"] for cell in CELLS}) == len(CELLS)
    for cell in CELLS:
        keys = {"cell_type", "id", "metadata", "source"}
        assert set(cell) == (keys | {"execution_count", "outputs"} if cell["cell_type"] == "code" else keys)
        assert cell["cell_type"] in ("code", "markdown")
        assert all(line.endswith("\n") for line in cell["source"][:-1])


def test_the_notebook_uses_the_promised_names_only() -> None:
    source = "\n".join("".join(cell["source"]) for cell in CELLS if cell["cell_type"] == "code")
    imported = re.findall(r"^(?:from (\S+) )?import (.+)$", source, re.MULTILINE)
    assert {home for home, _ in imported} == {"kb"}
    assert {name for _, names in imported for name in names.split(", ")} <= set(kb.__all__)


def _notebook(*sources: str) -> str:
    cells = [{"cell_type": "code", "source": [source], "metadata": {}} for source in sources]
    return json.dumps({"cells": [{"cell_type": "markdown", "source": ["# x"]}, *cells]})


class TestRunning:
    """How cells are run."""

    def test_what_is_printed_and_the_last_value_are_kept(self) -> None:
        (_, first, second, third) = json.loads(notebook.refreshed(_notebook("a = 1", "print(a)\na + 1", "None")))[
            "cells"
        ]
        assert (first["outputs"], third["outputs"]) == ([], [])
        printed, value = second["outputs"]
        assert (printed["name"], printed["text"]) == ("stdout", ["1\n"])
        assert (value["data"], value["execution_count"]) == ({"text/plain": ["2"]}, 2)

    def test_a_cell_that_fails_is_named(self) -> None:
        with pytest.raises(ZeroDivisionError) as raised:
            notebook.refreshed(_notebook("a = 1", "a / 0"))
        assert raised.value.__notes__ == ["in cell 3 of the notebook"]
