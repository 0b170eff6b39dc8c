"""No row has a say in its own estimate: three times its time changes nothing there, and something elsewhere."""

import copy
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from kb import Corpus
from kb.calibration.calibrate import RANGE_ONLY
from kb.calibration.left_out import (
    DESKTOPS,
    SERVED,
    SINGLE,
    LeavingOut,
    LeftOut,
    family,
    fit_desktops,
    fit_sets,
    hardware,
    new_cell,
    set_of,
)
from kb.calibration.observed import Observation
from kb.calibration.priors import DESKTOP, SERVER
from kb.calibration.tables import Sample
from tests.calibration.build import SERVED_CARDS, left_out, observations, plain, row

Parts = Iterable[LeftOut]
Protocol = Callable[[LeavingOut], Parts]
Chosen = Callable[[Observation], bool]


def by_hardware(leaving: LeavingOut) -> Parts:
    return leaving.served_by("hardware", hardware).values()


def by_family(leaving: LeavingOut) -> Parts:
    return leaving.served_by("family", family).values()


def by_cell(leaving: LeavingOut) -> Parts:
    return leaving.served_by("cell", new_cell, family).values()


def by_device(leaving: LeavingOut) -> Parts:
    return leaving.desktops_by_device().values()


def elsewhere(leaving: LeavingOut) -> Parts:
    return [leaving.served_elsewhere(name) for name in RANGE_ONLY]


def slower(sample: Sample, chosen: Chosen) -> Sample:
    """Return the sample as if the chosen rows had taken three times as long."""
    other = copy.copy(sample)
    other.observations = [replace(one, seconds=3 * one.seconds) if chosen(one) else one for one in sample.observations]
    return other


@cache
def estimates(sample: Sample, protocol: Protocol) -> dict[str | None, float]:
    """Return the estimate of each row by its locator."""
    parts = list(protocol(LeavingOut(sample)))
    found = {
        one.point.locator: estimate for part in parts for one, estimate in zip(part.rows, part.estimated, strict=True)
    }
    assert len(found) == sum(len(part.rows) for part in parts)
    return {locator: float(estimate) for locator, estimate in found.items()}


def changed(sample: Sample, protocol: Protocol, chosen: Chosen) -> set[str | None]:
    """Return the rows whose estimate changes when the chosen ones take three times as long."""
    before, after = estimates(sample, protocol), estimates(slower(sample, chosen), protocol)
    assert before.keys() == after.keys()
    return {locator for locator, estimate in before.items() if estimate != after[locator]}


def located(sample: Sample, names: Iterable[str], chosen: Chosen) -> set[str | None]:
    return {one.point.locator for one in sample.observations if one.class_name in names and chosen(one)}


@pytest.mark.parametrize("card", SERVED_CARDS)
def test_hardware_is_new_to_its_own_estimates(small: Sample, card: str) -> None:
    def mine(one: Observation) -> bool:
        return one.hardware.id == card

    assert changed(small, by_hardware, mine) == located(small, SERVED, lambda one: not mine(one))


@pytest.mark.parametrize("name", ["llama-3", "qwen3", "gpt-oss"])
def test_an_architecture_is_new_to_its_own_estimates(small: Sample, name: str) -> None:
    def mine(one: Observation) -> bool:
        return one.family == name

    # Two sizes of Qwen3 are one architecture.
    assert changed(small, by_family, mine) == located(small, SERVED, lambda one: not mine(one))


def test_both_are_new_where_both_are_left_out(small: Sample) -> None:
    card, name = "h200-sxm-141gb", "qwen3"

    def shares(one: Observation) -> bool:
        return one.hardware.id == card or one.family == name

    def mine(one: Observation) -> bool:
        return one.hardware.id == card and one.family == name

    moved = changed(small, by_cell, shares)
    assert not moved & located(small, SERVED, mine)
    assert changed(small, by_cell, lambda one: not shares(one)) >= located(small, SERVED, mine)
    assert moved


@pytest.mark.parametrize("card", ["rtx-4090", "apple-m3-max", "ryzen-ai-max-395"])
def test_a_device_is_new_to_its_own_estimates(small: Sample, card: str) -> None:
    def mine(one: Observation) -> bool:
        return one.hardware.id == card

    # One RTX 4090 and two are one device.
    assert changed(small, by_device, mine) == located(small, DESKTOPS, lambda one: not mine(one))


@pytest.mark.parametrize("protocol", [by_hardware, by_device, elsewhere], ids=["hardware", "device", "elsewhere"])
def test_classes_with_a_range_only_teach_nothing(small: Sample, protocol: Protocol) -> None:
    assert not changed(small, protocol, lambda one: one.class_name in RANGE_ONLY)


def test_servers_and_desktops_teach_each_other_nothing(small: Sample) -> None:
    assert not changed(small, by_hardware, lambda one: one.class_name in DESKTOPS)
    assert not changed(small, by_device, lambda one: one.class_name in SERVED)


