"""The parameter file: what is in it, how a difference is told, and that it is the same each time."""

import copy
import json
from dataclasses import asdict, replace
from typing import Any

import pytest

from kb import Corpus
from kb.calibration.calibrate import (
    RANGE_ONLY,
    SAME,
    SCOPES,
    Calibrated,
    by_class,
    calibrate,
    describe,
    differences,
    files,
    text,
)
from kb.calibration.left_out import DESKTOPS, SERVED, LeavingOut, family, hardware, set_of
from kb.calibration.priors import SERVER
from kb.calibration.tables import Sample
from kb.estimate.calibrated import ClassError, calibration, read_calibration
from kb.estimate.step_time import Coefficients
from tests.calibration.build import left_out, observations, row, seen

CLASSES = {*SERVED, *DESKTOPS, *RANGE_ONLY}


@pytest.fixture(scope="module")
def found(small: Sample) -> Calibrated:
    """What all files hold of made-up runs."""
    return calibrate(small)


@pytest.fixture(scope="module")
def content(found: Calibrated) -> dict[str, Any]:
    """The parameter file of made-up runs."""
    return found.parameters


@pytest.fixture(scope="module")
def unseen(found: Calibrated) -> dict[str, Any]:
    """The parameters that each hardware of made-up runs is judged by."""
    return found.without


def without(sample: Sample, *classes: str) -> Sample:
    other = copy.copy(sample)
    other.observations = [one for one in sample.observations if one.class_name not in classes]
    other.fitted = [True] * len(other.observations)
    return other


class TestFile:
    """What is in it."""

    def test_the_estimate_reads_it(self, content: dict[str, Any], small: Sample) -> None:
        read = read_calibration(json.loads(text(content)))
        assert (read.rows, read.fingerprint) == (small.points, small.fingerprint)
        assert set(read.coefficients) == {"server", *DESKTOPS}
        assert set(read.classes) == CLASSES - {"desktop-rocm"}
        assert set(read.first_token) == set(SERVED)
        assert all(error.coefficients in read.coefficients for error in read.classes.values())

    def test_all_are_the_same_each_time(self, found: Calibrated, small: Sample) -> None:
        assert files(calibrate(small)) == files(found)
        for _, content, as_text in files(found):
            assert json.loads(as_text) == content
            assert as_text.endswith("}\n")

    def test_coefficients_are_those_that_made_the_times(self, content: dict[str, Any]) -> None:
        server = content["coefficients"]["server"]
        assert server == pytest.approx({name: prior.value for name, prior in SERVER.items()}, rel=0.4)
        assert server["memory"] == pytest.approx(SERVER["memory"].value, rel=0.1)

    def test_figures_have_five_digits(self, content: dict[str, Any]) -> None:
        figures = [
            *content["coefficients"]["server"].values(),
            *content["first_token_factors"].values(),
            *(content["classes"]["served-moe"][name] for name in ("median", "p90", "bias", "fast", "slow")),
        ]
        assert all(float(f"{figure:.5g}") == figure for figure in figures)

    def test_a_class_says_which_estimates_it_speaks_of(self, content: dict[str, Any]) -> None:
        for name, error in content["classes"].items():
            assert error["scope"] == SCOPES[name]
            assert error["coefficients"] == set_of(name)
            assert error["point"] is (name not in RANGE_ONLY)
            assert error["held_out"] == (
                "device" if name in DESKTOPS else "class" if name in RANGE_ONLY else "hardware"
            )
            assert 0.85 < error["fast"] < 1 < error["slow"] < 1.15

    def test_a_class_without_rows_is_left_out(self, small: Sample) -> None:
        fewer = without(small, "disaggregated", "served-moe", "desktop-several")
        parts = by_class(LeavingOut(fewer))
        assert set(parts) == CLASSES - {"disaggregated", "served-moe", "desktop-several", "desktop-rocm"}

    def test_a_class_without_first_tokens_is_left_out(self, small: Sample) -> None:
        assert set(calibrate(without(small, "served-moe")).parameters["first_token"]) == {"served-dense"}

    def test_the_committed_file_knows_all_classes(self) -> None:
        assert set(calibration().classes) == CLASSES
        assert set(SCOPES) == CLASSES


class TestUnseen:
    """The parameters that a measured case is judged by: of a fit that has not seen its card."""

    def test_each_set_has_the_cards_of_its_classes(self, unseen: dict[str, Any], small: Sample) -> None:
        assert list(unseen) == sorted(unseen)
        cards: dict[str, set[str]] = {}
        for one in small.observations:
            if one.class_name not in RANGE_ONLY:
                cards.setdefault(set_of(one.class_name), set()).add(hardware(one))
        assert {name: set(fits) for name, fits in unseen.items()} == cards
        assert all(list(fits) == sorted(fits) for fits in unseen.values())

    def test_they_are_read_as_coefficients(self, unseen: dict[str, Any], content: dict[str, Any]) -> None:
        for name, fits in unseen.items():
            for found in fits.values():
                assert found.keys() == content["coefficients"][name].keys()
                assert Coefficients(**found)
                assert found != content["coefficients"][name]

    def test_a_card_has_no_say_in_its_own(self, unseen: dict[str, Any], small: Sample) -> None:
        slow = copy.copy(small)
        slow.observations = [
            replace(one, seconds=3 * one.seconds) if hardware(one) == "h200-sxm-141gb" else one
            for one in small.observations
        ]
        now = calibrate(slow).without["server"]
        assert now["h200-sxm-141gb"] == unseen["server"]["h200-sxm-141gb"]
        assert now["b200-sxm-180gb"] != unseen["server"]["b200-sxm-180gb"]

    def test_what_is_only_scored_has_one_too(self, unseen: dict[str, Any], small: Sample) -> None:
        sample = copy.copy(small)
        sample.fitted = [hardware(one) != "h200-sxm-141gb" for one in small.observations]
        # The fit has seen none of it, so leaving it out changes nothing there.
        found = calibrate(sample)
        assert found.without["server"]["h200-sxm-141gb"] == found.parameters["coefficients"]["server"]
        assert found.without["server"]["h200-sxm-141gb"] == unseen["server"]["h200-sxm-141gb"]


