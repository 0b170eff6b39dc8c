import pytest

from kb.importers.evokernel.publishers import publisher_of
from kb.importers.evokernel.wording import Wording, understand


@pytest.mark.parametrize(
    ("citation", "attestation", "expected"),
    [
        (
            "reference benchmark; figures approximate from docs",
            "Numbers extracted from a public benchmark; not independently re-run by submitter.",
            Wording(
                "copied-it",
                "approximate",
                "The submitter took the figures over from what is published and did not run the measurement again.",
            ),
        ),
        (
            "numbers consistent with public benchmarks (~ 180 tok/s/card)",
            "Synthesized from public threads; ±10% variance expected.",
            Wording(
                "assembled-it",
                "synthesised",
                "The submitter put the figures together from several public sources and expects them to vary by ±10 %.",
            ),
        ),
        (
            "numbers consistent with public benchmarks",
            "",
            Wording(None, "approximate", None),
        ),
        (
            "",
            "Numbers derived from launch material.",
            Wording("copied-it", None, "The submitter derived the figures from what is published."),
        ),
        (
            "",
            "Numbers approximated from coverage.",
            Wording("assembled-it", "approximate", "The submitter approximated the figures from what is published."),
        ),
        ("A table", "We ran it ourselves.", Wording("ran-it", None, "The submitter ran the measurement.")),
        (
            "",
            "Extracted from a blog, then re-run by submitter, ±2.5 %",
            Wording(
                "ran-it",
                "approximate",
                "The submitter took the figures over from what is published, ran the measurement"
                " and expects them to vary by ±2.5 %.",
            ),
        ),
        ("A table", "Trust me.", Wording(None, None, None)),
    ],
)
def test_understand(citation: str, attestation: str, expected: Wording) -> None:
    assert understand(citation, attestation) == expected


@pytest.mark.parametrize(
    ("url", "name", "vendor"),
    [
        ("https://www.amd.com/en/products.html", "AMD", "amd"),
        ("https://e.huawei.com/en/products", "Huawei", "huawei"),
        ("https://gitee.com/ascend/ModelZoo-PyTorch", "Huawei", "huawei"),
        ("https://github.com/nvidia/TensorRT-LLM", "NVIDIA", "nvidia"),
        ("https://github.com/vllm-project", "vLLM project", None),
    ],
)
def test_known_publishers(url: str, name: str, vendor: str | None) -> None:
    publisher = publisher_of(url)
    assert publisher is not None
    assert (publisher.name, publisher.vendor) == (name, vendor)


@pytest.mark.parametrize(
    "url", ["https://notamd.com/", "https://gitee.com/other", "https://[bad", "x", "https://arxiv.org/a"]
)
def test_unknown_publishers(url: str) -> None:
    assert publisher_of(url) is None
