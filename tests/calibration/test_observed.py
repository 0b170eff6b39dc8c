"""Points joined with records: what a step was asked, how long it took, and why a point is not used."""

from dataclasses import replace
from typing import Any

import pytest

from kb import Corpus
from kb.calibration.fit import as_columns, predict
from kb.calibration.observed import Joined, join, load_of, observe, typical
from kb.calibration.priors import SERVER
from kb.calibration.tables import FITTED, SCORED_ONLY, Sample, collection_of, collections
from kb.checks.context import Context
from kb.errors import BadRequest
from kb.estimate import Load, NotCheckable
from kb.records import Case
from kb.records.case import Latency, OperatingPoint
from tests.calibration.build import among, case, cases, plain, row, seen, timed
from tests.estimate.build import about


def point(**said: Any) -> OperatingPoint:
    """Return an operating point."""
    return OperatingPoint.model_validate({"results": {}} | said)


def joined(corpus: Corpus, *rows: Any) -> Joined:
    """Join runs, each as a case of its own."""
    return join([case(one, corpus) for one in rows], Context(corpus))


class TestTime:
    """What the measured time per token is, and whether prompts are part of it."""

    def test_a_time_per_token_is_taken_as_it_is(self, corpus: Corpus) -> None:
        found = seen(row(in_flight=16.0), corpus)
        assert found.seconds == about(0.020)
        assert found.in_flight == 16
        # The prompts of the fifteen others fall into it.
        assert found.work.others == 15
        assert found.work.output_tokens == 500

    def test_a_time_per_token_counts_before_a_rate(self, corpus: Corpus) -> None:
        assert seen(row(in_flight=16.0, decode_tok_s=9.0, e2e_ms=9.0), corpus).seconds == about(0.020)

    def test_a_rate_is_shared_by_the_sequences_in_flight(self, corpus: Corpus) -> None:
        found = seen(row(in_flight=16.0, tpot_ms=None, decode_tok_s=800.0), corpus)
        assert found.seconds == about(16 / 800)
        # It counts whole requests, so the own prompt is in it too.
        assert found.work.others == 16

    def test_a_rate_counts_those_that_find_room(self, corpus: Corpus) -> None:
        # 16 GB of weights and 1,000 sequences of 131 kB x 4,250 tokens do not fit 80 GB.
        found = seen(row(in_flight=1000.0, input_tokens=4000.0, tpot_ms=None, decode_tok_s=800.0), corpus)
        assert 80 < found.in_flight < 120
        assert found.seconds == about(found.in_flight / 800)
        assert found.work.others == about(found.in_flight)

    def test_a_static_batch_is_timed_with_its_prompts(self, corpus: Corpus) -> None:
        found = seen(row(load="static", in_flight=8.0, tpot_ms=None, e2e_ms=7500.0), corpus)
        assert found.seconds == about(7.5 / 500)
        assert found.work.others == 8

    def test_the_time_of_a_batch_counts_before_its_rate(self, corpus: Corpus) -> None:
        found = seen(row(load="static", in_flight=8.0, tpot_ms=None, e2e_ms=7500.0, decode_tok_s=800.0), corpus)
        assert found.seconds == about(7.5 / 500)

    def test_the_prompts_of_a_batch_are_shared_by_replicas(self, corpus: Corpus) -> None:
        found = seen(row(load="static", count=4, tp=1, dp=4, in_flight=8.0, tpot_ms=None, e2e_ms=7500.0), corpus)
        assert found.work.others == 2
        assert (found.replicas, found.cards, found.in_flight) == (4, 1, 8)

    def test_a_rate_of_a_static_batch_has_no_prompt_in_it(self, corpus: Corpus) -> None:
        found = seen(row(load="static", in_flight=8.0, tpot_ms=None, decode_tok_s=400.0), corpus)
        assert found.seconds == about(8 / 400)
        assert found.work.others == 0

    def test_the_whole_time_of_a_served_request_is_no_time_per_token(self, corpus: Corpus) -> None:
        # Waiting is in it.
        with pytest.raises(NotCheckable, match="no time per token follows"):
            seen(row(tpot_ms=None, e2e_ms=7500.0), corpus)

    def test_a_batch_of_unknown_length_has_no_time_per_token(self, corpus: Corpus) -> None:
        with pytest.raises(NotCheckable, match="no time per token follows"):
            seen(row(load="static", output_tokens=None, tpot_ms=None, e2e_ms=7500.0), corpus)

    @pytest.mark.parametrize("missing", ["in_flight", "input_tokens"])
    def test_a_load_that_is_not_stated_cannot_be_used(self, corpus: Corpus, missing: str) -> None:
        with pytest.raises(NotCheckable, match="the sequences in flight or the lengths are not stated"):
            seen(row(**{missing: None}), corpus)

    def test_weights_that_leave_no_room(self, corpus: Corpus) -> None:
        with pytest.raises(NotCheckable, match="the weights leave no room for a sequence"):
            seen(row(model="llama-3.3-70b-instruct"), corpus)

    @pytest.mark.parametrize(
        ("said", "middle"),
        [
            ({"p50": 3, "typical": 4, "mean": 5}, 3),
            ({"typical": 4, "mean": 5, "p99": 90}, 4),
            ({"mean": 5, "p99": 90}, 5),
            ({"p99": 90}, None),
            ({"p50": 0}, None),
        ],
    )
    def test_a_median_counts_before_a_mean(self, said: dict[str, float], middle: float | None) -> None:
        assert typical(Latency.model_validate(said)) == middle

    def test_without_a_latency_there_is_no_middle(self) -> None:
        assert typical(None) is None

    def test_the_first_token_is_kept_in_milliseconds(self, corpus: Corpus) -> None:
        assert seen(row(ttft_ms=70.5, ttft_is="p50"), corpus).first_token_ms == 70.5
        assert seen(row(), corpus).first_token_ms is None


