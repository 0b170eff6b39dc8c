"""Sentences and what they are taken to mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.understand import understand
from kb.search.vocabulary import Vocabulary

H100 = "hardware h100-nvl-94gb, hardware h100-pcie-80gb, hardware h100-sxm5-80gb"
H200 = "hardware h200-nvl-141gb, hardware h200-sxm-141gb"
FP8 = (
    "quantization fp8-block-128, quantization fp8-block-128-ue8m0, quantization fp8-e4m3,"
    " quantization fp8-experts-mamba, quantization fp8-per-tensor"
)

# What is understood, all of it. Facets of whole families are further down: they grow with the data.
GOLDEN = {
    "dsr1 on ascend": "model deepseek-r1, vendor huawei",
    "dsr1 on h200": f"model deepseek-r1, {H200}",
    "deepseek r1 on h200": f"model deepseek-r1, {H200}",
    "what is the fastest DeepSeek R1 on H200?": f"model deepseek-r1, {H200}",
    "DeepSeek-R1 8xH100": f"model deepseek-r1, {H100}, cards = 8",
    "deepseek-ai/DeepSeek-R1": "model deepseek-r1",
    "r1": "model deepseek-r1",
    "deepseekr1": "model deepseek-r1",
    "dsv4 flash vllm": "model deepseek-v4-flash, engine vllm",
    "deepseek v4 pro mindie": "model deepseek-v4-pro, engine mindie",
    "Qwen/Qwen3-235B-A22B-Instruct-2507-FP8": "model qwen3-235b-a22b-instruct-2507-fp8",
    "qwen2.5 coder 32b l40s": "model qwen2.5-coder-32b-instruct, hardware l40s",
    "MI300X llama 4 scout": "model llama-4-scout-17b-16e-instruct, hardware mi300x",
    "gaudi3 gptoss": "model gpt-oss-120b, hardware gaudi-3",
    "gaudi 3 gpt-oss": "model gpt-oss-120b, hardware gaudi-3",
    "mi325x sglang": "hardware mi325x, engine sglang",
    "glm 5.1 h200": f"model glm-5.1, {H200}",
    "trtllm": "engine tensorrt-llm",
    "trt-llm": "engine tensorrt-llm",
    "tensorrt llm h100": f"{H100}, engine tensorrt-llm",
    "lmdeploy": "engine lmdeploy",
    "llama.cpp m1 ultra": "hardware apple-m1-ultra, engine llama.cpp",
    "M1 Ultra q4_k_m": "hardware apple-m1-ultra, quantization gguf-q4-k-m",
    "tpu v6e llama 4 maverick": "model llama-4-maverick-17b-128e-instruct, hardware tpu-v6e",
    "trillium": "hardware tpu-v6e",
    "dgx a100": "server nvidia-dgx-a100",
    "atlas 800t a3": "server huawei-atlas-800t-a3",
    "cloudmatrix 384": "server huawei-cloudmatrix-384",
    "nvidia fp8": f"vendor nvidia, {FP8}",
    "amd": "vendor amd",
    "rtx": "vendor nvidia",
    "int8": "quantization int8, quantization int8-weight-only",
    "bf16 h100": f"{H100}, quantization bf16",
    # Chinese
    "昇腾 deepseek r1": "model deepseek-r1, vendor huawei",
    "昇腾上跑deepseek-r1": "model deepseek-r1, vendor huawei",
    "deepseek r1在昇腾910B上的性能": "model deepseek-r1, hardware ascend-910b",
    "华为 910B": "hardware ascend-910b, vendor huawei",
    "沐曦 c500": "hardware metax-c500",
    "摩尔线程 s4000": "hardware mtt-s4000",
    "寒武纪 mlu590 kimi k2.6": "model kimi-k2.6, hardware mlu590",
    "海光 dcu k100": "hardware dcu-k100",
    "壁仞 br104": "hardware br104",
    "天数智芯": "vendor iluvatar",
    "沐曦": "vendor metax",
    # conditions
    "decode > 5000 tok/s": "decode_tok_s > 5000",
    "decode > 5,000 tok/s": "decode_tok_s > 5000",
    "decode > 5 ktok/s": "decode_tok_s > 5000",
    "decode>5000": "decode_tok_s > 5000",
    "decode throughput over 5000": "decode_tok_s > 5000",
    "throughput >= 1000 on h100": f"{H100}, decode_tok_s >= 1000",
    "吞吐大于1000": "decode_tok_s > 1000",
    "ttft < 100ms": "ttft_ms < 100",
    "ttft < 0.1 s": "ttft_ms < 100",
    "ttft < 0.1s": "ttft_ms < 100",
    "ttft under 100 ms": "ttft_ms < 100",
    "ttft at most 100 毫秒": "ttft_ms <= 100",
    "首字延迟低于100毫秒": "ttft_ms < 100",
    "tpot < 12.5": "tpot_ms < 12.5",
    "itl <= 20 ms": "itl_ms <= 20",
    "power < 400w": "power_per_card_w < 400",
    "power < 0.4 kw": "power_per_card_w < 400",
    "显存小于 80 gb": "memory_per_card_gb < 80",
    "batch = 64": "batch = 64",
    "concurrency >= 16": "concurrency >= 16",
    "decode ＞ 5000": "decode_tok_s > 5000",
    "decode ≥ 5000 and ttft ≤ 200 ms": "decode_tok_s >= 5000, ttft_ms <= 200",
    "8 cards": "cards = 8",
    "8 gpus h100": f"{H100}, cards = 8",
    "8xH100": f"{H100}, cards = 8",
    "8x H100": f"{H100}, cards = 8",
    "8 × H100": f"{H100}, cards = 8",
    "16卡": "cards = 16",
    "16卡昇腾": "vendor huawei, cards = 16",
    "8张H200": f"{H200}, cards = 8",
    "256 chips trillium": "hardware tpu-v6e, cards = 256",
    "0.5 cards": "? 0.5",
    "0 cards": "? 0",
    "disaggregated": "disaggregated = True",
    "pd分离 h100": f"{H100}, disaggregated = True",
    "mtp r1": "model deepseek-r1, speculation = True",
    "impossible": "verdict = impossible",
    "does-not-fit": "verdict = does-not-fit",
    "reported h200": f"{H200}, tier = reported",
    # widths, slips, glue
    "ＤＥＥＰＳＥＥＫ Ｒ１": "model deepseek-r1",
    "ｈ２００": H200,
    "DSR1": "model deepseek-r1",
    "DeepSeek_R1": "model deepseek-r1",
    "deepsek r1": "model deepseek-r1",
    "deepseek r1 on ascned": "model deepseek-r1, vendor huawei",
    "vlmm": "engine vllm",
    "mindei": "engine mindie",
    "sgalng": "engine sglang",
    "kimmi k2.6": "model kimi-k2.6",
    "dsr1vllm": "model deepseek-r1, engine vllm",
    # nothing of ours
    "xyzzy": "? xyzzy",
    "banana on h100": f"{H100}, ? banana",
    "h900": "? h900",
    "on the with": "",
    "?!，。": "",
}

FAMILIES = {
    "dsv4": {"deepseek-v4-flash", "deepseek-v4-pro"},
    "mi355x qwen3.5": {"qwen3.5-397b-a17b"},
    "qwen3": {"qwen3-8b", "qwen3-0.6b", "qwen3-235b-a22b"},
    "llama 70b": {"llama-3.3-70b-instruct", "llama-2-70b-hf"},
    "llama70b": {"llama-3.3-70b-instruct", "llama-2-70b-hf"},
    "deepseek": {"deepseek-r1", "deepseek-v3"},
}


def said(sentence: str, known: Vocabulary) -> str:
    found = understand(sentence, known)
    return ", ".join(
        [
            *(f"model {i}" for i in found.models),
            *(f"hardware {i}" for i in found.hardware),
            *(f"server {i}" for i in found.servers),
            *(f"vendor {i}" for i in found.vendors),
            *(f"engine {i}" for i in found.engines),
            *(f"quantization {i}" for i in found.quantizations),
            *(f"{f.field} {f.op} {f.value}" for f in found.filters),
            *(f"? {word}" for word in found.unmatched),
        ]
    )


@pytest.mark.parametrize("sentence", GOLDEN)
def test_a_sentence_means(sentence: str, known: Vocabulary) -> None:
    assert said(sentence, known) == GOLDEN[sentence]


@pytest.mark.parametrize("sentence", FAMILIES)
def test_a_family_means_all_its_members(sentence: str, known: Vocabulary) -> None:
    found = understand(sentence, known)
    assert set(found.models) >= FAMILIES[sentence]
    assert found.unmatched == []


def test_a_part_of_a_name_narrows_a_family(known: Vocabulary) -> None:
    assert all("70b" in model for model in understand("llama 70b", known).models)


def test_a_slip_that_was_read_is_told(known: Vocabulary) -> None:
    assert understand("deepsek r1", known).notes == ["read 'deepsek' as 'deepseek'"]


@pytest.mark.parametrize("sentence", ["h200", "h100", "k100", "mi300x", "mi325x", "qwen3.5", "v4"])
def test_another_number_is_no_slip(sentence: str, known: Vocabulary) -> None:
    assert understand(sentence, known).notes == []


def test_product_lines_narrow_a_vendor(known: Vocabulary) -> None:
    assert understand("tpu", known).lines == [("google", "tpu")]
    assert understand("google", known).lines == []


HOSTILE = [
    "a" * 10_000,
    "dsr1 " * 2_000,
    "昇腾" * 5_000,
    "8x" * 3_000,
    "> < >= decode " * 500,
    "\x00\x1b[31m dsr1 \x07",
    "dsr1\u202eno h200",
    "'; DROP TABLE cases; --",
    '" OR 1=1 --',
    "😀🔥 dsr1 👨‍👩‍👧",
    "مرحبا deepseek",
    "(((((",
    "[a-z]*+?{9999}\\",
    "decode > 99999999999999999999999999999999",
    "decode > 1,,,,,,2",
    "999999999999999999999999 cards",
    "%s %n {0} ${x}",
    "../../etc/passwd",
    "\udcff\udcfe dsr1",
    "ﷺ" * 200,
    "İSTANBUL ß ſ",
]


@pytest.mark.parametrize("sentence", HOSTILE, ids=lambda s: ascii(s[:20]))
def test_hostile_text_is_read_like_any_other(sentence: str, known: Vocabulary) -> None:
    found = understand(sentence, known)
    assert all(len(word) <= 1000 for word in found.unmatched)


def test_what_stands_beside_hostile_text_is_still_understood(known: Vocabulary) -> None:
    assert understand("\x00\x1b[31m dsr1 \x07", known).models == ["deepseek-r1"]
    assert understand("😀🔥 dsr1 👨‍👩‍👧", known).models == ["deepseek-r1"]


def test_a_long_text_is_cut_and_said_so(known: Vocabulary) -> None:
    assert "only the first 1000 characters" in understand("x" * 1001, known).notes[0]


_WORDS = st.sampled_from(
    [
        "dsr1",
        "ascend",
        "昇腾",
        "h100",
        "8x",
        "16卡",
        ">",
        "<",
        ">=",
        "=",
        "decode",
        "ttft",
        "5000",
        "0.1",
        "s",
        "ms",
        "tok/s",
        "fp8",
        ",",
        ".",
        ";",
        "(",
        ")",
        "'",
        '"',
        "%",
        "llama",
        "70b",
        "vllm",
    ]
)


@given(st.text(max_size=80) | st.lists(_WORDS, max_size=12).map(" ".join) | st.lists(_WORDS, max_size=8).map("".join))
def test_any_text_is_understood_somehow(known: Vocabulary, sentence: str) -> None:
    found = understand(sentence, known)
    assert found.plain()["unmatched"] == found.unmatched
    assert len(set(found.models)) == len(found.models)
