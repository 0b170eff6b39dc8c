"""What was measured on what, what is missing, what is stale."""

import datetime
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import Bundle, Corpus, open_bundle
from kb.errors import BadRequest, UnknownName
from kb.records.scalars import first_day
from kb.search.ages import Age, ages_of, data_day, full_months, months_before
from kb.search.coverage import By, Scope, Summary, coverage
from kb.search.gaps import Gaps, gaps
from kb.search.lookup import BundleLibrary
from kb.search.staleness import staleness
from tests.search.small import Made, bundle_of

H100, RTX, MI300X, M1 = "h100-sxm5-80gb", "rtx-5080", "mi300x", "apple-m1"
LLAMA, QWEN, R1 = "llama-3.3-70b-instruct", "qwen3-8b", "deepseek-r1"
CASES = (
    Made("case-a", LLAMA, (H100,), points=3, measured="2026-03-01", version="2.0.0"),
    Made("case-b", LLAMA, (H100,), points=2, submitted="2025-12-24", version="1.0.0", rough=True),
    Made("case-c", LLAMA, (MI300X,), version="1.1.0"),
    Made("case-d", QWEN, (H100,), dated=True),
    Made("case-e", QWEN, (RTX,), measured="2025-08-31"),
    Made("case-f", R1, (H100, MI300X), points=2, measured="2025-09-01", version="v1.0.0"),
    Made("case-g", QWEN, (M1,), rough=True),
    # 3.0.0 is known to have existed by a day, not to have come out on it.
    Made("case-h", R1, (H100,), version="3.0.0", rough=True),
)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bundle]:
    with open_bundle(bundle_of(tmp_path_factory.mktemp("small"), CASES)) as found:
        yield found


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bundle]:
    with open_bundle(bundle_of(tmp_path_factory.mktemp("empty"), ())) as found:
        yield found


@pytest.fixture(scope="module")
def ages(small: Bundle) -> dict[str, Age]:
    return ages_of(small, small.rows("SELECT * FROM cases"))


def pairs(found: Gaps) -> list[tuple[str, str, float]]:
    return [(row.hardware, row.model, row.missing) for row in found.rows]


