import pytest

from kb.estimate import NotCheckable, weigh
from kb.estimate.weights import readable
from kb.records import Model
from tests.estimate import build
from tests.estimate.build import BF16, FP8, model, quantization

MXFP4_EXPERTS = quantization("mxfp4-experts", ("routed_experts", "fp4", 4.25))
INT4_EXPERTS = quantization("int4-g32-experts", ("routed_experts", "int4", 4.5))


def test_two_bytes_a_parameter() -> None:
    assert weigh(build.DEEPSEEK_R1, BF16).total / 1e9 == pytest.approx(1342.05, abs=0.2)
    assert weigh(build.GLM_5, BF16).total / 1e9 == pytest.approx(1487.8, rel=0.005)
    assert weigh(build.LLAMA_70B, FP8).total == pytest.approx(70_553_706_496, rel=1e-6)


def test_groups_without_a_word_stay_at_16_bits() -> None:
    kimi = weigh(build.KIMI_K2, INT4_EXPERTS)
    experts = 60 * 384 * 3 * 7168 * 2048
    assert kimi.by_group["routed_experts"] == experts * 4.5 / 8
    assert kimi.by_group["attention"] == kimi.parameters.groups["attention"] * 2
    # 571 GB of experts and 23 GB of the rest
    assert kimi.total / 1e9 == pytest.approx(571.0 + 23.4, abs=1)


def test_what_a_step_reads() -> None:
    oss = weigh(build.GPT_OSS, MXFP4_EXPERTS)
    experts, embedding = 36 * 128 * 3 * 2880 * 2880, 201088 * 2880
    assert oss.expert_bytes == pytest.approx(3 * 2880 * 2880 * 4.25 / 8)
    assert oss.total == pytest.approx(oss.always_read + embedding * 2 + experts * 4.25 / 8)
    assert oss.read(4) == pytest.approx(oss.always_read + 36 * 4 * oss.expert_bytes)


def test_a_tied_embedding_is_read_as_the_head() -> None:
    tied = weigh(build.LLAMA_3B, BF16)
    assert tied.always_read == tied.total


def test_a_lone_total_weighs_something_in_one_width_only() -> None:
    lone = model(parameters={"total": 1_200_000_000})
    assert weigh(lone, FP8).total == 1.2e9
    with pytest.raises(NotCheckable, match="vocabulary"):
        weigh(lone, MXFP4_EXPERTS)


def test_parts_that_do_not_make_the_whole_weigh_nothing() -> None:
    wrong = build.dense("wrong", 80, 8192, 64, 8, 128, 28672, 128256, parameters={"total": 90_000_000_000})
    with pytest.raises(NotCheckable, match=r"70\.55 billion parameters, 90 billion are stated"):
        weigh(wrong, BF16)


@pytest.mark.parametrize("of", [build.LLAMA_3B, build.LLAMA_70B, build.QWEN_235B], ids=lambda of: of.id)
def test_attention_and_head_by_group(of: Model) -> None:
    weights = weigh(of, FP8)
    groups = weights.parameters.groups
    assert weights.attention == groups["attention"]
    # a tied embedding is the head
    assert weights.head == (groups["output_head"] or groups["embedding"])


def test_without_groups_attention_and_head_are_unknown() -> None:
    lone = weigh(model(parameters={"total": 10**9}), FP8)
    assert (lone.attention, lone.head, lone.always_read) == (0, 0, 0)


def test_what_can_be_read() -> None:
    assert readable(build.LLAMA_8B, FP8) is weigh(build.LLAMA_8B, FP8)
    with pytest.raises(NotCheckable, match="by group"):
        readable(model(parameters={"total": 10**9}), FP8)
    with pytest.raises(NotCheckable, match="does not generate text"):
        readable(build.dense("ranker", 24, 1024, 16, 16, 64, 4096, 250002, purpose="reranking"), FP8)
