"""MLPerf's results: one run per result, whatever its two accuracy targets, in the format that it really had."""

import json
from pathlib import Path

import pytest

from curation.measured import Measured
from curation.mlperf import BEAMS, FP8_OR_FP4, SPLIT, TOO_FAST, TOO_LARGE, curate
from curation.tables import Log, read_table
from tests.curation.excerpts import FIXTURES, Line, at, curated, reasons, write_table

TABLES = {name: read_table(FIXTURES / f"mlperf_{name}.csv") for name in ("v4.1", "v6.0")}


def rows() -> list[Measured]:
    return curated("mlperf")


def line(result: str, model: str, **cells: str) -> Line:
    """Return the first line of a result and a benchmark, with other cells."""
    found = [
        one
        for table in TABLES.values()
        for one in table
        if one["path"].endswith(f"#{result}") and one["model"] == model
    ]
    return found[0] | cells


def made(tmp_path: Path, *lines: Line) -> list[Measured]:
    return curate([write_table(tmp_path / "t.csv", list(lines))], Log())


class TestAccuracyTargets:
    """99 and 99.9 are one run, or two of one setup."""

    def test_the_stricter_one_is_kept(self) -> None:
        locators = [row.locator for row in rows() if row.locator.endswith("v4.1-0031")]
        assert locators == ["MLPerf Inference v4.1, closed, llama2-70b-99.9, Offline, v4.1-0031"]
        assert at(rows(), "v4.1-0031").decode_tok_s == 24424.7

    def test_the_one_whose_configuration_is_known_is_kept(self) -> None:
        # The parallelism of the 99.9 is not stated.
        row = at(rows(), "llama2-70b-99, Offline, 6.0-0002")
        assert (row.tp, row.dp, row.in_flight) == (1, 8, 8 * 3392)

    def test_order_has_no_say(self, tmp_path: Path) -> None:
        both = [one for one in TABLES["v4.1"] if one["path"].endswith("v4.1-0031")]
        assert len(both) == 2
        assert made(tmp_path, *both) == made(tmp_path, *both[::-1])

    def test_what_is_left_out(self) -> None:
        log = Log()
        found = curated("mlperf", log)
        told = reasons(log, found)
        assert told.pop("the other accuracy target of the same benchmark, system and scenario") == 5
        assert {reason.partition(":")[0]: rows for reason, rows in told.items()} == {
            "a changed model": 2,
            "no accelerator": 2,
            "a single-stream latency without time per token or output length": 1,
            "cards mixed or not told apart": 1,
            "marked as inferred in the summary": 1,
            "samples per second, and no output length": 1,
            "70 GB of FP8 weights do not fit 2 x 24 GB": 2,
            "the storage format is not stated": 1,
        }


class TestLoad:
    """What was in flight, and where that comes from."""

    def test_offline_is_the_configured_limit(self) -> None:
        row = at(rows(), "Offline, 6.0-0045")
        assert (row.load, row.in_flight, row.dp) == ("queued", 23040, 10)

    def test_attention_by_sequence_multiplies_the_limit(self) -> None:
        # 512 a rank, and the harness hands no more than 5,120 to an instance.
        row = at(rows(), "deepseek-r1, Offline, 6.0-0010")
        assert (row.attention_dp, row.in_flight) == (8, 4096)

    def test_the_harness_hands_no_more(self, tmp_path: Path) -> None:
        of = line("6.0-0010", "deepseek-r1")
        (row,) = made(tmp_path, of | {"concurrency": "1024"})
        assert row.in_flight == 5120
        (row,) = made(tmp_path, of | {"concurrency": "1024", "extra": "{}"})
        assert row.in_flight == 8192

    def test_server_is_what_was_in_flight_in_the_mean(self) -> None:
        row = at(rows(), "Server, 6.0-0002")
        assert (row.load, row.in_flight, row.tpot_ms) == ("open", 5574.1, 67.443)
        # The record shows the rate of arrival alone, so nothing is said of where the mean is from.
        assert "in flight" not in (row.note or "")

    def test_without_a_configuration_nobody_knows(self) -> None:
        row = at(rows(), "v4.1-0031")
        assert (row.load, row.in_flight, row.tp, row.input_tokens) == ("queued", None, None, None)

    def test_one_stream_is_one_sequence(self) -> None:
        row = at(rows(), "SingleStream, 6.0-0111")
        assert (row.load, row.in_flight, row.tpot_ms, row.decode_tok_s) == ("closed", 1, 8.096, None)


class TestFigures:
    """What the log says beside the result."""

    def test_nanoseconds_become_milliseconds_digit_by_digit(self, tmp_path: Path) -> None:
        extra = {"samples_per_second": "12.5", "p99_ttft_ns": "1234567891", "mean_latency_ns": "2000000001"}
        of = line("6.0-0002", "llama2-70b-99", extra=json.dumps(extra), scenario="Server", request_rate="99.5")
        (row,) = made(tmp_path, of)
        assert row.results == {"requests_s": 12.5, "ttft_ms/p99": 1234.567891, "e2e_ms/mean": 2000.000001}
        assert row.stated["request_rate_s"] == 99.5
        (row,) = made(tmp_path, of | {"scenario": "Offline"})
        # All samples are handed over at once: the mean latency is half of the run.
        assert set(row.results) == {"requests_s", "ttft_ms/p99"}
        assert "request_rate_s" not in row.stated

    def test_every_result_says_who_ran_it(self) -> None:
        assert all(row.ran_by and row.label and row.label in row.locator for row in rows())
        assert {(row.tpot_is, row.ttft_is) for row in rows()} == {("mean", "mean")}

    def test_two_results_are_two_runs(self) -> None:
        assert len({row.run for row in rows()}) > len(rows()) / 2
        assert all(row.run[1] in row.locator for row in rows())


