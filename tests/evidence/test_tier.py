import hashlib
from pathlib import Path
from typing import Any

import pytest

from kb.corpus import Corpus, Origin
from kb.evidence import (
    Support,
    case_tier,
    claim_tier,
    evidence_by_id,
    evidence_ids_named,
    evidence_named,
    fact_tier,
    facts_of,
    headline,
    publication_of,
    supported_tier,
)
from kb.records import KINDS, Case, Claim, Record, Tier

PAGE: dict[str, Any] = {
    "title": "A page",
    "publisher": "Some Lab",
    "url": "https://lab.org/blog/how-fast-it-was",
    "kind": "press",
}
EVIDENCE: dict[str, Any] = {"id": "ev-a", "source": PAGE, "locator": "table 2, row 3"}
ARTIFACT = {"sha256": "0" * 64, "url": "https://lab.org/raw/run.json", "command": "bench --all"}
CARD: dict[str, Any] = {"kind": "hardware", "id": "card-x", "name": "Card X", "vendor": "acme"}
CASE: dict[str, Any] = {
    "kind": "case",
    "id": "case-a",
    "title": "A case",
    "stack": {
        "model": "model-m",
        "engine": {"id": "engine-e", "version": "1.2"},
        "pools": [{"hardware": "card-x", "count": 8}],
    },
    "default_evidence": "ev-a",
    "points": [{"results": {"decode_tok_s": 100}}],
}
CLAIM: dict[str, Any] = {
    "kind": "claim",
    "id": "claim-a",
    "title": "A claim",
    "statement": "Faster.",
    "form": "ratio",
    "metric": "speed",
    "subject": {"hardware": "card-x", "engine": "engine-e"},
    "default_evidence": "ev-a",
    "values": [{"value": 2}],
}
SOURCE: dict[str, Any] = {
    "kind": "source",
    "id": "lab-report",
    "title": "Report",
    "url": "https://lab.org/reports/one",
    "source_kind": "benchmark-repository",
    "ran_by": "Some Lab",
}


def record(data: dict[str, Any]) -> Record:
    return KINDS[data["kind"]].model.model_validate(data)


def corpus(*data: dict[str, Any]) -> Corpus:
    records = [record(d) for d in data]
    return Corpus(Path(), [(r, Origin(f"{r.id}.yaml", "")) for r in records], [], len(records))


def support(base: dict[str, Any], page: dict[str, Any] | None = None, /, **changes: Any) -> Support:
    evidence = {**EVIDENCE, **changes}
    if page:
        evidence["source"] = {key: value for key, value in {**PAGE, **page}.items() if value is not None}
    data = {**base, "evidence": [{key: value for key, value in evidence.items() if value is not None}]}
    shelf = corpus(CARD, SOURCE, data) if base is not CARD else corpus(SOURCE, data)
    subject = shelf.get(data["kind"], data["id"])
    assert subject is not None
    return supported_tier(subject.evidence[0], subject, shelf)


