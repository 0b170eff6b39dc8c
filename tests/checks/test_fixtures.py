"""Every rule finds what its bad fixtures show, and leaves its good ones alone; no rule lacks either."""

import ast
import re
from pathlib import Path

import pytest

from kb.checks import Finding, check_corpus, rules
from kb.checks.rule import Entry
from kb.corpus import Corpus, open_corpus
from tests.checks import form_files
from tests.conftest import ROOT

FIXTURES = Path(__file__).parent / "fixtures"
SECTIONS = ("## What it does", "## Why", "## Example", "Use instead:", "## Mend")
RANGES = {
    "form": range(101, 200),
    "references": range(201, 300),
    "evidence": range(301, 400),
    "consistency": range(401, 450),
    "dates": range(451, 480),
    "physics": range(501, 600),
    "overall": range(601, 700),
}
# The names that design.md fixes, with their severities.
FIXED = {
    "error": """
        unknown-reference server-card-mismatch quantization-unsupported-by-hardware tier-overclaimed placeholder-url
        evidence-missing attestation-contradicts-tier engine-predates-model engine-predates-hardware
        submitted-before-model-release source-predates-model future-date card-count-mismatch percentile-order
        decode-exceeds-concurrency unit-slip memory-does-not-fit claimed-memory-below-weights decode-above-ceiling
        tpot-below-floor prefill-above-compute
    """,
    "warning": """
        engine-vendor-unsupported quantization-unsupported-by-engine generic-url source-type-mismatch evidence-unused
        driver-predates-hardware engine-version-unknown parallel-product-mismatch title-mismatch
        throughput-itl-mismatch ttft-below-prefill-time power-exceeds-tdp quality-below-baseline
        memory-bw-pct-inconsistent sibling-outlier kv-does-not-fit-at-concurrency near-ceiling
        bottleneck-contradicts-roofline
    """,
    "info": "compute-pct-inconsistent far-below-ceiling",
}


def _fixtures(sort: str) -> list[tuple[str, Path]]:
    """Return the rule and the path of each fixture whose name starts with ``sort``."""
    found = [(path.parent.name, path) for path in FIXTURES.glob(f"*/{sort}-*")]
    return sorted((rule, path) for rule, path in found if path.is_dir() or path.suffix == ".yaml")


def _files(fixture: Path) -> list[Path]:
    return sorted(fixture.glob("*.yaml")) if fixture.is_dir() else [fixture]


def _named(fixture: tuple[str, Path]) -> str:
    return f"{fixture[0]}:{fixture[1].stem}"


def _findings(fixture: Path, corpus: Corpus) -> list[Finding]:
    files = _files(fixture)
    # Paths in findings are relative to the corpus, as those of any file that is handed in.
    return check_corpus(corpus.submit(files), [file.relative_to(ROOT).as_posix() for file in files])


@pytest.mark.parametrize("fixture", _fixtures("bad"), ids=_named)
def test_bad_is_found(fixture: tuple[str, Path], dated_corpus: Corpus) -> None:
    rule, path = fixture
    found = [finding for finding in _findings(path, dated_corpus) if finding.name == rule]
    assert found
    for finding in found:
        assert finding.line >= 1
        assert finding.column >= 1
        assert finding.message
        assert finding.hint


@pytest.mark.parametrize("fixture", _fixtures("good"), ids=_named)
def test_good_is_left_alone(fixture: tuple[str, Path], dated_corpus: Corpus) -> None:
    rule, path = fixture
    findings = _findings(path, dated_corpus)
    assert [finding for finding in findings if finding.name == rule] == []
    # A good fixture that cannot be read would prove nothing.
    unread = [f for f in findings if f.code.startswith("KB1") and f.name != "evidence-id-twice"]
    assert unread == []


@pytest.mark.parametrize(
    ("rule", "number"), [(rule, index) for rule, writers in form_files.BAD.items() for index in range(len(writers))]
)
def test_bad_corpus_is_found(rule: str, number: int, tmp_path: Path) -> None:
    form_files.BAD[rule][number](tmp_path)
    write = form_files.write(tmp_path, "data/sources/other.yaml", form_files.RECORD.replace("id: report", "id: other"))
    assert write.exists()
    corpus = open_corpus(tmp_path)
    assert rule in {finding.name for finding in check_corpus(corpus)}
    assert "other" in corpus.sources  # one bad file hides no other


@pytest.mark.parametrize("rule", sorted(form_files.GOOD))
def test_good_corpus_is_left_alone(rule: str, tmp_path: Path) -> None:
    for write in form_files.GOOD[rule]:
        write(tmp_path)
    assert [finding for finding in check_corpus(open_corpus(tmp_path)) if finding.code.startswith("KB1")] == []


@pytest.mark.parametrize("entry", rules(), ids=lambda entry: entry.rule.name)
def test_rule_is_whole(entry: Entry) -> None:
    rule = entry.rule
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.name)
    assert rule.code == f"KB{rule.code[2:]}"
    assert int(rule.code[2:]) in RANGES[entry.family]
    assert (entry.check is None) == (rule.on == "file")


@pytest.mark.parametrize("entry", rules(), ids=lambda entry: entry.rule.name)
def test_rule_has_a_page(entry: Entry) -> None:
    assert entry.summary.endswith(".")
    places = [entry.page.find(section) for section in SECTIONS]
    assert -1 not in places, f"the page lacks {SECTIONS[places.index(-1)]}"
    assert places == sorted(places)
    assert entry.page.count("```") == 4


@pytest.mark.parametrize("entry", rules(), ids=lambda entry: entry.rule.name)
def test_rule_has_fixtures(entry: Entry) -> None:
    name = entry.rule.name
    for sort, writers in (("bad", form_files.BAD), ("good", form_files.GOOD)):
        assert name in writers or list((FIXTURES / name).glob(f"{sort}-*")), f"no {sort} fixture for {name}"


def test_codes_and_names_are_given_once() -> None:
    codes = [entry.rule.code for entry in rules()]
    names = [entry.rule.name for entry in rules()]
    assert len(set(codes)) == len(codes)
    assert len(set(names)) == len(names)


def test_modules_are_named_for_their_rules() -> None:
    for entry in rules():
        assert (ROOT / "kb/checks" / entry.family / f"{entry.rule.name.replace('-', '_')}.py").is_file()


def test_every_fixture_belongs_to_a_rule() -> None:
    names = {entry.rule.name for entry in rules()}
    assert [path.name for path in FIXTURES.iterdir() if path.name not in names] == []


@pytest.mark.parametrize(
    ("severity", "name"), [(severity, name) for severity, names in FIXED.items() for name in names.split()]
)
def test_fixed_names_are_there(severity: str, name: str) -> None:
    found = [entry.rule.severity for entry in rules() if entry.rule.name == name]
    assert found == [severity]


def test_every_fault_has_a_rule() -> None:
    """The loader's faults are named in its code as the first word of ``Fault``, ``YamlFault`` and their helpers."""
    named: set[str] = set()
    for module in (ROOT / "kb/corpus").glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                first = node.args[0]
                makes_a_fault = node.func.id in ("Fault", "YamlFault", "_refuse", "fault", "found")
                if makes_a_fault and isinstance(first, ast.Constant) and isinstance(first.value, str):
                    named.add(first.value)
    assert len(named) > 20
    assert named == {entry.rule.name for entry in rules() if entry.rule.on == "file"}
