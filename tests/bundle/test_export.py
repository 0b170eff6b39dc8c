"""What the JSON export holds: index, collections, a file per record, and the case with all that belongs to it."""

import json
from pathlib import Path
from typing import Any

import pytest

from kb import Corpus
from kb.bundle.content import Content
from kb.bundle.export.estimates import estimate, rounded
from kb.bundle.export.version import PROMISE
from kb.bundle.reader import SCHEMA_VERSION
from kb.evidence import facts_of
from kb.records import KINDS, TIERS, Case
from tests.bundle.exported import COLLECTIONS, read


def test_the_version_is_in_the_path_and_the_way_to_it_at_the_top(bundle: Path) -> None:
    assert sorted(p.name for p in (bundle / "json").iterdir()) == ["index.json", "v1"]
    top = json.loads((bundle / "json" / "index.json").read_text(encoding="utf-8"))
    assert top == {"schema_version": SCHEMA_VERSION, "href": "v1/index.json"}
    assert (bundle / "json" / top["href"]).is_file()


def test_every_payload_says_its_schema_version(bundle: Path) -> None:
    files = list((bundle / "json").rglob("*.json"))
    assert len(files) > 500
    for path in files:
        assert json.loads(path.read_text(encoding="utf-8"))["schema_version"] == SCHEMA_VERSION, path.name


@pytest.mark.parametrize("plural", [*COLLECTIONS, "findings"])
def test_a_collection_has_the_agreed_envelope(bundle: Path, plural: str) -> None:
    data = read(bundle, f"{plural}.json")
    assert list(data) == ["schema_version", "license", "generated", "count", "items"]
    assert data["count"] == len(data["items"])
    assert data["license"] == "CC-BY-SA-4.0"


@pytest.mark.parametrize("plural", COLLECTIONS)
def test_a_collection_holds_every_record_of_its_kind(bundle: Path, sample: Corpus, plural: str) -> None:
    kind = next(kind for kind in KINDS.values() if kind.plural == plural)
    ids = list(sample.shelf(kind))
    former = {old for record in sample.shelf(kind).values() for old in record.former_ids}
    assert [item["id"] for item in read(bundle, f"{plural}.json")["items"]] == ids
    assert {p.stem for p in (bundle / "json/v1" / plural).iterdir()} == {*ids, *former}
    index = read(bundle, "index.json")
    listed = index["collections"][plural]
    assert (listed["ids"], listed["count"], index["counts"][plural]) == (ids, len(ids), len(ids))
    assert (bundle / "json/v1" / listed["file"]).is_file()
    assert (bundle / listed["schema"]).is_file()


def test_the_index_counts_and_promises(bundle: Path) -> None:
    index = read(bundle, "index.json")
    assert set(index["counts"]) == {*COLLECTIONS, "findings", "changes"}
    assert index["counts"]["findings"] == index["findings"]["count"] == read(bundle, "findings.json")["count"]
    assert index["promise"] == PROMISE
    assert PROMISE.count(".") == 1, "one sentence"


@pytest.mark.parametrize("plural", COLLECTIONS)
def test_a_file_per_record_says_what_the_collection_says_and_more_of_an_estimate(bundle: Path, plural: str) -> None:
    for item in read(bundle, f"{plural}.json")["items"]:
        alone = read(bundle, f"{plural}/{item['id']}.json")
        assert alone.pop("schema_version") == SCHEMA_VERSION
        if plural == "cases":
            assert within(item.pop("estimate"), alone.pop("estimate"))
        assert alone == item


def within(part: Any, whole: Any) -> bool:
    """Tell whether ``whole`` says all that ``part`` says."""
    if isinstance(part, dict):
        return part.keys() <= whole.keys() and all(within(part[key], whole[key]) for key in part)
    if isinstance(part, list):
        return len(part) == len(whole) and all(map(within, part, whole))
    return bool(part == whole)


def test_a_case_carries_what_it_names_what_was_found_and_what_physics_says(bundle: Path, sample: Corpus) -> None:
    for item in read(bundle, "cases.json")["items"]:
        case = sample.cases[item["id"]]
        resolved = item["resolved"]
        assert resolved["model"]["id"] == sample.resolve(case.stack.model, "model").id
        assert resolved["hardware"]["id"] in {sample.resolve(pool.hardware, "hardware").id for pool in case.stack.pools}
        if case.stack.engine:
            assert resolved["engine"]["id"] == sample.resolve(case.stack.engine.id, "engine").id
        if case.stack.quantization:
            assert resolved["quantization"]["id"] == sample.resolve(case.stack.quantization, "quantization").id
        assert [(p["role"], p["count"]) for p in resolved["pools"]] == [(p.role, p.count) for p in case.stack.pools]
        assert len(item["estimate"]["points"]) == len(case.points)
        assert all(finding["record"] == case.id for finding in item["findings"])
        assert item["tier"] in TIERS
        assert item["verdict"]
        assert all(evidence["supported_tier"] in TIERS for evidence in item["evidence"])


def references(node: Any) -> list[dict[str, Any]]:
    """Return every mapping below ``node`` that leads to a whole record."""
    if isinstance(node, list):
        return [found for inner in node for found in references(inner)]
    if not isinstance(node, dict):
        return []
    return [*([node] if "href" in node else []), *(found for inner in node.values() for found in references(inner))]


