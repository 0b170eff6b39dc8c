"""The fit: it finds what made the times, whatever a few of them say, and holds on to what no row speaks of."""

from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np
import pytest

from kb import Corpus
from kb.calibration.fit import ROBUST_FROM, Prior, as_columns, cell_weights, fit, predict, robust_least_squares
from kb.calibration.observed import Observation
from kb.calibration.priors import BACKEND_WIDTHS, DESKTOP, SERVER, around
from kb.estimate.step_time import Coefficients, step_seconds
from kb.estimate.work import Work
from tests.calibration.build import observations, plain, row, seen, served_rows
from tests.estimate.build import about

# So wide that they pull at nothing.
NO_PULL = 1e4


@pytest.fixture(scope="module")
def rows(corpus: Corpus) -> list[Observation]:
    """Runs on servers, not timed."""
    return observations(served_rows(), corpus)


def taking(rows: Sequence[Observation], coefficients: Coefficients, *factors: float) -> list[Observation]:
    """Return the rows with times of the formula, each times the next of ``factors``, over and over."""
    times = predict(as_columns(rows), coefficients).tolist()
    repeated = [(factors or (1.0,))[number % max(1, len(factors))] for number in range(len(rows))]
    return [replace(one, seconds=took * by) for one, took, by in zip(rows, times, repeated, strict=True)]


def free(*names: str, width: float = NO_PULL) -> dict[str, Prior]:
    """Return priors of a server of which ``names`` are free and start half as large again."""
    fixed = {name: Prior(prior.value) for name, prior in SERVER.items()}
    return fixed | {name: Prior(1.5 * SERVER[name].value, width) for name in names}


FREE = ("launch_us", "launch_moe_us", "collective_us", "sequence_us", "memory", "prompt_compute")


def test_known_coefficients_are_found(rows: list[Observation]) -> None:
    found = asdict(fit(taking(rows, plain(SERVER)), free(*FREE)))
    assert found == pytest.approx(asdict(plain(SERVER)), rel=1e-3)


def test_one_row_in_five_may_be_far_off(corpus: Corpus) -> None:
    loads = [1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 21.0, 34.0, 55.0, 89.0, 144.0]
    many = observations((replace(one, in_flight=load) for one in served_rows() for load in loads), corpus)
    odd = np.random.default_rng(20261126).permutation(len(many))
    # One in ten takes three times as long, and one in ten a third.
    factors = np.select([odd % 10 == 0, odd % 10 == 1], [3.0, 1 / 3], 1.0).tolist()
    found = asdict(fit(taking(many, plain(SERVER), *factors), free("launch_us", "sequence_us", "memory")))
    assert found == pytest.approx(asdict(plain(SERVER)), rel=0.05)


def test_one_row_in_five_may_be_far_too_slow(rows: list[Observation], monkeypatch: pytest.MonkeyPatch) -> None:
    slow = taking(rows, plain(SERVER), 3.0, 1.0, 1.0, 1.0, 1.0)

    def off() -> float:
        found = predict(as_columns(rows), fit(slow, free("memory", "sequence_us")))
        return float(np.median(np.abs(np.log(found / predict(as_columns(rows), plain(SERVER))))))

    robust = off()
    monkeypatch.setattr("kb.calibration.fit.ROBUST_FROM", 1e9)
    # Plain squares follow them by a fifth of log 3; here each pulls as if it were 15 % off.
    assert robust < 0.06
    assert off() > 0.18


def test_what_has_no_width_is_held(rows: list[Observation]) -> None:
    found = asdict(fit(taking(rows, plain(DESKTOP)), free("memory")))
    assert {name: value for name, value in found.items() if name != "memory"} == {
        name: prior.value for name, prior in SERVER.items() if name != "memory"
    }
    assert found["memory"] != 1.5 * SERVER["memory"].value


