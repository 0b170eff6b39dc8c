"""The report of made-up runs: what it tells, and what is said of the targets."""

import copy
import json
from typing import Any

import numpy as np
import pytest

from kb import Corpus
from kb.calibration.calibrate import RANGE_ONLY
from kb.calibration.left_out import SERVED, SINGLE, LeavingOut, hardware
from kb.calibration.report import known_classes, report
from kb.calibration.tables import Sample
from kb.calibration.targets import Target, targets
from kb.estimate.calibrated import calibration
from tests.estimate import made_up

PROTOCOLS = ("hardware left out", "architecture left out", "new hardware and new architecture")
SGLANG = "SGLang report, Qwen3-235B on 8 cards"
MODEL_FIT = "model-fit, steady decode"


def line(of: dict[str, Any], protocol: str, scope: str) -> dict[str, Any]:
    (found,) = [one for one in of["errors"] if (one["protocol"], one["scope"]) == (protocol, scope)]
    assert isinstance(found, dict)
    return found


class TestContent:
    """What it tells."""

    def test_its_keys(self, small_report: dict[str, Any], small: Sample) -> None:
        assert list(small_report) == [
            *("rows", "used", "fingerprint", "errors", "devices", "hardware", "judged", "innocence", "not_used"),
            *("curves", "targets"),
        ]
        assert (small_report["rows"], small_report["used"]) == (small.points, len(small.observations))
        assert small_report["fingerprint"] == small.fingerprint

    def test_it_is_json_and_the_same_each_time(
        self, small_report: dict[str, Any], small: Sample, small_corpus: Corpus
    ) -> None:
        text = json.dumps(small_report)
        assert json.loads(text) == small_report
        assert json.dumps(report(small, small_corpus)) == text

    def test_served_errors_are_told_by_protocol_class_and_load(self, small_report: dict[str, Any]) -> None:
        for protocol in PROTOCOLS:
            whole = line(small_report, protocol, "served on NVIDIA cards")
            dense = line(small_report, protocol, "dense models served on NVIDIA cards")
            experts = line(small_report, protocol, "mixture-of-experts models served on NVIDIA cards")
            alone = line(small_report, protocol, "served on NVIDIA cards, one sequence")
            several = line(small_report, protocol, "served on NVIDIA cards, several sequences")
            assert whole["rows"] == dense["rows"] + experts["rows"] == alone["rows"] + several["rows"] == 48
            assert (whole["cells"], alone["rows"]) == (12, 12)

    def test_desktop_errors_are_told_by_class_and_kind_of_model(self, small_report: dict[str, Any]) -> None:
        single = line(small_report, "device left out", "one card, desktop runtime")
        experts = line(small_report, "device left out", "one card, desktop runtime, mixture of experts")
        assert (single["rows"], experts["rows"]) == (42, 28)
        assert line(small_report, "device left out", "several cards, desktop runtime")["rows"] == 6
        assert not [one for one in small_report["errors"] if "ROCm" in one["scope"]]

    def test_classes_with_a_range_only_are_told(self, small_report: dict[str, Any]) -> None:
        told = [one for one in small_report["errors"] if one["protocol"] == "class left out"]
        assert [one["rows"] for one in told] == [9] * len(RANGE_ONLY)

    def test_first_tokens_are_told(self, small_report: dict[str, Any]) -> None:
        told = [one for one in small_report["errors"] if one["scope"].startswith("first token: ")]
        assert [one["rows"] for one in told] == [6, 6]

    def test_figures_are_those_of_the_left_out_rows(self, small_report: dict[str, Any], small: Sample) -> None:
        part = LeavingOut(small).served_by("hardware", hardware)["served-dense"]
        error = np.abs(part.error)
        told = line(small_report, PROTOCOLS[0], "dense models served on NVIDIA cards")
        assert told["median"] == float(f"{np.median(error):.4g}")
        assert told["p90"] == float(f"{np.quantile(error, 0.9):.4g}")
        assert told["bias"] == float(f"{np.median(part.error):.4g}")
        known = calibration().classes["served-dense"]
        ratio = 1 / (1 + part.error)
        # All cells have as many rows here.
        assert told["inside"] == float(f"{np.mean((ratio >= known.fast) & (ratio <= known.slow)):.4g}")

    def test_cards_are_told_one_by_one(self, small_report: dict[str, Any]) -> None:
        assert [(one["scope"], one["rows"]) for one in small_report["hardware"]] == [
            ("b200-sxm-180gb", 16),
            ("h100-sxm5-80gb", 16),
            ("h200-sxm-141gb", 16),
        ]

    def test_devices_weigh_the_same(self, small_report: dict[str, Any], small: Sample) -> None:
        parts = LeavingOut(small).desktops_by_device()
        errors: dict[str, list[float]] = {}
        for name in SINGLE:
            if name in parts:
                for one, error in zip(parts[name].rows, parts[name].error.tolist(), strict=True):
                    errors.setdefault(one.hardware.id, []).append(abs(error))
        medians = {name: float(np.median(found)) for name, found in errors.items()}
        told = small_report["devices"]
        assert told["devices"] == len(medians) == 7
        assert told["median"] == float(f"{np.median(list(medians.values())):.4g}")
        assert told["p90"] == float(f"{np.quantile(list(medians.values()), 0.9):.4g}")
        worst = sorted(medians, key=lambda name: -medians[name])
        assert list(told["worst"]) == worst[:8]

    def test_curves_rise(self, small_report: dict[str, Any]) -> None:
        curves = small_report["curves"]
        assert set(curves) == {*SERVED, "desktop-cuda", "desktop-metal", "desktop-vulkan", "desktop-several"}
        assert all(len(errors) == 19 and errors == sorted(errors) for errors in curves.values())

    def test_the_seeds_are_judged_by_card(self, small_report: dict[str, Any]) -> None:
        judged = small_report["judged"]
        assert set(judged) == {SGLANG, MODEL_FIT}
        assert set(judged[SGLANG]["groups"]) == {"all", "h200-sxm-141gb", "b200-sxm-180gb"}
        assert set(judged[MODEL_FIT]["groups"]) == {"all", "rtx-5080", "apple-m1-ultra"}
        for found in judged.values():
            groups = found["groups"]
            assert groups["all"]["points"] == len(found["points"])
            assert groups["all"]["points"] == sum(one["points"] for name, one in groups.items() if name != "all")
            for point in found["points"]:
                error = point["measured"] / point["estimated"] - 1
                assert point["error"] == pytest.approx(error, rel=1e-3, abs=1e-4)

    def test_nobody_made_up_is_accused(self, small_report: dict[str, Any]) -> None:
        assert small_report["innocence"]["innocents_accused"] == 0
        assert small_report["innocence"]["judged"] > 100

    def test_a_class_without_rows_is_not_told(self, small: Sample, small_corpus: Corpus) -> None:
        fewer = copy.copy(small)
        fewer.observations = [one for one in small.observations if one.class_name not in RANGE_ONLY]
        fewer.observations = [one for one in fewer.observations if one.first_token_ms is None]
        fewer.fitted = [True] * len(fewer.observations)
        told = report(fewer, small_corpus)
        assert not [one for one in told["errors"] if one["protocol"] == "class left out"]
        # Nobody was alone, and nobody's first token was timed: rows, and no figure.
        alone = line(told, PROTOCOLS[0], "served on NVIDIA cards, one sequence")
        assert alone == {
            "protocol": PROTOCOLS[0],
            "scope": "served on NVIDIA cards, one sequence",
            "rows": 0,
            "cells": 0,
        }
        assert "median" not in line(told, PROTOCOLS[0], "first token: dense models served on NVIDIA cards")


