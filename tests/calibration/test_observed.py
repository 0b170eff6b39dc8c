"""Rows joined with records: what a step was asked, how long it took, and why a row is not used."""

from typing import Any

import pytest

from kb import Corpus
from kb.calibration.observed import Joined, deployment_of, join, load_of, observe
from kb.calibration.tables import SCORED_ONLY, Sample, table_files
from kb.errors import BadRequest, UnknownName
from kb.estimate import Load, NotCheckable
from tests.calibration.build import put, row, timed
from tests.estimate.build import about


class TestTime:
    """What the measured time per token is, and whether prompts are part of it."""

    def test_a_time_per_token_is_taken_as_it_is(self, corpus: Corpus) -> None:
        seen = observe(row(in_flight=16.0), corpus)
        assert seen.seconds == about(0.020)
        assert seen.in_flight == 16
        # The prompts of the fifteen others fall into it.
        assert seen.work.others == 15
        assert seen.work.output_tokens == 500

    def test_a_time_per_token_counts_before_a_rate(self, corpus: Corpus) -> None:
        assert observe(row(in_flight=16.0, decode_tok_s=9.0, e2e_ms=9.0), corpus).seconds == about(0.020)

    def test_a_rate_is_shared_by_the_sequences_in_flight(self, corpus: Corpus) -> None:
        seen = observe(row(in_flight=16.0, tpot_ms=None, decode_tok_s=800.0), corpus)
        assert seen.seconds == about(16 / 800)
        # It counts whole requests, so the own prompt is in it too.
        assert seen.work.others == 16

    def test_a_rate_counts_those_that_find_room(self, corpus: Corpus) -> None:
        # 16 GB of weights and 1,000 sequences of 131 kB x 4,250 tokens do not fit 80 GB.
        seen = observe(row(in_flight=1000.0, input_tokens=4000.0, tpot_ms=None, decode_tok_s=800.0), corpus)
        assert 80 < seen.in_flight < 120
        assert seen.seconds == about(seen.in_flight / 800)
        assert seen.work.others == about(seen.in_flight)

    def test_a_static_batch_is_timed_with_its_prompts(self, corpus: Corpus) -> None:
        seen = observe(row(load="static", in_flight=8.0, tpot_ms=None, e2e_ms=7500.0), corpus)
        assert seen.seconds == about(7.5 / 500)
        assert seen.work.others == 8

    def test_the_prompts_of_a_batch_are_shared_by_replicas(self, corpus: Corpus) -> None:
        seen = observe(row(load="static", count=4, tp=1, dp=4, in_flight=8.0, tpot_ms=None, e2e_ms=7500.0), corpus)
        assert seen.work.others == 2

    def test_a_rate_of_a_static_batch_has_no_prompt_in_it(self, corpus: Corpus) -> None:
        seen = observe(row(load="static", in_flight=8.0, tpot_ms=None, decode_tok_s=400.0), corpus)
        assert seen.seconds == about(8 / 400)
        assert seen.work.others == 0

    def test_a_batch_of_unknown_length_has_no_time_per_token(self, corpus: Corpus) -> None:
        with pytest.raises(NotCheckable, match="no time per token follows"):
            observe(row(load="static", output_tokens=None, tpot_ms=None, e2e_ms=7500.0), corpus)

    @pytest.mark.parametrize("missing", ["in_flight", "input_tokens"])
    def test_a_load_that_is_not_stated_cannot_be_used(self, corpus: Corpus, missing: str) -> None:
        with pytest.raises(NotCheckable, match="the sequences in flight or the lengths are not stated"):
            observe(row(**{missing: None}), corpus)

    def test_weights_that_leave_no_room(self, corpus: Corpus) -> None:
        with pytest.raises(NotCheckable, match="the weights leave no room for a sequence"):
            observe(row(model="llama-3.3-70b-instruct"), corpus)


