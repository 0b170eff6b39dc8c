import re

import pytest

from kb.estimate import NotCheckable, remember, weigh
from kb.estimate.remember import remembered
from kb.estimate.weights import readable
from tests.estimate import build
from tests.estimate.build import BF16, FP8


class Record:
    """Something that has an identity."""


def test_the_same_records_are_worked_out_once() -> None:
    asked = []

    @remembered
    def pair(one: Record, other: Record | None) -> tuple[Record, Record | None]:
        asked.append((one, other))
        return (one, other)

    first, second = Record(), Record()
    found = pair(first, second)
    assert pair(first, second) is found
    assert len(asked) == 1
    # other records, in another order, or none
    assert pair(second, first) == (second, first)
    assert pair(first, None) == (first, None)
    assert pair(first, first) == (first, first)
    assert pair(first, second) is found
    assert len(asked) == 4
    assert pair.__name__ == "pair"


def test_what_is_missing_is_remembered_too() -> None:
    asked = []

    @remembered
    def never(one: Record) -> int:
        asked.append(one)
        raise NotCheckable("a fact", f"a fact of {len(asked)} is missing")

    first, second = Record(), Record()
    for _ in range(3):
        with pytest.raises(NotCheckable, match="a fact of 1 is missing") as raised:
            never(first)
        assert raised.value.fact == "a fact"
    with pytest.raises(NotCheckable, match="a fact of 2 is missing"):
        never(second)
    assert len(asked) == 2


def test_other_errors_are_not_remembered() -> None:
    asked = []

    @remembered
    def broken(one: Record) -> int:
        asked.append(one)
        raise ValueError("broken")

    record = Record()
    for _ in range(2):
        with pytest.raises(ValueError, match="broken"):
            broken(record)
    assert len(asked) == 2


def test_an_identity_is_never_given_to_another_record() -> None:
    @remembered
    def itself(one: list[int]) -> int:
        return one[0]

    # each list is gone when the next is made, and would leave it its place, were it not kept
    assert [itself([number]) for number in range(1000)] == list(range(1000))


def test_nothing_is_remembered_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remember, "_MOST", 2)
    asked = []

    @remembered
    def itself(one: Record) -> Record:
        asked.append(one)
        return one

    records = [Record() for _ in range(3)]
    for record in (*records, *reversed(records)):
        assert itself(record) is record
    assert len(asked) == 5


def test_weighing_twice_is_one_sum() -> None:
    first = weigh(build.LLAMA_8B, BF16)
    assert weigh(build.LLAMA_8B, BF16) is first
    assert readable(build.LLAMA_8B, BF16) is first
    other = weigh(build.LLAMA_3B, BF16)
    assert other is not first
    assert weigh(build.LLAMA_3B, BF16) is other
    assert weigh(build.LLAMA_8B, FP8).total == first.total / 2
    # a record that says the same is another one, and weighs the same
    twin = build.LLAMA_8B.model_copy()
    assert weigh(twin, BF16) == first
    assert weigh(twin, BF16) is not first


def test_arguments_have_their_place() -> None:
    with pytest.raises(TypeError, match=re.escape("weigh takes its arguments by position")):
        weigh(model=build.LLAMA_8B, quantization=BF16)
