import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.corpus import Corpus
from kb.importers import ImportFailed
from kb.importers.trtllm_bench import read, recognises
from tests.importers.reading import FIXTURES, answered, answered_with, case_of, figures, only, spoilt
from tests.importers.test_anything import JSON, paths

LOG_016 = "trtllm_bench_throughput_stdout_v0.16.0.txt"
LOG_021 = "trtllm_bench_throughput_stdout_v0.21.0rc0.txt"
TYPED_BY_A_SCRIPT = "trtllm_bench_report_FIXTURE_not_tool_output.json"
RULE = "=" * 59
Write = Callable[[Any], Path]
QUIET = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def text_of(name: str) -> str:
    return (FIXTURES / name).read_text(encoding="utf-8")


def test_a_log_of_0_16_as_the_tool_printed_it() -> None:
    draft = only(read(FIXTURES / LOG_016))
    case = case_of(draft)
    assert draft.record["stack"]["model"] == "meta-llama-llama-3.1-70b-instruct"
    assert case.stack.engine is not None
    assert (case.stack.engine.id, case.stack.engine.version) == ("tensorrt-llm", "0.16.0")
    assert (case.stack.quantization, case.stack.kv_cache) == ("fp8-per-tensor", "fp8")
    (pool,) = case.stack.pools
    assert (pool.hardware, pool.count, pool.parallelism.tp, pool.parallelism.pp) == ("to-be-named", 8, 8, 1)
    assert case.measured == "2025-07-11"
    (point,) = case.points
    assert (point.scenario.kind, point.scenario.max_batch, point.scenario.request_rate_s) == ("offline", 2048, None)
    assert (point.scenario.input_tokens, point.scenario.output_tokens) == (1024, 1024)
    assert point.remark == "requests: 3000"
    assert figures(draft) == {"decode_tok_s": 10893.8728, "requests_s": 10.6385}
    assert "which card it ran on (stack/pools/0/hardware)" in draft.missing
    assert (
        "not taken over: engine directory, max sequence length, max runtime tokens, scheduling policy,"
        " kv memory percentage"
    ) in draft.remarks


def test_the_token_throughput_of_0_16_counts_output_tokens() -> None:
    results = figures(only(read(FIXTURES / LOG_016)))
    assert results["requests_s"] * 1024 == pytest.approx(results["decode_tok_s"], rel=1e-5)


def test_a_log_of_0_21_with_streaming() -> None:
    draft = only(read(FIXTURES / LOG_021))
    case = case_of(draft)
    assert case.stack.engine is not None
    assert (case.stack.engine.version, case.stack.engine.backend) == ("0.21.0rc0", "Pytorch")
    assert (case.stack.quantization, case.stack.kv_cache, case.measured) == ("bf16", None, None)
    assert case.stack.pools[0].count == 1
    assert case.points[0].remark == "requests: 100; in flight on average: 94.605"
    assert case.points[0].scenario.concurrency is None
    results = figures(draft)
    assert {name: value for name, value in results.items() if not isinstance(value, dict)} == {
        "decode_tok_s": 11076.77,
        "total_tok_s": 22153.5399,
        "per_user_tok_s": 137.1475,
        "requests_s": 86.5373,
    }
    assert results["ttft_ms"] == {
        "mean": 162.6706,
        "min": 93.921,
        "p50": 159.7857,
        "p90": 220.053,
        "p95": 226.9148,
        "p99": 232.4339,
        "max": 232.4339,
    }
    assert (results["tpot_ms"]["p50"], results["e2e_ms"]["p99"]) == (7.6079, 1137.6817)


def test_the_duration_of_the_run_is_no_latency() -> None:
    assert 1155.5715 not in figures(only(read(FIXTURES / LOG_021)))["e2e_ms"].values()


