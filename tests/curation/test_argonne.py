"""Argonne's bench: batches timed whole, counted and cut as its scripts say, and set aside where they cannot be so."""

from typing import Any

import pytest

from curation.argonne import CLOUD, DISORDER, EARLY, HALF, SCATTERED, START, WAVES, curate
from curation.measured import Measured
from curation.tables import Log, read_table
from tests.curation.excerpts import FIXTURES, Line, at, curated, reasons, write_table

TABLE = read_table(FIXTURES / "argonne.csv")
MAIN = "Plots/All_results.csv"


def rows() -> list[Measured]:
    return curated("argonne")


def line(place: str, **cells: str) -> Line:
    """Return one line of the main table with other cells."""
    (found,) = [one for one in TABLE if one["path"] == f"{MAIN}#{place}"]
    return found | cells


def made(tmp_path: Any, *lines: Line) -> list[Measured]:
    return curate([write_table(tmp_path / "t.csv", list(lines))], Log())


class TestTime:
    """Latency of a whole batch."""

    def test_seconds_become_milliseconds_digit_by_digit(self) -> None:
        row = at(rows(), f"{MAIN}#L2")
        # Printed: 0.688306736946106 s.
        assert (row.e2e_ms, row.tpot_ms, row.decode_tok_s) == (688.306736946106, None, None)
        assert (row.load, row.in_flight, row.input_tokens, row.output_tokens) == ("static", 1, 128, 128)

    def test_the_printed_throughput_counts_prompts_in(self) -> None:
        # 128 tokens in and 128 out in 0.688 s.
        row = at(rows(), f"{MAIN}#L2")
        assert set(row.results) == {"total_tok_s"}
        assert row.results["total_tok_s"] == pytest.approx(256 / 0.688306736946106, rel=1e-6)

    def test_a_table_has_the_date_of_its_last_change(self) -> None:
        assert {row.locator.partition("#")[0]: row.date for row in rows()} == {
            "Plots/All_results.csv": "2024-09-27",
            "Plots/Fig_3/A100_H100_quant_all_results.csv": "2024-09-20",
            "Plots/Fig_3/qaunt_results/quant_all_results.csv": "2024-09-20",
            "Plots/Fig_5_a/TP_PP_Results.csv": "2024-09-23",
        }


class TestCut:
    """How many cards, and how the model lies on them."""

    @pytest.mark.parametrize(
        ("place", "cut"),
        [
            (f"{MAIN}#L215", (4, 4, None)),
            # llama.cpp splits by layer.
            (f"{MAIN}#L255", (2, None, 2)),
            (f"{MAIN}#L235", (1, None, None)),
            # vLLM counts tiles of a Max 1550, two to a card.
            (f"{MAIN}#L1819", (1, None, None)),
            (f"{MAIN}#L2252", (8, None, None)),
            ("TP_PP_Results.csv#L22", (2, 2, None)),
            ("TP_PP_Results.csv#L272", (2, None, 2)),
        ],
    )
    def test_by_engine_and_card(self, place: str, cut: tuple[int, int | None, int | None]) -> None:
        row = at(rows(), place)
        assert (row.count, row.tp, row.pp) == cut

    def test_what_the_table_counts_otherwise_is_noted(self) -> None:
        assert "TP2 over tiles, two a card" in (at(rows(), f"{MAIN}#L1819").note or "")

    def test_dies_of_an_mi250_are_two_a_card(self, tmp_path: Any) -> None:
        (row,) = made(tmp_path, line("L3589", hardware="AMD MI250 GPU", gpu_count="2"))
        assert (row.hardware, row.count, row.tp, row.note) == ("mi250", 2, None, "TP4 over the dies, two a card")

    def test_half_a_card_is_left_out(self) -> None:
        log = Log()
        found = curated("argonne", log)
        assert reasons(log, found) == {
            "the same measurement in another figure's table": 2,
            HALF: 1,
            "pipeline parallelism of one card": 1,
        }

    def test_an_unknown_model_is_left_out(self, tmp_path: Any) -> None:
        log = Log()
        assert curate([write_table(tmp_path / "t.csv", [line("L2", model_hf_id="nobody/knows")])], log) == []
        assert reasons(log, []) == {"no record of the model: nobody/knows": 1}


