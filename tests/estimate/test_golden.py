"""The byte arithmetic against sums worked by hand from configuration files, and against what was published."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import Corpus
from kb.estimate.experts import distinct_experts
from kb.estimate.kv_cache import context_use
from kb.estimate.parameters import GROUPS, count_parameters
from kb.estimate.weights import weigh
from kb.records.model import Parameters
from tests.estimate.golden import GOLDEN
from tests.estimate.golden.sheet import MOST, Golden, Published


def _found(corpus: Corpus, golden: Golden, figure: str) -> float:
    """Return what the code says of one figure of one model."""
    model = corpus.models[golden.id]
    what, _, name = figure.partition(" ")
    if what in ("held", "read"):
        use = context_use(model, float(name.split()[0]), 16)
        return use.held if what == "held" else use.read
    if what in ("weights", "expert"):
        quantization = corpus.quantizations[name or next(iter(golden.weights))]
        weighed = weigh(model, quantization)
        return weighed.total if what == "weights" else weighed.expert_bytes
    if name == "by shape":
        # As if nobody had counted: the closed form of the shape alone.
        model = model.model_copy(update={"parameters": Parameters()})
    count = count_parameters(model)
    if what == "group":
        return count.groups[name]
    found = sum(count.groups.values()) if name == "by shape" and what == "total" else getattr(count, what)
    assert found is not None
    return float(found)


def _cases() -> Iterator[object]:
    for golden in GOLDEN:
        for figure, expected in golden.figures.items():
            why = golden.why_not(figure)
            marks = [] if why is None else [pytest.mark.xfail(strict=True, reason=why)]
            yield pytest.param(golden, figure, expected, marks=marks, id=f"{golden.id}-{figure.replace(' ', '-')}")


@pytest.mark.parametrize(("golden", "figure", "expected"), list(_cases()))
def test_worked_by_hand(corpus: Corpus, golden: Golden, figure: str, expected: float) -> None:
    assert _found(corpus, golden, figure) == pytest.approx(expected, rel=golden.room(figure), abs=0)


@pytest.mark.parametrize(
    ("golden", "published"),
    [
        pytest.param(golden, published, id=f"{golden.id}-{published.what.replace(' ', '-')}")
        for golden in GOLDEN
        for published in golden.published
    ],
)
def test_published(golden: Golden, published: Published) -> None:
    assert abs(published.worked - published.figure) < published.unit, published.source


def test_the_table_is_wide_and_tells_why_it_gives_room() -> None:
    assert len(GOLDEN) == len({golden.id for golden in GOLDEN}) >= 36
    for golden in GOLDEN:
        assert golden.config
        assert golden.weights
        assert set(golden.within) <= set(golden.figures)
        assert set(golden.disagrees) <= set(golden.figures)
        assert all(room <= MOST and why for room, why in golden.within.values())


def test_the_native_format_is_among_those_weighed(corpus: Corpus) -> None:
    for golden in GOLDEN:
        native = corpus.models[golden.id].native_quantization
        assert native is None or f"weights {native}" in golden.figures, golden.id


def test_stated_groups_make_the_stated_total_of_every_model(corpus: Corpus) -> None:
    checked, wrong = 0, []
    for model in corpus.models.values():
        said = model.parameters
        groups = [fact.value for fact in (getattr(said, group) for group in GROUPS) if fact is not None]
        if not groups:
            continue
        checked += 1
        if said.total is None or sum(groups) != said.total.value:
            wrong.append((model.id, sum(groups), said.total and said.total.value))
    assert not wrong
    assert checked > 100


def test_stated_active_is_what_the_groups_give_of_every_model(corpus: Corpus) -> None:
    wrong = []
    for model in corpus.models.values():
        said = model.parameters
        if said.active is None or said.total is None or model.moe is None or said.routed_experts is None:
            continue
        skipped = said.routed_experts.value * (1 - model.moe.top_k.value / model.moe.experts.value)
        if said.active.value != pytest.approx(said.total.value - skipped, rel=1e-9):
            wrong.append((model.id, said.active.value, said.total.value - skipped))
    assert not wrong


SIZES = st.integers(1, 1024).flatmap(lambda experts: st.tuples(st.just(experts), st.integers(1, experts)))


@given(SIZES)
def test_one_token_touches_its_own_experts(size: tuple[int, int]) -> None:
    experts, top_k = size
    assert distinct_experts(experts, top_k, 1) == pytest.approx(top_k, rel=1e-9)


@given(SIZES, st.integers(1, 100_000), st.integers(1, 100_000))
def test_more_tokens_touch_no_fewer_experts(size: tuple[int, int], tokens: int, more: int) -> None:
    experts, top_k = size
    few, many = distinct_experts(experts, top_k, tokens), distinct_experts(experts, top_k, tokens + more)
    room = 1 + 1e-12
    assert few <= many * room
    assert top_k <= few * (1 + 1e-9)
    assert many <= experts * room
    assert few <= top_k * tokens * (1 + 1e-9)
