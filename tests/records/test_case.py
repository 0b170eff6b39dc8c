"""What a case says of its load and of one worker among many: numbers as the source has them, and no others."""

from typing import Any

import pytest
from pydantic import ValidationError

from kb.records import Case
from tests.records.samples import record


def case(point: dict[str, Any] | None = None, pool: dict[str, Any] | None = None) -> Case:
    pools = [{"hardware": "card-x", "count": 8} | (pool or {})]
    made = record("case", stack={"model": "model-m", "pools": pools}, points=[{"results": {}} | (point or {})])
    assert isinstance(made, Case)
    return made


@pytest.mark.parametrize(
    "scenario",
    [
        {"input_tokens": 610.1, "output_tokens": 421},
        {"input_tokens": 0},
        {"input_tokens": 8192, "shortest_share": 0.8, "max_batch": 128},
    ],
)
def test_lengths_may_be_means(scenario: dict[str, Any]) -> None:
    assert case({"scenario": scenario}).points[0].scenario.model_dump(exclude_none=True) == scenario


@pytest.mark.parametrize(
    "scenario",
    [{"input_tokens": -1}, {"shortest_share": 0}, {"shortest_share": 80}, {"concurrency": 7.9}, {"max_batch": 0}],
)
def test_what_is_no_load_is_refused(scenario: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        case({"scenario": scenario})


def test_a_latency_of_an_unnamed_statistic_is_typical() -> None:
    latency = case({"results": {"tpot_ms": {"typical": 12.5}}}).points[0].results.tpot_ms
    assert latency is not None
    assert latency.typical is not None
    assert (latency.typical.value, latency.mean, latency.p50) == (12.5, None, None)


def test_cards_are_those_of_the_pool_unless_of_one_worker() -> None:
    assert case().stack.pools[0].count_of == "pool"
    assert case(pool={"count_of": "worker"}).stack.pools[0].count_of == "worker"
    with pytest.raises(ValidationError):
        case(pool={"count_of": "rack"})


def test_a_caveat_is_short_and_not_empty() -> None:
    assert case({"caveat": "weak host"}).points[0].caveat == "weak host"
    for text in ("", "x" * 201):
        with pytest.raises(ValidationError):
            case({"caveat": text})