def test_a_joined_record_says_what_the_whole_one_says_and_leads_to_it(bundle: Path) -> None:
    seen = 0
    for item in read(bundle, "cases.json")["items"]:
        for brief in references(item["resolved"]):
            whole = read(bundle, brief["href"])
            assert brief["id"] == whole["id"]
            known = {evidence["id"] for evidence in whole["evidence"]}
            for field, value in brief.items():
                if field not in ("href", "name", "releases"):
                    assert within(value, whole[field]), (brief["id"], field)
            named = {name for fact in numbers(brief) for name in fact["evidence"]}
            assert named <= known, brief["id"]
            seen += 1
    assert seen > 300


def numbers(node: Any) -> list[dict[str, Any]]:
    """Return every number with evidence below ``node``."""
    if isinstance(node, list):
        return [found for inner in node for found in numbers(inner)]
    if not isinstance(node, dict):
        return []
    if "value" in node:
        return [node]
    return [found for inner in node.values() for found in numbers(inner)]


def test_every_number_of_a_record_is_there_with_its_evidence(bundle: Path, sample: Corpus) -> None:
    for kind in KINDS.values():
        for record in list(sample.shelf(kind).values())[::7]:
            pointers = [pointer for pointer, _ in facts_of(record)]
            alone = read(bundle, f"{kind.plural}/{record.id}.json")
            for pointer, fact in facts_of(record):
                found: Any = alone
                for step in pointer.split("/")[1:]:
                    found = found[int(step) if isinstance(found, list) else step]
                assert (found["value"], found["evidence"]) == (fact.value, list(fact.evidence))
                assert [other["value"] for other in found.get("disputed", [])] == [o.value for o in fact.disputed]
            assert len(pointers) == len(set(pointers))


def test_the_release_that_ran_is_the_only_one_joined(sample: Corpus) -> None:
    content = Content(sample)
    from kb.bundle.export.joined import resolved

    seen = 0
    for case in sample.cases.values():
        use = case.stack.engine
        if use is None:
            continue
        release = sample.engines[use.id].release_of(use.version)
        versions = [one["version"] for one in resolved(case, content)["engine"]["releases"]]
        assert versions == ([] if release is None else [release.version])
        seen += len(versions)
    assert seen


def test_an_estimate_is_rounded_and_never_otherwise_changed(sample: Corpus) -> None:
    content = Content(sample)
    for case in list(sample.cases.values())[::10]:
        judgements = content.context.judgements(case)
        whole = estimate(case, content)
        for said, judgement in zip(whole["points"], judgements, strict=True):
            assert (said["verdict"], said["because"]) == (judgement.verdict, judgement.reason)
            for part in ("memory", "ceiling", "expected", "first_token"):
                assert (said[part] is None) == (getattr(judgement, part) is None)
            if said["expected"] and judgement.expected:
                assert said["expected"]["low"] == pytest.approx(judgement.expected.low, rel=5e-6)
                assert whole["bases"][said["expected"]["basis"]]["decode"] == judgement.expected.basis
            if said["memory"] and judgement.memory:
                assert said["memory"]["needed_gb"] == pytest.approx(judgement.memory.needed_gb, rel=5e-6)
                assert said["memory"]["fits"] is judgement.memory.fits
            if judgement.first_token and judgement.expected and said["expected"]:
                assert whole["bases"][said["expected"]["basis"]]["first_token"] == judgement.first_token.basis
        top = whole["sum"]["point"]
        assert [term[0] for term in whole["sum"]["terms"]] == [term.name for term in judgements[top].terms]
        assert _decode(case, top) == max(_decode(case, n) for n in range(len(case.points)))


def _decode(case: Case, number: int) -> float:
    fact = case.points[number].results.decode_tok_s
    return fact.value if fact else 0


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0.0, "0"), (24.0, "24"), (22.124314624, "22.1243"), (1234567.8, "1234570"), (0.0054927, "0.0054927")],
)
def test_six_digits_are_kept(number: float, shown: str) -> None:
    assert json.dumps(rounded(number)) == shown


def test_findings_are_neither_lost_nor_made_up_per_record(bundle: Path) -> None:
    listed = [f for f in read(bundle, "findings.json")["items"] if f["record"]]
    carried = [f for plural in COLLECTIONS for i in read(bundle, f"{plural}.json")["items"] for f in i["findings"]]
    assert len(listed) == len(carried)


def test_the_date_is_the_latest_that_the_data_state(bundle: Path, sample: Corpus) -> None:
    generated = read(bundle, "cases.json")["generated"]
    days = [e.accessed for record in sample.records() for e in record.evidence if e.accessed]
    assert generated >= max(days)


def test_a_case_is_no_larger_than_what_it_says(bundle: Path) -> None:
    # It was 29 kB a case, twice, when each carried the whole of all records that it names, and the sums of all points.
    cases = read(bundle, "index.json")["counts"]["cases"]
    assert (bundle / "json/v1/cases.json").stat().st_size < 7_500 * cases
    assert sum(path.stat().st_size for path in (bundle / "json/v1/cases").iterdir()) < 11_000 * cases
