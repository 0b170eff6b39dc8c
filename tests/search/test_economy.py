"""Cost and energy of output tokens: on paper, with their evidence, and never out of nothing."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from kb import Bundle, open_bundle
from kb.bundle.columns import row_of
from kb.errors import BadRequest
from kb.records.case import Results, Scenario
from kb.search.deployed import deployed
from kb.search.economy import Backing, Economy, Input, Price, economy_of
from kb.search.prices import backings, economies_of, own_price, powers, prices
from tests.search.served import H100, LLAMA, MI300X, at, case, price, tpot
from tests.search.small import bundle_of

CASE = {"id": "case-a", "hardware": H100, "hardware_ids": [H100], "cards": 8}
REPORTED = Backing("case-a", ("ev-source",), "reported")
ESTIMATED = Backing("case-a", ("ev-rough",), "estimated")


def point(**stated: Any) -> dict[str, Any]:
    return {"point": 0, **row_of(Scenario(), Scenario), **row_of(Results(), Results), **stated}


class TestOnPaper:
    """Figures that can be worked out by hand."""

    def test_cost(self) -> None:
        # 8 cards at 2.70 USD make 21.60 USD an hour; 6,000 tok/s make 21.6 million tokens.
        found = economy_of(CASE, point(decode_tok_s=6000.0), Price(2.70)).usd_per_million_tokens
        assert found is not None
        assert found.value == pytest.approx(1.0)
        assert found.formula == "usd_per_card_hour x cards x 1e6 / (3600 x decode_tok_s)"
        assert [(told.name, told.value) for told in found.inputs] == [
            ("usd_per_card_hour", 2.70),
            ("cards", 8),
            ("decode_tok_s", 6000),
        ]
        assert found.tier == "derived"
        assert found.note == "the price is the asker's own, and no fact of this base"

    def test_energy(self) -> None:
        # 6,000 tok/s over 8 x 500 W.
        found = economy_of(CASE, point(decode_tok_s=6000.0, power_per_card_w=500.0))
        assert found.tokens_per_joule is not None
        assert found.tokens_per_joule.value == pytest.approx(1.5)
        assert found.tokens_per_joule.formula == "decode_tok_s / (power_per_card_w x cards)"
        assert found.tokens_per_joule_at_least is None

    def test_the_power_at_most_gives_a_floor_and_no_measurement(self) -> None:
        found = economy_of(CASE, point(decode_tok_s=5600.0), tdp=Input("tdp_w", 700, None))
        assert found.tokens_per_joule is None
        assert found.tokens_per_joule_at_least is not None
        assert found.tokens_per_joule_at_least.value == pytest.approx(1.0)
        assert found.tokens_per_joule_at_least.note is not None
        assert found.tokens_per_joule_at_least.note.startswith("a floor")

    def test_a_figure_rests_on_the_weakest_of_its_inputs_and_names_the_evidence(self) -> None:
        facts = {"decode_tok_s": REPORTED, "power_per_card_w": ESTIMATED}
        found = economy_of(CASE, point(decode_tok_s=6000.0, power_per_card_w=500.0), facts=facts).tokens_per_joule
        assert found is not None
        assert (found.tier, found.rests_on) == ("derived", "estimated")
        plain = json.loads(json.dumps(found.plain()))
        assert {told["name"]: (told["record"], told["evidence"]) for told in plain["inputs"]} == {
            "decode_tok_s": ("case-a", ["ev-source"]),
            "power_per_card_w": ("case-a", ["ev-rough"]),
            "cards": (None, []),
        }

    def test_nothing_is_assumed(self) -> None:
        assert economy_of(CASE, point(decode_tok_s=6000.0)) == Economy(
            missing=(f"no price is recorded for {H100}", "no power was measured at this point")
        )
        assert economy_of(CASE, point(), Price(1.0)) == Economy(missing=("no throughput is stated",))

    def test_throughput_that_follows_from_the_load_counts_where_the_cards_are_known(self) -> None:
        row = point(concurrency=4, output_tokens=101.0, ttft_ms_mean=10.0, tpot_ms_mean=10.0)
        assert economy_of(CASE, row, Price(1.0)).usd_per_million_tokens is None
        found = economy_of(CASE, row, Price(3.6), cards=4).usd_per_million_tokens
        assert found is not None
        # 4 x 101 tokens in 1.01 s on 4 cards at 3.60 USD: 400 tok/s, 14.40 USD an hour.
        assert found.value == pytest.approx(10.0)
        assert "TTFT" in found.formula
        assert {told.name for told in found.inputs} >= {"concurrency", "output_tokens", "ttft_ms_mean", "tpot_ms_mean"}

    @pytest.mark.parametrize("usd", [0.0, -1.0, float("nan"), float("inf")])
    def test_a_price_is_above_zero(self, usd: float) -> None:
        with pytest.raises(BadRequest, match="it should be above zero"):
            own_price(usd)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bundle]:
    texts = dict(
        (
            case("case-a", at(8, decode_tok_s=6000, power_per_card_w=500, tpot_ms=tpot(9))),
            case("case-b", at(8, decode_tok_s=600), hardware=MI300X),
            case(
                "case-both",
                at(8, decode_tok_s=600),
                pools=(
                    {"role": "prefill", "hardware": MI300X, "count": 8},
                    {"role": "decode", "hardware": H100, "count": 8},
                ),
            ),
            price("claim-old", H100, 9.0, stated="2025-01-01"),
            price("claim-new", H100, 2.7),
            price("claim-premium", MI300X, 20, unit="percent"),
        )
    )
    with open_bundle(bundle_of(tmp_path_factory.mktemp("economy"), (), **texts)) as found:
        yield found


class TestBase:
    """What a base knows of prices and power."""

    def test_the_price_that_was_stated_last_is_taken(self, small: Bundle) -> None:
        assert prices(small) == {H100: Price(2.7, Backing("claim-new", ("ev-source",), "reported"))}

    def test_the_power_of_a_card_is_its_tdp(self, small: Bundle) -> None:
        found = powers(small)[H100]
        assert (found.value, found.backing and found.backing.record) == (700, H100)

    def test_results_have_their_evidence(self, small: Bundle) -> None:
        found = backings(small, ["case-a"])["case-a", 0]
        assert found["tpot_ms_p50"] == found["decode_tok_s"] == REPORTED

    def test_economies(self, small: Bundle) -> None:
        points = [(one.case, one.points[0], one.cards) for one in deployed(small, (LLAMA,))]
        first, unpriced, both = economies_of(small, points)
        assert first.usd_per_million_tokens is not None
        assert first.usd_per_million_tokens.value == pytest.approx(1.0)
        assert first.usd_per_million_tokens.rests_on == "reported"
        assert first.usd_per_million_tokens.note is None
        assert first.tokens_per_joule is not None
        assert first.tokens_per_joule_at_least is not None
        assert first.tokens_per_joule_at_least.value < first.tokens_per_joule.value
        assert unpriced.usd_per_million_tokens is None
        assert f"no price is recorded for {MI300X}" in unpriced.missing
        # What is recorded is of one kind of card, and this case has two.
        assert both.usd_per_million_tokens is both.tokens_per_joule_at_least is None
        own = economies_of(small, points, own_price(5.4))
        assert [round(found.usd_per_million_tokens.value, 6) for found in own if found.usd_per_million_tokens] == [
            2.0,
            20.0,
            40.0,
        ]


def test_of_real_records_each_figure_names_what_it_is_made_of(opened: Bundle) -> None:
    rows = opened.rows("SELECT case_id FROM points WHERE power_per_card_w IS NOT NULL ORDER BY case_id")
    cases = deployed(opened, cases=[row["case_id"] for row in rows])
    points = [(one.case, point, one.cards) for one in cases for point in one.points]
    figures = [found.tokens_per_joule for found in economies_of(opened, points) if found.tokens_per_joule]
    assert len(figures) >= len(rows) > 0
    for figure in figures:
        assert figure.rests_on == "estimated"
        assert all(told.backing for told in figure.inputs if told.name != "cards")