class TestMatrix:
    """Cards against models."""

    def test_a_cell_has_cases_points_best_tier_and_the_newest_day(self, small: Bundle) -> None:
        found = coverage(small)
        assert found.cells[H100, LLAMA] == Summary(2, 5, "reported", day("2026-03-01"), "measured")
        assert found.cells[M1, QWEN] == Summary(1, 1, "estimated", None, None)
        assert (RTX, LLAMA) not in found.cells

    def test_a_case_on_two_kinds_of_cards_counts_on_each_and_once_in_all(self, small: Bundle) -> None:
        found = coverage(small)
        assert {name: summary.cases for name, summary in found.hardware.items()} == {H100: 5, MI300X: 2, M1: 1, RTX: 1}
        assert {name: summary.cases for name, summary in found.columns.items()} == {LLAMA: 3, QWEN: 3, R1: 2}
        assert found.total == Summary(8, 12, "reported", day("2026-03-01"), "measured")

    def test_most_cases_come_first_then_most_points(self, small: Bundle) -> None:
        found = coverage(small)
        assert list(found.hardware) == [H100, MI300X, M1, RTX]
        assert list(found.columns) == [LLAMA, QWEN, R1]
        assert list(found.cells)[:3] == [(H100, LLAMA), (H100, QWEN), (H100, R1)]

    @pytest.mark.parametrize(
        ("by", "columns"),
        [("lab", {"meta": 3, "qwen": 3, "deepseek": 2}), ("family", {"llama-3": 3, "qwen3": 3, "deepseek-v3": 2})],
    )
    def test_columns_may_be_labs_or_families(self, small: Bundle, by: By, columns: dict[str, int]) -> None:
        found = coverage(small, Scope(by=by))
        assert {name: summary.cases for name, summary in found.columns.items()} == columns
        assert set(found.plain()["cells"][0]) >= {"hardware", by, "cases", "points", "best_tier", "newest"}

    @pytest.mark.parametrize(
        ("scope", "cases"),
        [
            (Scope(model="DSR1"), 2),
            (Scope(hardware="MI300X"), 2),
            (Scope(vendor="NVIDIA"), 6),
            (Scope(vendor="英伟达", model=QWEN), 2),
            (Scope(hardware=RTX, model=R1), None),
        ],
    )
    def test_a_scope_narrows_it_by_any_name(self, small: Bundle, scope: Scope, cases: int | None) -> None:
        total = coverage(small, scope).total
        assert (None if total is None else total.cases) == cases

    def test_nothing_at_all(self, empty: Bundle) -> None:
        assert coverage(empty).plain() == {
            "by": "model",
            "data_date": data_day(empty).isoformat(),
            "total": None,
            "hardware": [],
            "columns": [],
            "cells": [],
        }

    @pytest.mark.parametrize(
        ("scope", "error", "says"),
        [
            (Scope(model="deepseek-r1x"), UnknownName, "did you mean deepseek-r1"),
            (Scope(hardware="h100-sxm6"), UnknownName, "did you mean h100-sxm5-80gb"),
            (Scope(vendor="nvida"), UnknownName, "did you mean nvidia"),
            (Scope(vendor="amd", hardware=H100), BadRequest, "say one of the two"),
            (Scope(by="maker"), BadRequest, "unknown column 'maker'; one of model, family, lab"),  # type: ignore[arg-type]
        ],
    )
    def test_what_is_unknown_is_refused(self, small: Bundle, scope: Scope, error: type[Exception], says: str) -> None:
        for ask in (coverage, staleness):
            with pytest.raises(error, match=says):
                ask(small, scope)

    def test_the_sums_of_the_real_base_are_those_of_its_tables(self, opened: Bundle) -> None:
        found = coverage(opened)
        said = opened.rows("SELECT count(*) AS cases, sum(points) AS points FROM cases")[0]
        placed = opened.rows("SELECT sum(len(hardware_ids)) AS n FROM cases")[0]["n"]
        assert found.total is not None
        assert (found.total.cases, found.total.points) == (said["cases"], said["points"])
        assert sum(cell.cases for cell in found.cells.values()) == placed
        assert sum(card.cases for card in found.hardware.values()) == placed
        newest = opened.rows("SELECT max(measured_on) AS day FROM cases WHERE len(measured_on) = 10")[0]["day"]
        assert found.total.newest is not None
        assert found.total.newest >= day(newest)
        json.dumps(found.plain())


class TestAges:
    """When a case is from, and how far its engine is behind."""

    @pytest.mark.parametrize(
        ("name", "when", "by"),
        [
            ("case-a", "2026-03-01", "measured"),
            ("case-b", "2025-12-24", "submitted"),
            ("case-c", "2025-06-30", "engine-release"),
            ("case-d", "2025-03-31", "published"),
            ("case-f", "2025-09-01", "measured"),
        ],
    )
    def test_a_case_is_dated_by_the_nearest_to_its_run(
        self, ages: dict[str, Age], name: str, when: str, by: str
    ) -> None:
        assert (ages[name].day, ages[name].by) == (day(when), by)

    @pytest.mark.parametrize("name", ["case-g", "case-h"])
    def test_a_case_without_any_day_has_none(self, ages: dict[str, Age], name: str) -> None:
        assert (ages[name].day, ages[name].by) == (None, None)

    def test_an_engine_is_held_against_its_newest_release(self, ages: dict[str, Age]) -> None:
        # From 15 January 2025 to 10 January 2026; a leading v is no part of a version.
        assert ages["case-f"].engine_days_behind == ages["case-b"].engine_days_behind == 360
        assert ages["case-a"].engine_days_behind == 0
        assert (ages["case-a"].newest_release, ages["case-a"].newest_released) == ("2.0.0", day("2026-01-10"))
        assert ages["case-e"].engine_days_behind is None
        assert ages["case-h"].released is None

    def test_releases_are_those_of_the_engine_records(self, opened: Bundle, sample: Corpus) -> None:
        rows = opened.rows("SELECT * FROM cases")
        found = ages_of(opened, rows)
        assert set(found) == set(sample.cases)
        known = 0
        for row in rows:
            age = found[row["id"]]
            exact = sample.engines[row["engine"]].released(row["engine_version"]) if row["engine"] else None
            known += exact is not None
            assert (age.released is None) == (exact is None)
            assert age.day is None or age.day <= data_day(opened)
            if row["measured_on"]:
                assert age.by == "measured"
        assert known

    @given(st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 1, 1)), st.integers(0, 600))
    def test_months_there_and_back(self, late: datetime.date, months: int) -> None:
        early = months_before(late, months)
        assert early <= late
        assert full_months(early, late) == months
        assert full_months(early + datetime.timedelta(days=1), late) == max(0, months - 1)

    def test_the_last_day_of_a_shorter_month(self) -> None:
        assert months_before(day("2024-03-31"), 1) == day("2024-02-29")
        assert full_months(day("2024-02-29"), day("2024-03-28")) == 0
        assert full_months(day("2026-01-01"), day("2025-01-01")) == 0


