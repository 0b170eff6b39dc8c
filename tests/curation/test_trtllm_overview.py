"""TensorRT-LLM's overview: per card in one edition, per instance in the others."""

from pathlib import Path

import pytest

from curation.measured import Measured
from curation.tables import Log
from curation.trtllm_overview import TOO_FAST
from tests.curation.excerpts import at, curated, reasons


def rows() -> list[Measured]:
    return curated("trtllm_overview")


def test_a_static_batch_is_timed_whole() -> None:
    # 1,024 sequences of 128 tokens at 27,304 tokens a second.
    row = at(rows(), "GPT-J 6B, H200, FP8, TP1, 128/128")
    assert (row.load, row.in_flight, row.e2e_ms) == ("static", 1024, 4800.469)
    assert (row.decode_tok_s, row.tpot_ms, row.kv_cache) == (None, None, "fp8")
    assert row.remark == "printed: 27304 tokens/s per card, batch x output length over the whole time"
    assert list(row.formulas) == ["e2e_ms/mean"]


def test_a_rate_is_printed_per_card() -> None:
    # 512 x 2,048 tokens at 2 x 3,963 a second.
    row = at(rows(), "LLaMA 70B, H200, FP8, TP2, 128/2048")
    assert row.e2e_ms == round(512 * 2048 / (3963 * 2) * 1000, 3)


def test_16_bits_keep_the_context_in_16_bits() -> None:
    row = at(rows(), "GPT-J 6B, A100, FP16, TP1, 128/128")
    assert (row.quantization, row.kv_cache, row.hardware) == ("fp16", None, "a100-sxm4-80gb")
    assert (row.note or "").startswith("A100 read as SXM4 80GB")


def test_8_bits_put_the_context_into_8_bits_where_the_page_says_so() -> None:
    assert at(rows(), "LLaMA v3.1 8B, H200 141GB HBM3, FP8, TP1, 128/128").kv_cache == "fp8"
    assert at(rows(), "H200 SXM 141GB (DGX H200), FP8, TP4, 128/128").kv_cache is None


def test_a_queue_has_a_rate_of_the_instance_and_no_number_in_flight() -> None:
    row = at(rows(), "LLaMA v3.1 8B, H200 141GB HBM3, FP8, TP1, 128/128")
    assert (row.load, row.in_flight, row.decode_tok_s, row.e2e_ms) == ("queued", None, 29526.04, None)


@pytest.mark.parametrize(
    ("place", "cut"),
    [
        ("B200 180GB (DGX B200), FP4, TP1, 128/128", (1, 1, 1, None)),
        ("H200 SXM 141GB (DGX H200), FP8, TP4, 128/128", (4, 4, 1, 4)),
        ("RTX 6000 Pro Blackwell Server Edition, FP4, TP2 PP2, 128/128", (4, 2, 2, 2)),
    ],
)
def test_experts_run_with_attention_by_sequence(place: str, cut: tuple[int, int, int, int | None]) -> None:
    row = at(rows(), place)
    assert (row.count, row.tp, row.pp, row.attention_dp) == cut


def test_a_misprint_is_set_aside() -> None:
    row = at(rows(), "Mixtral 8x7B, A100, FP16, TP2, 2048/2048")
    assert row.aside == TOO_FAST
    assert [one.aside for one in rows() if one is not row and one.aside] == [TOO_FAST]


def test_a_first_token_is_no_decode(tmp_path: Path) -> None:
    log = Log()
    assert reasons(log, curated("trtllm_overview", log)) == {"time to first token of one prompt: no decode": 1}


def test_editions_have_versions() -> None:
    assert {row.source.rpartition("-")[2]: row.engine_version for row in rows()} == {
        "v0.9": "0.9.0",
        "v0.17": "0.17",
        "v1.0": "1.0",
    }
