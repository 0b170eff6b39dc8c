import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kb.cli.app import app
from kb.importers import IMPORTERS, ImportFailed, formats, run
from kb.importers.formats import detect
from tests.importers.conftest import FIXTURES

SAMPLES = {
    "evokernel-three-cases.json": "evokernel",
    "vllm_bench_serve_v0.25.1.json": "vllm",
    "vllm_bench_serve_all_failed_v0.25.1.json": "vllm",
    "vllm_bench_sweep_summary_v0.25.1.json": "vllm",
    "sglang_bench_serving_online.jsonl": "sglang",
    "sglang_bench_serving_offline.jsonl": "sglang",
    "sglang_bench_one_batch.jsonl": "sglang",
    "sglang_bench_one_batch_server.jsonl": "sglang",
    "llama_bench_o_json.json": "llama-bench",
    "llama_bench_all_layers.jsonl": "llama-bench",
    "llama_bench_depth.md": "llama-bench",
    "llama_bench_pasted.md": "llama-bench",
    "llama_bench_eight_cards.md": "llama-bench",
    "inferencex_bench_serving_raw_h200_gptoss.json": "inferencex",
    "inferencex_experimental_client.json": "inferencex",
    "inferencex_agg_bmk_agentic.json": "inferencex",
    "aiperf_profile_export_aiperf.json": "aiperf",
    "guidellm_report_v2.json": "guidellm",
    "inference_perf_summary_lifecycle.json": "inference-perf",
    "trtllm_bench_report_FIXTURE_not_tool_output.json": "trtllm-bench",
    "trtllm_bench_throughput_stdout_v0.16.0.txt": "trtllm-bench",
    "mlperf_log_summary_offline.txt": "mlperf",
    "mlperf_log_summary_server_interactive.txt": "mlperf",
    "mlperf_log_summary_v6.0_interactive.txt": "mlperf",
}


@pytest.mark.parametrize(("name", "format_name"), SAMPLES.items())
def test_a_file_is_told_by_its_content(name: str, format_name: str, tmp_path: Path) -> None:
    assert detect(FIXTURES / name) == format_name
    # Nobody names files as the tools do.
    other = tmp_path / "results"
    other.write_bytes((FIXTURES / name).read_bytes())
    assert detect(other) == format_name


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        (b'{"a": 1, "b": {"c": 2}}', "is JSON with the keys a, b, c"),
        (b"", "is empty"),
        (b"\x00\x01\x02", "holds binary data"),
        (b"hello\x1b[31m\nworld", r"begins with 'hello\x1b[31m'"),
        (b"\xff\xfe", r"begins with '\ufffd\ufffd'"),
    ],
)
def test_a_file_of_no_format(content: bytes, seen: str, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(ImportFailed) as failure:
        detect(path)
    said = str(failure.value)
    assert f"x.json is of no known format: it {seen}" in said
    assert all(f"{name}: " in said for name in IMPORTERS)
    assert said.isprintable()


def test_a_file_of_two_formats(tmp_path: Path) -> None:
    vllm = json.loads((FIXTURES / "vllm_bench_serve_v0.25.1.json").read_text())
    llama = json.loads((FIXTURES / "llama_bench_o_json.json").read_text())
    path = tmp_path / "x.json"
    path.write_text(json.dumps([vllm, *llama]))
    with pytest.raises(ImportFailed, match="can be vllm or llama-bench: name the format in the place of auto"):
        detect(path)


def test_a_model_file_is_told_by_its_first_bytes(tmp_path: Path) -> None:
    path = tmp_path / "model"
    path.write_bytes(b"GGUF\x03\x00\x00\x00" + bytes(100))
    assert detect(path) == "gguf"


def test_auto_reads_each_file_by_its_own_format(tmp_path: Path) -> None:
    stranger = tmp_path / "stranger.json"
    stranger.write_text("{}")
    names = ["sglang_bench_serving_online.jsonl", "llama_bench_depth.md", "vllm_bench_serve_v0.25.1.json"]
    report = run("auto", [stranger, *(FIXTURES / name for name in names)], tmp_path / "out")
    assert len(report.written) == 3
    assert len(report.failures) == 1
    assert "stranger.json is of no known format" in report.failures[0]
    for written in report.written:
        assert written.draft.raw is not None
        kept = tmp_path / "out" / written.draft.raw.home
        assert kept.read_bytes() == written.draft.raw.content


def test_several_files_of_a_format_may_become_one_draft(tmp_path: Path) -> None:
    first = json.loads((FIXTURES / "vllm_bench_serve_v0.25.1.json").read_text())
    for concurrency in (2, 4):
        (tmp_path / f"c{concurrency}.json").write_text(json.dumps(first | {"max_concurrency": concurrency}))
    report = run("auto", sorted(tmp_path.glob("c*.json")), tmp_path / "out")
    (written,) = report.written
    assert len(written.draft.record["points"]) == 2
    assert len(list((tmp_path / "out/artifacts").glob("*/*.json"))) == 2


def test_an_unknown_format(tmp_path: Path) -> None:
    with pytest.raises(ImportFailed, match="unknown format 'gold'; there is auto, evokernel, vllm"):
        run("gold", [], tmp_path)


def test_every_format_is_whole() -> None:
    for format_ in IMPORTERS.values():
        assert importlib.util.find_spec(f"kb.importers.{format_.module}"), format_.name
        module = format_.load()
        assert callable(module.read)
        assert module.recognises(b"", "x.json") is False
        assert module.recognises(b"\xff\x00{[", "x.json") is False


def test_only_the_module_that_is_needed_is_loaded() -> None:
    program = (
        "import sys; from kb.importers import IMPORTERS; IMPORTERS['vllm'].load();"
        "print([m for m in sys.modules if m.startswith('kb.importers.') and m.endswith(('sglang', 'evokernel'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_help_names_every_format_with_an_example() -> None:
    text = CliRunner().invoke(app, ["import", "--help"]).output
    for name in (formats.AUTO, *IMPORTERS):
        assert f"kb import {name} " in text
