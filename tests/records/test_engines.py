"""When a version of an engine came out, however a source prints it."""

import pytest

from kb import Corpus
from kb.records import Engine
from tests.records.samples import record

RELEASES = [
    {"version": "0.9.0", "date": "2024-04-16"},
    {"version": "1.0.0", "date": "2025-09-19"},
    {"version": "1.0.0rc3", "date": "2025-07-16"},
    {"version": "1.1.0", "date": "2025-12-01", "upper_bound": True},
    {"version": "b1550", "date": "2023-11-21", "commit": "8e672efe6"},
    {"version": "2.0", "date": "2026"},
]


@pytest.fixture(scope="module")
def engine() -> Engine:
    made = record("engine", name="Fast LLM", aliases=["fastllm"], releases=RELEASES)
    assert isinstance(made, Engine)
    return made


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("0.9.0", "2024-04-16"),
        ("v0.9.0", "2024-04-16"),
        ("0.9", "2024-04-16"),
        ("1.0", "2025-09-19"),
        ("1.0.0rc3", "2025-07-16"),
        ("2.0.0", "2026"),
        ("Fast LLM 0.9.0, RHEL 9.6", "2024-04-16"),
        ("fast llm v0.9", "2024-04-16"),
        ("fastllm 1.0.0rc3", "2025-07-16"),
        ("0.9.0 / runtime 1.0.0", "2024-04-16"),
        ("0.9.0+rocm614, PyTorch 2.3.0", "2024-04-16"),
        ("b1550", "2023-11-21"),
        ("8e672ef", "2023-11-21"),
        ("8e672efe632bb6a7333964a255c4b96f018b9a65", "2023-11-21"),
    ],
)
def test_a_version_finds_its_day(engine: Engine, said: str, day: str) -> None:
    assert engine.released(said) == day


@pytest.mark.parametrize(
    "said",
    [
        None,
        "",
        "0.9.1",
        "1.1.0",  # only an upper bound of its day is known
        "0.9.0.dev964+rocm",
        "Runtime 0.9.0",
        "main branch",
        "8e672e",  # six digits are no commit
        "9e672efe6",
        "0.9.0.2",
        "10.0",
        "vLLM",
        ",",
    ],
)
def test_what_names_no_release_has_no_day(engine: Engine, said: str | None) -> None:
    assert engine.released(said) is None


@pytest.mark.parametrize(
    ("engine_id", "said", "day"),
    [
        ("vllm", "vLLM 0.10.0, RHEL 9.6", "2025-07-25"),
        ("sglang", "SGLang v0.4.9", "2025-07-06"),
        ("tensorrt-llm", "v0.21.0rc2", "2025-06-18"),
        ("llama.cpp", "8e672ef", "2023-11-21"),
        ("mlx-lm", "0.20.4 / mlx 0.21.1", "2024-12-13"),
        ("transformers-neuronx", "Neuron 2.18.1", "2024-04-10"),
    ],
)
def test_versions_as_measured_rows_print_them(corpus: Corpus, engine_id: str, said: str, day: str) -> None:
    assert corpus.engines[engine_id].released(said) == day


def test_versions_of_a_library_below_are_no_versions_of_the_engine(corpus: Corpus) -> None:
    assert corpus.engines["tensorrt-llm"].released("TensorRT 10.11, CUDA 12.9") is None