def test_what_no_row_speaks_of_stays_where_it_was_expected(rows: list[Observation]) -> None:
    found = fit(taking(rows, plain(SERVER)), free("launch_linear_us", "memory", width=0.5))
    assert found.launch_linear_us == about(1.5 * SERVER["launch_linear_us"].value, 1e-6)


def test_no_rows_leave_everything_where_it_was_expected() -> None:
    assert asdict(fit([], SERVER)) == pytest.approx(asdict(plain(SERVER)), rel=1e-12)


def test_the_same_rows_give_the_same_twice(rows: list[Observation]) -> None:
    uneven = taking(rows, plain(SERVER), 1.1, 0.9, 1.3, 0.95, 1.0)
    assert fit(uneven, SERVER) == fit(uneven, SERVER)


def test_a_cell_weighs_as_the_root_of_its_rows(corpus: Corpus) -> None:
    many = [row(locator=str(number)) for number in range(4)]
    one = row(model="qwen3-32b", quantization="fp8-per-tensor")
    assert cell_weights(observations([*many, one], corpus)).tolist() == [0.5, 0.5, 0.5, 0.5, 1.0]


def test_a_long_sweep_does_not_drown_the_others(corpus: Corpus) -> None:
    def fitted(sweep: int) -> float:
        few = seen(row(model="qwen3-32b", quantization="fp8-per-tensor"), corpus)
        many = [seen(row(locator=str(number)), corpus) for number in range(sweep)]
        slow = taking(many, plain(SERVER), 1.1)
        return fit([*taking([few], plain(SERVER)), *slow], free("memory")).memory / SERVER["memory"].value

    # 25 rows against one weigh 1 to 1 in what is squared and summed: sum of w^2 is 1 for each cell.
    assert fitted(25) == pytest.approx(fitted(1), rel=1e-3)


def test_an_error_beyond_the_bound_pulls_with_constant_force() -> None:
    def middle(*logs: float) -> float:
        measured = np.exp(np.array(logs))
        found = robust_least_squares(
            lambda values: np.full(len(logs), values[0]), measured, np.ones(len(logs)), [Prior(1.0, NO_PULL)]
        )
        return float(np.log(found[0]))

    # Small errors: the mean. One far away: as if it stood at the bound, however far it is.
    assert middle(0.0, 0.0, 0.06) == pytest.approx(0.02, abs=1e-4)
    assert middle(0.0, 0.0, 2.0) == pytest.approx(ROBUST_FROM / 2, abs=1e-4)
    assert middle(0.0, 0.0, 4.0) == pytest.approx(middle(0.0, 0.0, 2.0), abs=1e-4)


def test_columns_are_those_of_the_rows(rows: list[Observation]) -> None:
    columns = as_columns(rows)
    assert columns._fields == Work._fields
    for name in ("tokens", "dense_bytes", "others"):
        assert getattr(columns, name).tolist() == [getattr(one.work, name) for one in rows]
    assert predict(columns, plain(SERVER)).tolist() == [about(sum(step_seconds(o.work, plain(SERVER)))) for o in rows]
    assert np.size(as_columns([]).tokens) == 0


class TestPriors:
    """What is expected before any row is seen."""

    @pytest.mark.parametrize("priors", [SERVER, DESKTOP], ids=["server", "desktop"])
    def test_there_is_one_for_each_coefficient(self, priors: dict[str, Prior]) -> None:
        assert list(priors) == list(Coefficients.__dataclass_fields__)
        assert all(prior.value > 0 and prior.width >= 0 for prior in priors.values())

    def test_a_desktop_class_moves_in_a_few_coefficients(self) -> None:
        fitted = plain(DESKTOP)
        for name, moving in (
            ("desktop-rocm", set(BACKEND_WIDTHS)),
            ("desktop-several", {*BACKEND_WIDTHS, "collective_us", "link"}),
        ):
            priors = around(fitted, name)
            assert {field: prior.value for field, prior in priors.items()} == asdict(fitted)
            assert {field for field, prior in priors.items() if prior.width} == moving
