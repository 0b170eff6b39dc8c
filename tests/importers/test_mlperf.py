import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.corpus import Corpus
from kb.importers import ImportFailed
from kb.importers.mlperf import read, read_together, recognises
from tests.importers.reading import FIXTURES, answered, case_of, figures, only, put
from tests.importers.test_anything import JSON, paths

SERVER_51 = "mlperf_log_summary_server_interactive.txt"
SERVER_60 = "mlperf_log_summary_v6.0_interactive.txt"
OFFLINE = "mlperf_log_summary_offline.txt"
SYSTEM = "mlperf_system_8xMI300X.json"
ROWS = "mlperf_summary_results_excerpt.json"
UNVERIFIED = "Result not verified by MLCommons Association."
Write = Callable[[Any], Path]
QUIET = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def text_of(name: str) -> str:
    return (FIXTURES / name).read_text(encoding="utf-8")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A log in the folders of a results repository, with its system description; the path of the log."""
    root = tmp_path / "inference_results_v5.1" / "closed" / "AMD"
    log = root / "results/8xMI300X_2xEPYC_9575F/llama2-70b-99/Interactive/performance/run_1/mlperf_log_summary.txt"
    log.parent.mkdir(parents=True)
    (root / "systems").mkdir()
    shutil.copy(FIXTURES / SERVER_51, log)
    shutil.copy(FIXTURES / SYSTEM, root / "systems/8xMI300X_2xEPYC_9575F.json")
    return log


def test_a_server_log_of_v51_in_nanoseconds() -> None:
    draft = only(read(FIXTURES / SERVER_51))
    (point,) = case_of(draft).points
    assert (point.label, point.scenario.kind, point.scenario.request_rate_s) == ("Server", "serving", 29.5)
    results = figures(draft)
    assert (results["decode_tok_s"], results["requests_s"]) == (8840.42, 29.41)
    assert results["tpot_ms"] == {
        "mean": 32.10249,
        "min": 22.931448,
        "p50": 31.888318,
        "p90": 34.407327,
        "p95": 35.467452,
        "p99": 39.507635,
        "max": 449.073359,
    }
    assert results["ttft_ms"]["p99"] == 435.9761
    assert results["e2e_ms"]["p50"] == 8609.97075
    (remark,) = draft.remarks
    assert remark.startswith("not taken over: early stopping, scheduled samples per second, 97.00 percentile latency")


def test_v60_spells_the_time_per_output_token_otherwise() -> None:
    results = figures(only(read(FIXTURES / SERVER_60)))
    assert (results["decode_tok_s"], results["requests_s"]) == (26005.77, 19.9)
    assert results["tpot_ms"] == {
        "mean": 13.284314,
        "min": 6.140076,
        "p50": 13.367048,
        "p90": 13.69867,
        "p95": 13.789886,
        "p99": 13.99479,
        "max": 14.304582,
    }


def test_an_offline_log_has_throughputs_and_no_latency() -> None:
    draft = only(read(FIXTURES / OFFLINE))
    assert figures(draft) == {"decode_tok_s": 1624.11, "requests_s": 2.49245}
    (point,) = case_of(draft).points
    assert (point.scenario.kind, point.scenario.request_rate_s) == ("offline", None)


SINGLE = """================================================
MLPerf Results Summary
================================================
SUT name : PySUT
Scenario : SingleStream
Mode     : PerformanceOnly
90th percentile latency (ns) : 5000000000
90th first token percentile latency (ns) : 50000000
Result is : VALID
  Min duration satisfied : Yes
  Min queries satisfied : Yes
  Early stopping satisfied: Yes

================================================
Additional Stats
================================================
QPS w/ loadgen overhead         : 0.25
QPS w/o loadgen overhead        : 0.26

Min latency (ns)                : 1000000000
50.00 percentile latency (ns)   : 4000000000

TPS w/ loadgen overhead         : 31.50
TPS w/o loadgen overhead        : 31.60
Mean First Token latency (ns)               : 45000000
Mean Time to Output Token (ns)               : 30000000

================================================
Test Parameters Used
================================================
target_qps : 1000

1 warning encountered. See detailed log.

