"""Who answers for the pages that exports cite, as far as the address tells."""

from typing import NamedTuple
from urllib.parse import urlsplit


class Publisher(NamedTuple):
    """A publisher; ``vendor`` is set where it sells what its pages describe."""

    address: str
    name: str
    vendor: str | None = None


# A host also stands for its subdomains; a path is the beginning of the page's path.
_PUBLISHERS = (
    Publisher("amd.com", "AMD", "amd"),
    Publisher("api-docs.deepseek.com", "DeepSeek", "deepseek"),
    Publisher("aws.amazon.com", "Amazon Web Services", "aws"),
    Publisher("birentech.com", "Biren Technology", "biren"),
    Publisher("blog.vllm.ai", "vLLM project"),
    Publisher("cambricon.com", "Cambricon", "cambricon"),
    Publisher("cloud.google.com", "Google Cloud", "google"),
    Publisher("gitee.com/ascend", "Huawei", "huawei"),
    Publisher("github.com/InternLM", "InternLM"),
    Publisher("github.com/NVIDIA", "NVIDIA", "nvidia"),
    Publisher("github.com/sgl-project", "SGLang project"),
    Publisher("github.com/vllm-project", "vLLM project"),
    Publisher("hiascend.com", "Huawei", "huawei"),
    Publisher("huawei.com", "Huawei", "huawei"),
    Publisher("hygon.cn", "Hygon", "hygon"),
    Publisher("iluvatar.com", "Iluvatar CoreX", "iluvatar"),
    Publisher("intel.com", "Intel", "intel"),
    Publisher("metax-tech.com", "MetaX", "metax"),
    Publisher("mthreads.com", "Moore Threads", "moore-threads"),
    Publisher("nvidia.com", "NVIDIA", "nvidia"),
)


def publisher_of(url: str) -> Publisher | None:
    """Return the publisher of the page at ``url``, or None when the address does not tell."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host, path = (parts.hostname or "").removeprefix("www."), parts.path.casefold() + "/"
    for publisher in _PUBLISHERS:
        known_host, _, known_path = publisher.address.casefold().partition("/")
        if (host == known_host or host.endswith(f".{known_host}")) and path.startswith(f"/{known_path}"):
            return publisher
    return None