def test_classes_with_a_range_only_are_estimated_by_all_that_is_fitted(small: Sample) -> None:
    moved = changed(small, elsewhere, lambda one: one.hardware.id == "h100-sxm5-80gb" and one.class_name in SERVED)
    assert moved == located(small, RANGE_ONLY, lambda _: True)
    for name in RANGE_ONLY:
        part = LeavingOut(small).served_elsewhere(name)
        assert (part.class_name, part.held_out, len(part.rows)) == (name, "class", 9)


def test_a_class_without_rows_has_no_estimates(corpus: Corpus, small: Sample) -> None:
    other = copy.copy(small)
    other.observations = [one for one in small.observations if one.class_name != "disaggregated"]
    other.fitted = [True] * len(other.observations)
    part = LeavingOut(other).served_elsewhere("disaggregated")
    assert (part.rows, part.error.tolist()) == ((), [])


@pytest.mark.parametrize("protocol", [by_hardware, by_device], ids=["hardware", "device"])
def test_what_is_only_scored_teaches_nothing(small: Sample, protocol: Protocol) -> None:
    def scored(one: Observation) -> bool:
        return one.hardware.id in ("h100-sxm5-80gb", "rtx-3090")

    sample = copy.copy(small)
    sample.fitted = [not scored(one) for one in small.observations]
    assert not changed(sample, protocol, scored)
    # It is estimated all the same.
    assert estimates(sample, protocol).keys() == estimates(small, protocol).keys()


def test_each_row_is_estimated_once_in_its_class(small: Sample) -> None:
    leaving = LeavingOut(small)
    for held_out, parts in (
        ("hardware", leaving.served_by("hardware", hardware)),
        ("family", leaving.served_by("family", family)),
        ("device", leaving.desktops_by_device()),
    ):
        for name, part in parts.items():
            assert (part.class_name, part.held_out) == (name, held_out)
            assert part.rows == tuple(one for one in small.observations if one.class_name == name)
            assert part.measured.tolist() == [one.seconds for one in part.rows]
            assert (part.estimated > 0).all()


def test_made_up_runs_are_estimated_as_well_as_they_wobble(small: Sample) -> None:
    # Each time is that of the formula, up to 12 % more or less.
    for protocol in (by_hardware, by_family, by_cell, by_device, elsewhere):
        for part in protocol(LeavingOut(small)):
            assert np.abs(part.error).max() < 0.2


class TestSets:
    """One set of coefficients for servers, one for each desktop back end."""

    def test_all_sets_are_fitted(self, small: Sample) -> None:
        sets = fit_sets(small.observations)
        assert set(sets) == {"server", *DESKTOPS}
        assert sets["server"].memory == pytest.approx(SERVER["memory"].value, rel=0.1)
        assert sets["desktop-cuda"].memory == pytest.approx(DESKTOP["memory"].value, rel=0.1)

    def test_a_back_end_without_rows_is_as_the_desktops_together(self, small: Sample) -> None:
        sets = fit_sets(small.observations)
        assert "desktop-rocm" not in {one.class_name for one in small.observations}
        assert sets["desktop-rocm"] not in (sets["desktop-cuda"], plain(DESKTOP))
        assert fit_desktops(small.observations, ["desktop-rocm"]) == {"desktop-rocm": sets["desktop-rocm"]}

    def test_several_cards_are_no_part_of_the_desktops_together(self, small: Sample) -> None:
        one_card = [one for one in small.observations if one.class_name in SINGLE]
        assert fit_desktops(one_card, SINGLE) == fit_desktops(small.observations, SINGLE)

    def test_each_class_has_a_set(self) -> None:
        assert {set_of(name) for name in (*SERVED, *RANGE_ONLY)} == {"server"}
        assert [set_of(name) for name in DESKTOPS] == list(DESKTOPS)


def test_an_error_is_the_estimate_over_the_measured_time(corpus: Corpus) -> None:
    part = left_out(observations([row(), row(), row(engine="sglang")], corpus), [2.0, 1.0, 0.5])
    assert part.error.tolist() == [-0.5, 0.0, 1.0]
    assert [cell[2:] for cell in part.cells if isinstance(cell, tuple)] == [("vllm", "bf16")] * 2 + [("sglang", "bf16")]
    fewer = part.only([True, False, True])
    assert (fewer.class_name, fewer.held_out) == (part.class_name, part.held_out)
    assert fewer.rows == (part.rows[0], part.rows[2])
    assert fewer.error.tolist() == [-0.5, 1.0]


def test_what_is_left_out_together_has_one_name(corpus: Corpus) -> None:
    (one,) = observations([row()], corpus)
    assert (hardware(one), family(one)) == ("h100-sxm5-80gb", "llama-3")
    assert new_cell(one) == ("h100-sxm5-80gb", "llama-3", "vllm")
    assert new_cell(observations([row(engine=None)], corpus)[0])[2] == ""