class TestTargets:
    """Each aim is met up to its figure, and missed beyond it."""

    def told(self, of: dict[str, Any], **said: Any) -> dict[str, Target]:
        return {one.name: one for one in targets(of, [made_up.one(**said)])}

    def test_there_is_one_for_each_aim(self, small_report: dict[str, Any]) -> None:
        assert len(small_report["targets"]) == 12
        assert all(set(one) == {"name", "aim", "reached", "met"} for one in small_report["targets"])

    @pytest.mark.parametrize(
        ("place", "name", "least"),
        [
            (("errors", PROTOCOLS[0]), "served on NVIDIA cards, hardware left out, median and P90", (0.10, 0.32)),
            (("errors", PROTOCOLS[1]), "served on NVIDIA cards, architecture left out, median and P90", (0.13, 0.40)),
            (
                ("errors", PROTOCOLS[2]),
                "served on NVIDIA cards, new hardware and new architecture, median and P90",
                (0.14, 0.35),
            ),
        ],
    )
    def test_two_figures_both_count(
        self, small_report: dict[str, Any], place: tuple[str, str], name: str, least: tuple[float, float]
    ) -> None:
        def reached(median: float, p90: float) -> Target:
            other = copy.deepcopy(small_report)
            line(other, place[1], "served on NVIDIA cards").update(median=median, p90=p90)
            return self.told(other)[name]

        assert reached(*least).met
        assert not reached(least[0] + 1e-4, least[1]).met
        assert not reached(least[0], least[1] + 1e-4).met
        assert reached(0.0512, 0.2).reached == "5.12% / 20.00%"
        assert reached(0.0512, 0.2).aim == f"{least[0]:.0%} / {least[1]:.0%}"

    def test_a_miss_is_not_rounded_away(self, small_report: dict[str, Any]) -> None:
        other = copy.deepcopy(small_report)
        line(other, PROTOCOLS[0], "served on NVIDIA cards").update(median=0.1003, p90=0.3)
        found = self.told(other)["served on NVIDIA cards, hardware left out, median and P90"]
        assert (found.reached, found.met) == ("10.03% / 30.00%", False)

    def test_what_has_no_aim_is_reported(self, small_report: dict[str, Any]) -> None:
        other = copy.deepcopy(small_report)
        other["devices"]["median"] = 0.9
        found = self.told(other)["one card, desktop runtime: median over devices"]
        assert (found.aim, found.reached, found.met) == ("reported", "90.00%", True)

    def test_one_innocent_is_one_too_many(self, small_report: dict[str, Any]) -> None:
        name = "measured rows called impossible, proven mislabels apart"
        assert self.told(small_report)[name].met
        other = copy.deepcopy(small_report)
        other["innocence"]["innocents_accused"] = 1
        assert (self.told(other)[name].reached, self.told(other)[name].met) == ("1", False)

    @pytest.mark.parametrize(("coverage", "met"), [(0.74, False), (0.75, True), (0.88, True), (0.89, False)])
    def test_a_range_is_neither_too_narrow_nor_too_wide(
        self, small_report: dict[str, Any], coverage: float, met: bool
    ) -> None:
        name = "the stated range holds 75 % to 88 % of left-out deployments, every class"
        found = self.told(small_report, coverage=coverage)[name]
        assert (found.met, found.reached) == (met, f"{coverage:.0%} to {coverage:.0%}")

    @pytest.mark.parametrize(("coverage", "met"), [(0.74, False), (0.75, True), (0.95, True)])
    def test_where_there_is_a_range_only_it_holds(
        self, small_report: dict[str, Any], coverage: float, met: bool
    ) -> None:
        name = "other vendors, old software, disaggregated: a range and no point"
        found = self.told(small_report, coverage=coverage, point=False)[name]
        assert (found.met, found.reached.rpartition(" ")[2]) == (met, f"{coverage:.0%}")
        # A class with a point is none of these.
        assert self.told(small_report, coverage=0.1)[name].reached == ""

    def test_the_known_classes_are_those_of_the_committed_file(self) -> None:
        assert list(known_classes()) == list(calibration().classes.values())
