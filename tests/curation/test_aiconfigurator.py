"""The table that AIConfigurator ships: labels that mean something else, and rows that stand in it twice."""

import json
from collections.abc import Callable

import pytest

from curation.aiconfigurator import MODEL_NOTES, SUSPECT, UNNAMED, WIP, curate
from curation.measured import Measured
from curation.tables import Log, read_table
from tests.curation.excerpts import SILICON, Line, at, curated, reasons

TABLE = read_table(SILICON)
# Runs of two builds: the slow twins, and the batch that is a third faster.
SLOW, FAST = ("#L720", "#L721", "#L722", "#L723"), ("#L2961", "#L2964", "#L2967", "#L2976")


def rows() -> list[Measured]:
    return curated("aiconfigurator")


def changed(place: str, **cells: str) -> list[Line]:
    """Return the one line with other cells."""
    (line,) = [line for line in TABLE if line["path"].endswith(place)]
    return [line | cells]


def suspected(keep: Callable[[Line], Line | None]) -> set[str]:
    """Return the places of suspects when only some lines are there."""
    table = [line for line in map(keep, TABLE) if line is not None]
    return {"#" + row.locator.partition("#")[2] for row in curate(table, Log()) if row.aside == SUSPECT}


class TestParallelism:
    """Cards and ranks."""

    def test_tp_that_is_tp_times_ep(self) -> None:
        # Printed as TP64 of 8 cards, EP8.
        row = at(rows(), "#L720")
        assert (row.count, row.tp, row.ep, row.attention_dp) == (8, 8, 8, None)

    def test_tp_1_with_ep_is_attention_over_the_cards(self) -> None:
        # Printed as one card, TP1, EP8.
        row = at(rows(), "#L599")
        assert (row.count, row.tp, row.ep, row.attention_dp, row.pp) == (8, 1, 8, 8, None)

    def test_tp_that_does_not_divide_the_cards(self) -> None:
        (row,) = curate(changed("#L2", gpu_count="4", tp="3"), Log())
        assert (row.count, row.tp) == (4, 4)

    def test_ep_has_bounds(self) -> None:
        assert [curate(changed("#L2", ep=ep), Log())[0].ep for ep in ("0", "", "16")] == [1, 1, 4]

    @pytest.mark.parametrize(
        ("place", "note"),
        [
            ("#L720", "the table prints tp 64, ep 8, read as 8 cards"),
            ("#L599", "the table prints tp 1, ep 8, read as 8 cards"),
            ("#L2", None),
        ],
    )
    def test_what_is_read_otherwise_is_told(self, place: str, note: str | None) -> None:
        told = at(rows(), place).note or ""
        assert (note in told) if note else ("prints" not in told)

    def test_a_degree_of_nothing_is_one(self) -> None:
        assert "prints" not in (curate(changed("#L2", ep="0"), Log())[0].note or "")
        assert "prints tp 4, ep 16" in (curate(changed("#L2", ep="16", tp="4"), Log())[0].note or "")

    def test_workers_that_decode(self) -> None:
        row = at(rows(), "#L81")
        assert (row.role, row.workers, row.count, row.tp, row.ep) == ("decode", 4, 8, 8, 8)
        assert (row.attention_dp, row.in_flight) == (None, 4.0)

    def test_workers_whose_number_is_not_stated(self) -> None:
        row = at(rows(), "#L1879")
        assert (row.role, row.workers, row.count) == ("decode", None, 8)

    def test_workers_that_split_attention_by_sequence(self) -> None:
        row = at(rows(), "#L266")
        assert (row.count, row.tp, row.ep, row.attention_dp, row.workers) == (32, 1, 32, 32, 1)

    def test_workers_of_which_nothing_is_stated(self) -> None:
        log = Log()
        assert curate(changed("#L81", decode_config="num_workers=4"), log) == []
        assert reasons(log, []) == {"disaggregated, and the parallelism of a decode worker is not stated": 1}


