"""Numbers on which sources differ."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import Bundle, Corpus, open_bundle
from kb.errors import BadRequest, UnknownName
from kb.evidence import facts_of
from kb.records import KINDS
from kb.search.disputes import disputes, plain_disputes, spread_pct
from tests.search.small import Made, bundle_of

CARD = """
kind: hardware
id: made-up-card
name: Made-up Card
vendor: acme
aliases: [MUC 1]
default_evidence: ev-sheet
memory:
  capacity_gb: 80
  bandwidth_gb_s:
    value: 1200
    disputed:
      - {value: 1000, evidence: [ev-press], why: A magazine rounds it.}
      - {value: 1100.5, evidence: [ev-press, ev-sheet], why: An older edition of the sheet.}
tdp_w:
  value: 700
  disputed:
    - {value: 0, why: A table without an entry.}
peak:
  bf16_tflops:
    value: 100
    disputed:
      - {value: 120, evidence: [ev-press], why: With another clock.}
  fp8_tflops:
    value: 200
    disputed:
      - {value: 200, evidence: [ev-press], why: The same.}
evidence:
  - id: ev-sheet
    source: {title: Acme sheet, url: "https://acme.com/card.pdf", kind: datasheet, publisher: Acme, vendor: acme}
    locator: page 2
  - id: ev-press
    source: a-report
    locator: table 3
"""
SERVER = """
kind: server
id: made-up-server
name: Made-up Server
vendor: acme
form: server
hardware: [made-up-card]
default_evidence: ev-report
count:
  value: 8
  disputed:
    - {value: 16, evidence: [ev-report], why: Counted as chips.}
evidence:
  - id: ev-report
    source: a-report
    locator: table 4