def test_later_wording_cards_and_speculation(written: Write) -> None:
    text = text_of(LOG_021).replace("TensorRT-LLM Version:   0.21.0rc0", "TensorRT LLM Version:\t1.1.0")
    text = text.replace("EP Size:                None", "EP Size:                4")
    text = text.replace("TP Size:                1", "TP Size:                8")
    text = text.replace("Per User Output Speed (tps/user):", "Per User Output Speed [1/TPOT] (tokens/sec/user):")
    text = text.replace("Quantization:           None", "Quantization:           FP8_BLOCK_SCALES")
    text = text.replace("Issue Rate (req/sec):   1.0526E+15", "Issue Rate (req/sec):   1.2500E+01")
    machine = f"{RULE}\n= MACHINE DETAILS \n{RULE}\nNVIDIA H100 80GB HBM3, memory 79.10 GB, 2.62 GHz\n\n"
    text = text.replace(f"{RULE}\n= WORLD", f"{machine}{RULE}\n= WORLD")
    decoding = f"{RULE}\n= DECODING STATISTICS (MTP)\n{RULE}\n\n[AL] AVERAGE: 2.50\n"
    text = text.replace(f"{RULE}\n= DATASET", f"{decoding}{RULE}\n= DATASET")
    stack = only(read(written(text))).record["stack"]
    assert stack["engine"] == {"id": "tensorrt-llm", "version": "1.1.0", "backend": "Pytorch"}
    assert stack["pools"][0]["parallelism"] == {"tp": 8, "pp": 1, "ep": 4}
    assert stack["pools"][0]["count"] == 8
    assert "h100-80gb-hbm3" in stack["pools"][0]["hardware"]
    assert stack["quantization"] == "fp8-block-128"
    assert stack["speculation"] == {"method": "MTP"}
    point = only(read(written(text))).record["points"][0]
    assert point["scenario"]["request_rate_s"] == 12.5
    assert point["results"]["per_user_tok_s"] == 137.1475


def test_a_log_of_two_runs_makes_two_cases(written: Write) -> None:
    imported = read(written(text_of(LOG_016) + text_of(LOG_021)))
    assert imported.failures == ()
    first, second = imported.drafts
    assert (first.record["stack"]["engine"]["version"], second.record["stack"]["engine"]["version"]) == (
        "0.16.0",
        "0.21.0rc0",
    )
    assert first.id != second.id
    assert "backend" not in first.record["stack"]["engine"]


def test_a_second_run_that_breaks_off_does_not_hide_the_first(written: Write) -> None:
    imported = read(written(text_of(LOG_016) + text_of(LOG_021).partition("[TPOT] P90")[0]))
    assert len(imported.drafts) == 1
    assert "breaks off in PERFORMANCE OVERVIEW" in imported.failures[0]


def test_the_shape_of_a_report_json_as_a_script_typed_it() -> None:
    draft = only(read(FIXTURES / TYPED_BY_A_SCRIPT))
    stack = draft.record["stack"]
    assert stack["engine"] == {"id": "tensorrt-llm", "version": "1.2", "backend": "Pytorch"}
    assert (stack["quantization"], stack["kv_cache"]) == ("nvfp4", "fp8")
    assert stack["pools"][0]["count"] == 1
    results = figures(draft)
    assert (results["decode_tok_s"], results["total_tok_s"], results["per_user_tok_s"]) == (3.37, 16.86, 71.29)
    assert results["tpot_ms"] == {"p50": 14.03, "p90": 14.03, "p95": 14.03, "p99": 14.03, "mean": 14.03}
    assert results["ttft_ms"]["mean"] == 4533.1
    (remark,) = [remark for remark in draft.remarks if remark.startswith("not taken over")]
    assert "energy" in remark


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("Number of requests:             100", "Number of requests:             0", "no request was served"),
        ("1155.5715", "0.0000", "lasted no time"),
        ("11076.7700\nTotal Token", "0.0000\nTotal Token", "no output throughput above zero"),
        ("11076.7700\nTotal Token", "nan\nTotal Token", r"Total Output Throughput \(tokens/sec\): should be a number"),
        ("11076.7700\nTotal Token", "-5\nTotal Token", "should be a number of 0 to 1e18"),
        ("11076.7700\nTotal Token", f"{'9' * 400}\nTotal Token", "should be a number"),
        ("= PERFORMANCE OVERVIEW", "= SOMETHING ELSE", "holds no PERFORMANCE OVERVIEW"),
    ],
)
def test_a_log_that_is_no_run(old: str, new: str, sentence: str, written: Write) -> None:
    assert text_of(LOG_021).count(old) == 1
    with pytest.raises(ImportFailed, match=sentence):
        read(written(text_of(LOG_021).replace(old, new)))


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("request_info", "num_requests"), 0, "no request was served"),
        (("performance", "total_latency_ms"), 0, "lasted no time"),
        (("performance", "system_output_throughput_tok_s"), 0.0, "no output throughput"),
        (("performance", "avg_request_latency_ms"), [], "should be a number"),
        (("engine",), ..., "is no report of trtllm-bench"),
        (("engine", "model"), "a\u202eb", "text-direction"),
    ],
)
def test_a_report_that_is_no_run(path: tuple[str, ...], value: Any, sentence: str, written: Write) -> None:
    with pytest.raises(ImportFailed, match=sentence):
        read(written(spoilt(TYPED_BY_A_SCRIPT, *path, value=value)))


