"""The file that calibration writes: that it is read as it stands, and that it makes sense."""

import json
from dataclasses import asdict
from importlib import resources

import pytest

from kb import Corpus
from kb.estimate.calibrated import FILE, LEFT_OUT_FILE, calibration, left_out, read_calibration
from kb.estimate.step_time import Coefficients, FirstTokenFactors
from tests.estimate import made_up


def test_the_file_is_read_as_it_stands() -> None:
    raw = json.loads(resources.files("kb.estimate").joinpath(FILE).read_text(encoding="utf-8"))
    found = calibration()
    assert (found.rows, found.fingerprint) == (raw["rows"], raw["fingerprint"])
    assert {name: asdict(values) for name, values in found.coefficients.items()} == raw["coefficients"]
    assert asdict(found.first_token_factors) == raw["first_token_factors"]
    for errors, said in ((found.classes, raw["classes"]), (found.first_token, raw["first_token"])):
        assert set(errors) == set(said)
        for name, error in errors.items():
            assert error.name == name
            plain = asdict(error)
            domain = {quantity: list(bounds) for quantity, bounds in plain.pop("domain").items()}
            assert plain | {"domain": domain} == said[name] | {"name": name}
    assert calibration() is found


def test_every_name_that_it_says_exists() -> None:
    found = calibration()
    for error in (*found.classes.values(), *found.first_token.values()):
        assert error.coefficients in found.coefficients
        assert set(error.domain) == {"cards", "sequences in flight", "tokens of context"}
    assert {error.coefficients for error in found.classes.values()} == set(found.coefficients)
    assert set(found.first_token) <= set(found.classes)


def test_its_figures_make_sense() -> None:
    found = calibration()
    assert found.rows > 0
    assert len(found.fingerprint) == 16
    for coefficients in found.coefficients.values():
        assert all(value > 0 for value in asdict(coefficients).values())
        # nothing sustains more than its nominal rate
        for factor in (coefficients.memory, coefficients.compute, coefficients.link, coefficients.interpreted):
            assert factor >= 1
        assert coefficients.together <= 1
    for error in (*found.classes.values(), *found.first_token.values()):
        assert 0 < error.fast < error.slow
        assert 0 <= error.median <= error.p90
        assert 0 < error.coverage <= 1
        assert 0 < error.cells <= error.rows
        assert all(0 <= low <= high for low, high in error.domain.values())
    # what only few or distant rows speak of gets a range and no middle
    ranges = {name for name, error in found.classes.items() if not error.point}
    assert ranges == {"disaggregated", "served-before-2025", "served-other-vendors"}


class TestLeftOut:
    """The file of coefficients by the card that their fit has not seen."""

    def test_it_is_read_as_it_stands(self) -> None:
        raw = json.loads(resources.files("kb.estimate").joinpath(LEFT_OUT_FILE).read_text(encoding="utf-8"))
        found = left_out()
        assert {name: {card: asdict(fit) for card, fit in fits.items()} for name, fits in found.items()} == raw
        assert left_out() is found

    def test_its_sets_and_cards_exist(self, corpus: Corpus) -> None:
        found = left_out()
        assert set(found) <= set(calibration().coefficients)
        assert "server" in found
        for fits in found.values():
            assert fits
            assert set(fits) <= set(corpus.hardware)

    def test_each_is_near_the_fit_on_all(self) -> None:
        # One card of dozens moves a fit a little; a factor of three would be another fit.
        for name, fits in left_out().items():
            whole = calibration().coefficients[name]
            for card, fit in fits.items():
                assert 0.33 < fit.memory / whole.memory < 3, (name, card)
                assert all(value > 0 for value in asdict(fit).values())

    def test_some_differ_from_the_fit_on_all(self) -> None:
        assert any(
            fit != calibration().coefficients[name] for name, fits in left_out().items() for fit in fits.values()
        )


def test_a_made_up_file() -> None:
    found = read_calibration(made_up.raw({"served-dense": made_up.class_error(fast=0.5)}))
    assert found.coefficients["server"] == Coefficients(**made_up.COEFFICIENTS)
    assert found.first_token_factors == FirstTokenFactors(20.0, 2.0)
    assert found.classes["served-moe"].name == "served-moe"
    assert found.first_token["served-dense"].fast == 0.5
    assert found.classes["served-dense"].domain["cards"] == (1.0, 1000.0)


DOMAIN = {"cards": [1, 8], "sequences in flight": [1, 128], "tokens of context": [768.25, 7833.6]}


@pytest.mark.parametrize(
    ("cards", "sequences", "context", "said"),
    [
        (1, 1, 768.25, ()),
        (8, 128, 7833.6, ()),
        (16, 128, 1000, ("16 cards, measured were 1 to 8",)),
        (8, 0.5, 1000, ("0.5 sequences in flight, measured were 1 to 128",)),
        (8, 128.5, 1000, ("128.5 sequences in flight, measured were 1 to 128",)),
        (8, 64, 700, ("700 tokens of context, measured were 768.2 to 7,834",)),
        (
            72,
            12_288,
            100_000,
            (
                "72 cards, measured were 1 to 8",
                "1.229e+04 sequences in flight, measured were 1 to 128",
                "1e+05 tokens of context, measured were 768.2 to 7,834",
            ),
        ),
    ],
)
def test_words_for_what_lies_outside(cards: float, sequences: float, context: float, said: tuple[str, ...]) -> None:
    assert made_up.one(domain=DOMAIN).outside(cards, sequences, context) == said
