"""What this repository keeps is what its cases give. Fitting anew takes half a minute, so it is done once, here."""

import contextlib
import io
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from kb.calibration.report import known_classes
from kb.calibration.tables import Sample
from kb.calibration.targets import targets
from kb.cli.calibrating import run_calibrate
from kb.estimate.calibrated import calibration
from kb.estimate.left_out_ratios import Timed, left_out_ratios
from tests.conftest import uncounted

WRITE = "run: kb validate-estimator --write"


class Checked(NamedTuple):
    """What ``kb calibrate --check`` left."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def checked(root: Path) -> Checked:
    """``kb calibrate --check``, run once."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        patch.setenv("KB_ROOT", str(root))
        with uncounted():
            code = run_calibrate(check_only=True, accept=False)
    return Checked(code, out.getvalue(), err.getvalue())


@pytest.fixture
def committed(root: Path) -> dict[str, Any]:
    """The committed report."""
    found = json.loads((root / "calibration" / "report.json").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def test_the_parameter_files_are_what_the_cases_give(checked: Checked) -> None:
    assert "is not what the cases give" not in checked.err, f"run: kb calibrate\n{checked.out}"


def test_the_grid_is_what_is_estimated(checked: Checked) -> None:
    assert "of the grid moved" not in checked.out, f"if that is meant, run: kb calibrate --accept\n{checked.out}"


def test_the_check_is_passed(checked: Checked) -> None:
    assert (checked.code, checked.out) == (0, ""), "run: kb calibrate, look at what moved, then: kb calibrate --accept"


def test_the_parameter_file_names_its_data(sample: Sample) -> None:
    known = calibration()
    assert (known.rows, known.fingerprint) == (sample.points, sample.fingerprint), "run: kb calibrate"


@pytest.mark.parametrize("timed", ["step", "first_token"])
def test_the_ratios_are_those_that_the_parameter_file_sums_up(timed: Timed) -> None:
    known, kept = calibration(), left_out_ratios()
    assert kept.fingerprint == known.fingerprint, "run: kb calibrate"
    classes = known.classes if timed == "step" else known.first_token
    assert {cell.class_name for cell in kept.cells if cell.timed == timed} == set(classes)
    for name, told in classes.items():
        found = np.array(kept.of(timed, name))
        cells = sum((cell.timed, cell.class_name) == (timed, name) for cell in kept.cells)
        assert (len(found), cells) == (told.rows, told.cells)
        # Five digits of a ratio leave as many of the error, which may be near nothing.
        error = 1 / found - 1
        assert np.median(np.abs(error)) == pytest.approx(told.median, rel=1e-4, abs=5e-5)
        assert np.quantile(np.abs(error), 0.9) == pytest.approx(told.p90, rel=1e-4, abs=5e-5)
        assert np.median(error) == pytest.approx(told.bias, rel=1e-4, abs=5e-5)


def test_the_report_is_about_these_cases(committed: dict[str, Any], sample: Sample) -> None:
    found = (committed["fingerprint"], committed["rows"], committed["used"])
    assert found == (sample.fingerprint, sample.points, len(sample.observations)), WRITE


def test_the_report_tells_what_was_not_used(committed: dict[str, Any], sample: Sample) -> None:
    assert committed["not_used"] == sample.joined.gaps, WRITE


def test_the_report_tells_the_targets_of_now(committed: dict[str, Any]) -> None:
    found = [asdict(target) for target in targets(committed, known_classes())]
    assert committed["targets"] == found, WRITE


def test_the_report_agrees_with_the_parameter_file(committed: dict[str, Any]) -> None:
    told = {
        line["scope"]: line
        for line in committed["errors"]
        if line["protocol"] in ("hardware left out", "device left out")
    }
    for known in calibration().classes.values():
        if known.point:
            line = told[known.scope]
            assert (line["rows"], line["cells"]) == (known.rows, known.cells), WRITE
            assert line["median"] == pytest.approx(known.median, rel=5e-3), WRITE
            assert line["p90"] == pytest.approx(known.p90, rel=5e-3), WRITE


def test_no_innocent_is_accused_in_the_report(committed: dict[str, Any]) -> None:
    assert committed["innocence"]["innocents_accused"] == 0
    assert all(one["caveat"] for one in committed["innocence"]["accused"])