@pytest.mark.parametrize(
    ("content", "sentence"), [(b"\n", "is empty"), (b"\x00\x01", "PERFORMANCE"), ("{", "not JSON")]
)
def test_what_is_of_another_kind(content: Any, sentence: str, written: Write) -> None:
    with pytest.raises(ImportFailed, match=sentence):
        read(written(content))


def test_a_name_that_could_act_on_a_terminal_is_refused(written: Write) -> None:
    text = text_of(LOG_021).replace("meta-llama/Llama-3.1-8B-Instruct", "\x1b[31mred")
    imported = answered(read, written(text))
    assert imported is None or "\x1b" not in "".join(draft.text() for draft in imported.drafts)


@pytest.mark.parametrize("name", [LOG_016, LOG_021, TYPED_BY_A_SCRIPT])
def test_recognised_by_its_head(name: str) -> None:
    assert recognises((FIXTURES / name).read_bytes()[: 64 * 1024], name)


def test_a_long_log_is_recognised_before_its_figures() -> None:
    assert recognises((FIXTURES / LOG_016).read_bytes()[:4096], LOG_016)
    assert not recognises(b"[TRT-LLM] server started", "x.log")


@QUIET
@given(data=st.data(), name=st.sampled_from([LOG_016, LOG_021]))
def test_a_truncated_log_is_refused_or_says_the_same(data: st.DataObject, name: str, tmp_path: Path) -> None:
    whole = (FIXTURES / name).read_bytes()
    # The end is where the figures are; half of the cuts are made there.
    least = data.draw(st.sampled_from([0, whole.index(b"= PERFORMANCE")]))
    path = tmp_path / name
    path.write_bytes(whole[: data.draw(st.integers(least, len(whole)))])
    imported = answered(read, path)
    if imported is not None:
        expected = only(read(FIXTURES / name)).record
        draft = only(imported)
        assert draft.record["points"] == expected["points"]
        assert draft.record["stack"] == expected["stack"]


LINES = st.sampled_from(text_of(LOG_021).splitlines()) | st.text(max_size=80)


@QUIET
@given(lines=st.lists(LINES, max_size=80))
def test_whatever_stands_in_a_log(lines: list[str], tmp_path: Path, library: Corpus) -> None:
    path = tmp_path / "log.txt"
    path.write_bytes("\n".join(["[TRT-LLM]", *lines]).encode("utf-8", "surrogatepass"))
    answered(lambda each: read(each, library), path)


PRISTINE = json.loads(text_of(TYPED_BY_A_SCRIPT))


@QUIET
@given(path=st.sampled_from([path for path in paths(PRISTINE) if path]), value=JSON)
def test_whatever_stands_in_a_report(path: tuple[Any, ...], value: Any, tmp_path: Path, library: Corpus) -> None:
    answered_with(lambda each: read(each, library), PRISTINE, path, value, tmp_path)