2 ERRORS encountered. See detailed log.
"""


def test_a_single_stream_log(written: Write) -> None:
    draft = only(read(written(SINGLE)))
    (point,) = case_of(draft).points
    assert (point.scenario.concurrency, point.scenario.request_rate_s) == (1, None)
    assert point.caveat == "LoadGen met 2 errors during the run"
    assert figures(draft) == {
        "decode_tok_s": 31.5,
        "requests_s": 0.25,
        "ttft_ms": {"mean": 45},
        "tpot_ms": {"mean": 30},
        "e2e_ms": {"min": 1000, "p50": 4000},
    }


def test_a_log_alone_says_what_it_does_not_tell() -> None:
    draft = only(read(FIXTURES / SERVER_51))
    assert draft.record["title"].startswith("MLPerf Inference, Server: ")
    assert draft.record["evidence"][0]["note"] == UNVERIFIED
    for sentence in (
        f"whether the result is one that MLCommons published: {UNVERIFIED}",
        "the result's round, division, benchmark: the log does not name them (title, evidence/locator)",
        "whether the scenario is Server or Interactive: the log says Server for both",
        "which model ran (stack/model)",
        "which card it ran on (stack/pools/0/hardware)",
        "which engine served (stack/engine/id)",
    ):
        assert sentence in draft.missing


def test_the_folders_of_a_results_repository_name_the_result(repository: Path) -> None:
    draft = only(read(repository))
    case = case_of(draft)
    name = "MLPerf Inference v5.1, closed, llama2-70b-99, Interactive"
    assert case.title.startswith(f"{name}: ")
    assert case.evidence[0].locator == f"mlperf_log_summary.txt, {name}"
    assert case.evidence[0].ran_by == "AMD"
    assert case.points[0].label == "Interactive"
    assert case.stack.model == "meta-llama-llama-2-70b-chat-hf"
    assert case.stack.pools[0].count == 8
    assert case.stack.engine is not None
    assert (case.stack.engine.id, case.stack.engine.version) == (
        "vllm",
        "0.9.0.2.dev108+g71faa1880.d20250730.rocm641",
    )
    assert case.stack.os == "Ubuntu 24.04 LTS"
    assert case.stack.environment[1] == "system: Supermicro AS-8125GS-TNMR2"
    assert not any("Interactive:" in sentence or "who ran it" in sentence for sentence in draft.missing)
    assert any("8xMI300X_2xEPYC_9575F.json (sha256 8f0a8b09" in remark for remark in draft.remarks)


@pytest.mark.parametrize("name", ["system.json", "system_desc.json", "system_desc_id.json", "mlperf_system_desc.json"])
def test_a_description_beside_the_log_is_used(name: str, tmp_path: Path) -> None:
    log = Path(shutil.copy(FIXTURES / OFFLINE, tmp_path))
    shutil.copy(FIXTURES / SYSTEM, tmp_path / name)
    draft = only(read(log))
    assert draft.record["stack"]["pools"][0]["count"] == 8
    assert draft.record["title"].startswith("MLPerf Inference, closed, Offline: ")


def test_a_description_in_the_same_call_is_that_of_the_log() -> None:
    (imported,) = read_together([FIXTURES / SYSTEM, FIXTURES / SERVER_51])
    assert only(imported).record["stack"]["pools"][0]["count"] == 8


def test_descriptions_alone_and_bad_files_do_not_stop_a_call(written: Write) -> None:
    (refused,) = read_together([FIXTURES / SYSTEM])
    assert "describes a system and holds no result" in refused.failures[0]
    first, second = read_together([written("x"), FIXTURES / OFFLINE])
    assert "no summary of LoadGen" in first.failures[0]
    assert len(second.drafts) == 1


def test_two_descriptions_beside_a_log_are_one_too_many(tmp_path: Path) -> None:
    log = Path(shutil.copy(FIXTURES / OFFLINE, tmp_path))
    for name in ("system.json", "a_system_desc.json"):
        shutil.copy(FIXTURES / SYSTEM, tmp_path / name)
    draft = only(read(log))
    assert draft.record["stack"]["pools"][0]["hardware"] == "to-be-named"
    assert any("2 system descriptions lie beside the log" in remark for remark in draft.remarks)


def test_a_description_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    log = Path(shutil.copy(FIXTURES / OFFLINE, tmp_path))
    (tmp_path / "system.json").write_text("{")
    assert any("system.json:1:2 is not JSON" in remark for remark in only(read(log)).remarks)


def test_a_description_by_itself_says_what_to_do() -> None:
    with pytest.raises(ImportFailed, match=r"holds no result: import the mlperf_log_summary\.txt with it"):
        read(FIXTURES / SYSTEM)


@pytest.mark.parametrize(
    ("framework", "engine", "missing"),
    [
        ("TensorRT 10.11, CUDA 12.9", {"id": "tensorrt-llm"}, "whether the engine is TensorRT-LLM, and its version"),
        ("TensorRT-LLM 1.0.0, CUDA 12.9", {"id": "tensorrt-llm", "version": "1.0.0"}, None),
        ("SGLang", {"id": "sglang"}, "the version of the engine"),
        ("", None, "which engine served"),
    ],
)
def test_the_engine_is_the_first_of_the_software(
    framework: str, engine: Any, missing: str | None, tmp_path: Path
) -> None:
    log = Path(shutil.copy(FIXTURES / OFFLINE, tmp_path))
    system = json.loads(text_of(SYSTEM)) | {"framework": framework}
    (tmp_path / "system.json").write_text(json.dumps(system))
    draft = only(read(log))
    assert draft.record["stack"].get("engine") == engine
    if missing is not None:
        assert any(sentence.startswith(missing) for sentence in draft.missing)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "Result is : VALID\n  Performance constraints satisfied : Yes",
            "Result is : INVALID\n  Performance constraints satisfied : NO",
            'the result is "INVALID": performance constraints not satisfied',
        ),
        ("Result is : VALID", "Result is : INVALID", 'the result is "INVALID"; only a valid run'),
        ("Result is : VALID\n", "", "does not say whether its result is valid"),
        ("PerformanceOnly", "AccuracyOnly", 'mode "AccuracyOnly"'),
        ("Scenario : Server", "Scenario : MultiStream", 'scenario "MultiStream"'),
        ("MLPerf Results Summary", "Results", "no summary of LoadGen"),
        ("No errors encountered during test.\n", "", "breaks off"),
        (": 32102490", ": nan", r"mean time to output token \(ns\): should be a number"),
    ],
)
def test_a_log_that_is_no_result(old: str, new: str, sentence: str, written: Write) -> None:
    assert text_of(SERVER_51).count(old) == 1
    with pytest.raises(ImportFailed, match=sentence):
        read(written(text_of(SERVER_51).replace(old, new)))


def test_a_log_of_nothing(written: Write) -> None:
    text = text_of(OFFLINE).replace("2.49245", "0").replace("1624.11", "0")
    with pytest.raises(ImportFailed, match="nothing was measured"):
        read(written(text))


def test_each_published_row_is_a_case() -> None:
    imported = read(FIXTURES / ROWS)
    assert imported.failures == ()
    cases = [case_of(draft) for draft in imported.drafts]
    assert [figures(draft) for draft in imported.drafts] == [
        {"decode_tok_s": 8840.42},
        {"decode_tok_s": 27803.9},
        {"decode_tok_s": 24593.8},
        {"decode_tok_s": 8840.42},
    ]
    assert [case.points[0].label for case in cases] == ["Interactive", "Offline", "Server", "Interactive"]
    assert len({case.id for case in cases}) == 4
    offline = cases[1]
    name = "MLPerf Inference v5.1, closed, datacenter, llama2-70b-99, Offline, 5.1-0001"
    assert offline.title.startswith(f"{name}: ")
    assert (offline.stack.pools[0].count, offline.stack.quantization) == (8, "fp8")
    (evidence,) = offline.evidence
    assert evidence.locator == f"{ROWS}, row with {name}"
    assert (evidence.ran_by, evidence.note) == ("AMD", None)
    assert not isinstance(evidence.source, str)
    assert (evidence.source.publisher, evidence.source.kind) == ("MLCommons", "audited-benchmark")
    assert evidence.source.url.startswith("https://github.com/mlcommons/inference_results_v5.1/tree/main/closed/AMD")
    assert not any("per_card" in key or "per_user" in key for draft in imported.drafts for key in figures(draft))


def rows(*changes: dict[str, Any]) -> str:
    """Return the first row of the excerpt once for each of ``changes``, changed by it."""
    first = json.loads(text_of(ROWS))[0]
    return json.dumps([first | change for change in changes])


def test_an_inferred_row_is_refused_with_the_reason(written: Write) -> None:
    imported = read(written(rows({}, {"inferred": 1})))
    assert len(imported.drafts) == 1
    (failure,) = imported.failures
    assert failure == (
        "export.json, row 2 (MLPerf Inference v5.1, closed, datacenter, llama2-70b-99, Interactive, 5.1-0001):"
        " its result is inferred from another entry, and was not measured"
    )


def test_rows_of_other_benchmarks_are_named_once(written: Write) -> None:
    other = {"Model": "resnet", "Performance_Units": "Samples/s"}
    imported = read(written(rows({}, other, other, {"Model": "rgat", "Performance_Units": "Samples/s"})))
    assert len(imported.drafts) == 1
    assert imported.remarks == ("export.json: 3 rows of other benchmarks were left out: resnet, rgat",)
    with pytest.raises(ImportFailed, match="none of its 1 rows is of a language model"):
        read(written(rows(other)))


def test_the_cards_of_all_nodes_are_counted(written: Write) -> None:
    draft = only(read(written(rows({"Nodes": 4, "a#": "8"}))))
    assert draft.record["stack"]["pools"][0]["count"] == 32
    unknown = only(read(written(rows({"Nodes": "", "a#": 8}))))
    assert any(sentence.startswith("how many cards") for sentence in unknown.missing)


def test_a_row_from_elsewhere_is_not_verified(written: Write) -> None:
    draft = only(read(written(rows({"Details": "https://example.com/ours"}))))
    assert draft.record["evidence"][0]["note"] == UNVERIFIED
    assert "publisher" not in draft.record["evidence"][0]["source"]
    assert any(UNVERIFIED in sentence for sentence in draft.missing)


@pytest.mark.parametrize(
    ("change", "field", "caveat"),
    [
        ({"Performance_Units": "Samples/s"}, "requests_s", "some submitters print tokens under these units"),
        ({"errors": 3}, "decode_tok_s", "the row counts 3 errors"),
        ({"Model": "gptj-99", "UsedModel": "gptj-99"}, "decode_tok_s", "beam search of width 4"),
    ],
)
def test_what_is_doubtful_in_a_row_is_a_caveat(change: Any, field: str, caveat: str, written: Write) -> None:
    draft = only(read(written(rows(change))))
    assert figures(draft) == {field: 8840.42}
    assert caveat in draft.record["points"][0]["caveat"]


def test_an_open_row_names_the_model_that_was_used(written: Write) -> None:
    draft = only(read(written(rows({"Category": "open", "UsedModel": "llama3_1-70b-fp8"}))))
    assert draft.record["stack"]["model"] == "llama3-1-70b-fp8"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"Performance_Result": 0}, "is no throughput that can be read"),
        ({"Performance_Units": "Latency (ms)"}, "is no throughput that can be read"),
        ({"Performance_Result": "fast"}, "should be a number"),
        ({"ID": ""}, "ID: is missing"),
        ({"Details": "https://github.com/mlcommons/inference_results_v5.1 <b>"}, "/evidence/0/source"),
    ],
)
def test_a_bad_row_is_named(change: Any, sentence: str, written: Write) -> None:
    (failure,) = read(written(rows(change))).failures
    assert sentence in failure


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        ("[]", "none of its 0 rows"),
        ("{}", "neither a table"),
        ("[", "is not JSON"),
        (b"\0", "no summary"),
    ],
)
def test_what_is_no_result(content: Any, sentence: str, written: Write) -> None:
    with pytest.raises(ImportFailed, match=sentence):
        read(written(content))


@pytest.mark.parametrize("name", [SERVER_51, SERVER_60, OFFLINE, SYSTEM, ROWS])
def test_recognised_by_its_head(name: str) -> None:
    assert recognises((FIXTURES / name).read_bytes()[: 64 * 1024], name)
    assert not recognises((FIXTURES / "guidellm_report_v2.json").read_bytes()[: 64 * 1024], name)


@QUIET
@given(data=st.data(), name=st.sampled_from([SERVER_51, SERVER_60, OFFLINE]))
def test_a_truncated_log_is_refused_or_says_the_same(data: st.DataObject, name: str, tmp_path: Path) -> None:
    whole = (FIXTURES / name).read_bytes()
    least = data.draw(st.sampled_from([0, len(whole) - 60]))
    path = tmp_path / name
    path.write_bytes(whole[: data.draw(st.integers(least, len(whole)))])
    imported = answered(read, path)
    if imported is not None:
        assert only(imported).record["points"] == only(read(FIXTURES / name)).record["points"]


LINES = st.sampled_from(text_of(SERVER_51).splitlines()) | st.text(max_size=60)


@QUIET
@given(at=st.integers(0, 90), line=LINES)
def test_whatever_stands_in_a_log(at: int, line: str, tmp_path: Path, library: Corpus) -> None:
    lines = text_of(SERVER_51).splitlines()
    lines[at : at + 1] = [line]
    path = tmp_path / "log.txt"
    path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    answered(lambda each: read(each, library), path)


PRISTINE: dict[str, Any] = {"rows": json.loads(text_of(ROWS)), "system": json.loads(text_of(SYSTEM))}


@QUIET
@given(path=st.sampled_from([path for path in paths(PRISTINE) if len(path) > 1]), value=JSON)
def test_whatever_stands_in_rows_and_descriptions(
    path: tuple[Any, ...], value: Any, tmp_path: Path, library: Corpus
) -> None:
    data = put(PRISTINE, path, value)
    (tmp_path / "rows.json").write_text(json.dumps(data["rows"]))
    (tmp_path / "system.json").write_text(json.dumps(data["system"]))
    log = Path(shutil.copy(FIXTURES / OFFLINE, tmp_path))
    for file in (tmp_path / "rows.json", log):
        answered(lambda each: read(each, library), file)