class TestDecodeWorkers:
    """Decode workers of disaggregated serving."""

    def test_workers_share_the_requests(self, corpus: Corpus) -> None:
        seen = observe(row(role="decode", workers=4, in_flight=64.0), corpus)
        assert seen.in_flight == 16
        assert seen.work.tokens == 16
        assert seen.work.others == 0

    def test_one_is_granted_all_of_them_where_nobody_says_how_many_there_are(self, corpus: Corpus) -> None:
        seen = observe(row(role="decode", in_flight=64.0), corpus)
        assert seen.in_flight == 64
        assert seen.class_name == "disaggregated"

    def test_requests_do_not_meet_prompts_there(self) -> None:
        assert load_of(row(role="decode", in_flight=64.0, workers=2)) == Load(1000, 500, concurrency=32)
        assert load_of(row(in_flight=64.0)) == Load(1000, 500, concurrency=64, serving=True)
        assert load_of(row(load="static", in_flight=64.0)) == Load(1000, 500, batch=64, static=True)
        assert load_of(row(in_flight=None)) == Load(1000, 500, serving=True)


class TestDeployment:
    """The records that a row names."""

    def test_what_is_said_is_in_it(self, corpus: Corpus) -> None:
        said = {"tp": 4, "pp": 2, "ep": 4, "dp": 1}
        of = row(count=8, kv_cache="fp8", draft_tokens=3, weights_gb=16.1, backend="cuda", **said)
        found = deployment_of(of, corpus)
        pool = found.pools[0]
        assert (pool.count, pool.role) == (8, "serve")
        assert pool.parallelism.model_dump(exclude_none=True) == said
        assert (found.kv_cache, found.draft_tokens, found.speculates) == ("fp8", 3, True)
        assert (found.weights_gb, found.backend) == (16.1, "cuda")

    def test_what_is_not_said_is_not(self, corpus: Corpus) -> None:
        found = deployment_of(row(engine=None, date=None), corpus)
        assert (found.engine, found.engine_date, found.kv_cache) == (None, None, None)
        assert (found.draft_tokens, found.speculates) == (0, False)

    @pytest.mark.parametrize(
        ("said", "dp"),
        [
            ({"tp": 8, "attention_dp": 8}, 8),
            ({"tp": 8, "attention_dp": 4, "dp": 2}, 8),
            ({"tp": 1, "attention_dp": 8}, None),
        ],
    )
    def test_ranks_of_attention_are_ranks_of_data(self, corpus: Corpus, said: dict[str, int], dp: int | None) -> None:
        found = deployment_of(row(count=8, **said), corpus)
        assert found.pools[0].parallelism.dp == dp

    def test_the_date_falls_back_to_the_release(self, corpus: Corpus) -> None:
        release = next(one for one in corpus.engines["vllm"].releases if not one.upper_bound)
        assert deployment_of(row(date=None, engine_version=f"v{release.version}"), corpus).engine_date == release.date
        assert deployment_of(row(date="2025", engine_version=release.version), corpus).engine_date == "2025"
        assert deployment_of(row(date=None, engine_version="no such build"), corpus).engine_date is None

    def test_an_unknown_format_is_refused(self, corpus: Corpus) -> None:
        with pytest.raises(BadRequest, match=r"^'fp7' is no format of numbers; known are .*fp8"):
            deployment_of(row(kv_cache="fp7"), corpus)

    @pytest.mark.parametrize("column", ["hardware", "model", "quantization", "engine"])
    def test_an_unknown_record_is_refused(self, corpus: Corpus, column: str) -> None:
        with pytest.raises(UnknownName, match=f"unknown {column} 'nonsense-9000'"):
            deployment_of(row(**{column: "nonsense-9000"}), corpus)


class TestObservation:
    """What groups rows."""

    def test_it_knows_its_records(self, corpus: Corpus) -> None:
        seen = observe(row(), corpus)
        assert (seen.model.id, seen.hardware.id, seen.family) == ("meta-llama-3.1-8b", "h100-sxm5-80gb", "llama-3")
        assert seen.cell == ("h100-sxm5-80gb", "llama-3", "vllm", "bf16")
        assert seen.class_name == "served-dense"

    def test_a_model_without_a_family_is_one(self, corpus: Corpus) -> None:
        mixtral = observe(row(model="mixtral-8x7b-v0.1", count=8, tp=8), corpus)
        assert mixtral.model.family is None
        assert mixtral.family == "mixtral-8x7b-v0.1"

    def test_a_cell_without_an_engine_has_a_backend(self, corpus: Corpus) -> None:
        assert observe(row(engine=None, backend="vulkan"), corpus).cell[2] == "vulkan"
        assert observe(row(engine=None), corpus).cell[2] == ""

    def test_two_names_of_a_card_are_one_card(self, corpus: Corpus) -> None:
        # Else a card would be left out under one name and fitted under the other.
        old = corpus.hardware["h100-sxm5-80gb"].former_ids[0]
        assert observe(row(hardware=old), corpus).cell == observe(row(), corpus).cell
        assert observe(row(hardware=old), corpus).row.hardware == "h100-sxm5-80gb"