class TestGaps:
    """Pairs that are asked for and not measured well."""

    def test_expected_is_the_product_of_the_shares(self, small: Bundle) -> None:
        # Nine placed cases: 5 on H100, 2 on MI300X, 1 on each of the others; 3 of each model.
        rows = {(row.hardware, row.model): row for row in gaps(small).rows}
        assert rows[MI300X, QWEN].expected == pytest.approx(2 * 3 / 9)
        assert rows[MI300X, QWEN].missing == pytest.approx(2 / 3)
        assert rows[RTX, LLAMA].expected == pytest.approx(1 * 3 / 9)
        assert rows[MI300X, QWEN].tier is None

    def test_only_pairs_without_good_evidence_that_lack_cases(self, small: Bundle) -> None:
        found = gaps(small)
        assert [(row.hardware, row.model) for row in found.rows] == [(MI300X, QWEN), (RTX, LLAMA)]
        # Reported: LLAMA, QWEN and R1 on H100, LLAMA and R1 on MI300X, QWEN on RTX. QWEN on M1 has more than expected.
        assert found.unfit == ((RTX, R1),)
        assert found.not_checkable == ((M1, R1), (M1, LLAMA))
        assert found.idle_hardware == found.idle_models == ()
        assert found.placed == 9

    def test_weak_cases_are_taken_off(self, tmp_path: Path) -> None:
        cases = (
            *(Made(f"case-{i}", QWEN, (H100,)) for i in range(4)),
            *(Made(f"case-{i}", LLAMA, (MI300X,)) for i in range(4, 7)),
            Made("case-7", LLAMA, (H100,), rough=True),
        )
        with open_bundle(bundle_of(tmp_path, cases)) as opened:
            (first, second) = gaps(opened).rows
        # 5 on H100 times 4 of LLAMA over 8, less the one that is there; 3 times 4 over 8.
        assert (first.hardware, first.model, first.cases, first.tier) == (H100, LLAMA, 1, "estimated")
        assert (first.expected, first.missing) == (2.5, 1.5)
        assert (second.hardware, second.model, second.expected) == (MI300X, QWEN, 1.5)

    def test_the_estimate_beside_is_the_publishers_format_on_the_fewest_cards(self, small: Bundle) -> None:
        best = {(row.hardware, row.model): row.fit for row in gaps(small).rows}
        kept = {pair: (fit.quantization and fit.quantization.id, fit.count) for pair, fit in best.items()}
        # 141 GB of weights and 2 GB of workspace on each card of 16 GB: not on 8, but on 16.
        assert kept == {(MI300X, QWEN): ("bf16", 1), (RTX, LLAMA): ("bf16", 16)}

    def test_a_limit_and_a_scope_choose_among_them_and_change_no_number(self, small: Bundle) -> None:
        every = pairs(gaps(small))
        assert pairs(gaps(small, limit=1)) == every[:1]
        assert pairs(gaps(small, Scope(vendor="nvidia"))) == every[1:]
        assert pairs(gaps(small, Scope(model=R1))) == []

    def test_its_json_says_how_it_was_counted(self, small: Bundle) -> None:
        plain = gaps(small).plain()
        assert "cases of the card x cases of the model / all 9" in plain["basis"]
        assert set(plain["gaps"][0]) == {
            "hardware",
            "model",
            "cases",
            "best_tier",
            "expected_cases",
            "missing_cases",
            "estimate",
        }
        assert plain["gaps"][0]["estimate"]["outcome"] == "fits"
        assert plain["unfit"] == [{"hardware": RTX, "model": R1}]
        json.dumps(plain)

    @pytest.mark.parametrize(
        ("scope", "limit", "says"),
        [(Scope(), 0, "--gaps is 0"), (Scope(by="lab"), 5, "--by lab is for the matrix")],
    )
    def test_what_makes_no_sense_is_refused(self, small: Bundle, scope: Scope, limit: int, says: str) -> None:
        with pytest.raises(BadRequest, match=says):
            gaps(small, scope, limit)

    def test_nothing_at_all(self, empty: Bundle) -> None:
        found = gaps(empty)
        assert found.rows == ()
        assert len(found.idle_hardware) == 4

    def test_an_old_model_is_no_gap(self, opened: Bundle) -> None:
        library, today = BundleLibrary(opened), data_day(opened)
        released = {model.id: model.released for model in library.records("model")}
        found = gaps(opened, limit=40).rows
        known = [day for gap in found if (day := released[gap.model]) is not None]
        assert known
        assert all(today - first_day(day) <= datetime.timedelta(days=730) for day in known)

    def test_of_the_real_base(self, opened: Bundle) -> None:
        found = gaps(opened, limit=10)
        assert found.rows
        missing = [row.missing for row in found.rows]
        assert missing == sorted(missing, reverse=True)
        for row in found.rows:
            assert row.missing > 0
            assert row.fit.count is not None
            assert row.fit.count <= 16
            good = opened.rows(
                "SELECT id FROM cases WHERE model = ? AND list_contains(hardware_ids, ?)"
                " AND tier IN ('measured', 'reported')",
                (row.model, row.hardware),
            )
            assert good == []


