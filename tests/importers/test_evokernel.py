import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kb.corpus import Corpus
from kb.corpus.yaml_text import load
from kb.importers import Imported, ImportFailed, run
from kb.importers.evokernel import read
from kb.records import Case

Write = Callable[[Any], Path]
Spoil = Callable[[dict[str, Any]], Any]


def imported(export: Any, written: Write, library: Corpus | None = None) -> Imported:
    return read(written(export), library)


def first(
    export: Any, written: Write, library: Corpus | None = None
) -> tuple[dict[str, Any], tuple[str, ...], tuple[str, ...]]:
    draft = imported(export, written, library).drafts[0]
    return draft.record, draft.missing, draft.remarks


def test_the_figures_are_taken_as_they_stand(library: Corpus, fixture_file: Path) -> None:
    case = Case.model_validate(load(read(fixture_file, library).drafts[0].text()))
    assert case.id == "case-dsr1-asc910bx16-mindie-001"
    assert case.submitter is not None
    assert case.submitter.github == "evokernel-bot"
    pool = case.stack.pools[0]
    assert (pool.role, pool.hardware, pool.count, pool.server) == ("serve", "ascend-910b", 16, "huawei-atlas-800t-a3")
    assert (pool.parallelism.tp, pool.parallelism.pp, pool.intra_node, pool.inter_node) == (8, 2, "hccs", "roce-v2")
    assert case.stack.engine is not None
    assert (case.stack.engine.id, case.stack.engine.version, case.stack.quantization) == ("mindie", "1.0.RC3", "bf16")
    assert case.stack.config_files == ("./config/mindie-dsr1.json",)
    (point,) = case.points
    scenario = point.scenario
    assert (scenario.input_tokens, scenario.output_tokens, scenario.batch, scenario.concurrency) == (1024, 256, 32, 64)
    assert json.loads(json.dumps(point.results.plain())) == {
        key: {"value": value, "evidence": ["ev-case-dsr1-asc-001"], "disputed": []}
        for key, value in {
            "decode_tok_s": 850,
            "prefill_tok_s": 11500,
            "memory_per_card_gb": 58,
            "power_per_card_w": 380,
            "compute_pct": 41,
            "memory_bandwidth_pct": 78,
        }.items()
    } | {
        "ttft_ms": {
            "p50": {"value": 280, "evidence": ["ev-case-dsr1-asc-001"], "disputed": []},
            "p99": {"value": 420, "evidence": ["ev-case-dsr1-asc-001"], "disputed": []},
        },
        "tpot_ms": {
            "p50": {"value": 38, "evidence": ["ev-case-dsr1-asc-001"], "disputed": []},
            "p99": {"value": 62, "evidence": ["ev-case-dsr1-asc-001"], "disputed": []},
        },
    }
    assert case.bottleneck is not None
    assert case.bottleneck.kind == "memory-bandwidth"
    (evidence,) = case.evidence
    assert evidence.claimed_tier == "measured"
    assert (evidence.exactness, evidence.submitter_role, evidence.accessed) == (
        "approximate",
        "copied-it",
        "2026-04-28",
    )
    assert case.observations[0].language == "zh"
    assert case.observations[0].en.startswith("TRANSLATE")
    assert case.observations[0].original is not None
    assert case.observations[0].original.startswith("EP=2")


def test_an_english_observation_waits_for_our_own_words(fixture_file: Path) -> None:
    draft = read(fixture_file).drafts[2]
    assert all(set(o) == {"en"} and o["en"].startswith("REWRITE: ") for o in draft.record["observations"])
    assert sum("in our own words" in sentence for sentence in draft.missing) == 3


def test_disaggregated_serving_becomes_two_pools(library: Corpus, fixture_file: Path) -> None:
    draft = read(fixture_file, library).drafts[1]
    prefill, decode = draft.record["stack"]["pools"]
    assert (prefill["role"], prefill["hardware"], prefill["count"]) == ("prefill", "to-be-named", 16)
    assert (decode["role"], decode["hardware"], decode["count"]) == ("decode", "h200-sxm-141gb", 16)
    assert any("the hardware of the prefill pool" in sentence and "on H100" in sentence for sentence in draft.missing)
    assert any("the one parallelism" in sentence for sentence in draft.missing)


def disaggregated(export: Any) -> dict[str, Any]:
    item: dict[str, Any] = export["items"][1]
    export["items"] = [item]
    return item


def test_cards_that_add_up_are_the_same_in_both_pools(export: Any, written: Write) -> None:
    stack = disaggregated(export)["stack"]
    stack["hardware"] = {"id": "h100", "count": 32}
    del stack["parallel"]["tp"], stack["parallel"]["pp"], stack["parallel"]["ep"], stack["parallel"]["sp"]
    record, missing, _ = first(export, written)
    assert [(p["role"], p["hardware"], p["count"]) for p in record["stack"]["pools"]] == [
        ("prefill", "h100", 16),
        ("decode", "h100", 16),
    ]
    assert not any("pool" in sentence for sentence in missing)


