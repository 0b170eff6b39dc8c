"""Configurations as they are published, against the records of the knowledge base, and as nobody should write them."""

import copy
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.checks import check_corpus
from kb.corpus import Corpus
from kb.corpus.yaml_text import load
from kb.estimate.parameters import count_parameters
from kb.importers import Draft, Imported, ImportFailed
from kb.importers.draft import write_draft
from kb.importers.hf_config import read, recognises
from kb.importers.hf_config.differences import differences
from kb.importers.hf_config.excluded import Excluded
from kb.importers.hf_config.families import FAMILIES
from kb.importers.hf_config.native import CANDIDATES
from kb.records import Model
from tests.estimate.golden.latent import DEEPSEEK_V3

FIXTURES = Path(__file__).parent / "fixtures" / "hf-config"
# Configuration -> what it does not tell, beside where it can be opened.
KNOWN = {
    "meta-llama--Meta-Llama-3.1-8B": "",
    "mistralai--Mixtral-8x7B-v0.1": "",
    "Qwen--Qwen3-8B": "",
    "Qwen--Qwen3-30B-A3B": "",
    "Qwen--Qwen3.5-35B-A3B": "",
    "deepseek-ai--DeepSeek-V3": "",
    "deepseek-ai--DeepSeek-V3.2": "",
    "moonshotai--Kimi-K2.5": "",
    "zai-org--GLM-5.2": "",
    "openai--gpt-oss-120b": "",
    "MiniMaxAI--MiniMax-M2.5": "mtp_transformer_layers, num_mtp_modules, use_mtp",
    "nvidia--DeepSeek-V3.1-NVFP4": "",
    "nvidia--Kimi-K2.6-NVFP4": "",
    "nvidia--Llama-3.1-70B-Instruct-FP8": "",
}
Write = Callable[..., Path]


def _path(name: str) -> Path:
    return FIXTURES / f"{name}_config.json"


def _config(name: str = "Qwen--Qwen3-30B-A3B") -> Any:
    return json.loads(_path(name).read_text())