class TestStale:
    """Pairs that nobody measured lately."""

    def test_older_than_so_many_months_before_the_newest(self, small: Bundle) -> None:
        found = staleness(small)
        assert found.reference == day("2026-03-01")
        # Six months before 1 March 2026 is 1 September 2025, and a pair of that very day is not older.
        assert [(row.hardware, row.column, row.newest.case) for row in found.rows] == [
            (H100, QWEN, "case-d"),
            (MI300X, LLAMA, "case-c"),
            (RTX, QWEN, "case-e"),
        ]
        assert found.undated == ((M1, QWEN),)

    def test_one_new_case_makes_a_pair_fresh(self, small: Bundle) -> None:
        assert (H100, LLAMA) not in {(row.hardware, row.column) for row in staleness(small, months=1).rows}

    def test_more_months_leave_fewer(self, small: Bundle) -> None:
        assert [row.newest.case for row in staleness(small, months=11).rows] == ["case-d"]
        assert staleness(small, months=600).rows == ()

    def test_a_scope_does_not_move_what_it_is_held_against(self, small: Bundle) -> None:
        found = staleness(small, Scope(hardware=RTX))
        assert [row.newest.case for row in found.rows] == ["case-e"]
        assert found.reference == day("2026-03-01")

    def test_its_json_has_each_case(self, small: Bundle) -> None:
        plain = staleness(small).plain()
        assert plain["newest_evidence"] == "2026-03-01"
        first = plain["stale"][0]
        assert (first["hardware"], first["model"], first["newest"], first["days_older"]) == (
            H100,
            QWEN,
            "2025-03-31",
            335,
        )
        assert first["days_to_data"] == (data_day(small) - day("2025-03-31")).days
        assert first["cases"][0]["dated_by"] == "published"
        json.dumps(plain)

    @pytest.mark.parametrize("months", [0, -1, 601])
    def test_months_that_nobody_means_are_refused(self, small: Bundle, months: int) -> None:
        with pytest.raises(BadRequest, match=f"--months is {months}; it should be from 1 to 600"):
            staleness(small, months=months)

    def test_nothing_at_all(self, empty: Bundle) -> None:
        found = staleness(empty)
        assert (found.reference, found.rows, found.undated) == (None, (), ())
        assert "none has a day" in found.basis