class TestFormats:
    """How the weights were stored where the result prints something else."""

    @pytest.mark.parametrize(
        ("place", "formats"),
        [
            # fp16 is the type before quantisation.
            ("v4.1-0031", ("fp8-per-tensor", "fp8")),
            ("v4.1-0074", ("nvfp4", "fp8")),
            ("v4.1-0110", ("fp8-per-tensor", None)),
            ("llama2-70b-99.9, Offline, 6.0-0001", ("mxfp4", None)),
            ("gpt-oss-120b, Offline, 6.0-0060", ("mxfp4-experts", None)),
            ("deepseek-r1, Offline, 6.0-0010", ("nvfp4-mlp", "fp8")),
            ("Offline, 6.0-0045", ("nvfp4", "fp8")),
        ],
    )
    def test_by_round_and_card(self, place: str, formats: tuple[str, str | None]) -> None:
        row = at(rows(), place)
        assert (row.quantization, row.kv_cache) == formats

    @pytest.mark.parametrize(
        ("cells", "quantization"),
        [
            ({"hardware": "NVIDIA Jetson AGX Orin 64G"}, "fp16"),
            ({"engine": "vLLM"}, "fp8-per-tensor"),
            ({"precision": "int8"}, "int8"),
            ({"precision": "mxfp4"}, "mxfp4"),
        ],
    )
    def test_what_else_is_printed(self, tmp_path: Path, cells: dict[str, str], quantization: str) -> None:
        (row,) = made(tmp_path, line("v4.1-0031", "llama2-70b-99", **cells))
        assert row.quantization == quantization

    def test_r1_in_an_unknown_format_is_left_out(self, tmp_path: Path) -> None:
        assert made(tmp_path, line("6.0-0010", "deepseek-r1", precision="int4")) == []


class TestSystem:
    """Cards and software."""

    def test_the_name_of_the_system_counts(self) -> None:
        # The result prints 88.
        row = at(rows(), "llama2-70b-99.9, Offline, 6.0-0001")
        assert row.count == 87

    def test_dual_boards_are_two_cards(self) -> None:
        row = at(rows(), "6.0-0060")
        assert (row.hardware, row.count) == ("arc-pro-b60", 8)

    def test_software_that_is_no_engine_is_noted(self) -> None:
        row = at(rows(), "Server, 6.0-0002")
        assert (row.engine, row.engine_version) == (None, None)
        assert "software as printed: PyTorch 2.9.1" in (row.note or "")

    @pytest.mark.parametrize(
        ("printed", "system", "said"),
        [
            ("Notes: B300 TGP 1100W", "8x B300", "TGP 1100W"),
            ("Notes: NVIDIA GB200 NVL72, 1200W TGP Per GPU", "GB200", "1200W TGP Per GPU"),
            ("Notes: GPU 450W / 600W (reduced); output_len=TOKENS_PER_SAMPLE", "4x", "GPU 450W / 600W (reduced)"),
            ("Notes: H200 TGP 700W", "NVIDIA H200 (8x H200-SXM-141GB, MaxQ, TensorRT)", "TGP 700W, MaxQ"),
        ],
    )
    def test_the_power_of_a_card_is_said(self, tmp_path: Path, printed: str, system: str, said: str) -> None:
        (row,) = made(tmp_path, line("v4.1-0031", "llama2-70b-99") | {"notes": printed, "system": system})
        assert said in (row.note or "").split("; ")

    def test_nothing_is_said_of_a_power_that_is_not_printed(self) -> None:
        assert "W" not in (at(rows(), "Server, 6.0-0002").note or "").replace("PyTorch", "")

    def test_tensorrt_means_tensorrt_llm(self) -> None:
        row = at(rows(), "v4.1-0031")
        assert (row.engine, row.engine_version) == ("tensorrt-llm", "TensorRT 10.2.0, CUDA 12.4")

    def test_an_engine_named_in_the_version(self, tmp_path: Path) -> None:
        (row,) = made(tmp_path, line("v4.1-0031", "llama2-70b-99", engine="PyTorch", engine_version="LLMBoost 1.0"))
        assert row.engine == "llmboost"

    def test_tokens_under_the_unit_of_samples(self) -> None:
        row = at(rows(), "v4.1-0110")
        assert (row.decode_tok_s, row.output_tokens) == (1871.84, 296.5)
        assert "printed as Samples/s; the log gives the figure as tokens/s" in (row.note or "")


class TestAside:
    """Results that mean something else."""

    @pytest.mark.parametrize(
        ("place", "why"),
        [
            ("v4.1-0003", BEAMS),
            ("6.0-0032", FP8_OR_FP4),
            ("6.0-0075", SPLIT),
            ("SingleStream, 6.0-0111", TOO_FAST),
        ],
    )
    def test_each_reason(self, place: str, why: str) -> None:
        assert at(rows(), place).aside == why

    def test_what_cannot_be_what_it_is_called_is_left_out(self, tmp_path: Path) -> None:
        log = Log()
        curate([write_table(tmp_path / "t.csv", [line("v4.1-0108", "llama2-70b-99")])], log)
        assert reasons(log, []) == {TOO_LARGE: 1}

    def test_serving_by_dynamo_is_split(self, tmp_path: Path) -> None:
        (row,) = made(tmp_path, line("v4.1-0031", "llama2-70b-99", system="a Dynamo of ours"))
        assert row.aside == SPLIT

    def test_a_slower_thor_is_believed(self, tmp_path: Path) -> None:
        (row,) = made(tmp_path, line("6.0-0111", "llama3.1-8b-edge", tpot_ms="20"))
        assert row.aside is None