class TestClass:
    """What is said of one class."""

    def test_figures_by_hand(self, corpus: Corpus) -> None:
        cards = ("h100-sxm5-80gb", "h200-sxm-141gb", "b200-sxm-180gb", "a100-sxm4-80gb", "l40s")
        rows = observations(
            (
                row(hardware=card, locator=card, count=2 * number, tp=2 * number, in_flight=number * 4.0)
                for number, card in enumerate(cards, 1)
            ),
            corpus,
        )
        # Estimated over measured time, less one: 25 %, 0, -20 %, 25 %, -50 %.
        error = describe(left_out(rows, [0.8, 1.0, 1.25, 0.8, 2.0]), hardware)
        assert (error["rows"], error["cells"]) == (5, 5)
        assert (error["median"], error["bias"]) == (0.25, 0.0)
        # 90 % of four steps from the least to the most: 0.6 of the way from 25 % to 50 %.
        assert error["p90"] == 0.4
        assert error["domain"] == {
            "cards": [2.0, 10.0],
            "sequences in flight": [4.0, 20.0],
            "tokens of context": [1250.0, 1250.0],
        }

    def test_the_domain_is_that_of_one_replica(self, corpus: Corpus) -> None:
        domain = describe(left_out([seen(row(count=8, tp=2, dp=4, in_flight=32.0), corpus)], [1.0]), hardware)["domain"]
        assert domain["cards"] == [2.0, 2.0]
        assert domain["sequences in flight"] == [8.0, 8.0]

    def test_groups_are_what_is_new_to_the_class(self, corpus: Corpus) -> None:
        # Three architectures on one card: a served class and one with a range only know three groups, a desktop one.
        models = ("meta-llama-3.1-8b", "qwen3-32b", "gemma-3-27b-it")
        rows = observations((row(model=model) for model in models), corpus)
        coverage = {
            name: describe(left_out(rows, [1.0, 1.0, 5.0], name), family)["coverage"]
            for name in ("served-dense", "disaggregated", "desktop-cuda")
        }
        # With three groups, each is held against the others: the third is out. With one, the plain tenth holds it.
        assert coverage == {"served-dense": 0.66667, "disaggregated": 0.66667, "desktop-cuda": 1.0}


class TestDifferences:
    """What two parameter files do not share."""

    @pytest.mark.parametrize(
        ("kept", "now", "said"),
        [
            ({"a": 1.0}, {"a": 1.0}, []),
            ({"a": 1.0}, {"a": 1.0 + 0.9 * SAME}, []),
            ({"a": 1.0}, {"a": 1.0 + 1.1 * SAME}, ["a was 1.0, is 1.0022"]),
            ({"a": -1.0}, {"a": -1.01}, ["a was -1.0, is -1.01"]),
            # Near nothing, a thousandth is what it is measured by.
            ({"a": 1e-9}, {"a": 1e-6}, []),
            ({"a": 0.0}, {"a": 1e-5}, ["a was 0.0, is 1e-05"]),
            # Counts are whole.
            ({"a": 1000}, {"a": 1001}, ["a was 1000, is 1001"]),
            ({"a": 1}, {"a": 1.0}, []),
            ({"a": {"b": {"c": "x"}}}, {"a": {"b": {"c": "y"}}}, ["a.b.c was x, is y"]),
            ({"a": 1.0}, {"b": 1.0}, ["a was 1.0, is absent", "b was absent, is 1.0"]),
            ({"a": [1.0, 2.0]}, {"a": [1.0, 3.0]}, ["a[1] was 2.0, is 3.0"]),
            ({"a": [1.0]}, {"a": [1.0, 2.0]}, ["a was 1 entries, is 2 entries"]),
            ({"a": [{"b": True}]}, {"a": [{"b": False}]}, ["a[0].b was True, is False"]),
            ({"a": {"b": 1}}, {"a": 1}, ["a was 1 entries, is 1"]),
            ([], {}, [" was 0 entries, is 0 entries"]),
        ],
    )
    def test_by_hand(self, kept: Any, now: Any, said: list[str]) -> None:
        assert differences(kept, now) == said

    def test_each_change_is_named(self, content: dict[str, Any]) -> None:
        other = json.loads(text(content))
        assert differences(content, other) == []
        other["coefficients"]["server"]["memory"] *= 1.01
        other["classes"]["served-dense"]["domain"]["cards"][1] = 99.0
        other["fingerprint"] = "x"
        names = [said.partition(" was ")[0] for said in differences(content, other)]
        assert names == ["classes.served-dense.domain.cards[1]", "coefficients.server.memory", "fingerprint"]


def test_a_class_of_the_file_is_one_of_the_estimate(content: dict[str, Any]) -> None:
    read = read_calibration(json.loads(text(content)))
    one = read.classes["served-dense"]
    assert isinstance(one, ClassError)
    assert asdict(one) | {"domain": None} == content["classes"]["served-dense"] | {"name": one.name, "domain": None}
