"""Whatever stands in a tool's output, an importer answers with drafts or with a sentence."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kb.corpus import Corpus
from kb.corpus.yaml_text import load
from kb.importers import IMPORTERS, Imported, ImportFailed
from kb.importers.formats import detect
from kb.importers.json_input import parse_documents
from kb.records import Case
from tests.importers.conftest import FIXTURES
from tests.importers.test_anything import JSON, paths

SAMPLES = {
    "vllm": ["vllm_bench_serve_v0.25.1.json", "vllm_bench_sweep_summary_v0.25.1.json"],
    "sglang": [
        "sglang_bench_serving_online.jsonl",
        "sglang_bench_serving_offline.jsonl",
        "sglang_bench_one_batch.jsonl",
        "sglang_bench_one_batch_server.jsonl",
    ],
    "llama-bench": [
        "llama_bench_o_json.json",
        "llama_bench_all_layers.jsonl",
        "llama_bench_depth.md",
        "llama_bench_pasted.md",
        "llama_bench_eight_cards.md",
    ],
    "inferencex": [
        "inferencex_bench_serving_raw_h200_gptoss.json",
        "inferencex_experimental_client.json",
        "inferencex_agg_bmk_agentic.json",
    ],
}
ALL = [(name, file) for name, files in SAMPLES.items() for file in files]
JSON_SAMPLES = [(name, file) for name, file in ALL if not file.endswith(".md")]
HOSTILE = st.sampled_from(
    [
        "javascript:alert(1)",
        "<script>alert(1)</script>",
        "a\x1b[31mb",
        "a\u202eb",
        "a\nb: c",
        "x" * 3000,
        "../../etc/passwd",
        "|" * 50,
        "-1",
        -1,
        0,
        1e300,
        10**30,
        float("inf"),
        float("-inf"),
        float("nan"),
        True,
        "\ud800",
    ]
)
quick = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def answer(format_name: str, path: Path, library: Corpus | None) -> Imported | None:
    """Return what the importer makes of the file, having looked at every word of it."""
    try:
        imported: Imported | None = IMPORTERS[format_name](path, library)
    except ImportFailed as failure:
        sentences: tuple[str, ...] = (str(failure),)
        imported = None
    else:
        assert imported is not None
        drafts = imported.drafts
        sentences = (*imported.failures, *(s for draft in drafts for s in (*draft.missing, *draft.remarks)))
        assert drafts or imported.failures
        for draft in drafts:
            assert Case.model_validate(load(draft.text())).id == draft.id
            assert draft.raw is not None
            assert draft.raw.content == path.read_bytes()
    for sentence in sentences:
        assert sentence.replace("\n", "").isprintable(), sentence
    return imported


@pytest.mark.parametrize(("format_name", "file"), ALL)
def test_a_sample(format_name: str, file: str, library: Corpus) -> None:
    for looked_up_in in (library, None):
        imported = answer(format_name, FIXTURES / file, looked_up_in)
        assert imported is not None
        assert imported.drafts
        assert imported.failures == ()


@quick
@given(data=st.data())
@pytest.mark.parametrize(("format_name", "file"), ALL)
def test_a_file_cut_short(data: st.DataObject, format_name: str, file: str, tmp_path: Path, library: Corpus) -> None:
    content = (FIXTURES / file).read_bytes()
    path = tmp_path / file
    path.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    answer(format_name, path, library)


@quick
@given(data=st.data())
@pytest.mark.parametrize(("format_name", "file"), ALL)
def test_a_file_with_other_bytes_in_it(
    data: st.DataObject, format_name: str, file: str, tmp_path: Path, library: Corpus
) -> None:
    content = bytearray((FIXTURES / file).read_bytes()[:6000])
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / file
    path.write_bytes(content)
    answer(format_name, path, library)


@quick
@given(data=st.data())
@pytest.mark.parametrize(("format_name", "file"), JSON_SAMPLES)
def test_a_value_changed(data: st.DataObject, format_name: str, file: str, tmp_path: Path, library: Corpus) -> None:
    values, _ = parse_documents((FIXTURES / file).read_bytes(), file)
    content = copy.deepcopy([value for _, value in values[:3]])
    where = data.draw(st.sampled_from(list(paths(content))[1:]))
    inner: Any = content
    for step in where[:-1]:
        inner = inner[step]
    inner[where[-1]] = data.draw(HOSTILE | JSON)
    path = tmp_path / "x.json"
    path.write_text(json.dumps(content))
    answer(format_name, path, library)


@quick
# A separator that Python counts as space in text and not in bytes.
@example(content=b"\x1c")
# Four letters that are a format of their own, which chance has found.
@example(content=b"GGUF")
@given(content=st.binary(max_size=300) | JSON.map(lambda value: json.dumps(value).encode()))
def test_anything_at_all(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    for format_name in SAMPLES:
        answer(format_name, path, None)
    if content.startswith(b"GGUF"):
        assert detect(path) == "gguf"
        return
    with pytest.raises(ImportFailed) as failure:
        detect(path)
    assert str(failure.value).isprintable()


@pytest.mark.parametrize("format_name", SAMPLES)
def test_a_file_of_another_tool(format_name: str, tmp_path: Path, library: Corpus) -> None:
    for other, file in ALL:
        if other != format_name and (format_name, other) not in {("vllm", "inferencex"), ("inferencex", "vllm")}:
            imported = answer(format_name, FIXTURES / file, library)
            assert imported is None or imported.drafts == (), file