@pytest.mark.parametrize(
    ("tier", "source", "changes"),
    [
        ("reported", {}, {}),
        ("reported", {}, {"claimed_tier": "measured"}),
        ("measured", {}, {"artifact": ARTIFACT, "ran_by": "Some Lab"}),
        ("measured", {}, {"artifact": ARTIFACT, "ran_by": "Some Lab", "locator": None}),
        ("reported", {}, {"artifact": ARTIFACT}),
        ("reported", {}, {"artifact": {**ARTIFACT, "url": "https://example.com/run.json"}, "ran_by": "Some Lab"}),
        ("reported", {}, {"artifact": {"sha256": "0" * 64, "path": "raw/run.json"}, "ran_by": "Some Lab"}),
        ("estimated", {}, {"locator": None}),
        ("estimated", {"publisher": None}, {}),
        ("reported", {"publisher": None}, {"ran_by": "the account x on the forum"}),
        ("estimated", {"url": "https://lab.org/"}, {}),
        ("estimated", {"url": "https://example.com/report"}, {}),
        ("estimated", {"url": "https://arxiv.org/abs/2401.0xx", "kind": "paper"}, {}),
        ("estimated", {"url": "https://github.com/lab/bench"}, {}),
        ("reported", {"url": "https://github.com/lab/bench"}, {"locator": "commit 095f58a51c4c, results/h200.json"}),
        ("reported", {"url": "https://github.com/lab/bench"}, {"locator": "README.md, table 3"}),
        ("estimated", {"url": "https://www.amd.com/en/products/mi300x.html"}, {}),
        ("estimated", {}, {"exactness": "approximate"}),
        ("estimated", {}, {"exactness": "synthesised"}),
        ("estimated", {}, {"submitter_role": "assembled-it"}),
        ("reported", {}, {"submitter_role": "copied-it"}),
        ("estimated", {}, {"attestation": "numbers approximated from public benchmarks"}),
        ("estimated", {}, {"note": "±10% variance expected"}),
        ("reported", {}, {"note": "±10% variance expected", "exactness": "exact"}),
        ("estimated", {"title": "Benchmark notes; figures approximate"}, {}),
        ("derived", {}, {"formula": "a / b"}),
        ("derived", {}, {"formula": "a / b", "locator": None}),
        ("estimated", {}, {"formula": "a / b", "exactness": "approximate"}),
        ("official", {"vendor": "acme"}, {}),
        ("official", {"publisher": "Acme Corporation"}, {}),
        ("reported", {"publisher": "user acme-fan", "kind": "bug-thread"}, {}),
        ("official", {"kind": "vendor-announcement"}, {}),
        ("reported", {"kind": "audited-benchmark", "vendor": "acme"}, {}),
        ("estimated", {"kind": "knowledge-base"}, {}),
        ("reported", {"kind": "knowledge-base"}, {"ran_by": "Some Lab"}),
        ("reported", None, {"source": "lab-report"}),
        ("measured", None, {"source": "lab-report", "artifact": ARTIFACT}),
        ("estimated", None, {"source": "no-such-source"}),
    ],
)
def test_tier_of_a_result(tier: Tier, source: dict[str, Any] | None, changes: dict[str, Any]) -> None:
    assert support(CASE, source, **changes).tier == tier


def test_a_measured_case_names_its_engine_version() -> None:
    found: dict[str, Any] = {"artifact": ARTIFACT, "ran_by": "Some Lab"}
    nameless = {**CASE, "stack": {**CASE["stack"], "engine": {"id": "engine-e"}}}
    assert support(nameless, **found).tier == "reported"
    assert "the engine's version" in support(nameless, **found).reason
    by_stack = {**CASE, "stack": {**CASE["stack"], "command": "serve --tp 8"}}
    published = {"sha256": "0" * 64, "url": "https://lab.org/raw/run.json"}
    assert support(by_stack, artifact=published, ran_by="X").tier == "measured"


def test_raw_output_of_the_repository_counts_when_it_is_there(tmp_path: Path) -> None:
    raw = b'{"output_throughput": 82.9}'
    artifact = {"sha256": hashlib.sha256(raw).hexdigest(), "path": "artifacts/run.json", "command": "bench --all"}
    case = record({**CASE, "evidence": [{**EVIDENCE, "artifact": artifact, "ran_by": "Some Lab"}]})

    def seen() -> Support:
        return supported_tier(case.evidence[0], case, Corpus(tmp_path, [(case, Origin("a.yaml", ""))], [], 1))

    assert seen().tier == "reported"
    assert "the file of the raw output" in seen().reason
    (tmp_path / "artifacts").mkdir()
    (tmp_path / "artifacts/run.json").write_bytes(raw + b"\n")
    assert seen().tier == "reported"
    (tmp_path / "artifacts/run.json").write_bytes(raw)
    assert seen().tier == "measured"


@pytest.mark.parametrize(
    ("tier", "source", "changes"),
    [
        # A vendor's repository that carries what others ran: the figures are theirs.
        ("reported", {}, {"ran_by": "Some CI"}),
        ("reported", {"vendor": None, "publisher": "Acme Inc"}, {"ran_by": "Some CI"}),
        # Who ran it is not said, or is the vendor by its name.
        ("official", {}, {}),
        ("official", {}, {"ran_by": "Acme"}),
        ("official", {}, {"ran_by": "the Acme performance team"}),
        ("official", {"vendor": None, "publisher": "Acme Inc"}, {"ran_by": "acme"}),
        # The vendor of another card sells nothing here, but publishes all the same.
        ("official", {"vendor": "other"}, {"ran_by": "Other Labs"}),
        ("reported", {"vendor": "other"}, {"ran_by": "Some CI"}),
        # Anything else that a vendor publishes is its claim.
        ("official", {"kind": "press"}, {"ran_by": "Some CI"}),
        ("official", {"kind": "datasheet"}, {"ran_by": "Some CI"}),
    ],
)
def test_what_others_ran_in_a_vendors_repository(tier: Tier, source: dict[str, Any], changes: dict[str, Any]) -> None:
    page = {"vendor": "acme", "kind": "benchmark-repository"} | source
    found = support(CASE, page, **changes)
    assert found.tier == tier
    if tier == "reported":
        assert found.reason.startswith("run by Some CI, published by ")


