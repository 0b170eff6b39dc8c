"""GGUF files that the gguf package has written, whole, cut off and damaged; what they make as drafts."""

import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gguf import GGMLQuantizationType, GGUFEndian, GGUFWriter, LlamaFileType
from gguf.constants import GGML_QUANT_SIZES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.corpus import Corpus
from kb.corpus.yaml_text import load
from kb.estimate.parameters import count_parameters
from kb.importers import Imported, ImportFailed
from kb.importers.draft import write_draft
from kb.importers.gguf import cursor, read, recognises
from kb.importers.gguf.header import Tensor, read_header
from kb.importers.gguf.roles import role_of
from kb.records import Model, Quantization

TYPES = GGMLQuantizationType
# Name -> shape as ggml orders it, type of storage. Widths are multiples of 256, the longest block.
HIDDEN, VOCABULARY, WIDTH, EXPERTS, EXPERT_WIDTH = 512, 320, 768, 4, 256
ATTENTION = {
    "attn_norm.weight": ((HIDDEN,), TYPES.F32),
    "attn_q.weight": ((HIDDEN, 512), TYPES.Q4_K),
    "attn_k.weight": ((HIDDEN, 256), TYPES.Q4_K),
    "attn_v.weight": ((HIDDEN, 256), TYPES.Q6_K),
    "attn_output.weight": ((512, HIDDEN), TYPES.Q4_K),
    "ffn_norm.weight": ((HIDDEN,), TYPES.F32),
}
DENSE = {
    "ffn_gate.weight": ((HIDDEN, WIDTH), TYPES.Q4_K),
    "ffn_up.weight": ((HIDDEN, WIDTH), TYPES.Q4_K),
    "ffn_down.weight": ((WIDTH, HIDDEN), TYPES.Q6_K),
}
SPARSE = {
    "ffn_gate_inp.weight": ((HIDDEN, EXPERTS), TYPES.F32),
    "ffn_gate_exps.weight": ((HIDDEN, EXPERT_WIDTH, EXPERTS), TYPES.MXFP4),
    "ffn_up_exps.weight": ((HIDDEN, EXPERT_WIDTH, EXPERTS), TYPES.MXFP4),
    "ffn_down_exps.weight": ((EXPERT_WIDTH, HIDDEN, EXPERTS), TYPES.MXFP4),
    "ffn_gate_shexp.weight": ((HIDDEN, 2 * EXPERT_WIDTH), TYPES.Q8_0),
    "ffn_up_shexp.weight": ((HIDDEN, 2 * EXPERT_WIDTH), TYPES.Q8_0),
    "ffn_down_shexp.weight": ((2 * EXPERT_WIDTH, HIDDEN), TYPES.Q8_0),
}
TABLES = {
    "token_embd.weight": ((HIDDEN, VOCABULARY), TYPES.Q8_0),
    "output_norm.weight": ((HIDDEN,), TYPES.F32),
    "output.weight": ((HIDDEN, VOCABULARY), TYPES.Q6_K),
    "rope_freqs.weight": ((64,), TYPES.F32),
}
KEYS: dict[str, Any] = {
    "block_count": 2,
    "context_length": 4096,
    "embedding_length": HIDDEN,
    "feed_forward_length": WIDTH,
    "attention.head_count": 4,
    "attention.head_count_kv": 2,
    "attention.key_length": 128,
    "attention.value_length": 128,
}
Tensors = dict[str, tuple[tuple[int, ...], GGMLQuantizationType]]
Write = Callable[..., Path]


def _blocks(*blocks: Tensors) -> Tensors:
    return {f"blk.{layer}.{name}": what for layer, block in enumerate(blocks) for name, what in block.items()}


LLAMA = TABLES | _blocks(ATTENTION | DENSE, ATTENTION | DENSE)
MOE = TABLES | _blocks(ATTENTION | DENSE, ATTENTION | SPARSE)
MOE_KEYS = KEYS | {"expert_count": EXPERTS, "expert_used_count": 2, "expert_shared_count": 2}


