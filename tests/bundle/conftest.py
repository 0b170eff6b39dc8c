"""A corpus of a handful of records, for tests that build many bundles."""

import shutil
from pathlib import Path

import pytest

_FILES = (
    "hardware/nvidia/a100-sxm4-80gb.yaml",
    "models/meta/llama-3.3-70b-instruct.yaml",
    "engines/vllm.yaml",
    "quantizations/bf16.yaml",
    "quantizations/int8.yaml",
    "cases/2026/case-llama33-a100x8-vllm-001.yaml",
)


@pytest.fixture(scope="session")
def small_root(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """The folder of a knowledge base of a few real records; read it, do not change it."""
    home = tmp_path_factory.mktemp("small")
    for name in _FILES:
        (home / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / "data" / name, home / "data" / name)
    (home / "schema").mkdir()
    return home
