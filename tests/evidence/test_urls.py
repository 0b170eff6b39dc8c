import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.evidence import is_generic, is_placeholder, is_product_page
from kb.evidence.urls import host_of, owner_of

PLACEHOLDERS = [
    "https://arxiv.org/abs/2401.0xx",
    "https://arxiv.org/abs/2401.00000",
    "https://arxiv.org/abs/2413.01234",
    "https://arxiv.org/pdf/xxxx.xxxxx",
    "https://doi.org/10.xxxx/3600006",
    "https://example.com/report",
    "https://www.example.org",
    "http://bench.example/results",
    "http://localhost:8000/metrics",
    "http://127.0.0.1/a",
    "http://10.0.0.7:9000/a",
    "http://[::1]/a",
    "http://intranet/report",
    "http://node1.internal/report",
    "https://your-domain.com/report",
    "https://github.com/your-org/your-repo",
    "https://github.com/your_name/results",
    "https://github.com/owner/repo/blob/0000000000/a.json",
    "https://github.com/vllm-project/vllm/issues/XXX",
    "https://vendor.com/TODO",
    "https://vendor.com/benchmarks/TBD",
    "https://vendor.com/benchmarks?id=TODO",
    "https://vendor.com/benchmarks?id=xxxx",
    "https://vendor.com/placeholder",
    "https://vendor.com/...",
    "file:///home/me/log.txt",
    "javascript:alert(1)",
    "/var/log/bench.txt",
    "C:\\bench\\log.txt",
    "ftp://vendor.com/sheet.pdf",
    "http://[broken",
    "",
]
REAL = [
    "https://arxiv.org/abs/2407.00079",
    "https://arxiv.org/abs/2407.00079v3",
    "https://arxiv.org/pdf/2407.00079.pdf",
    "https://arxiv.org/abs/cs.CL",
    "https://doi.org/10.1145/3600006.3613165",
    "https://github.com/vllm-project/vllm/pull/12345",
    "https://github.com/someone/todo-list/blob/main/README.md",
    "https://vendor.com/blog/your-guide-to-inference",
    "https://vendor.com/blog/8xh200-and-4xx-errors",
    "https://www.nvidia.com/en-us/data-center/h100/",
    "https://zh.wikipedia.org/wiki/昇腾",
    "https://huggingface.co/deepseek-ai/DeepSeek-R1",
]
GENERIC = [
    "https://www.iluvatar.com/",
    "https://www.iluvatar.com",
    "https://www.hygon.cn/index.html",
    "https://www.huawei.com/en/",
    "https://www.huawei.com/en/news/2024",
    "https://blog.vllm.ai/",
    "https://docs.vllm.ai/",
    "https://docs.vllm.ai/en/latest/",
    "https://docs.vllm.ai/en/v0.6.0/index.html",
    "https://inference.vendor.com/blog",
    "https://www.amd.com/en/products",
    "https://vendor.com/news?utm_source=x",
    "https://github.com",
    "https://github.com/vllm-project",
    "https://github.com/vllm-project/vllm",
    "https://github.com/vllm-project/vllm/",
    "https://github.com/vllm-project/vllm/discussions",
    "https://github.com/vllm-project/vllm/issues",
    "https://github.com/vllm-project/vllm/issues?q=h200",
    "https://github.com/vllm-project/vllm/tree/main",
    "https://gitee.com/ascend/ModelZoo-PyTorch",
    "https://huggingface.co/",
    "https://huggingface.co/models",
    "https://huggingface.co/deepseek-ai",
    "https://huggingface.co/deepseek-ai/DeepSeek-R1/discussions",
]
SPECIFIC = [
    "https://github.com/vllm-project/vllm/issues/1234",
    "https://github.com/vllm-project/vllm/discussions/1234",
    "https://github.com/vllm-project/vllm/releases",
    "https://github.com/vllm-project/vllm/tree/095f58a51c4c",
    "https://github.com/vllm-project/vllm/blob/main/README.md",
    "https://huggingface.co/deepseek-ai/DeepSeek-R1",
    "https://huggingface.co/datasets/owner/name",
    "https://huggingface.co/deepseek-ai/DeepSeek-R1/discussions/12",
    "https://huggingface.co/blog/some-article",
    "https://arxiv.org/abs/2407.00079",
    "https://doi.org/10.1145/3600006.3613165",
    "https://vendor.com/?p=123",
    "https://vendor.com/#/papers/123",
    "https://www.mthreads.com/product/S4000",
    "https://api-docs.deepseek.com/news/news260424",
    "https://inference.vendor.com/blog/mi355x-in-26-days",
    "https://cloud.google.com/blog/products/compute/introducing-trillium-6th-gen-tpus",
    "https://images.nvidia.com/aem-dam/en-zz/Solutions/data-center/nvidia-ampere-architecture-whitepaper.pdf",
    "http://[broken",
]
PRODUCT = [
    "https://e.huawei.com/en/products/computing/ascend",
    "https://www.nvidia.com/en-us/data-center/h100/",
    "https://aws.amazon.com/ai/machine-learning/trainium/",
    "https://www.amd.com/en/products/accelerators/instinct/mi300/mi300x.html",
    "https://huggingface.co/deepseek-ai/DeepSeek-R1",
    "https://huggingface.co/datasets/owner/name",
]
NO_PRODUCT = [
    "https://cloud.google.com/blog/products/compute/introducing-trillium-6th-gen-tpus",
    "https://images.nvidia.com/aem-dam/Solutions/Data-Center/l4/nvidia-ada-gpu-architecture-whitepaper-v2.1.pdf",
    "https://arxiv.org/abs/2407.00079",
    "https://huggingface.co/blog/some-article",
    "https://vendor.com",
    "http://[broken",
]


