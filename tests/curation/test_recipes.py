"""Recipes: what a page says once per section, and outputs that cannot be of the command beside them."""

from pathlib import Path

import pytest

from curation.measured import Measured
from curation.recipes import H200_KIMI, MI350X_KIMI, curate
from curation.tables import Log, read_table
from tests.curation.excerpts import FIXTURES, Line, at, curated, reasons, write_table

TABLE = read_table(FIXTURES / "sgl_cookbook.csv")


def rows() -> list[Measured]:
    return curated("recipes")


def changed(tmp_path: Path, place: str, **cells: str) -> Measured:
    (line,) = [one for one in TABLE if one["path"].endswith(place)]
    lines: list[Line] = [line | cells]
    (row,) = curate([write_table(tmp_path / "t.csv", lines)], Log())
    return row


class TestSections:
    """What a section says against the columns of the gathered table."""

    def test_a_section_with_a_command_of_its_own(self) -> None:
        row = at(rows(), "DeepSeek-V3_2.md#L678")
        assert (row.count, row.tp, row.attention_dp, row.draft_tokens) == (16, 16, 2, 2)

    @pytest.mark.parametrize(
        ("place", "hardware", "count"),
        [
            ("#L614", "h200-sxm-141gb", 2),
            ("#L709", "h200-sxm-141gb", 1),
            ("#L810", "mi300x", 1),
            ("#L871", "mi300x", 1),
        ],
    )
    def test_a_heading_names_other_cards_than_the_page(self, place: str, hardware: str, count: int) -> None:
        # The gathered table has H200 in all four, and no number.
        row = at(rows(), f"Google/Gemma4.md{place}")
        assert (row.hardware, row.count, row.tp) == (hardware, count, count)
        assert ("H200 read as SXM" in (row.note or "")) == (hardware == "h200-sxm-141gb")

    def test_a_command_takes_some_cards_of_the_machine(self, tmp_path: Path) -> None:
        row = changed(tmp_path, "DeepSeek-R1.md#L368", gpu_count="8", tp="4")
        assert (row.count, row.tp) == (4, 4)
        row = changed(tmp_path, "DeepSeek-R1.md#L368", gpu_count="8", tp="4", dp="2")
        assert (row.count, row.tp) == (8, 4)
        row = changed(tmp_path, "DeepSeek-R1.md#L368", dp="8", dp_attention="yes", ep="8")
        assert (row.attention_dp, row.ep) == (8, 8)


class TestLoad:
    """How many were in flight."""

    def test_the_server_takes_fewer_than_the_client_sends(self) -> None:
        row = at(rows(), "DeepSeek-V3_2.md#L742")
        assert (row.load, row.in_flight) == ("closed", 128)
        assert "the client keeps 1024 open, the server runs 128 at most" in (row.note or "")

    def test_without_a_cap_it_is_what_the_rate_says(self) -> None:
        # 526.57 tok/s of 35.3 ms a token in the mean.
        row = at(rows(), "GLM5.md#L176")
        assert (row.load, row.in_flight) == ("open", 18.6)

    def test_a_cap_is_what_was_in_flight(self) -> None:
        row = at(rows(), "DeepSeek-R1.md#L421")
        assert (row.load, row.in_flight) == ("closed", 16)
        assert "the tool measured 13.93 in flight" in (row.note or "")

    def test_lengths_are_the_printed_means(self) -> None:
        row = at(rows(), "DeepSeek-R1.md#L368")
        assert (row.input_tokens, row.output_tokens, row.date) == (610.1, 421.0, "2026-02-10")

    def test_a_median_counts_before_a_mean(self) -> None:
        assert (at(rows(), "DeepSeek-R1.md#L368").note or "").endswith("median TPOT")
        assert (at(rows(), "Gemma4.md#L709").note or "").endswith("mean TPOT")

    def test_steps_of_a_draft_are_tokens(self) -> None:
        assert at(rows(), "DeepSeek-V3_2.md#L464").draft_tokens == 3
        # Declared, but its gaps are those of single tokens.
        assert at(rows(), "Step-3.5-Flash.md#L117").draft_tokens is None
        assert at(rows(), "Step-3.5-Flash.md#L117").aside is None
        assert "speculation" not in at(rows(), "Step-3.5-Flash.md#L117").stack
        assert "prints FP16" in (at(rows(), "Step-3.5-Flash.md#L117").note or "")


class TestFigures:
    """What the tool printed beside what an estimate takes."""

    def test_all_statistics_are_kept(self) -> None:
        row = at(rows(), "DeepSeek-R1.md#L368")
        assert (row.tpot_is, row.ttft_is) == ("p50", "p50")
        assert {"requests_s", "ttft_ms/mean", "tpot_ms/mean"} <= set(row.results)
        assert all(value > 0 for one in rows() for value in one.results.values())
        assert at(rows(), "Gemma4.md#L709").tpot_is == "mean"

    def test_the_load_is_stated_as_the_client_was_told(self) -> None:
        stated = at(rows(), "DeepSeek-V3_2.md#L742").stated
        assert (stated["concurrency"], stated["max_batch"]) == (1024, 128)
        assert all(isinstance(one.stated["lengths"], tuple) for one in rows() if "lengths" in one.stated)

    def test_drafting_is_part_of_the_stack(self) -> None:
        assert at(rows(), "DeepSeek-V3_2.md#L464").stack["speculation"]["draft_tokens"] == 3
        assert "draft_tokens" not in at(rows(), "GLM-5.1.md#L407").stack["speculation"]


class TestLeftOut:
    """Pages that tell too little, or what another page tells."""

    def test_each_reason(self) -> None:
        log = Log()
        found = curated("recipes", log)
        assert reasons(log, found) == {
            "A100 without form factor and memory size": 1,
            "a diffusion model: no token after token": 1,
            "copied: the GLM-5.1 page prints the same blocks": 1,
            "no record of the model: deepseek-ai/DeepSeek-Math-V2": 1,
            "the page does not name the cards of the run": 2,
            "the page has two commands, and does not say which gave the output": 1,
            "the page names several cards and not the one of the run": 1,
        }


class TestAside:
    """Outputs that cannot be what they are called."""

    @pytest.mark.parametrize(
        ("place", "why"),
        [
            ("Kimi-K2.5.md#L582", H200_KIMI),
            ("Kimi-K2.5.md#L1149", MI350X_KIMI),
            ("Kimi-K2.5.md#L1203", MI350X_KIMI),
            ("GLM-5.1.md#L407", "speculative decoding, tokens drafted not stated"),
            (
                "DeepSeek-V3_2.md#L678",
                "accept length 3.27 cannot come of the 2 tokens that the command drafts",
            ),
            (
                "Kimi-K2-Think.md#L119",
                "requests failed, and time per token is three times as long by request as by token",
            ),
        ],
    )
    def test_each_reason(self, place: str, why: str) -> None:
        assert at(rows(), place).aside == why

    def test_three_accepted_of_three_drafted_and_one_is_possible(self) -> None:
        assert at(rows(), "DeepSeek-V3_2.md#L464").aside is None