class TestFormats:
    """What was stored how."""

    @pytest.mark.parametrize(
        ("place", "formats"),
        [
            (f"{MAIN}#L2", ("fp16", None)),
            (f"{MAIN}#L235", ("gguf-f16", None)),
            (f"{MAIN}#L62", ("bf16", None)),
            ("A100_H100_quant_all_results.csv#L46", ("fp8-per-tensor", "fp8")),
            ("A100_H100_quant_all_results.csv#L125", ("int8", "int8")),
            ("qaunt_results/quant_all_results.csv#L109", ("fp16", "int8")),
        ],
    )
    def test_weights_and_context(self, place: str, formats: tuple[str, str | None]) -> None:
        row = at(rows(), place)
        assert (row.quantization, row.kv_cache) == formats

    def test_gaudi_ran_without_an_engine_of_ours(self) -> None:
        row = at(rows(), f"{MAIN}#L1926")
        assert (row.engine, row.hardware) == (None, "gaudi-2")
        assert row.note == "16 bits: the script asks for no other format; Optimum Habana with DeepSpeed"

    def test_versions_are_those_of_the_requirements(self) -> None:
        versions = {(row.engine, row.hardware): row.engine_version for row in rows()}
        assert versions["tensorrt-llm", "gh200-96gb"] == "0.12.0"
        assert versions["vllm", "mi300x"] == "0.6.1"
        assert versions["vllm", "h100-sxm5-80gb"] is None

    def test_another_checkpoint_than_printed_is_noted(self) -> None:
        row = at(rows(), "A100_H100_quant_all_results.csv#L46")
        assert row.model == "meta-llama-3-8b-instruct"
        assert "the raw results name Meta-Llama-3-8B-Instruct-FP8" in (row.note or "")
        assert "Llama-2" not in (at(rows(), f"{MAIN}#L3381").note or "")


class TestAside:
    """Runs that cannot be what they are called."""

    @pytest.mark.parametrize(
        ("place", "why"), [("L61", WAVES), ("L62", START), ("L1411", EARLY), ("L2252", CLOUD), ("L2313", SCATTERED)]
    )
    def test_each_reason(self, place: str, why: str) -> None:
        assert at(rows(), f"{MAIN}#{place}").aside == why

    def test_what_does_not_fit_at_once_ran_in_waves(self, tmp_path: Any) -> None:
        # 64 sequences of 4,096 tokens at 0.5 MB: 137 GB beside 13 GB of weights. 16 of them take 34 GB.
        fewer, many = made(tmp_path, line("L61", concurrency="16", path=f"{MAIN}#L900"), line("L61"))
        assert (fewer.aside, many.aside) == (None, WAVES)

    def test_twice_the_length_takes_twice_the_time(self, tmp_path: Any) -> None:
        # 2,728 ms for 128 tokens, 4,023 for 256: 21 and 16 ms a token.
        short, long = made(tmp_path, line("L62"), line("L66"))
        assert (short.aside, long.aside) == (START, None)
        assert made(tmp_path, line("L62"))[0].aside is None

    def test_a_larger_batch_takes_no_less_time(self, tmp_path: Any) -> None:
        larger = line("L66", concurrency="16", path=f"{MAIN}#L900", extra='{"latency_s":"3.0"}')
        small, other = made(tmp_path, line("L66"), larger)
        assert (small.aside, other.aside) == (DISORDER, None)
        # Within a tenth nothing is said.
        small, other = made(tmp_path, line("L66"), larger | {"extra": '{"latency_s":"3.7"}'})
        assert (small.aside, other.aside) == (None, None)

    def test_weights_cannot_be_read_faster_than_memory(self, tmp_path: Any) -> None:
        # Qwen2-7B in 16 bits: 15.2 GB for each of 2,048 tokens at 3,350 GB/s take 9.3 s.
        def ran(seconds: str) -> str | None:
            return made(tmp_path, line("L1411", extra=f'{{"latency_s":"{seconds}"}}'))[0].aside

        assert (ran("9.2"), ran("9.4")) == (EARLY, None)

    def test_a_mixture_reads_some_of_its_experts_only(self, tmp_path: Any) -> None:
        (row,) = made(tmp_path, line("L215", extra='{"latency_s":"0.5"}'))
        assert row.model.startswith("mixtral")
        assert row.aside is None


def test_of_two_figures_with_one_measurement_the_first_is_kept(tmp_path: Any) -> None:
    # Some repeat it with fewer digits.
    log = Log()
    copy = line("L2", path="Plots/Fig_10/All_results.csv#L7", extra='{"latency_s":"0.6883067"}')
    (row,) = curate([write_table(tmp_path / "t.csv", [line("L2"), copy])], log)
    assert row.locator == f"{MAIN}#L2"
    assert reasons(log, [row]) == {"the same measurement in another figure's table": 1}