class TestDecodeWorkers:
    """Decode workers of disaggregated serving."""

    def test_workers_share_the_requests(self, corpus: Corpus) -> None:
        found = seen(row(role="decode", workers=4, tp=1, in_flight=64.0), corpus)
        assert (found.in_flight, found.replicas) == (64, 4)
        assert found.work.tokens == 16
        # Nobody reads a prompt there.
        assert found.work.others == 0

    def test_attention_by_sequence_is_counted_over_all_workers(self, corpus: Corpus) -> None:
        said = {"role": "decode", "model": "qwen3-235b-a22b", "quantization": "fp8-block-128", "count": 8}
        found = seen(row(**said, workers=2, tp=8, ep=8, attention_dp=8, in_flight=64.0), corpus)
        assert (found.replicas, found.cards, found.work.tokens) == (2, 8, 32)
        assert found.deployment.pools[0].parallelism.dp == 16

    def test_one_is_granted_all_of_them_where_nobody_says_how_many_there_are(self, corpus: Corpus) -> None:
        found = seen(row(role="decode", in_flight=64.0), corpus)
        assert found.in_flight == 64
        assert found.class_name == "disaggregated"
        assert found.deployment.one_of_many

    def test_those_who_read_prompts_are_no_part_of_it(self, corpus: Corpus) -> None:
        readers = {"role": "prefill", "hardware": "h200-sxm-141gb", "count": 4, "parallelism": {"tp": 4}}
        found = seen(row(role="decode", workers=2, tp=1, in_flight=64.0, pools=(readers,)), corpus)
        assert found.hardware.id == "h100-sxm5-80gb"
        assert (found.replicas, found.cards, found.work.tokens) == (2, 1, 32)


class TestLoad:
    """How many were in flight."""

    @pytest.mark.parametrize(
        ("scenario", "load"),
        [
            ({"kind": "serving", "concurrency": 64}, Load(1000, 500, concurrency=64, serving=True)),
            ({"kind": "static-batch", "batch": 64}, Load(1000, 500, batch=64, static=True)),
            ({"kind": "serving"}, Load(1000, 500, serving=True)),
            ({"kind": "offline"}, Load(1000, 500, serving=True)),
        ],
    )
    def test_it_is_what_the_scenario_says(self, corpus: Corpus, scenario: dict[str, Any], load: Load) -> None:
        lengths = {"input_tokens": 1000, "output_tokens": 500}
        assert load_of(point(scenario=scenario | lengths), Context(corpus)) == load

    def test_arrivals_times_the_stay_are_in_flight(self, corpus: Corpus) -> None:
        # Little's law: 4 requests a second that stay 2.5 s.
        said: dict[str, Any] = {"scenario": {"kind": "serving"}}
        results = {"requests_s": 4, "e2e_ms": {"mean": 2500}, "decode_tok_s": 900, "tpot_ms": {"mean": 10}}
        assert load_of(point(**said, results=results), Context(corpus)).concurrency == about(10)
        # A rate of tokens and their time tell it likewise, without the time that requests wait.
        del results["requests_s"]
        assert load_of(point(**said, results=results), Context(corpus)).concurrency == about(9)

    @pytest.mark.parametrize(
        "results",
        [
            {"requests_s": 4},
            {"requests_s": 4, "e2e_ms": {"p50": 2500}},
            {"decode_tok_s": 900, "tpot_ms": {"p50": 10}},
            {"tpot_ms": {"mean": 10}},
        ],
    )
    def test_half_of_the_law_tells_nothing(self, corpus: Corpus, results: dict[str, Any]) -> None:
        assert load_of(point(scenario={"kind": "serving"}, results=results), Context(corpus)).most_in_flight is None

    def test_what_is_stated_needs_no_law(self, corpus: Corpus) -> None:
        results = {"requests_s": 4, "e2e_ms": {"mean": 2500}}
        stated = point(scenario={"kind": "serving", "concurrency": 64}, results=results)
        assert load_of(stated, Context(corpus)).concurrency == 64
        queued = point(scenario={"kind": "offline"}, results=results)
        assert load_of(queued, Context(corpus)).most_in_flight is None


