"""A corpus of a handful of records, for tests that build many bundles."""

import shutil
from pathlib import Path

import pytest

from kb import Corpus, build, open_corpus
from tests.conftest import made_once

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


@pytest.fixture(scope="session")
def small_bundle(tmp_path_factory: pytest.TempPathFactory, small_root: Path) -> Path:
    """The folder of a bundle of these few records; read it, do not change it."""
    return made_once(tmp_path_factory, "small-bundle", lambda home: build(open_corpus(small_root), home / "d")) / "d"


@pytest.fixture(scope="session")
def divided(tmp_path_factory: pytest.TempPathFactory, sample: Corpus) -> Path:
    """The folder of a bundle of the sample whose long tables are folders of Parquet files; read it only."""
    return made_once(tmp_path_factory, "divided", lambda home: build(sample, home / "d", partitioned=True)) / "d"


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let any attempt to reach another machine fail."""

    def refuse(*_: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