def _write_gguf(
    path: Path, tensors: Tensors, keys: dict[str, Any], architecture: str = "llama", **general: Any
) -> Path:
    writer = GGUFWriter(path, architecture, endianess=general.pop("endianess", GGUFEndian.LITTLE))
    writer.add_name(general.pop("name", "Tiny Llama Test"))
    for key, value in {f"{architecture}.{key}": value for key, value in keys.items()}.items():
        if isinstance(value, list):
            writer.add_array(key, value)
        else:
            writer.add_uint32(key, value)
    writer.add_array("tokenizer.ggml.tokens", [f"token {number}" for number in range(VOCABULARY)])
    for key, value in general.items():
        writer.add_uint32(key.replace("__", "."), value)
    for name, (shape, kind) in tensors.items():
        block, size = GGML_QUANT_SIZES[kind]
        if kind == TYPES.F32:
            writer.add_tensor(name, np.zeros(tuple(reversed(shape)), dtype=np.float32))
        else:
            data = np.zeros((*reversed(shape[1:]), shape[0] // block * size), dtype=np.uint8)
            writer.add_tensor(name, data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a GGUF file with the package's own writer; return its path."""

    def make(tensors: Tensors = LLAMA, keys: dict[str, Any] = KEYS, file: str = "tiny.gguf", **more: Any) -> Path:
        return _write_gguf(tmp_path / file, tensors, keys, **more)

    return make


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a whole file."""
    return _write_gguf(tmp_path_factory.mktemp("gguf") / "tiny.gguf", MOE, MOE_KEYS).read_bytes()


def _drafts(imported: Imported) -> tuple[dict[str, Any], dict[str, Any]]:
    assert not imported.failures
    quantization, model = imported.drafts
    assert Quantization.model_validate(load(quantization.text())).id == quantization.id
    assert Model.model_validate(load(model.text())).id == model.id
    return quantization.record, model.record


def _stored(record: dict[str, Any]) -> dict[str, tuple[str, float]]:
    return {
        group: (entry["format"], entry["bits_per_weight"]) for entry in record["stored"] for group in entry["covers"]
    }


def test_a_dense_model(write: Write) -> None:
    quantization, model = _drafts(read(write(general__file_type=int(LlamaFileType.MOSTLY_Q4_K_M))))
    # Q4_K takes 144 bytes for 256 weights, Q6_K 210, Q8_0 34 for 32.
    narrow, wide = HIDDEN * (512 + 256 + 512), HIDDEN * 256
    assert _stored(quantization) == {
        "embedding": ("int8", 8.5),
        "output_head": ("int6", 6.5625),
        "attention": ("mixed", (narrow * 4.5 + wide * 6.5625) / (narrow + wide)),
        "dense_mlp": ("mixed", (2 * 4.5 + 6.5625) / 3),
        "norms": ("fp32", 32),
    }
    assert quantization["id"] == "gguf-q4-k-m-tiny-llama-test"
    assert quantization["name"] == "GGUF Q4_K_M of Tiny Llama Test"
    counts = {key: fact["value"] for key, fact in model["parameters"].items()}
    attention = 2 * HIDDEN * (512 + 256 + 256 + 512)
    assert counts == {
        "total": counts["active"],
        "active": 2 * HIDDEN * VOCABULARY + attention + 2 * 3 * HIDDEN * WIDTH + 5 * HIDDEN,
        "embedding": HIDDEN * VOCABULARY,
        "output_head": HIDDEN * VOCABULARY,
        "attention": attention,
        "dense_mlp": 2 * 3 * HIDDEN * WIDTH,
        "norms": 5 * HIDDEN,
    }
    assert model["attention"] == [{"kind": "full", "layers": 2, "heads": 4, "kv_heads": 2, "head_dim": 128}]
    assert model["dense_mlp"] == {"layers": 2, "width": WIDTH}
    assert (model["layers"], model["hidden"], model["vocabulary"], model["context_tokens"]) == (2, 512, 320, 4096)
    assert model["tied_embeddings"] is False
    # The estimate's closed form knows nothing of the file, and comes to the same.
    shape = Model.model_validate({key: value for key, value in model.items() if key != "parameters"})
    assert count_parameters(shape).groups | {"other": 0} == {
        "router": 0,
        "shared_experts": 0,
        "routed_experts": 0,
        "other": 0,
        **{key: count for key, count in counts.items() if key not in ("total", "active")},
    }


def test_experts(write: Write) -> None:
    imported = read(write(MOE, MOE_KEYS))
    quantization, model = _drafts(imported)
    stored = _stored(quantization)
    assert stored["routed_experts"] == ("fp4", 4.25)
    assert stored["shared_experts"] == ("int8", 8.5)
    assert stored["router"] == ("fp32", 32)
    assert model["moe"] == {"layers": 1, "experts": 4, "top_k": 2, "width": EXPERT_WIDTH, "shared": 2}
    assert model["dense_mlp"] == {"layers": 1, "width": WIDTH}
    counts = {key: fact["value"] for key, fact in model["parameters"].items()}
    assert counts["routed_experts"] == 4 * 3 * HIDDEN * EXPERT_WIDTH
    assert counts["active"] == counts["total"] - counts["routed_experts"] // 2
    size = sum(
        int(np.prod(shape)) // GGML_QUANT_SIZES[kind][0] * GGML_QUANT_SIZES[kind][1]
        for name, (shape, kind) in MOE.items()
        if not name.startswith("rope")
    )
    assert f"the whole file: {size:,} bytes x 8 / {counts['total']:,} weights" in imported.drafts[0].remarks[0]
    assert "file_type does not say" in imported.drafts[0].missing[-1]
    assert "tiny-llama-test" in quantization["id"]


def test_tied_embeddings_and_a_layer_that_predicts_further_tokens(write: Write) -> None:
    tensors = {name: what for name, what in LLAMA.items() if name != "output.weight"}
    tensors |= {"blk.2.nextn.eh_proj.weight": ((2 * HIDDEN, HIDDEN), TYPES.Q8_0)}
    _, model = _drafts(read(write(tensors, KEYS | {"block_count": 3, "nextn_predict_layers": 1})))
    assert model["tied_embeddings"] is True
    assert "output_head" not in model["parameters"]
    assert (model["layers"], model["mtp_layers"]) == (2, 1)
    assert model["parameters"]["mtp"]["value"] == 2 * HIDDEN * HIDDEN


def test_windows_recurrent_layers_and_latents(write: Write) -> None:
    keys = KEYS | {"attention.sliding_window": 1024, "attention.sliding_window_pattern": [True, False]}
    _, model = _drafts(read(write(keys=keys)))
    assert [(kind["kind"], kind.get("window")) for kind in model["attention"]] == [
        ("full", None),
        ("sliding-window", 1024),
    ]
    recurrent: Tensors = {"ssm_in.weight": ((HIDDEN, 512), TYPES.Q8_0), "attn_norm.weight": ((HIDDEN,), TYPES.F32)}
    tensors = TABLES | _blocks(ATTENTION | DENSE, recurrent | DENSE)
    keys = KEYS | {"ssm.inner_size": 512, "ssm.state_size": 128, "ssm.time_step_rank": 4}
    _, model = _drafts(read(write(tensors, keys)))
    assert model["attention"][1]["state_values"]["value"] == 512 * 128
    latent: Tensors = {
        "attn_q_a.weight": ((HIDDEN, 256), TYPES.Q8_0),
        "attn_q_b.weight": ((256, 4 * 192), TYPES.Q8_0),
        "attn_kv_a_mqa.weight": ((HIDDEN, 512 + 64), TYPES.Q8_0),
    }
    keys = {key: value for key, value in KEYS.items() if not key.startswith("attention")} | {
        "attention.head_count": 4,
        "attention.head_count_kv": 1,
        "attention.kv_lora_rank": 512,
        "attention.q_lora_rank": 256,
        "attention.key_length_mla": 192,
        "attention.value_length_mla": 128,
        "rope.dimension_count": 64,
    }
    _, model = _drafts(read(write(TABLES | _blocks(latent | DENSE, latent | DENSE), keys)))
    assert model["attention"] == [
        {
            "kind": "latent",
            "layers": 2,
            "heads": 4,
            "value_head_dim": 128,
            "kv_lora_rank": 512,
            "nope_head_dim": 128,
            "rope_head_dim": 64,
            "q_lora_rank": 256,
        }
    ]


@pytest.mark.parametrize(
    ("tensors", "keys", "sentence"),
    [
        (LLAMA, KEYS | {"attention.sliding_window": 1024}, "which layers have a sliding window"),
        (LLAMA, {"block_count": 2}, "hidden: the header does not give it"),
        (LLAMA, {key: KEYS[key] for key in KEYS if key != "block_count"}, "layers: the header does not give it"),
        (LLAMA, KEYS | {"block_count": 3}, "a layer has neither queries nor a recurrent state"),
        (MOE, KEYS, "expert_used_count is not given"),
        (
            TABLES | _blocks(ATTENTION | DENSE, ATTENTION | DENSE | {"ffn_down.weight": ((1024, HIDDEN), TYPES.Q6_K)}),
            KEYS,
            "differ in width",
        ),
    ],
)
def test_what_the_header_does_not_say_is_missing(
    tensors: Tensors, keys: dict[str, Any], sentence: str, write: Write
) -> None:
    imported = read(write(tensors, keys))
    _drafts(imported)
    assert any(sentence in said for said in imported.drafts[1].missing), imported.drafts[1].missing


def test_a_model_of_the_library(write: Write, corpus: Corpus) -> None:
    imported = read(write(name="Llama 3.1 8B Instruct"), corpus)
    _, model = _drafts(imported)
    assert (model["id"], model["lab"]) == ("llama-3.1-8b-instruct", "meta")
    found = {difference.field: difference for difference in imported.differences}
    assert (found["layers"].theirs, found["layers"].ours) == ("2", "32")


def test_a_file_that_ends_after_its_header(write: Write) -> None:
    path = write(MOE, MOE_KEYS)
    whole = _drafts(read(path))
    header = read_header(path)
    assert header.missing == 0
    path.write_bytes(path.read_bytes()[: header.size])
    imported = read(path)
    assert _drafts(imported) == whole
    assert any("bytes before its data does" in remark for remark in imported.drafts[1].remarks)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ImportFailed, match="a header has to be whole, so fetch more of the file"):
        read(path)


def test_nothing_behind_the_header_is_read(write: Write) -> None:
    path = write()
    with path.open("r+b") as file:
        # Sparse: on disk it takes no more than before.
        file.truncate(40 * 10**9)
    _drafts(read(path))


def test_parts_lie_side_by_side(write: Write) -> None:
    first = {name: what for name, what in LLAMA.items() if name.startswith(("token", "blk.0"))}
    second = {name: what for name, what in LLAMA.items() if name not in first}
    split = {"split__count": 2, "split__tensors__count": len(LLAMA)}
    one = write(first, file="tiny-00001-of-00002.gguf", **split)
    with pytest.raises(ImportFailed, match=r"put tiny-00002-of-00002\.gguf beside it"):
        read(one)
    two = write(second, file="tiny-00002-of-00002.gguf", **split)
    quantization, model = _drafts(read(two))
    assert "and 1 further parts" in model["evidence"][0]["locator"]
    whole, _ = _drafts(read(write()))
    assert quantization["stored"] == whole["stored"]
    write(first, file="tiny-00002-of-00002.gguf", **split)
    with pytest.raises(ImportFailed, match="do not make one file"):
        read(one)
    with pytest.raises(ImportFailed, match="name it as they come"):
        read(write(first, file="renamed.gguf", **split))


def test_files_that_are_refused(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.gguf"
    for content, sentence in (
        (b"", "does not begin with GGUF"),
        (b"GGML" + bytes(40), "does not begin with GGUF"),
        (b"GGUF" + struct.pack("<I", 1) + bytes(40), "is GGUF version 1"),
        (b"GGUF" + struct.pack("<IQQ", 3, 2**60, 0), "1,152,921,504,606,846,976 tensors are said to follow"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 2**60), "metadata keys are said to follow"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 2**60) + bytes(40), "may have 65,535"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"a" + struct.pack("<I", 99), "is of type 99"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 0), "no architecture, or no tensors"),
    ):
        path.write_bytes(content)
        with pytest.raises(ImportFailed, match=sentence):
            read(path)
    with pytest.raises(ImportFailed, match="is big-endian GGUF"):
        read(write(endianess=GGUFEndian.BIG))
    with pytest.raises(ImportFailed, match="a vision tower"):
        read(write(architecture="clip"))
    with pytest.raises(ImportFailed, match=r"general\.alignment should be a power of two"):
        read(write(general__alignment=48))
    with pytest.raises(ImportFailed, match="no plain file"):
        read(tmp_path)
    whole = write()
    monkeypatch.setattr(cursor, "MAX_HEADER", 5000)
    with pytest.raises(ImportFailed, match="beyond the 5000 bytes that a header may have"):
        read(whole)


def _one_tensor(
    *, kind: int = 0, shape: tuple[int, ...] = (32,), offset: int = 0, name: bytes = b"output.weight"
) -> bytes:
    return struct.pack("<Q", len(name)) + name + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)


@pytest.mark.parametrize(
    ("tensors", "sentence"),
    [
        ([_one_tensor(kind=200)], "which this release of gguf does not know"),
        ([_one_tensor(shape=(2**40, 2**40))], "impossible shape"),
        ([_one_tensor(shape=(33,), kind=8)], "impossible shape"),
        ([_one_tensor(shape=())], "has 0 dimensions"),
        ([_one_tensor(), _one_tensor(offset=128)], "comes twice"),
        ([_one_tensor(), _one_tensor(offset=64, name=b"a")], "overlaps another"),
        ([_one_tensor(name=b"\xff\xfe")], "is not UTF-8 text"),
    ],
)
def test_tensors_that_cannot_be(tensors: list[bytes], sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "x.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, len(tensors), 0) + b"".join(tensors) + bytes(64))
    with pytest.raises(ImportFailed, match=sentence):
        read(path)


def test_without_the_package(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write()
    monkeypatch.setitem(sys.modules, "gguf", None)
    with pytest.raises(ImportFailed, match=r"pip install 'inference-kb\[gguf\]'"):
        read(path)
    assert recognises(path.read_bytes()[:65536], path.name)
    assert not recognises(b"GGML", "x.gguf")


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("token_embd.weight", "embedding"),
        ("output.weight", "output_head"),
        ("blk.0.attn_q_norm.weight", "attention"),
        ("blk.0.attn_norm.weight", "norms"),
        ("blk.0.post_attention_norm.weight", "norms"),
        ("blk.0.post_ffw_norm.weight", "norms"),
        ("blk.0.attn_sinks.weight", "attention"),
        ("blk.0.ssm_conv1d.weight", "attention"),
        ("blk.0.ffn_gate_inp.weight", "router"),
        ("blk.0.exp_probs_b.bias", "router"),
        ("blk.0.ffn_gate_inp_shexp.weight", "shared_experts"),
        ("blk.0.ffn_gate_up_exps.weight", "routed_experts"),
        ("blk.0.ffn_down_exps.bias", "routed_experts"),
        ("blk.0.ffn_up.weight", "dense_mlp"),
        ("blk.9.attn_q.weight", "mtp"),
        ("blk.0.altup_router.weight", "other"),
        ("per_layer_token_embd.weight", "other"),
        ("rope_freqs.weight", "table"),
        ("blk.0.rope_factors_long.weight", "table"),
    ],
)
def test_the_group_of_a_tensor(name: str, role: str) -> None:
    assert role_of(Tensor(name, (32,), "F32", 32, 128, 0), 9) == role


def test_drafts_are_written(write: Write, tmp_path: Path) -> None:
    for draft in read(write()).drafts:
        path, changed = write_draft(draft, tmp_path / "drafts")
        assert changed
        assert str(tmp_path) not in path.read_text()


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_cut_off_or_damaged_file(data: st.DataObject, image: bytes, tmp_path: Path) -> None:
    path = tmp_path / "damaged.gguf"
    spoilt = bytearray(image)
    for _ in range(data.draw(st.integers(0, 3))):
        # Most of the file is data; the header is what can be damaged.
        spoilt[data.draw(st.integers(4, 9000))] = data.draw(st.integers(0, 255))
    path.write_bytes(spoilt[: data.draw(st.integers(0, 20_000))])
    try:
        imported = read(path)
    except ImportFailed as failed:
        sentence = str(failed)
    else:
        _drafts(imported)
        sentence = " ".join((*imported.drafts[0].missing, *imported.drafts[1].missing, *imported.drafts[1].remarks))
    assert sentence.isprintable()