class TestObservation:
    """What groups points."""

    def test_it_knows_its_records(self, corpus: Corpus) -> None:
        found = seen(row(), corpus)
        assert (found.model.id, found.hardware.id, found.family) == ("meta-llama-3.1-8b", "h100-sxm5-80gb", "llama-3")
        assert found.cell == ("h100-sxm5-80gb", "llama-3", "vllm", "bf16")
        assert found.class_name == "served-dense"

    def test_a_model_without_a_family_is_one(self, corpus: Corpus) -> None:
        found = seen(row(), corpus)
        alone = replace(found.deployment, model=found.model.model_copy(update={"family": None}))
        assert replace(found, deployment=alone).family == "meta-llama-3.1-8b"

    def test_a_cell_without_an_engine_has_none(self, corpus: Corpus) -> None:
        assert seen(row(engine=None), corpus).cell[2] == ""
        assert seen(row(engine="llama.cpp", backend="vulkan"), corpus).cell[2] == "llama.cpp"

    def test_two_names_of_a_card_are_one_card(self, corpus: Corpus) -> None:
        # Else a card would be left out under one name and fitted under the other.
        old = corpus.hardware["h100-sxm5-80gb"].former_ids[0]
        assert seen(row(hardware=old), corpus).cell == seen(row(), corpus).cell
        assert seen(row(hardware=old), corpus).hardware.id == "h100-sxm5-80gb"


class TestJoin:
    """Which points are used, and the reasons of the others."""

    def test_points_are_counted_by_reason(self, corpus: Corpus) -> None:
        rows = [row(), row(aside="weak host"), row(aside="weak host"), row(aside="a copy"), row(in_flight=None)]
        found = joined(corpus, *rows)
        assert len(found.observations) == 1
        assert found.gaps == {
            "a caveat: weak host": 2,
            "a caveat: a copy": 1,
            "the sequences in flight or the lengths are not stated": 1,
        }

    def test_points_of_one_case_are_joined_one_by_one(self, corpus: Corpus) -> None:
        ((made, _),) = cases([row(in_flight=4.0), row(in_flight=8.0, aside="a copy"), row(in_flight=2.0)], corpus)
        assert isinstance(made, Case)
        found = join([made], Context(corpus))
        assert [one.in_flight for one in found.observations] == [2, 4]
        assert [one.case for one in found.observations] == [made, made]
        assert found.gaps == {"a caveat: a copy": 1}

    @pytest.mark.parametrize("field", ["model", "quantization", "hardware"])
    def test_a_record_that_is_not_there_is_a_reason(self, corpus: Corpus, field: str) -> None:
        made = case(row(), corpus).model_dump(exclude_none=True, mode="json")
        (made["stack"]["pools"][0] if field == "hardware" else made["stack"])[field] = "nonsense-9000"
        unknown = Case.model_validate(made)
        with pytest.raises(NotCheckable, match="its model, its weight format or one of its cards is not recorded"):
            observe(unknown, unknown.points[0], Context(corpus))
        assert join([unknown], Context(corpus)).observations == []

    def test_reasons_of_two_collections_add_up(self, corpus: Corpus) -> None:
        one, other = joined(corpus, row(), row(aside="a")), joined(corpus, row(), row(aside="a"), row(aside="b"))
        one.merge(other)
        assert len(one.observations) == 2
        assert one.gaps == {"a caveat: a": 2, "a caveat: b": 1}
        assert Joined().observations == []


