"""Small tables of other vendors and clouds: cores that are no chips, clients that send more than a server takes."""

import json
from pathlib import Path

import pytest

from curation.measured import Measured
from curation.other_vendors import ASCEND, DISAGREE, FALLING, FLOOR, curate
from curation.tables import Log
from tests.curation.excerpts import SCRIPTS, Line, at, curated, reasons, write_table

# In the form of AWS's tables, with figures that nobody printed.
NEURON = {
    "source_id": "aws-neuron-docs",
    "path": "about-neuron/benchmarks/made-up.csv#L2",
    "hardware": "AWS Inferentia2",
    "model": "Llama-3-8B",
    "engine_version": "Neuron 9.9",
    "weight_dtype": "bf16",
    "tp": "24",
    "input_len": "100",
    "output_len": "900",
    "concurrency": "4",
    "value": "400",
    "ttft_ms": "50",
    "tpot_ms": "10",
    "tpot_stat": "p50",
    "ttft_stat": "p50",
    "extra": '{"tpot_p99":"12","ttft_p99":"60"}',
    "notes": "",
}


def rows() -> list[Measured]:
    return curated("other_vendors")


def neuron(tmp_path: Path, *changes: dict[str, str]) -> list[Measured]:
    lines: list[Line] = [NEURON | change for change in changes]
    return curate([write_table(tmp_path / "t.csv", lines)], Log())


class TestNeuron:
    """AWS counts cores, two to a chip."""

    def test_cores_are_halves_of_chips(self, tmp_path: Path) -> None:
        (row,) = neuron(tmp_path, {})
        assert (row.hardware, row.count, row.tp) == ("inferentia2", 12, 12)
        assert (row.load, row.in_flight, row.tpot_ms, row.decode_tok_s) == ("static", 4, 10, 400)
        assert (row.locator, row.quantization) == ("made-up.csv#L2", "bf16")
        assert (row.note or "").endswith("TP24 over NeuronCores, two a chip")
        assert (row.tpot_is, row.results) == ("p50", {"tpot_ms/p99": 12, "ttft_ms/p99": 60})

    def test_8_bits_cover_the_weights(self, tmp_path: Path) -> None:
        (row,) = neuron(tmp_path, {"weight_dtype": "int8", "hardware": "AWS Trainium1"})
        assert (row.hardware, row.quantization) == ("trainium1", "int8-weight-only")
        assert (row.note or "").endswith("whether the output head is INT8 too is not stated")

    @pytest.mark.parametrize(
        ("value", "why"), [("319", DISAGREE), ("320", None), ("533", None), ("534", DISAGREE), ("1,000", DISAGREE)]
    )
    def test_a_time_and_a_rate_that_disagree(self, tmp_path: Path, value: str, why: str | None) -> None:
        # 4 sequences of 10 ms are 400 tokens a second, a quarter more or less of what is printed.
        assert neuron(tmp_path, {"value": value})[0].aside == why

    def test_a_tail_below_the_median_is_doubted(self, tmp_path: Path) -> None:
        def why(tail: str) -> str | None:
            return neuron(tmp_path, {"extra": f'{{"tpot_p99":"{tail}","ttft_p99":"60"}}'})[0].aside

        assert (why("9.9"), why("10")) == (FALLING, None)

    def test_one_measurement_counts_once(self, tmp_path: Path) -> None:
        first, other = neuron(tmp_path, {}, {"path": "about-neuron/benchmarks/other.csv#L9"}, {"value": "401"})
        assert (first.locator, other.decode_tok_s) == ("made-up.csv#L2", 401)


class TestTpu:
    """Google's recipes."""

    def test_a_server_takes_fewer_than_are_sent(self) -> None:
        row = at(rows(), "Qwen3-32B/README.md#L648")
        assert (row.hardware, row.count, row.tp) == ("tpu7x", 1, 1)
        assert (row.load, row.in_flight) == ("queued", 135)
        assert "320 requests at once, the server takes 135" in (row.note or "")

    def test_two_cores_are_a_chip(self) -> None:
        row = at(rows(), "Qwen3-Coder-480B-A35B/README.md#L658")
        assert (row.count, row.tp, row.load, row.in_flight) == (4, 4, "closed", 64)
        assert "TP8 over cores" in (row.note or "")

    def test_trillium(self) -> None:
        row = at(rows(), "trillium/vLLM/Llama3.x/README.md#L233")
        assert (row.hardware, row.count, row.tpot_ms, row.quantization) == ("tpu-v6e", 8, 25.4, "bf16")


class TestClouds:
    """DataCrunch and the change log of InferenceX."""

    def test_what_waits_is_not_in_flight(self) -> None:
        # 92 s to the first token: everything was sent at once.
        row = at(rows(), "offline_output.jsonl#L1")
        assert (row.load, row.in_flight, row.ttft_ms) == ("queued", None, 91282.20983641222)
        row = at(rows(), "online_output.jsonl#L1")
        assert (row.load, row.in_flight) == ("open", 7.9)
        # Little's law, from what is kept.
        assert row.results["requests_s"] * row.results["e2e_ms/mean"] / 1e3 == pytest.approx(7.9, rel=0.01)
        assert set(row.formulas) == {"requests_s"}

    def test_totals_per_card_become_output_of_all(self) -> None:
        # 782.7 tokens a card, half of them output, on eight.
        row = at(rows(), "concurrency 256, before the change")
        assert (row.decode_tok_s, row.count, row.tp) == (3130.8, 8, 8)
        assert "rounded prose" in (row.note or "")


def test_what_names_no_card_is_left_out() -> None:
    log = Log()
    found = curated("other_vendors", log)
    assert reasons(log, found) == {
        ASCEND: 3,
        FLOOR: 1,
        "RTX PRO 6000 Blackwell without the edition, and totals of an unstated kind": 1,
        "no record of the model: neuralmagic/DeepSeek-Coder-V2-Instruct-FP8": 1,
    }


def test_a_recipe_of_an_unknown_model_is_left_out(tmp_path: Path) -> None:
    log = Log()
    line = {"source_id": "tpu-recipes", "model_hf_id": "nobody/knows", "extra": json.dumps({})}
    assert curate([write_table(tmp_path / "t.csv", [line])], log) == []
    assert reasons(log, []) == {ASCEND: 1}


def test_the_same_table_twice_gives_its_rows_once() -> None:
    _, paths = SCRIPTS["other_vendors"]
    log = Log()
    assert curate([*paths, *paths], log) == rows()
    assert reasons(log, rows())["the same measurement in another table of the source"] == len(rows())