class TestJoin:
    """Which rows are used, and the reasons of the others."""

    def test_rows_are_counted_by_reason(self, corpus: Corpus) -> None:
        rows = [row(), row(aside="weak host"), row(aside="weak host"), row(aside="a copy"), row(in_flight=None)]
        joined = join(rows, corpus)
        assert len(joined.observations) == 1
        assert joined.gaps == {
            "set aside: weak host": 2,
            "set aside: a copy": 1,
            "the sequences in flight or the lengths are not stated": 1,
        }

    def test_a_row_that_is_set_aside_is_not_looked_up(self, corpus: Corpus) -> None:
        assert join([row(aside="no such card", hardware="nonsense-9000")], corpus).observations == []

    def test_reasons_of_two_tables_add_up(self, corpus: Corpus) -> None:
        one, other = join([row(), row(aside="a")], corpus), join([row(), row(aside="a"), row(aside="b")], corpus)
        one.merge(other)
        assert len(one.observations) == 2
        assert one.gaps == {"set aside: a": 2, "set aside: b": 1}
        assert Joined().observations == []


class TestSample:
    """All tables of a folder."""

    def test_rows_are_fitted_unless_their_table_is_only_scored(self, corpus: Corpus, tmp_path: Any) -> None:
        tables = {name: [row(locator=name)] for name in ("a.csv", *SCORED_ONLY)}
        sample = Sample(put(tmp_path, tables), corpus)
        assert [file.name for file in sample.files] == sorted(tables)
        used = dict(zip((one.row.locator for one in sample.observations), sample.fitted, strict=True))
        assert used == {"a.csv": True} | dict.fromkeys(SCORED_ONLY, False)

    def test_what_cannot_be_known_is_counted(self, corpus: Corpus, tmp_path: Any) -> None:
        rows = [row(), row(draft_tokens=2), row(load="queued", in_flight=4.0), row(aside="a copy")]
        sample = Sample(put(tmp_path, {"a.csv": rows}), corpus)
        assert (sample.rows, len(sample.observations)) == (4, 1)
        assert sample.joined.gaps == {
            "set aside: a copy": 1,
            "drafted tokens, or the sequences in flight, are not known": 2,
        }

    def test_the_fingerprint_is_that_of_the_tables(self, corpus: Corpus, tmp_path: Any) -> None:
        seen = set()
        for number, tables in enumerate(
            (
                {"a.csv": [row()]},
                {"b.csv": [row()]},
                {"a.csv": [row(tpot_ms=20.5)]},
                {"a.csv": [row()], "b.csv": [row()]},
                {"a.csv": [row(), row()]},
            )
        ):
            root = put(tmp_path / str(number), tables)
            seen.add(Sample(root, corpus).fingerprint)
            assert Sample(root, corpus).fingerprint in seen
        assert len(seen) == 5
        assert all(len(one) == 16 for one in seen)

    def test_a_folder_without_tables_is_a_sentence(self, tmp_path: Any) -> None:
        with pytest.raises(BadRequest, match=r"^calibration/rows holds no tables; run this in a checkout"):
            table_files(tmp_path)

    def test_most_committed_rows_say_enough(self, sample: Sample) -> None:
        assert len(sample.observations) > 0.75 * sample.rows
        assert len(sample.observations) + sum(sample.joined.gaps.values()) == sample.rows
        assert 0 < sample.fitted.count(False) < 0.1 * len(sample.fitted)
        assert all(0 < one.seconds < 60 for one in sample.observations)


def test_a_timed_row_takes_as_long_as_the_formula_says(corpus: Corpus) -> None:
    from kb.calibration.fit import as_columns, predict
    from kb.calibration.priors import SERVER
    from tests.calibration.build import plain

    seen = observe(timed(row(in_flight=8.0), corpus, plain(SERVER), 1.5), corpus)
    assert predict(as_columns([seen]), plain(SERVER)).tolist() == [about(seen.seconds / 1.5)]
