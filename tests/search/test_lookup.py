"""Records by any of their names, and for the estimator."""

from pathlib import Path

import pytest

from kb import Bundle, BundleLibrary, Corpus, EstimateRequest, estimate_deployment, find_record, list_records
from kb.errors import BadRequest, UnknownName
from kb.records import KINDS
from kb.search.lookup import KIND_OF

# Ids of the EvoKernel Spec export; where an exact SKU or checkpoint name is better, they are former ids here.
NAMES = {
    "hardware": "a100-sxm4 ascend-910b ascend-910c br104 dcu-k100 gaudi-3 h100-sxm5 h200-sxm iluvatar-bi l40s"
    " metax-c500 mi300x mi325x mi355x mlu590 mtt-s4000 trainium-2 trillium",
    "server": "amd-mi325x-platform cambricon-x8-server huawei-atlas-800t-a3 huawei-cloudmatrix-384"
    " moore-threads-kuae nvidia-dgx-a100 nvidia-hgx-h100 nvidia-hgx-h200",
    "model": "deepseek-r1 deepseek-v4-flash deepseek-v4-pro gemma-4 glm-5.1 gpt-oss kimi-k2.6 llama-3.3-70b"
    " llama-4-maverick llama-4-scout qwen2.5-coder-32b qwen3.5-397b qwen3.6-plus",
    "engine": "lmdeploy mindie sglang tensorrt-llm vllm",
    "quantization": "bf16 fp16 fp4 fp8-e4m3 int8",
}
EXPORTED = [(kind, name) for kind, names in NAMES.items() for name in names.split()]


@pytest.mark.parametrize(("kind", "name"), EXPORTED)
def test_an_id_of_the_evokernel_export_leads_to_one_record(
    kind: str, name: str, sample: Corpus, opened: Bundle
) -> None:
    in_corpus = sample.resolve(name, kind)
    assert in_corpus.id.startswith(name[:3]) or name in in_corpus.former_ids
    assert find_record(opened, name, kind)["id"] == in_corpus.id
    assert BundleLibrary(opened).resolve(name, kind).id == in_corpus.id


def test_the_kinds_are_those_of_the_records() -> None:
    assert {kind.plural: kind.name for kind in KINDS.values()} == KIND_OF


@pytest.mark.parametrize(
    "name", ["deepseek-r1", "DSR1", "dsr1", "deepseek-ai/DeepSeek-R1", "DeepSeek R1", "deepseek_r1", "ＤＳＲ１"]
)
def test_any_name_leads_to_the_record(opened: Bundle, name: str) -> None:
    assert find_record(opened, name)["id"] == "deepseek-r1"


def test_a_record_has_its_id_on_top_its_tier_its_file_and_its_findings(opened: Bundle) -> None:
    found = find_record(opened, "case-dsr1-asc910bx16-mindie-001")
    assert next(iter(found)) == "id"
    assert found["tier"] == "estimated"
    assert found["verdict"] == "does-not-fit"
    assert found["file"] == "data/cases/2026/case-dsr1-asc910bx16-mindie-001.yaml"
    assert "memory-does-not-fit" in {finding["name"] for finding in found["findings"]}
    assert all(isinstance(finding["data"], dict) for finding in found["findings"])


def test_an_unknown_name_is_refused_with_what_is_near(opened: Bundle) -> None:
    with pytest.raises(UnknownName, match="did you mean deepseek-r1") as caught:
        find_record(opened, "deepseek-r1x")
    assert caught.value.candidates[0] == "deepseek-r1"


def test_an_unknown_name_like_nothing_is_refused(opened: Bundle) -> None:
    with pytest.raises(UnknownName, match="unknown"):
        find_record(opened, "@@@@@@@@")


@pytest.mark.parametrize("plural", KIND_OF)
def test_each_kind_can_be_listed(opened: Bundle, sample: Corpus, plural: str) -> None:
    rows = list_records(opened, plural)
    assert [row["id"] for row in rows] == sorted(r.id for r in sample.records() if r.kind == KIND_OF[plural])


@pytest.mark.parametrize(("kind", "says"), [("hardwar", "did you mean 'hardware'"), ("x", "one of hardware, servers")])
def test_an_unknown_kind_is_refused(opened: Bundle, kind: str, says: str) -> None:
    with pytest.raises(BadRequest, match=says):
        list_records(opened, kind)


class TestBundleLibrary:
    """Records of a bundle for the estimator."""

    def test_gives_the_records_of_the_corpus(self, opened: Bundle, sample: Corpus) -> None:
        library = BundleLibrary(opened)
        for name in ("h100-sxm5-80gb", "deepseek-r1", "fp8-e4m3", "vllm"):
            assert library.resolve(name) == sample.resolve(name)
            assert library.resolve(name) is library.resolve(name)

    def test_an_estimate_from_the_bundle_is_the_one_from_the_corpus(self, opened: Bundle, sample: Corpus) -> None:
        request = EstimateRequest("dsr1", "h200-sxm-141gb", 8, batch=32)
        assert estimate_deployment(request, BundleLibrary(opened)) == estimate_deployment(request, sample)

    def test_refuses_what_is_unknown(self, opened: Bundle) -> None:
        with pytest.raises(UnknownName):
            BundleLibrary(opened).resolve("deepseek-r1", "hardware")

    def test_a_name_without_a_record_is_unknown(self, opened: Bundle) -> None:
        with pytest.raises(UnknownName):
            BundleLibrary(opened)._load("model", "not-there")

    def test_all_records_of_a_kind(self, opened: Bundle, sample: Corpus) -> None:
        library = BundleLibrary(opened)
        first = library.resolve("bf16", "quantization")
        assert library.records("quantization") == tuple(sample.quantizations.values())
        assert first in library.records("quantization")
        assert library.records("gadget") == ()

    def test_many_names_are_looked_up_at_once(self, opened: Bundle, sample: Corpus) -> None:
        library = BundleLibrary(opened)
        for name in sample.quantizations:
            assert library.resolve(name, "quantization") == sample.quantizations[name]
        with pytest.raises(UnknownName):
            library._load("quantization", "not-there")


def test_a_search_loads_neither_records_nor_checks(bundle: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from kb import open_bundle, query\n"
        "with open_bundle(sys.argv[1]) as b: query(b, 'dsr1 on ascend')\n"
        "print([m for m in sys.modules if m.startswith(('kb.records', 'kb.checks', 'kb.corpus', 'pydantic'))])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(bundle)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