@pytest.mark.parametrize(
    ("tier", "of_source", "of_evidence"),
    [
        ("reported", "Some CI", None),
        ("official", "Acme", None),
        # The evidence says it more exactly than its source.
        ("official", "Some CI", "Acme"),
        ("reported", "Acme", "Some CI"),
        ("official", None, None),
    ],
)
def test_who_ran_it_may_be_said_of_the_whole_source(tier: Tier, of_source: str | None, of_evidence: str | None) -> None:
    said = SOURCE | {"vendor": "acme", "publisher": "Acme Inc"} | ({"ran_by": of_source} if of_source else {})
    source = {name: value for name, value in said.items() if of_source or name != "ran_by"}
    evidence = EVIDENCE | {"source": "lab-report"} | ({"ran_by": of_evidence} if of_evidence else {})
    shelf = corpus(CARD, source, {**CASE, "evidence": [evidence]})
    case = shelf.cases["case-a"]
    assert supported_tier(case.evidence[0], case, shelf).tier == tier


def test_a_measured_claim_names_the_version_of_its_engine() -> None:
    found: dict[str, Any] = {"artifact": ARTIFACT, "ran_by": "Some Lab"}
    assert support(CLAIM, **found).tier == "reported"
    assert support({**CLAIM, "subject": {"engine": "engine-e", "engine_version": "1"}}, **found).tier == "measured"
    assert support(CLAIM, {"publisher": "Acme Labs"}).tier == "official"


@pytest.mark.parametrize(
    ("tier", "base", "source"),
    [
        ("official", CARD, {"vendor": "acme", "kind": "datasheet"}),
        ("official", CARD, {"vendor": "acme", "url": "https://acme.com/en/products/card-x"}),
        ("reported", CARD, {"vendor": "other"}),
        ("reported", CARD, {"kind": "encyclopedia"}),
        ("estimated", CARD, {"vendor": "acme", "url": "https://acme.com/"}),
        (
            "official",
            {"kind": "interconnect", "id": "link", "name": "L", "vendor": "acme", "scope": "host"},
            {"vendor": "acme"},
        ),
        ("official", {"kind": "interconnect", "id": "link", "name": "L", "scope": "host"}, {"vendor": "acme"}),
        ("reported", {"kind": "engine", "id": "e", "name": "E"}, {}),
        (
            "official",
            {"kind": "engine", "id": "e", "name": "E", "url": "https://github.com/Team/e"},
            {"url": "https://github.com/team/e/releases"},
        ),
        ("official", {"kind": "model", "id": "m", "name": "M", "lab": "acme"}, {"vendor": "acme"}),
        ("reported", {"kind": "model", "id": "m", "name": "M", "lab": "lab"}, {"vendor": "acme"}),
        (
            "official",
            {"kind": "model", "id": "m", "name": "M", "lab": "lab", "hugging_face": ["Lab-AI/M"]},
            {"url": "https://huggingface.co/lab-ai/M/blob/main/config.json", "kind": "configuration-file"},
        ),
        (
            "reported",
            {"kind": "model", "id": "m", "name": "M", "lab": "lab", "hugging_face": ["Lab-AI/M"]},
            {"url": "https://github.com/third/party/blob/main/m.json", "kind": "configuration-file"},
        ),
    ],
)
def test_tier_of_a_specification(tier: Tier, base: dict[str, Any], source: dict[str, Any]) -> None:
    assert support(base, source).tier == tier


def test_words_of_an_editor_do_not_spoil_a_specification() -> None:
    assert support(CARD, note="consistent with the second sheet; roughly what the driver shows").tier == "reported"
    assert support(CARD, note="numbers are estimated from the die size").tier == "estimated"


def test_answers_are_kept_for_the_corpus() -> None:
    shelf = corpus({**CASE, "evidence": [EVIDENCE]})
    case = shelf.cases["case-a"]
    first = supported_tier(case.evidence[0], case, shelf)
    assert supported_tier(case.evidence[0], case, shelf) is first