class TestModels:
    """Names and formats."""

    def test_v3_is_r1_under_another_name(self) -> None:
        row = at(rows(), "#L599")
        assert (row.model, row.quantization) == ("deepseek-r1-0528", "nvfp4-mla-o-proj")

    def test_an_empty_precision_is_16_bits(self) -> None:
        row = at(rows(), "#L897")
        assert (row.model, row.quantization) == ("qwen3-32b", "bf16")

    def test_a_published_checkpoint_is_a_record_of_its_own(self) -> None:
        assert at(rows(), "#L37").model == "qwen3.5-397b-a17b-nvfp4"
        assert at(rows(), "#L2").model == "minimax-m2.5"

    def test_what_has_no_record_or_no_load_is_left_out(self) -> None:
        log = Log()
        found = curate(TABLE, log)
        assert reasons(log, found) == {
            "the same run stands in the table already": 3,
            "the sequences in flight are not stated": 1,
        }
        log = Log()
        assert curate(changed("#L2", model_hf_id="nobody/knows", precision="fp4"), log) == []
        assert reasons(log, []) == {"no record: nobody/knows in fp4": 1}

    def test_the_kv_cache_is_8_bits_where_it_is_said(self) -> None:
        (row,) = curate(changed("#L2", extra='{"kvcache_quant_mode":"fp8","src":""}'), Log())
        assert row.kv_cache == "fp8"


class TestLengths:
    """Nominal and mean lengths."""

    def test_inferencex_draws_them_below_the_nominal(self) -> None:
        row = at(rows(), "#L2")
        assert (row.input_tokens, row.output_tokens) == (7372.8, 921.6)
        assert row.stated == {"input_tokens": 8192, "output_tokens": 1024, "shortest_share": 0.8}

    def test_nvidia_does_not(self) -> None:
        row = at(rows(), "#L1484")
        assert (row.input_tokens, row.output_tokens, row.stated) == (4000, 1000, {})


class TestStack:
    """Who ran it, in which image, beside which workers that read prompts."""

    def test_whoever_is_not_named_is_said_so(self) -> None:
        for row in rows():
            assert row.ran_by in ("SemiAnalysis InferenceX CI", "NVIDIA", None)
            assert (row.ran_by is None) == (row.note or "").startswith(UNNAMED)

    def test_a_label_that_inferencex_contradicts_is_said(self) -> None:
        llama = {"model_hf_id": "meta-llama/Llama-3.1-70B", "precision": "fp8"}
        (row,) = curate(changed("#L2", **llama), Log())
        assert (row.note or "").endswith(MODEL_NOTES["meta-llama/Llama-3.1-70B"])
        (row,) = curate(changed("#L1484", **llama), Log())
        assert row.note is None

    def test_a_mark_that_nothing_explains_is_said(self) -> None:
        marked = {row.locator.rpartition("#")[2] for row in rows() if row.remark == WIP}
        assert marked == {"L1857", "L1879"}

    @pytest.mark.parametrize(
        ("src", "image"),
        [
            ("image=lmsysorg/sglang:v0.5.5-cu129", "lmsysorg/sglang:v0.5.5-cu129"),
            ("x; nvcr.io#nvidia/ai-dynamo/runtime:0.7", "nvcr.io/nvidia/ai-dynamo/runtime:0.7"),
            ("no image here", None),
        ],
    )
    def test_the_image_is_kept(self, src: str, image: str | None) -> None:
        (row,) = curate(changed("#L2", extra=json.dumps({"src": src})), Log())
        assert row.stack.get("image") == image

    def test_the_tag_of_dynamo_is_no_version_of_the_engine(self) -> None:
        def version(image: str) -> str | None:
            extra = json.dumps({"src": f"image={image}"})
            return curate(changed("#L2", engine_version="0.7.0", extra=extra), Log())[0].engine_version

        assert version("nvcr.io/nvidia/ai-dynamo/runtime:0.7.0") is None
        assert version("nvcr.io/nvidia/ai-dynamo/runtime:0.8.1") == "0.7.0"
        assert version("lmsysorg/sglang:0.7.0") == "0.7.0"

    def test_those_who_read_prompts_are_a_pool(self) -> None:
        config = "num_workers=2; tp_size=4; moe_ep_size=4; attention_dp_size=4"
        (row,) = curate(changed("#L81", prefill_config=config), Log())
        (pool,) = row.pools
        assert (pool["role"], pool["count"], pool["parallelism"]) == ("prefill", 8, {"tp": 4, "ep": 4, "dp": 8})
        assert "count_of" not in pool
        (row,) = curate(changed("#L81", prefill_config="tp_size=4"), Log())
        assert (row.pools[0]["count"], row.pools[0]["count_of"]) == (4, "worker")
        assert curate(changed("#L81", prefill_config=""), Log())[0].pools == ()

    def test_a_worker_whose_degrees_all_read_1_is_left_out(self) -> None:
        log = Log()
        assert curate(changed("#L81", decode_config="tp_size=1; moe_ep_size=1"), log) == []
        (reason,) = reasons(log, [])
        assert reason.startswith("disaggregated, and every degree of a worker reads 1")