@pytest.mark.parametrize("url", PLACEHOLDERS)
def test_leads_nowhere(url: str) -> None:
    assert is_placeholder(url)


@pytest.mark.parametrize("url", [*REAL, *GENERIC, *[u for u in SPECIFIC if "[" not in u], *PRODUCT])
def test_leads_somewhere(url: str) -> None:
    assert not is_placeholder(url)


@pytest.mark.parametrize("url", GENERIC)
def test_is_a_front_page(url: str) -> None:
    assert is_generic(url)


@pytest.mark.parametrize("url", [*SPECIFIC, *PRODUCT])
def test_is_a_page_of_its_own(url: str) -> None:
    assert not is_generic(url)


@pytest.mark.parametrize("url", PRODUCT)
def test_presents_a_product(url: str) -> None:
    assert is_product_page(url)


@pytest.mark.parametrize("url", NO_PRODUCT)
def test_presents_no_product(url: str) -> None:
    assert not is_product_page(url)


@given(st.text(max_size=40))
def test_any_text_gets_an_answer(text: str) -> None:
    for url in (text, "https://" + text, "https://github.com/" + text):
        assert is_placeholder(url) in (True, False)
        assert is_generic(url) in (True, False)
        assert is_product_page(url) in (True, False)
        assert owner_of(url) == owner_of(url).lower()


@given(
    st.from_regex(r"[a-wyz][a-z0-9]{3,10}\.(com|cn|ai)", fullmatch=True),
    st.lists(st.from_regex(r"[a-wyz][a-z]{4,9}-[a-z]{5,8}", fullmatch=True), min_size=1, max_size=4),
)
def test_an_article_is_neither_blank_nor_generic(host: str, slugs: list[str]) -> None:
    url = f"https://{host}/blog/{'/'.join(slugs)}"
    if not any(slug.startswith(("insert-", "change-")) for slug in slugs):
        assert not is_placeholder(url)
    if "press-release" not in url:
        assert not is_generic(url)
    assert is_generic(f"https://{host}/blog/")


def test_host_and_owner() -> None:
    assert host_of("https://www.nvidia.com/en-us/") == "nvidia.com"
    assert host_of("http://[broken") == ""
    assert owner_of("https://raw.githubusercontent.com/Mesh-LLM/mesh-llm/main/a.md") == "mesh-llm"
    assert owner_of("https://nvidia.com/a") == ""
    assert owner_of("http://[broken") == ""
