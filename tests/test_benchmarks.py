"""What the benchmarks measure with, and that the page shows what a run found. No test depends on how long it takes."""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks import answer_speed, growth, page, warm
from benchmarks.page import ASSETS, PAGE, RESULTS
from benchmarks.plots import PLOTS, write_plots
from benchmarks.processes import Failed, environment, run
from benchmarks.synthetic import Maker, write
from kb import Corpus, check_corpus, open_corpus
from kb.checks import Context
from kb.errors import BadRequest
from kb.evidence import case_tier
from kb.records import TIERS

CASES = 200
WRITE = "run: python -m benchmarks.page"


# Synthetic cases


@pytest.fixture(scope="module")
def synthetic(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """The real records with synthetic cases in place of the real ones."""
    folder = tmp_path_factory.mktemp("synthetic")
    write(corpus, CASES, folder)
    return open_corpus(folder)


def test_synthetic_cases_are_records_beside_the_real_ones(synthetic: Corpus, corpus: Corpus) -> None:
    assert not synthetic.faults
    assert len(synthetic.cases) == CASES
    assert list(synthetic.models) == list(corpus.models)
    assert set(synthetic.sources) - set(corpus.sources) == {"synthetic-benchmark", "synthetic-vendor"}


def test_nobody_can_take_a_synthetic_case_for_a_real_one(synthetic: Corpus) -> None:
    for case in synthetic.cases.values():
        assert case.id.startswith("case-synthetic-")
        assert case.title.startswith("Synthetic: ")
        assert "made up" in case.title
        assert all("made up" in (evidence.ran_by or "") for evidence in case.evidence)


def test_the_checks_find_no_error_in_synthetic_cases(synthetic: Corpus) -> None:
    errors = [finding for finding in check_corpus(synthetic) if finding.severity == "error"]
    assert [finding.message for finding in errors if finding.file.startswith("data/cases")] == []


def test_synthetic_figures_are_about_what_is_expected(synthetic: Corpus) -> None:
    context = Context(synthetic)
    matching = sum(context.verdict(case).verdict == "match" for case in synthetic.cases.values())
    assert matching > CASES / 2


def test_synthetic_cases_earn_every_tier(synthetic: Corpus) -> None:
    assert {case_tier(case, synthetic) for case in synthetic.cases.values()} == set(TIERS)


def test_the_same_number_gives_the_same_files_and_more_adds_to_them(
    synthetic: Corpus, corpus: Corpus, tmp_path: Path
) -> None:
    write(corpus, 20, tmp_path)
    files = sorted((tmp_path / "data").rglob("case-synthetic-*.yaml"))
    assert len(files) == 20
    for file in files:
        assert file.read_bytes() == (synthetic.root / file.relative_to(tmp_path)).read_bytes()


def test_a_case_depends_on_its_number_alone(corpus: Corpus) -> None:
    assert Maker(corpus).case(7) == [Maker(corpus).case(number) for number in range(8)][-1]


def test_synthetic_cases_go_into_a_folder_of_their_own(corpus: Corpus, root: Path) -> None:
    with pytest.raises(BadRequest, match="not empty"):
        write(corpus, 1, root)


# Processes


def test_a_process_tells_what_it_printed_and_used() -> None:
    ran = run([sys.executable, "-c", "print('said', bytearray(50_000_000)[0])"], environment())
    assert ran.out == "said 0\n"
    assert ran.peak_mb > 50
    assert ran.seconds > 0 < ran.cpu_s


def test_a_process_that_fails_is_no_measurement() -> None:
    with pytest.raises(Failed, match=r"left with 3 .* spoke"):
        run([sys.executable, "-c", "import sys; sys.stderr.write('spoke'); sys.exit(3)"], environment())
    assert run([sys.executable, "-c", "import sys; sys.exit(1)"], environment(), fine=(0, 1)).out == ""


def test_a_process_that_never_ends_is_stopped() -> None:
    with pytest.raises(Failed, match="was stopped"):
        run([sys.executable, "-c", "import time; time.sleep(600)"], environment(), longest=0.2)


def test_processes_keep_compiled_modules_as_they_do_for_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    found = environment(bundle=Path("some/where"))
    assert "PYTHONDONTWRITEBYTECODE" not in found
    assert found["KB_BUNDLE"] == str(Path("some/where"))


# Figures


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([3.0], 0.5, 3), ([4, 1, 3, 2], 0.5, 2), ([4, 1, 3, 2], 0.95, 4), (list(range(1, 101)), 0.95, 95)],
)
def test_percentiles(values: list[float], share: float, expected: float) -> None:
    assert warm.percentile(values, share) == expected