def test_no_topology_to_quote(export: Any, written: Write) -> None:
    del disaggregated(export)["stack"]["hardware"]["topology"]
    _, missing, _ = first(export, written)
    assert any(sentence.endswith("taken here to be the decode pool") for sentence in missing)


def test_an_unknown_split_leaves_one_pool(export: Any, written: Write) -> None:
    del disaggregated(export)["stack"]["parallel"]["disaggregated_split"]
    record, missing, _ = first(export, written)
    assert len(record["stack"]["pools"]) == 1
    assert any("how many cards each pool has" in sentence for sentence in missing)


def test_unknown_ids_make_a_draft_that_says_so(export: Any, written: Write, library: Corpus) -> None:
    item = export["items"][0]
    item["stack"]["hardware"]["id"] = "Ascend 9999"
    item["stack"]["model"]["id"] = "deepseek-r9"
    record, missing, _ = first(export, written, library)
    assert record["stack"]["pools"][0]["hardware"] == "ascend-9999"
    assert record["stack"]["model"] == "deepseek-r9"
    assert any("unknown hardware 'Ascend 9999'" in sentence for sentence in missing)
    assert any("did you mean deepseek-r1?" in sentence for sentence in missing)


def test_a_case_with_one_figure_is_a_case(written: Write) -> None:
    item = {
        "id": "case-small",
        "title": "Small",
        "stack": {"hardware": {"id": "l40s", "count": 1}, "model": {"id": "m"}},
        "results": {"throughput_tokens_per_sec": {"decode": 12.5}},
    }
    record, missing, remarks = first({"license": "CC-BY-SA-4.0", "items": [item]}, written)
    assert record == {
        "kind": "case",
        "id": "case-small",
        "title": "Small",
        "stack": {"model": "m", "pools": [{"hardware": "l40s", "count": 1}]},
        "points": [{"results": {"decode_tok_s": 12.5}}],
    }
    assert [sentence.split(":")[0] for sentence in missing] == [
        "the item cites no evidence",
        "the export does not say how the weights were quantized (stack.quantization)",
        "the export names no engine (stack.engine)",
    ]
    assert remarks == ()


def test_no_figure_and_no_engine_version_are_missing(export: Any, written: Write) -> None:
    item = export["items"][0]
    del item["results"], item["stack"]["engine"]["version"], item["bottleneck"], item["scenario"]
    record, missing, _ = first(export, written)
    assert record["points"] == [{"results": {}}]
    assert any("at least one figure" in sentence for sentence in missing)
    assert any("which version of the engine" in sentence for sentence in missing)


def test_several_sources_stand_behind_each_figure(export: Any, written: Write) -> None:
    item = export["items"][0]
    second = copy.deepcopy(item["evidence"][0]) | {"id": "Second One"}
    item["evidence"].append(second)
    record, _, remarks = first(export, written)
    assert "default_evidence" not in record
    both = ["ev-case-dsr1-asc-001", "ev-second-one"]
    assert record["points"][0]["results"]["decode_tok_s"] == {"value": 850, "evidence": both}
    assert record["bottleneck"]["evidence"] == both
    assert remarks == ('items[0].evidence[1].id: "Second One" became ev-second-one',)


@pytest.mark.parametrize(
    ("url", "host"), [("https://example.org/a", "example.org"), ("https://[bad", "an unnamed host")]
)
def test_evidence_that_says_little(url: str, host: str, export: Any, written: Write) -> None:
    export["items"][0]["evidence"] = [{"url": url, "tier": "gold", "source_type": "rumour"}]
    export["generated"] = None
    record, missing, remarks = first(export, written)
    (evidence,) = record["evidence"]
    assert evidence["id"] == "ev-1"
    assert evidence["source"] == {"title": f"Page at {host}", "url": url, "kind": "community-post"}
    assert "claimed_tier" not in evidence
    assert evidence["note"].startswith(
        "As an undated EvoKernel Spec export gives it, which files the source as rumour."
    )
    assert any("what kind of source it is" in sentence for sentence in missing)
    assert any("who published it" in sentence for sentence in missing)
    assert any("what the submitter says" in sentence for sentence in missing)
    assert remarks == ('items[0].evidence[0].tier: "gold" is no tier of ours, and was left out',)


def test_nothing_is_dropped_without_a_word(export: Any, written: Write) -> None:
    item = export["items"][0]
    item["results"]["latency_ms"]["queue_p50"] = 4
    item["surprise"] = True
    item["bottleneck"] = "weather"
    record, _, remarks = first(export, written)
    assert record["bottleneck"]["kind"] == "other"
    assert remarks == (
        "items[0].bottleneck: \"weather\" is none of the kinds we know, so it became 'other'",
        "items[0].surprise was not taken over",
        "items[0].results.latency_ms.queue_p50 was not taken over",
    )