def _only(imported: Imported) -> Draft:
    assert not imported.failures
    (draft,) = imported.drafts
    return draft


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a configuration, and what lies beside it, into a folder; return its path."""

    def make(config: Any, **beside: Any) -> Path:
        path = tmp_path / "Some-Model" / "config.json"
        path.parent.mkdir(exist_ok=True)
        for name, content in {"config": config, **beside}.items():
            text = content if isinstance(content, str) else json.dumps(content)
            (path.parent / f"{name.replace('__', '.')}.json").write_text(text)
        return path

    return make


@pytest.mark.parametrize("name", KNOWN)
def test_a_published_configuration_makes_our_record(name: str, corpus: Corpus) -> None:
    imported = read(_path(name), corpus)
    draft = _only(imported)
    ours = corpus.models[draft.id]
    assert imported.differences == ()
    assert draft.record["hugging_face"] == [name.replace("--", "/")] == [ours.hugging_face[0]]
    facts = ours.plain()
    for key in ("attention", "moe", "dense_mlp", "layers", "hidden", "vocabulary", "tied_embeddings", "parameters"):
        assert (key in draft.record) == (key in facts), key
    parameters = {key: fact["value"] for key, fact in draft.record["parameters"].items()}
    for key, count in parameters.items():
        assert facts["parameters"][key]["value"] == count, key
    assert draft.record["native_quantization"] == ours.native_quantization
    said = [sentence for sentence in draft.missing if "evidence/source/url" not in sentence]
    unknown = KNOWN[name]
    assert said == (
        [f"whether {unknown} change the arithmetic: this importer does not know these keys"] if unknown else []
    )


@pytest.mark.parametrize("name", KNOWN)
def test_the_groups_make_the_total_and_the_estimate_agrees(name: str) -> None:
    model = Model.model_validate(load(_only(read(_path(name))).text()))
    count = count_parameters(model)
    assert count.total == sum(count.groups.values()) == model.parameters.total.value  # type: ignore[union-attr]
    assert count.active == model.parameters.active.value  # type: ignore[union-attr]


def test_gemma_and_an_index_with_a_vision_tower(corpus: Corpus) -> None:
    draft = _only(read(FIXTURES / "medgemma-with-index", corpus))
    theirs = Model.model_validate(draft.record)
    # Of the disputed vocabulary, the configuration of this one has the size of the checkpoint.
    found = differences(theirs, corpus.models["gemma-3-27b-it"])
    assert [(d.field, d.theirs, d.ours) for d in found] == [
        # The record counts the norms of queries and keys with the others.
        ("parameters/attention", "4095753728", "4095737856"),
        ("parameters/norms", "1338624", "1354496"),
    ]
    sentence = next(sentence for sentence in draft.missing if "do not add up" in sentence)
    assert "total_size 54,864,813,280 bytes; the groups counted here take 54,018,692,608" in sentence
    assert "846,120,672 (1.542%) less" in sentence
    assert re.search(r"\d+ tensors of vision are in the index and not in the count", sentence)
    assert any("total_parameters 28,842,036,848; 27,009,346,304 are counted" in remark for remark in draft.remarks)


def test_an_index_that_adds_up_to_the_byte(corpus: Corpus) -> None:
    draft = _only(read(FIXTURES / "qwen3.5-reap-with-index" / "config.json", corpus))
    assert draft.record["parameters"]["total"]["value"] == 25_091_371_648
    assert any("total_size 50,182,743,296 bytes" in remark and "exactly as many" in remark for remark in draft.remarks)
    assert not any("add up" in sentence for sentence in draft.missing)


def test_an_index_with_tensors_of_multi_token_prediction() -> None:
    draft = _only(read(FIXTURES / "mimo-with-index"))
    sentence = next(sentence for sentence in draft.missing if "do not add up" in sentence)
    assert "421,580,800 (2.691%) less; 16 tensors of mtp" in sentence


def test_an_index_of_a_quantized_checkpoint(write: Write, corpus: Corpus) -> None:
    # Worked by hand: 8-bit linear layers with their scales, the rest at 16 bits.
    size = round(DEEPSEEK_V3.weights["fp8-block-128"])
    config = _config("deepseek-ai--DeepSeek-V3")
    draft = _only(read(write(config, model__safetensors__index={"metadata": {"total_size": size}}), corpus))
    assert any(f"total_size {size:,} bytes" in remark and "(0.000%) less" in remark for remark in draft.remarks)
    draft = _only(read(write(config, model__safetensors__index={"metadata": {"total_size": 2 * size}}), corpus))
    assert any("the parameters (parameters) do not add up" in sentence for sentence in draft.missing)
    # Without the library nobody knows the bits of the format.
    draft = _only(read(write(config, model__safetensors__index={"metadata": {"total_size": size}})))
    assert any("the stored format is not known" in remark for remark in draft.remarks)


def test_an_index_that_names_other_groups(write: Write, corpus: Corpus) -> None:
    config = _config("Qwen--Qwen3-8B")
    names = {"model.embed_tokens.weight": "a", "lm_head.weight": "a", "model.layers.0.self_attn.q_proj.weight": "a"}
    whole = {f"model.layers.{layer}.mlp.up_proj.weight": "a" for layer in range(36)} | {"model.norm.weight": "a"}
    index = {"metadata": {"total_size": 10**9}, "weight_map": names}
    draft = _only(read(write(config, model__safetensors__index=index), corpus))
    assert any("no tensor of dense_mlp is in the index; no tensor of norms" in sentence for sentence in draft.missing)
    index["weight_map"] = names | whole
    draft = _only(read(write(config, model__safetensors__index=index), corpus))
    assert any("a shape or the stored format is another" in sentence for sentence in draft.missing)


def test_an_index_tells_whether_embeddings_are_tied(write: Write) -> None:
    config = {key: value for key, value in _config("Qwen--Qwen3-8B").items() if key != "tie_word_embeddings"}
    assert any(sentence.startswith("tied_embeddings") for sentence in _only(read(write(config))).missing)
    names = {"model.embed_tokens.weight": "a"}
    draft = _only(read(write(config, model__safetensors__index={"weight_map": names})))
    assert draft.record["tied_embeddings"] is True
    names["lm_head.weight"] = "a"
    draft = _only(read(write(config, model__safetensors__index={"weight_map": names})))
    assert draft.record["tied_embeddings"] is False
    assert any("it gives no total_size" in remark for remark in draft.remarks)


def test_what_differs_from_our_record_is_named(write: Write, corpus: Corpus, tmp_path: Path) -> None:
    config = _config("openai--gpt-oss-120b") | {"num_attention_heads": 32, "vocab_size": 200000}
    path = tmp_path / "openai--gpt-oss-120b_config.json"
    path.write_text(json.dumps(config))
    found = {d.field: d for d in read(path, corpus).differences}
    assert found["attention/full-0/heads"].theirs == "32"
    assert found["attention/full-0/heads"].disputed
    assert found["vocabulary"].ours == "201088"
    assert found["vocabulary"].disputed
    assert not found["parameters/attention"].disputed


def test_an_unknown_model_type_is_not_guessed_at(corpus: Corpus) -> None:
    draft = _only(read(_path("XiaomiMiMo--MiMo-V2-Flash"), corpus))
    assert not {"attention", "moe", "dense_mlp", "parameters", "native_quantization"} & draft.record.keys()
    assert draft.record["layers"] == 48
    assert any('model_type "mimo_v2_flash" is none of those' in sentence for sentence in draft.missing)


@pytest.mark.parametrize(
    ("change", "sentence", "absent"),
    [
        ({"linear_attn_period": 4}, "whether linear_attn_period change the arithmetic", None),
        ({"layer_types": ["mamba"] * 48}, 'layer_types names "mamba", for 48 layers', "attention"),
        ({"layer_types": ["full_attention"] * 3}, "layer_types has 3 entries, for 48 layers", "attention"),
        ({"use_sliding_window": True}, "max_window_layers is not given", "attention"),
        ({"head_dim": None}, "the heads of attention", "attention"),
        ({"num_experts": None}, "the configuration does not give num_experts", "moe"),
        ({"moe_layer_freq": 2}, "moe_layer_freq is not 1", "moe"),
        ({"mlp_layer_types": ["dense"]}, "mlp_layer_types, for 48 layers", "moe"),
        ({"mlp_only_layers": [0], "intermediate_size": None}, "intermediate_size is not given", "dense_mlp"),
        ({"mlp_bias": True}, "mlp_bias", "parameters"),
        ({"num_hidden_layers": None}, "without layers and hidden size", "attention"),
        ({"torch_dtype": "float32"}, 'dtype is "float32"', "native_quantization"),
    ],
)
def test_what_is_unclear_is_missing(change: dict[str, Any], sentence: str, absent: str | None, write: Write) -> None:
    config = _config() | change
    if change.get("use_sliding_window"):
        del config["max_window_layers"]
    draft = _only(read(write(config)))
    assert any(sentence in said for said in draft.missing), draft.missing
    assert absent not in draft.record


def test_layers_in_turn(write: Write) -> None:
    config = _config() | {"use_sliding_window": True, "max_window_layers": 40, "sliding_window": 4096}
    config |= {"decoder_sparse_step": 2, "mlp_only_layers": [1, 3]}
    record = _only(read(write(config))).record
    assert [(kind["kind"], kind["layers"]) for kind in record["attention"]] == [("full", 40), ("sliding-window", 8)]
    assert record["attention"][1]["window"] == 4096
    assert record["moe"]["layers"] == 22
    assert record["dense_mlp"] == {"layers": 26, "width": 6144}
    record = _only(read(write({"model_type": "gemma3_text", **config, "sliding_window_pattern": 6}))).record
    assert record["attention"][0]["layers"] == 40


def test_keys_that_were_not_taken_over_are_named() -> None:
    remarks = _only(read(_path("Qwen--Qwen3-8B"))).remarks
    assert "rms_norm_eps, rope_theta" in remarks[-1]
    assert "hidden_size" not in remarks[-1]


INT4 = {"num_bits": 4, "type": "int", "group_size": 128, "symmetric": True}
W4A16 = {"targets": ["Linear"], "weights": INT4, "input_activations": None}


@pytest.mark.parametrize(
    ("quantization", "expected"),
    [
        ({"quant_method": "awq", "bits": 4, "group_size": 128, "zero_point": True}, "awq-int4-g128"),
        ({"quant_method": "gptq", "bits": 4, "group_size": 128, "sym": True}, "gptq-int4-g128"),
        ({"quant_method": "fp8", "weight_block_size": [128, 128], "scale_fmt": "ue8m0"}, "fp8-block-128-ue8m0"),
        ({"quant_method": "fp8", "activation_scheme": "static"}, "fp8-per-tensor"),
        ({"quant_method": "fp8", "weight_block_size": [64, 64]}, "is known to match"),
        ({"quant_method": "bitsandbytes", "load_in_4bit": True}, "is known to match"),
        ({"quant_method": "awq", "bits": 4, "group_size": 64}, "is known to match"),
        (
            {"quant_method": "compressed-tensors", "config_groups": {"g": W4A16}, "ignore": ["lm_head"]},
            "w4a16-g128",
        ),
        ({"quant_method": "compressed-tensors", "config_groups": {"g": W4A16}}, "of the output head too"),
        (
            {"quant_method": "compressed-tensors", "config_groups": {"g": W4A16}, "ignore": ["re:(lm_head)+"]},
            "is not understood",
        ),
        (
            {"quant_method": "compressed-tensors", "config_groups": {"g": W4A16, "h": W4A16}, "ignore": ["lm_head"]},
            "is known to match",
        ),
        (
            {"quant_algo": "NVFP4", "group_size": 16, "exclude_modules": ["lm_head", "*self_attn*"]},
            "nvfp4-mlp",
        ),
        (
            {"quant_algo": "NVFP4", "group_size": 16, "exclude_modules": ["lm_head", "model.layers.0.self_attn*"]},
            "only some layers or matrices of attention",
        ),
        (
            {"quant_algo": "NVFP4", "group_size": 16, "exclude_modules": ["lm_head", "model.layers.0.mlp.experts.7"]},
            "experts that are left out by number",
        ),
        ({"quant_algo": "NVFP4", "group_size": 16, "exclude_modules": ["lm_head", "*mlp.experts*"]}, "of attention"),
        ({"quant_algo": "MIXED", "quantized_layers": {"a": {}}}, "differs by layer"),
    ],
)
def test_the_stored_format_is_named_only_where_it_is_proven(
    quantization: dict[str, Any], expected: str, write: Write, corpus: Corpus
) -> None:
    draft = _only(read(write(_config() | {"quantization_config": quantization}), corpus))
    found = draft.record.get("native_quantization")
    if found is None:
        assert any(s.startswith("how the weights are stored") and expected in s for s in draft.missing), draft.missing
    else:
        assert found == expected


def test_two_files_that_name_different_formats(write: Write) -> None:
    config = _config() | {"quantization_config": {"quant_method": "fp8", "weight_block_size": [128, 128]}}
    other = {"quantization": {"quant_algo": "NVFP4", "group_size": 16, "exclude_modules": ["lm_head"]}}
    draft = _only(read(write(config, hf_quant_config=other)))
    assert any("name different formats" in sentence for sentence in draft.missing)
    assert draft.further[0].name == "hf_quant_config.json"


def test_every_quantization_that_may_be_named_covers_what_its_record_says(corpus: Corpus) -> None:
    for candidates in CANDIDATES.values():
        for key, covers in candidates:
            stored = corpus.quantizations[key].stored
            assert {group for entry in stored for group in entry.covers} == covers, key


@pytest.mark.parametrize(
    ("pattern", "held", "free"),
    [
        ("lm_head", "lm_head", "model.lm_head_norm"),
        ("gate", "model.layers.0.mlp.gate", "model.layers.0.mlp.gate_proj"),
        ("model.layers.0*", "model.layers.0.mlp.up_proj", "model.layers.1.mlp.up_proj"),
        ("model.layers.*.self_attn", "model.layers.7.self_attn.q_proj", "model.layers.7.mlp.up_proj"),
        ("*.mlp.shared_expert.*", "model.layers.7.mlp.shared_expert.up_proj", "model.layers.7.mlp.shared_experts"),
        (r"re:.*mlp\.(gate|up)_proj.*", "model.layers.1.mlp.up_proj", "model.layers.1.mlp.down_proj"),
        (r"re:^lm_head$", "lm_head", "lm_heads"),
    ],
)
def test_patterns_of_what_is_left_out(pattern: str, held: str, free: str) -> None:
    excluded = Excluded([pattern])
    assert not excluded.unclear
    assert excluded.holds([held])
    assert not excluded.holds([free])


@pytest.mark.parametrize("pattern", ["re:(a+)+$", "re:a{9}", "model.[0-9]", "re:" + "(a|b)" * 30, "a" * 400, "a b"])
def test_patterns_that_are_not_followed(pattern: str) -> None:
    assert Excluded([pattern]).unclear == [pattern]


PIECES = st.sampled_from(["a", "b", r"\.", ".*", "(a|b)", "(ab|b|c)"])


@given(st.lists(PIECES, min_size=1, max_size=5), st.booleans(), st.text("abc.", max_size=6))
def test_a_plain_regular_expression_means_what_it_means(pieces: list[str], closed: bool, name: str) -> None:
    regex = "".join(pieces) + ("$" if closed else "")
    excluded = Excluded([f"re:{regex}"])
    # It may hold for more: what lies below a module is left out with it.
    assert excluded.unclear or not re.match(regex, name) or excluded.holds([name])


def test_where_a_configuration_is_kept(tmp_path: Path, corpus: Corpus) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    folder = tmp_path / "models--Qwen--Qwen3-8B" / "snapshots" / commit
    folder.mkdir(parents=True)
    shutil.copy(_path("Qwen--Qwen3-8B"), folder / "config.json")
    draft = _only(read(folder, corpus))
    assert draft.id == "qwen3-8b"
    url = draft.record["evidence"][0]["source"]["url"]
    assert url == f"https://huggingface.co/Qwen/Qwen3-8B/blob/{commit}/config.json"
    assert draft.missing == ()


def test_a_model_that_the_library_does_not_have(write: Write) -> None:
    draft = _only(read(write(_config() | {"_name_or_path": "acme/Fast-30B"})))
    assert (draft.id, draft.record["hugging_face"]) == ("fast-30b", ["acme/Fast-30B"])
    assert "the lab (lab)" in draft.missing
    draft = _only(read(write(_config() | {"_name_or_path": "out"})))
    assert draft.id == "some-model"
    assert "where the file can be opened (evidence/source/url, evidence/locator)" in draft.missing


def test_the_draft_is_a_record_that_the_checks_understand(corpus: Corpus, tmp_path: Path) -> None:
    draft = _only(read(_path("zai-org--GLM-5.2"), corpus))
    path, _ = write_draft(Draft({**draft.record, "id": "glm-5.2-imported"}, raw=draft.raw), tmp_path)
    text = path.read_text().replace("id: to-be-named", "id: glm-5.2-imported")
    path.write_text(re.sub(r"hugging_face:\n  - \S+\n", "", text).replace("name: GLM-5.2\n", "name: GLM-5.2 again\n"))
    submitted = corpus.submit([path])
    assert "glm-5.2-imported" in submitted.models
    findings = check_corpus(submitted, [path.as_posix()])
    assert not [f for f in findings if f.severity == "error"], findings


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ("[]", "should be an object"),
        ("", "is empty"),
        ('{"model_type": "llama", "model_type": "qwen3"}', "twice"),
        ({"num_hidden_layers": 10**9}, "should be 2000 or fewer"),
        ({"hidden_size": -1}, "should be 1 or more"),
        ({"hidden_size": 1e308}, "at most 1e18"),
        ({"vocab_size": 10**18}, "at most 1e18"),
        ({"hidden_size": "4096"}, "should be a number"),
        ({"architectures": ["a\u001b[31m"]}, "control"),
        ({"mlp_only_layers": {}}, "should be a list"),
        ({"layer_types": [1]}, "should be text"),
    ],
)
def test_what_is_no_configuration(config: Any, sentence: str, write: Write) -> None:
    content = config if isinstance(config, str) else _config() | config
    with pytest.raises(ImportFailed, match=re.escape(sentence)):
        read(write(content))


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(ImportFailed, match=r"has no config\.json"):
        read(tmp_path)
    with pytest.raises(ImportFailed, match="cannot be read"):
        read(tmp_path / "config.json")


def test_what_a_configuration_is_told_by() -> None:
    for name in KNOWN:
        assert recognises(_path(name).read_bytes()[:65536], "x")
    assert not recognises(b'{"model_type": "llama"}', "config.json")
    assert not recognises((FIXTURES / "mimo-with-index" / "model.safetensors.index.json").read_bytes(), "x")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_spoilt_configuration(data: st.DataObject, write: Write, library: Corpus) -> None:
    name = data.draw(st.sampled_from(list(KNOWN)))
    config = copy.deepcopy(_config(name))
    place = config["text_config"] if "text_config" in config and data.draw(st.booleans()) else config
    place[data.draw(st.sampled_from(sorted(place)))] = data.draw(JSON)
    if isinstance(config.get("model_type"), str) and data.draw(st.booleans()):
        place["model_type"] = data.draw(st.sampled_from(sorted(FAMILIES)))
    path = write(config)
    try:
        draft = _only(read(path, library))
    except ImportFailed as failed:
        sentence = str(failed)
    else:
        assert Model.model_validate(load(draft.text())).id == draft.id
        sentence = " ".join((*draft.missing, *draft.remarks))
    assert sentence.isprintable()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_cut_off_configuration(data: st.DataObject, write: Write) -> None:
    text = _path(data.draw(st.sampled_from(list(KNOWN)))).read_text().rstrip()
    with pytest.raises(ImportFailed):
        read(write(text[: data.draw(st.integers(0, len(text) - 1))]))