class TestCopies:
    """One run, once."""

    def test_of_two_equal_runs_the_first_is_kept(self) -> None:
        kept = {"#" + row.locator.partition("#")[2] for row in rows()}
        copies = [line for line in TABLE if "#" + line["path"].partition("#")[2] not in kept and line["concurrency"]]
        assert len([line for line in copies if "GLM" not in line["model"]]) == 3
        # One of them is NVIDIA's table, which repeats InferenceX with two digits; one has R1 for V3.
        assert len([line for line in copies if "gap-analysis" in line["evidence_note"]]) == 1

    def test_a_time_with_two_digits_is_the_same_run(self) -> None:
        (line,) = changed("#L2")
        copy = line | {"path": "other.csv#L9", "evidence_note": "nvidia-gap-analysis", "tpot_ms": "33.44"}
        log = Log()
        (row,) = curate([line, copy], log)
        assert row.locator.endswith("#L2")
        assert reasons(log, [row]) == {"the same run stands in the table already": 1}

    def test_another_time_is_another_run(self) -> None:
        (line,) = changed("#L2")
        assert len(curate([line, line | {"path": "other.csv#L9", "tpot_ms": "34.44"}], Log())) == 2


class TestSuspects:
    """Multi-token prediction that nobody declared."""

    def test_all_rows_of_a_batch_far_faster_than_its_twins(self) -> None:
        # One of them has no twin here.
        assert suspected(lambda line: line) == set(FAST)

    def test_without_twins_nobody_is_suspected(self) -> None:
        assert not suspected(lambda line: None if line["path"].endswith(SLOW) else line)

    def test_a_little_faster_is_no_suspicion(self) -> None:
        def slower(line: Line) -> Line:
            return line | {"tpot_ms": str(1.3 * float(line["tpot_ms"]))} if line["path"].endswith(FAST) else line

        assert not suspected(slower)

    def test_another_build_of_another_season_is_no_twin(self) -> None:
        def other(line: Line, day: str) -> Line:
            return line | {"engine_version": "9.9", "result_date": day} if line["path"].endswith(FAST) else line

        # The slow ones ran on 15 December.
        assert not suspected(lambda line: other(line, "2026-02-14"))
        assert suspected(lambda line: other(line, "2026-02-13")) == set(FAST)

    def test_without_a_date_only_the_build_tells(self) -> None:
        def undated(line: Line, version: str) -> Line:
            return line | {"engine_version": version, "result_date": ""} if line["path"].endswith(FAST) else line

        assert suspected(lambda line: undated(line, "1.1.0rc2.post2")) == set(FAST)
        assert not suspected(lambda line: undated(line, ""))

    def test_a_model_that_drafts_nothing_is_not_suspected(self) -> None:
        def dense(line: Line) -> Line:
            if line["path"].endswith((*FAST, *SLOW)):
                return line | {"model_hf_id": "Qwen/Qwen3-32B", "precision": "fp8"}
            return line

        assert not suspected(dense)

    def test_of_a_suspect_batch_a_model_that_drafts_nothing_is_good(self) -> None:
        def one(line: Line) -> Line:
            if line["path"].endswith("#L2961"):
                return line | {"model_hf_id": "Qwen/Qwen3-32B", "precision": "fp8"}
            return line

        assert suspected(one) == set(FAST) - {"#L2961"}


class TestAside:
    """Rows that say what they cannot mean."""

    @pytest.mark.parametrize("place", ["#L893", "#L1484"])
    def test_a_batch_of_one_rank_or_of_all(self, place: str) -> None:
        row = at(rows(), place)
        assert (row.load, row.aside) == ("static", "its batch may be that of one rank or of all")

    def test_a_tp_that_counts_all_cards(self) -> None:
        row = at(rows(), "#L3095")
        assert (row.tp, row.aside) == (36, "its tp is the number of cards of a disaggregated run")

    def test_rows_that_contradict_each_other(self) -> None:
        assert at(rows(), "#L897").aside == "erratic: NVIDIA's GB200 rows contradict each other"
        # Disaggregated ones of the same table do not.
        assert at(rows(), "#L913").aside is None

    def test_most_are_good(self) -> None:
        assert sum(row.aside is None for row in rows()) > len(rows()) / 2