def at(*path: str | int, value: Any) -> Spoil:
    def spoil(item: dict[str, Any]) -> None:
        inner: Any = item
        for step in path[:-1]:
            inner = inner[step]
        if value is ...:
            del inner[path[-1]]
        else:
            inner[path[-1]] = value

    return spoil


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (at("id", value=...), "items[1].id: is missing"),
        (at("id", value="../../etc/passwd"), "items[1].id: should be lower-case"),
        (at("id", value="case-a\nb"), "items[1].id: should be lower-case"),
        (
            at("id", value="case-dsr1-asc910bx16-mindie-001"),
            "items[1].id: case-dsr1-asc910bx16-mindie-001 is also the id of",
        ),
        (at("title", value=7), "items[1].title: should be text, is 7"),
        (at("title", value="x" * 300), "items[1]: case-dsv4flash-disagg-h100-h200-001: /title"),
        (at("stack", value=[]), "items[1].stack: should be an object, is a list"),
        (at("stack", "model", "id", value=...), "items[1].stack.model.id: is missing"),
        (at("stack", "hardware", "count", value=...), "items[1].stack.hardware.count: is missing"),
        (
            at("stack", "hardware", "count", value="eight"),
            'items[1].stack.hardware.count: should be a number, is "eight"',
        ),
        (at("stack", "hardware", "count", value=0), "items[1].stack.hardware.count: should be 1 or more"),
        (at("stack", "parallel", "tp", value=2.5), "items[1].stack.parallel.tp: should be a whole number"),
        (
            at("stack", "parallel", "disaggregated", value="yes"),
            "items[1].stack.parallel.disaggregated: should be true",
        ),
        (at("stack", "hardware", "id", value="昇腾"), "items[1].stack.hardware.id: no id can be made of"),
        (
            at("results", "latency_ms", "ttft_p50", value=float("nan")),
            "items[1].results.latency_ms.ttft_p50: should be a fin",
        ),
        (at("results", "memory_per_card_gb", value=10**30), "items[1].results.memory_per_card_gb: should be a finite"),
        (at("results", "throughput_tokens_per_sec", "decode", value=0), "/points/0/results/decode_tok_s"),
        (at("submitted_at", value="2026-02-30"), "/submitted"),
        (at("evidence", value={}), "items[1].evidence: should be a list, is an object"),
        (at("evidence", 0, "url", value="javascript:alert(1)"), "/evidence/0/source"),
        (at("evidence", 0, "url", value=...), "items[1].evidence[0].url: is missing"),
        (at("issues_encountered", value=["a\u202eb"]), "items[1].issues_encountered[0]: holds a control"),
    ],
)
def test_a_bad_item_is_named_and_hides_no_other(spoil: Spoil, sentence: str, export: Any, written: Write) -> None:
    spoil(export["items"][1])
    result = imported(export, written)
    assert [draft.id for draft in result.drafts] == [
        "case-dsr1-asc910bx16-mindie-001",
        "case-qwencoder-l40sx4-vllm-001",
    ]
    (failure,) = result.failures
    assert sentence in failure


def test_an_item_that_is_no_object(export: Any, written: Write) -> None:
    export["items"][0] = None
    result = imported(export, written)
    assert len(result.drafts) == 2
    assert result.failures[0].endswith("items[0]: should be an object, is null")


@pytest.mark.parametrize("envelope", [[], 5, {}, {"items": {}}, {"items": None}])
def test_a_wrong_envelope(envelope: Any, written: Write) -> None:
    with pytest.raises(ImportFailed, match="is no EvoKernel export"):
        imported(envelope, written)


def test_no_items(written: Write) -> None:
    with pytest.raises(ImportFailed, match="holds no items"):
        imported({"items": []}, written)


def test_what_is_odd_about_the_envelope(export: Any, written: Write) -> None:
    assert imported(export, written).remarks == ()
    export |= {"count": 22, "license": "proprietary"}
    count, licence = imported(export, written).remarks
    assert count.endswith("says that it holds 22 items, and holds 3")
    assert 'is under "proprietary"' in licence
    del export["license"]
    assert "names no licence" in imported(export, written).remarks[1]


def test_run_writes_what_the_importer_read(tmp_path: Path, library: Corpus, fixture_file: Path) -> None:
    report = run("evokernel", [fixture_file], tmp_path, library)
    assert report.ok
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{w.draft.id}.yaml" for w in report.written)
    for entry in report.written:
        assert Case.model_validate(load(entry.path.read_text(encoding="utf-8"))).id == entry.draft.id
    assert not any(entry.changed for entry in run("evokernel", [fixture_file], tmp_path, library).written)


def test_run_goes_on_after_a_bad_file(tmp_path: Path, export: Any, written: Write, fixture_file: Path) -> None:
    twin = written(export | {"items": [export["items"][0] | {"title": "Another"}]})
    report = run("evokernel", [tmp_path / "absent.json", fixture_file, twin], tmp_path / "out", force=True)
    assert not report.ok
    assert len(report.written) == 3
    assert "cannot be read" in report.failures[0]
    assert "exists and differs" in report.failures[1]