class TestSample:
    """All collections of a corpus."""

    def test_cases_are_fitted_unless_their_collection_is_only_scored(self, corpus: Corpus) -> None:
        tables = {name: [row(locator=name)] for name in (*FITTED, *SCORED_ONLY)}
        sample = Sample(among(corpus, tables))
        assert [one.point.locator for one in sample.observations] == sorted(tables)
        used = dict(zip((one.point.locator for one in sample.observations), sample.fitted, strict=True))
        assert used == dict.fromkeys(FITTED, True) | dict.fromkeys(SCORED_ONLY, False)

    def test_cases_of_other_folders_and_of_none_are_neither(self, corpus: Corpus) -> None:
        made = among(corpus, {"threads": [row()], "handed-in": [row(tpot_ms=21.0)]})
        sample = Sample(made)
        assert (sample.points, len(sample.observations)) == (1, 1)
        assert {collection_of(one, made) for one in made.cases.values()} == {"threads", "handed-in", None}

    def test_collections_come_in_order_with_their_cases(self, corpus: Corpus) -> None:
        rows = [row(input_tokens=float(tokens)) for tokens in range(1000, 1008)]
        found = dict(collections(among(corpus, {"threads": rows, "mlperf": rows[:2]})))
        assert list(found) == sorted((*FITTED, *SCORED_ONLY))
        assert {name: len(cases) for name, cases in found.items() if cases} == {"threads": 8, "mlperf": 2}
        ids = [one.id for one in found["threads"]]
        assert ids == sorted(ids)

    def test_what_cannot_be_known_is_counted(self, corpus: Corpus) -> None:
        rows = [row(), row(draft_tokens=2), row(load="queued", in_flight=4.0), row(aside="a copy")]
        sample = Sample(among(corpus, {"threads": rows}))
        assert (sample.points, len(sample.observations)) == (4, 1)
        assert sample.joined.gaps == {
            "a caveat: a copy": 1,
            "drafted tokens, or the sequences in flight, are not known": 1,
            "the sequences in flight or the lengths are not stated": 1,
        }

    def test_the_fingerprint_is_that_of_the_cases(self, corpus: Corpus) -> None:
        tables = (
            {"threads": [row()]},
            {"threads": [row(tpot_ms=20.5)]},
            {"threads": [row(aside="a copy")]},
            {"threads": [row()], "mlperf": [row()]},
            {"threads": [row(), row()]},
            {"mlperf": [row(locator="elsewhere")]},
        )
        found = [Sample(among(corpus, table)).fingerprint for table in tables]
        assert [Sample(among(corpus, table)).fingerprint for table in tables] == found
        assert len(set(found)) == len(tables)
        assert all(len(one) == 16 for one in found)

    def test_cases_outside_of_the_collections_leave_no_print(self, corpus: Corpus) -> None:
        one, other = ({"threads": [row()], "handed-in": [row(tpot_ms=tpot)]} for tpot in (20.0, 30.0))
        assert Sample(among(corpus, one)).fingerprint == Sample(among(corpus, other)).fingerprint

    def test_a_corpus_without_collections_is_a_sentence(self, corpus: Corpus) -> None:
        with pytest.raises(BadRequest, match=r"^data/cases holds no measured collection; run this in a checkout"):
            Sample(among(corpus, {}))


class TestCommitted:
    """The cases of this repository."""

    def test_every_collection_is_there(self, corpus: Corpus) -> None:
        assert all(cases for _, cases in collections(corpus))
        assert not set(FITTED) & set(SCORED_ONLY)

    def test_every_folder_of_cases_has_a_use(self, corpus: Corpus) -> None:
        folders = {collection_of(one, corpus) for one in corpus.cases.values()}
        assert folders - {None} == {*FITTED, *SCORED_ONLY}

    def test_most_points_say_enough(self, sample: Sample) -> None:
        assert len(sample.observations) > 0.75 * sample.points
        assert len(sample.observations) + sum(sample.joined.gaps.values()) == sample.points
        assert 0 < sample.fitted.count(False) < 0.1 * len(sample.fitted)
        assert all(0 < one.seconds < 60 for one in sample.observations)

    def test_points_of_a_collection_say_where_they_stand(self, corpus: Corpus) -> None:
        for _, found in collections(corpus):
            assert all(one.locator for of in found for one in of.points)


def test_a_timed_run_takes_as_long_as_the_formula_says(corpus: Corpus) -> None:
    found = seen(timed(row(in_flight=8.0), corpus, plain(SERVER), 1.5), corpus)
    assert predict(as_columns([found]), plain(SERVER)).tolist() == [about(found.seconds / 1.5)]