"""
PLACES = [
    ("made-up-card", "/tdp_w", None),
    ("made-up-server", "/count", 100.0),
    ("made-up-card", "/memory/bandwidth_gb_s", 20.0),
    ("made-up-card", "/peak/bf16_tflops", 20.0),
    ("made-up-card", "/peak/fp8_tflops", 0.0),
]
numbers = st.floats(-1e15, 1e15, allow_nan=False)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bundle]:
    texts = {"hardware/acme/made-up-card.yaml": CARD, "servers/made-up-server.yaml": SERVER}
    home = tmp_path_factory.mktemp("small")
    made = bundle_of(home, (Made("case-a", "qwen3-8b", ("made-up-card",)),), **texts)
    with open_bundle(made) as found:
        yield found


def places(small: Bundle, **asked: object) -> list[tuple[str, str, float | None]]:
    return [
        (one.record, one.pointer, one.spread_pct)
        for one in disputes(small, **asked)  # type: ignore[arg-type]
        if one.record.startswith("made-up")
    ]


def test_those_that_differ_most_come_first(small: Bundle) -> None:
    assert places(small) == PLACES


def test_each_side_has_its_value_tier_reason_and_sources(small: Bundle) -> None:
    one = next(d for d in disputes(small, record="made-up-card") if d.field == "bandwidth_gb_s")
    assert (one.kind, one.taken.value, one.taken.tier, one.taken.why) == ("hardware", 1200, "official", None)
    assert [(side.value, side.tier, side.why) for side in one.others] == [
        (1000, "reported", "A magazine rounds it."),
        (1100.5, "reported", "An older edition of the sheet."),
    ]
    (sheet,) = one.taken.cited
    assert (sheet.source, sheet.title, sheet.locator, sheet.tier) == (None, "Acme sheet", "page 2", "official")
    press = one.others[0].cited[0]
    assert (press.source, press.publisher, press.locator, press.tier) == (
        "a-report",
        "A publisher",
        "table 3",
        "reported",
    )
    assert [cited.evidence for cited in one.others[1].cited] == ["ev-press", "ev-sheet"]


def test_a_side_takes_no_evidence_that_it_does_not_name(small: Bundle) -> None:
    one = next(d for d in disputes(small, record="made-up-card") if d.field == "tdp_w")
    (zero,) = one.others
    assert (zero.value, zero.tier, zero.cited) == (0, "estimated", ())


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"kind": "server"}, [1]),
        ({"kind": "servers"}, [1]),
        ({"kind": "hardware", "min_spread": 1}, [0, 2, 3]),
        ({"record": "muc-1"}, [0, 2, 3, 4]),
        ({"record": "Made-up Server", "kind": "server"}, [1]),
        # 120 beside 100 is 20 % and no hair less; a zero beside another value is always more.
        ({"min_spread": 20.0}, [0, 1, 2, 3]),
        ({"min_spread": 20.1}, [0, 1]),
        ({"min_spread": 1e9}, [0]),
    ],
)
def test_they_can_be_narrowed(small: Bundle, asked: dict[str, object], expected: list[int]) -> None:
    assert places(small, **asked) == [PLACES[index] for index in expected]


@pytest.mark.parametrize(
    ("asked", "error", "says"),
    [
        ({"kind": "gadgets"}, BadRequest, "unknown kind 'gadgets'; one of hardware, servers"),
        ({"record": "made-up-cart"}, UnknownName, "did you mean made-up-card"),
        ({"record": "made-up-card", "kind": "model"}, UnknownName, "unknown model 'made-up-card'"),
        ({"min_spread": -1.0}, BadRequest, "--min-spread is -1; it should be zero or more"),
        ({"min_spread": float("nan")}, BadRequest, "--min-spread is nan"),
        ({"min_spread": float("inf")}, BadRequest, "--min-spread is inf"),
    ],
)
def test_what_is_unknown_is_refused(small: Bundle, asked: dict[str, object], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        disputes(small, **asked)  # type: ignore[arg-type]


def test_the_json_form(small: Bundle) -> None:
    plain = plain_disputes(disputes(small, record="made-up-server"))
    cited = {
        "evidence": "ev-report",
        "source": "a-report",
        "publisher": "A publisher",
        "title": "A report",
        "url": "https://arxiv.org/abs/2503.00001",
        "locator": "table 4",
        "tier": "reported",
    }
    assert plain == {
        "count": 1,
        "disputes": [
            {
                "kind": "server",
                "record": "made-up-server",
                "pointer": "/count",
                "field": "count",
                "spread_pct": 100.0,
                "taken": {"value": 8, "tier": "reported", "why": None, "note": None, "sources": [cited]},
                "others": [
                    {
                        "value": 16,
                        "tier": "reported",
                        "why": "Counted as chips.",
                        "note": None,
                        "sources": [cited],
                    }
                ],
            }
        ],
    }
    assert '"value": 8,' in json.dumps(plain)


def test_none_of_the_real_base_is_left_out(opened: Bundle, sample: Corpus) -> None:
    found = {(one.kind, one.record, one.pointer): one for one in disputes(opened)}
    expected = {
        (record.kind, record.id, pointer): fact
        for kind in KINDS.values()
        for record in sample.shelf(kind).values()
        for pointer, fact in facts_of(record)
        if fact.disputed
    }
    assert set(found) == set(expected)
    for key, fact in expected.items():
        one = found[key]
        assert (one.taken.value, *(side.value for side in one.others)) == fact.values
        assert [side.why for side in one.others] == [other.why for other in fact.disputed]
        assert [[c.evidence for c in side.cited] for side in one.others] == [list(d.evidence) for d in fact.disputed]


class TestSpread:
    """How far values are apart."""

    @pytest.mark.parametrize(
        ("values", "spread"),
        [
            ([100, 110, 120], 20.0),
            ([3, 3, 3], 0.0),
            ([0, 0], 0.0),
            ([0, 5], None),
            ([-2, 5], None),
            ([-2, 0], None),
            ([-4, -2], 100.0),
            ([0.5], 0.0),
        ],
    )
    def test_of_values(self, values: list[float], spread: float | None) -> None:
        assert spread_pct(values) == spread

    @given(st.lists(numbers, min_size=1, max_size=6))
    def test_order_and_sign_do_not_matter(self, values: list[float]) -> None:
        spread = spread_pct(values)
        assert spread is None or spread >= 0
        assert spread == spread_pct(sorted(values)) == spread_pct([-value for value in values])

    @given(st.lists(st.floats(1, 1e6), min_size=2, max_size=6))
    def test_it_is_the_ratio_of_the_ends(self, values: list[float]) -> None:
        assert spread_pct(values) == pytest.approx(100 * (max(values) / min(values) - 1), abs=1e-6)


def test_a_bundle_of_the_same_records_gives_the_same_list(small: Bundle, tmp_path: Path) -> None:
    texts = {"servers/made-up-server.yaml": SERVER, "hardware/acme/made-up-card.yaml": CARD}
    again = bundle_of(tmp_path, (Made("case-a", "qwen3-8b", ("made-up-card",)),), **texts)
    with open_bundle(again) as opened:
        assert disputes(opened) == disputes(small)
