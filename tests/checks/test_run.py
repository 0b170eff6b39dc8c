"""The runner: acknowledgements, places, and the order of findings."""

from pathlib import Path

import pytest

from kb.checks import Context, Finding, check_corpus, find_rule, rules
from kb.corpus import Corpus, open_corpus
from kb.errors import UnknownName
from tests.checks.form_files import CARD, CASE, MODEL, RECORD, write

EVIDENCE = """\
default_evidence: ev-a
evidence:
  - id: ev-a
    source: report
    locator: table 2
    claimed_tier: measured
"""


def _corpus(root: Path, case: str) -> Corpus:
    write(root, "data/sources/report.yaml", RECORD + "publisher: Some Lab\n")
    write(root, "data/hardware/acme/card-x.yaml", CARD)
    write(root, "data/models/some-lab/model-m.yaml", MODEL)
    write(root, "data/cases/2026/case-a.yaml", case)
    return open_corpus(root)


def _of(findings: list[Finding], name: str) -> list[Finding]:
    return [finding for finding in findings if finding.name == name]


def test_a_finding_says_where(tmp_path: Path) -> None:
    findings = check_corpus(_corpus(tmp_path, CASE.replace("card-x", "card-y")))
    (found,) = _of(findings, "unknown-reference")
    assert (found.file, found.line, found.column) == ("data/cases/2026/case-a.yaml", 7, 17)
    assert (found.code, found.severity, found.record) == ("KB201", "error", "case-a")
    assert found.pointer == "/stack/pools/0/hardware"
    assert "did you mean card-x?" in found.hint
    assert found.blocks
    assert findings == sorted(findings, key=lambda f: f.order)


def test_an_unknown_name_without_a_neighbour_gets_a_way_on(tmp_path: Path) -> None:
    (found,) = _of(check_corpus(_corpus(tmp_path, CASE.replace("card-x", "zzzzzzzz"))), "unknown-reference")
    assert "kb list hardware" in found.hint


@pytest.mark.parametrize(
    ("entry", "acknowledged"),
    [
        ("code: KB301", True),
        ("code: tier-overclaimed", True),
        ("code: KB301\n    pointer: /evidence/0/claimed_tier", True),
        ("code: KB301\n    pointer: /evidence/1/claimed_tier", False),
        ("code: KB302", False),
    ],
)
def test_an_acknowledged_finding_stays_and_blocks_nothing(tmp_path: Path, entry: str, acknowledged: bool) -> None:
    case = CASE + EVIDENCE + f"acknowledged:\n  - {entry}\n    reason: The page shows no output.\n"
    findings = check_corpus(_corpus(tmp_path, case))
    (found,) = _of(findings, "tier-overclaimed")
    assert found.blocks is not acknowledged
    assert found.acknowledged == ("The page shows no output." if acknowledged else None)
    assert bool(_of(findings, "acknowledgement-stale")) is not acknowledged


ODD = "results: {tpot_ms: {p50: 90, p99: 20}}"
TWO_POINTS = f"""\
points:
  - caveat: The columns of the page are swapped.
    {ODD}
  - {ODD}
"""


def test_a_finding_at_a_point_with_a_caveat_is_acknowledged_by_it(tmp_path: Path) -> None:
    case = CASE.replace("points:\n  - results: {}\n", TWO_POINTS)
    doubted, other = _of(check_corpus(_corpus(tmp_path, case)), "percentile-order")
    assert doubted.pointer.startswith("/points/0/")
    assert (doubted.acknowledged, doubted.blocks) == ("The columns of the page are swapped.", False)
    assert other.pointer.startswith("/points/1/")
    assert (other.acknowledged, other.blocks) == (None, True)


def test_an_acknowledgement_counts_before_a_caveat(tmp_path: Path) -> None:
    entry = "acknowledged:\n  - code: percentile-order\n    reason: Seen by a reviewer.\n"
    case = CASE.replace("points:\n  - results: {}\n", TWO_POINTS) + entry
    findings = check_corpus(_corpus(tmp_path, case))
    assert [found.acknowledged for found in _of(findings, "percentile-order")] == ["Seen by a reviewer."] * 2


def test_a_caveat_acknowledges_nothing_elsewhere(tmp_path: Path) -> None:
    case = CASE.replace("  - results: {}\n", "  - caveat: Odd.\n    results: {}\n").replace("card-x", "card-y")
    (found,) = _of(check_corpus(_corpus(tmp_path, case)), "unknown-reference")
    assert (found.acknowledged, found.blocks) == (None, True)


def test_the_caveat_is_that_of_the_point_and_of_no_other(tmp_path: Path) -> None:
    # Ten is not one.
    fine = "  - results: {}\n"
    points = f"points:\n{fine}  - caveat: Odd.\n    results: {{}}\n{fine * 8}  - {ODD}\n"
    case = CASE.replace("points:\n  - results: {}\n", points)
    (found,) = _of(check_corpus(_corpus(tmp_path, case)), "percentile-order")
    assert found.pointer.startswith("/points/10/")
    assert found.acknowledged is None


def test_several_processes_find_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.checks.run._WORTH_A_PROCESS", 1)
    corpus = _corpus(tmp_path, CASE.replace("points:\n  - results: {}\n", TWO_POINTS).replace("card-x", "card-y"))
    found = check_corpus(corpus)
    assert len(found) >= 3
    assert check_corpus(corpus, processes=2) == found


def test_only_the_files_asked_for(tmp_path: Path) -> None:
    corpus = _corpus(tmp_path, CASE.replace("card-x", "card-y"))
    write(tmp_path, "data/sources/broken.yaml", "kind: source\n")
    corpus = open_corpus(tmp_path)
    assert {f.file for f in check_corpus(corpus, ["data/sources/broken.yaml"])} == {"data/sources/broken.yaml"}
    assert check_corpus(corpus, []) == []


def test_a_rule_is_found_by_code_and_name() -> None:
    assert find_rule("KB301") is find_rule(" kb301 ") is find_rule("tier-overclaimed")
    with pytest.raises(UnknownName) as raised:
        find_rule("tier-overclaim")
    assert "tier-overclaimed" in raised.value.candidates
    with pytest.raises(UnknownName) as raised:
        find_rule("KB3011")
    assert "KB301" in raised.value.candidates


def test_rules_come_in_order_of_code() -> None:
    codes = [entry.rule.code for entry in rules()]
    assert codes == sorted(codes)


def test_context_answers_from_the_corpus(tmp_path: Path) -> None:
    corpus = _corpus(tmp_path, CASE)
    context = Context(corpus)
    case = corpus.cases["case-a"]
    assert context.model(case) is corpus.models["model-m"]
    assert context.hardware(case.stack.pools[0]) is corpus.hardware["card-x"]
    assert context.quantization(case) is None
    assert context.vendors == {"acme"}
    assert context.today is None


def test_without_a_day_the_future_is_not_judged(tmp_path: Path) -> None:
    case = CASE.replace("title:", 'submitted: "2062-01-01"\ntitle:')
    assert _of(check_corpus(_corpus(tmp_path, case)), "future-date") == []


def test_the_project_has_no_form_fault(dated_corpus: Corpus) -> None:
    assert dated_corpus.faults == ()
