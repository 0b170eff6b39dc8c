from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.corpus import Corpus
from kb.importers import ImportFailed
from kb.importers.benchmark import Run, draft_case, imported
from kb.importers.draft import RawFile
from kb.importers.figures import per, scaled
from kb.importers.present import present
from kb.importers.spellings import best_name
from kb.importers.tool_run import common_day, grouped

RAW = RawFile("run.json", "ab" * 32, b"{}")


def run(**changes: object) -> Run:
    base: dict[str, object] = {"tool": "bench 1.0", "points": [{"results": {"decode_tok_s": 10.5}}]}
    return Run(**(base | changes))  # type: ignore[arg-type]


def test_what_is_unknown_is_absent() -> None:
    assert present(a=None, b="", c={}, d=[], e=0, f=False, g="x") == {"e": 0, "f": False, "g": "x"}


def test_runs_of_one_stack_are_one() -> None:
    first = run(model="m", measured="2026-05-01", locator="[0]", remarks=["a"], missing=["x"])
    second = run(model="m", measured="2026-05-02", locator="[1]", remarks=["a", "b"], missing=["y"])
    other = run(model="n")
    one, two = grouped([first, other, second])
    assert len(one.points) == 2
    assert (one.measured, one.locator, one.remarks, one.missing) == ("2026-05", None, ["a", "b"], ["x", "y"])
    assert two == other
    assert len(first.points) == 1


@pytest.mark.parametrize(
    ("days", "common"),
    [
        (["2026-05-01", "2026-05-01"], "2026-05-01"),
        (["2026-05-01", "2026-05-02"], "2026-05"),
        (["2026-05-01", "2026-06-01"], "2026"),
        (["2025-12-31", "2026-01-01"], None),
        (["2026-05-01", None], None),
        ([], None),
    ],
)
def test_the_day_that_all_share(days: Sequence[str | None], common: str | None) -> None:
    assert common_day(days) == common


def test_a_draft_of_nothing_but_a_figure() -> None:
    (draft,) = imported([run()], RAW).drafts
    assert draft.id == "case-to-be-named-to-be-namedx1-bench-abababab"
    assert draft.record["evidence"][0]["artifact"] == {
        "sha256": "ab" * 32,
        "path": "artifacts/abababababababab/run.json",
    }
    asked = "\n".join(draft.missing)
    for words in (
        "which model",
        "which engine",
        "which card",
        "how many cards",
        "the command",
        "who ran it",
        "the day",
    ):
        assert words in asked


def test_pools_are_looked_up(library: Corpus) -> None:
    pools = [
        {"role": "prefill", "hardware": "NVIDIA L40S", "count": 2},
        {"role": "decode", "hardware": "H300", "count": 4},
    ]
    draft = draft_case(run(pools=pools), RAW, library)
    assert [pool["hardware"] for pool in draft.record["stack"]["pools"]] == ["l40s", "h300"]
    assert any("stack/pools/1/hardware: unknown hardware 'H300'" in sentence for sentence in draft.missing)


def test_one_bad_run_does_not_hide_the_others() -> None:
    found = imported([run(points=[]), run(model="m"), run(model="///")], RAW)
    assert [draft.id for draft in found.drafts] == ["case-m-to-be-namedx1-bench-abababab-2"]
    assert len(found.failures) == 2
    assert all(failure.startswith("run.json: ") for failure in found.failures)


@pytest.mark.parametrize(
    ("kind", "name", "best"),
    [
        ("model", "deepseek-ai/DeepSeek-R1", "deepseek-ai/DeepSeek-R1"),
        ("model", "/models/deepseek-ai/DeepSeek-R1/", "deepseek-ai/DeepSeek-R1"),
        ("model", "/home/models/deepseek-ai--DeepSeek-R1", "deepseek-ai/DeepSeek-R1"),
        (
            "model",
            "/data/.cache/huggingface/hub/models--deepseek-ai--DeepSeek-R1/snapshots/0a1b",
            "deepseek-ai/DeepSeek-R1",
        ),
        ("model", "C:\\models\\DeepSeek-R1", "DeepSeek-R1"),
        ("model", "/models/unheard-of", "unheard-of"),
        ("model", "who/unheard-of", "who/unheard-of"),
        ("model", "/", "/"),
        ("hardware", "NVIDIA L40S", "L40S"),
        ("hardware", "NVIDIA H300", "NVIDIA H300"),
        ("engine", "mindie", "mindie"),
    ],
)
def test_names_as_people_write_them(kind: str, name: str, best: str, library: Corpus) -> None:
    assert best_name(library, kind, name) == best


@given(st.floats(min_value=1e-9, max_value=1e9), st.sampled_from([-9, -3, 0, 3]))
def test_units_move_digit_for_digit(number: float, shift: int) -> None:
    assert scaled(number, shift) == float(Decimal(repr(number)) * Decimal(10) ** shift)


def test_whole_numbers_stay_whole() -> None:
    assert (scaled(7, 3), scaled(4677120000, -9), scaled(7, 0)) == (7000, 4.67712, 7)
    assert isinstance(scaled(7, 3), int)
    assert (per(256, 8), per(10, 4)) == (32, 2.5)
    assert isinstance(per(256, 8), int)


def test_more_points_than_a_record_has() -> None:
    found = imported([run(points=[{"results": {"decode_tok_s": 1}}] * 2001)], RAW)
    assert found.failures == ("run.json: 2001 points of one deployment; a record has 2000 at most",)


def test_more_deployments_than_anybody_completes() -> None:
    with pytest.raises(ImportFailed, match=r"run\.json holds 501 deployments, and 500 at most"):
        imported([run(model=f"m-{number}") for number in range(501)], RAW)