def test_a_number_has_the_strongest_tier_of_its_evidence() -> None:
    data = {
        **CASE,
        "points": [
            {"results": {"decode_tok_s": {"value": 9, "evidence": ["ev-b", "ev-a", "ev-none"]}, "total_tok_s": 1}}
        ],
        "evidence": [EVIDENCE, {"id": "ev-b", "source": PAGE}],
    }
    shelf = corpus(data)
    case = shelf.cases["case-a"]
    facts = dict(facts_of(case))
    assert list(facts) == ["/points/0/results/decode_tok_s", "/points/0/results/total_tok_s"]
    assert fact_tier(facts["/points/0/results/decode_tok_s"], case, shelf) == "reported"
    assert case_tier(case, shelf) == "reported"
    assert publication_of(case.evidence[0], shelf) is not None


def test_a_number_without_evidence_is_estimated() -> None:
    shelf = corpus({key: value for key, value in CASE.items() if key != "default_evidence"})
    assert case_tier(shelf.cases["case-a"], shelf) == "estimated"


@pytest.mark.parametrize(
    ("points", "pointer"),
    [
        ([{"decode_tok_s": 5}, {"decode_tok_s": 9, "total_tok_s": 99}], "/points/1/results/decode_tok_s"),
        ([{"prefill_tok_s": 5}, {"total_tok_s": 9}], "/points/1/results/total_tok_s"),
        ([{"requests_s": 2, "ttft_ms": {"p50": 1}}], "/points/0/results/requests_s"),
        ([{"tpot_ms": {"mean": 9, "p99": 20}}, {"tpot_ms": {"mean": 7}}], "/points/1/results/tpot_ms/mean"),
        ([{"ttft_ms": {"mean": 9, "p50": 20}}, {"memory_per_card_gb": 7}], "/points/0/results/ttft_ms/p50"),
        ([{"memory_per_card_gb": 7}], None),
    ],
)
def test_headline(points: list[dict[str, Any]], pointer: str | None) -> None:
    case = record({**CASE, "points": [{"results": results} for results in points]})
    assert isinstance(case, Case)
    top = headline(case)
    assert (top.pointer if top else None) == pointer
    assert top is None or dict(facts_of(case))[top.pointer] is top.fact


def test_without_a_headline_the_weakest_number_counts() -> None:
    weak = {"id": "ev-b", "source": PAGE}
    results = {"memory_per_card_gb": 7, "power_per_card_w": {"value": 3, "evidence": ["ev-b"]}}
    shelf = corpus({**CASE, "points": [{"results": results}], "evidence": [EVIDENCE, weak]})
    assert case_tier(shelf.cases["case-a"], shelf) == "estimated"
    shelf = corpus({**CASE, "points": [{"results": {}}], "evidence": [EVIDENCE]})
    assert case_tier(shelf.cases["case-a"], shelf) == "estimated"


def test_a_claim_stands_as_its_weakest_number() -> None:
    values = [{"value": 2}, {"low": 1, "high": {"value": 3, "evidence": ["ev-b"]}}]
    derived = {"id": "ev-b", "source": PAGE, "formula": "b / a"}
    shelf = corpus({**CLAIM, "values": values, "evidence": [EVIDENCE, derived]})
    claim = shelf.claims["claim-a"]
    assert isinstance(claim, Claim)
    assert claim_tier(claim, shelf) == "derived"


def test_of_two_with_one_id_the_first_counts() -> None:
    case = record({**CASE, "evidence": [EVIDENCE, {**EVIDENCE, "locator": "elsewhere"}]})
    assert evidence_by_id(case)["ev-a"].locator == "table 2, row 3"


def test_places_that_name_evidence() -> None:
    points = [
        {"results": {"decode_tok_s": {"value": 9, "disputed": [{"value": 8, "evidence": ["ev-c"], "why": "w"}]}}},
        {"results": {"ttft_ms": {"p50": {"value": 7, "evidence": ["ev-b", "ev-a"]}}}},
    ]
    case = record(
        {**CASE, "points": points, "bottleneck": {"kind": "compute", "evidence": ["ev-d"]}, "evidence": [EVIDENCE]}
    )
    places = dict(evidence_named(case))
    assert places == {
        "/points/0/results/decode_tok_s/evidence/0": "ev-a",
        "/points/0/results/decode_tok_s/disputed/0/evidence/0": "ev-c",
        "/points/1/results/ttft_ms/p50/evidence/0": "ev-b",
        "/points/1/results/ttft_ms/p50/evidence/1": "ev-a",
        "/bottleneck/evidence/0": "ev-d",
    }
    assert evidence_ids_named(case) == (set(places.values()), False)
    bare = record({key: value for key, value in CASE.items() if key != "default_evidence"})
    assert evidence_ids_named(bare) == (set(), True)