def test_each_sentence_counts_by_the_median_of_its_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    # Two sentences: once each at first, and in three rounds; a pause in one of them does not count.
    took = iter([5, 50, 1, 10, 100, 10, 1, 10])
    monkeypatch.setattr(warm, "_ms", lambda *_: float(next(took)))
    found = warm.measured(["short", "long"], lambda _: None, 3)
    assert (found["p50_ms"], found["max_ms"], found["first_p50_ms"]) == (1, 10, 5)
    assert found["slowest"] == [{"asked": "long", "ms": 10}, {"asked": "short", "ms": 1}]


@pytest.fixture(scope="module")
def small_mix() -> Iterator[None]:
    """One sentence in place of many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answer_speed, "QUERIES", {"names": ("deepseek r1 on h200",)})
        yield


@pytest.fixture(scope="module")
def measured(small_mix: None, sample_root: Path) -> dict[str, Any]:
    """The figures of a sample of the real cases, and of a few synthetic ones."""
    return growth.measure(sample_root, [5], minutes=60, rounds=1) | {"note": ""}


def test_a_run_measures_the_real_cases_and_the_synthetic_ones(measured: dict[str, Any], sample: Corpus) -> None:
    real, made = measured["corpora"]
    assert (real["name"], real["cases"], made["name"], made["cases"]) == ("real", len(sample.cases), "synthetic 5", 5)
    assert real["points"] == sum(len(case.points) for case in sample.cases.values())
    assert "records checked" in made["checked"]
    for one in (real, made):
        assert set(one["phases"]) == {"open", "check", "build"}
        assert all(value > 0 for phase in one["phases"].values() for value in phase.values())
        assert one["bundle_mb"]["whole"] > one["bundle_mb"]["search.sqlite"] > 0


def test_a_run_asks_all_golden_queries_and_starts_every_command(measured: dict[str, Any]) -> None:
    for one in measured["corpora"]:
        answers = one["answers"]
        assert answers["query"]["asked"] == len(warm.golden_sentences()) > 100
        assert 0 < answers["query"]["p50_ms"] <= answers["query"]["p95_ms"] <= answers["query"]["max_ms"]
        commands = [row["command"].split()[1] for row in answers["processes"]["commands"]]
        assert commands == ["query", "query", "show", "show", "--version", "list", "sql"]
        assert answers["processes"]["query"]["ratio"] > 0


def test_a_page_can_be_made_of_any_run(measured: dict[str, Any], tmp_path: Path) -> None:
    for folder in (RESULTS.parent, PAGE.parent, ASSETS):
        (tmp_path / folder).mkdir(parents=True)
    files = page.write_page(measured, tmp_path)
    assert json.loads((tmp_path / RESULTS).read_text(encoding="utf-8")) == measured
    text = (tmp_path / PAGE).read_text(encoding="utf-8")
    assert "| 5 synthetic |" in text
    assert f"{measured['corpora'][0]['cases']:,} real" in text
    assert sorted(file.stem for file in files if file.suffix == ".svg") == ["memory", "questions", "time"]


@pytest.mark.parametrize(("minutes", "kept", "left_out"), [(60, [10, 100], []), (1, [10], [100, 1000]), (0, [], [])])
def test_a_size_that_would_take_too_long_is_left_out(
    minutes: float, kept: list[int], left_out: list[int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    now = [0.0]

    def pretend(root: Path, scratch: Path, name: str, rounds: int) -> dict[str, Any]:
        size = int(name.removeprefix("synthetic ").replace("real", "0"))
        now[0] += size
        return {"name": name, "cases": size, "answers": {}}

    monkeypatch.setattr(growth, "corpus_figures", pretend)
    monkeypatch.setattr(growth, "run", lambda *_, **__: None)
    monkeypatch.setattr("shutil.rmtree", lambda *_, **__: None)
    found = growth.measure(tmp_path, [1000, 100, 10][-len(kept or [1]) - len(left_out) :], minutes, 1, lambda: now[0])
    assert [one["cases"] for one in found["corpora"][1:]] == (kept or [10])
    assert found["left_out"] == left_out


def _made_up(**growing: float) -> dict[str, Any]:
    """Return figures of a run over 10 and 100 cases in which time and memory grow by an exponent."""
    phases = ("open", "check", "build")
    warm_figures = {"p50_ms": 1.0, "p95_ms": 2.0, "max_ms": 3.0, "first_p50_ms": 1.0, "asked": 1, "slowest": []}
    ratio = {"ms": 1.0, "ratio": 1.1, "cpu_ms": 1.0, "cpu_ratio": 1.1}
    answers = {
        "processes": {"rounds": 1, "empty_ms": 1.0, "commands": [], "query": ratio, "show": ratio},
        "query": warm_figures,
        "show": warm_figures,
        "warm_peak_mb": 1.0,
    }

    def corpus_of(name: str, cases: int) -> dict[str, Any]:
        cost = {"seconds": cases ** growing.get("time", 1), "cpu_s": 1.0, "peak_mb": cases ** growing.get("memory", 1)}
        return {
            "name": name,
            "records": cases,
            "cases": cases,
            "points": cases,
            "yaml_mb": 1.0,
            "phases": dict.fromkeys(phases, cost),
            "bundle_mb": dict.fromkeys(("whole", "kb.duckdb", "search.sqlite", "parquet", "json"), 1.0),
            "answers": answers,
        }

    corpora = [corpus_of("real", 5), corpus_of("synthetic 10", 10), corpus_of("synthetic 100", 100)]
    machine = {"cores": 2, "python": "3.11.0", "duckdb": "1.1.0"}
    found = {"machine": machine, "rounds": 1, "corpora": corpora, "left_out": [], "note": ""}
    # No part of it is another one's too.
    apart: dict[str, Any] = json.loads(json.dumps(found))
    return apart


@pytest.mark.parametrize("growing", [0.5, 1.0, 2.0])
def test_exponents_tell_how_time_and_memory_grow(growing: float) -> None:
    found = page.exponents(_made_up(time=growing, memory=growing))
    assert set(found.values()) == {growing}


def test_a_missed_aim_is_shown_as_missed() -> None:
    assert "**missed**" not in page.page(_made_up())
    assert page.page(_made_up(time=2)).count("**missed**") == 3
    slow = _made_up()
    slow["corpora"][0]["answers"]["query"]["p50_ms"] = 2.5
    assert page.page(slow).count("**missed**") == 1


# What is kept


@pytest.fixture(scope="module")
def kept(root: Path) -> dict[str, Any]:
    """The figures of the kept run."""
    found = json.loads((root / RESULTS).read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def test_the_page_shows_the_kept_run(kept: dict[str, Any], root: Path) -> None:
    assert (root / PAGE).read_text(encoding="utf-8") == page.page(kept), WRITE


def test_the_drawings_show_the_kept_run(kept: dict[str, Any], root: Path, tmp_path: Path) -> None:
    for drawn in write_plots(kept, tmp_path):
        committed = root / ASSETS / PLOTS / drawn.name
        sums = [hashlib.sha256(file.read_bytes()).hexdigest() for file in (drawn, committed)]
        assert sums[0] == sums[1], WRITE


def test_the_kept_run_went_to_a_hundred_thousand_cases(kept: dict[str, Any]) -> None:
    assert [one["cases"] for one in kept["corpora"][1:]] == [1_000, 10_000, 100_000]
    assert kept["left_out"] == []


def test_the_kept_run_names_no_place_of_the_machine(kept: dict[str, Any]) -> None:
    text = json.dumps(kept, ensure_ascii=False)
    assert "/" not in json.dumps(kept["machine"])
    assert all(place not in text for place in ("/work", "/tmp", "/home", "/root", "kb-bench-"))
