from typing import Any

import pytest

from kb.estimate.peak import best_peak, lacks, narrowest_bits, pool_peak, usual_peak
from tests.estimate import build
from tests.estimate.build import FP8, cards, deployment, hardware, quantization

DENSE = deployment(build.LLAMA_70B, cards(8))


@pytest.mark.parametrize(
    ("fields", "bits", "tflops"),
    [
        ({"peak": {"bf16_tflops": 312, "int8_tops": 624}}, 16, 312),
        ({"peak": {"bf16_tflops": 312, "int8_tops": 624}}, 8, 624),
        # nobody published a narrower peak: twice the wider one at most
        ({"peak": {"fp16_tflops": 313}}, 8, 626),
        ({"peak": {"fp16_tflops": 313}}, 4, 1252),
        # the card is known to lack it
        ({"peak": {"bf16_tflops": 312}, "formats": {"fp8": "unsupported", "int8": "unsupported"}}, 8, 312),
        ({"peak": {"bf16_tflops": 312}, "formats": {"fp8": "unsupported"}}, 8, 624),
        # a narrower format may be slower
        ({"peak": {"bf16_tflops": 1835, "fp8_tflops": 1678}}, 8, 1835),
        ({"peak": {"fp8_tflops": 100}}, 16, None),
        ({"peak": {}}, 4, None),
    ],
)
def test_best_peak(fields: dict[str, Any], bits: int, tflops: float | None) -> None:
    assert best_peak(hardware("a-card", **fields), bits) == (None if tflops is None else tflops * 1e12)


def test_peaks_of_pools() -> None:
    assert pool_peak([cards(2), cards(1)], 16) == 900e12
    assert pool_peak([cards(2), cards(1, hardware(peak={}))], 16) is None


def test_narrowest_bits() -> None:
    assert narrowest_bits(DENSE) == 16
    assert narrowest_bits(deployment(build.LLAMA_70B, weights=FP8)) == 8
    assert narrowest_bits(deployment(build.LLAMA_70B, activations="int8")) == 8
    assert narrowest_bits(deployment(build.LLAMA_70B, weights=quantization("iq2", ("everything", "int2", 2.1)))) == 4
    assert narrowest_bits(deployment(build.LLAMA_70B, weights=quantization("m", ("everything", "mixed", 5)))) == 16


def test_narrowest_bits_of_what_computes() -> None:
    stored = quantization("w4a8", ("everything", "int4", 4), arithmetic="int8")
    assert narrowest_bits(deployment(build.LLAMA_70B, weights=stored)) == 4
    wide = quantization("w16a8", ("everything", "bf16", 16), arithmetic="fp8")
    assert narrowest_bits(deployment(build.LLAMA_70B, weights=wide)) == 8


@pytest.mark.parametrize(
    ("wanted", "tflops"),
    [("fp8", 600), ("bf16", 300), ("fp16", 300), (None, 300), ("int8", 300), ("mixed", 300)],
)
def test_usual_peak(wanted: str | None, tflops: int) -> None:
    # what has no peak of its own is computed in 16 bits
    both = hardware(peak={"fp16_tflops": 300, "fp8_tflops": 600})
    assert usual_peak(both, wanted) == tflops * 1e12


def test_usual_peak_of_formats_that_differ() -> None:
    card = hardware(peak={"bf16_tflops": 90, "fp16_tflops": 100, "int4_tops": 400})
    assert usual_peak(card, "fp16") == 100e12
    assert usual_peak(card, None) == 90e12
    assert usual_peak(card, "int4") == 400e12
    assert usual_peak(hardware(peak={}), "fp8") is None
    assert usual_peak(hardware(peak={"fp8_tflops": 600}), None) is None


@pytest.mark.parametrize(
    ("format_", "lacking"),
    [(None, False), ("fp8", True), ("int8", True), ("fp4", False), ("bf16", False), ("int4", False), ("fp6", False)],
)
def test_what_is_known_to_be_lacking(format_: str | None, lacking: bool) -> None:
    formats = {"fp8": "unsupported", "int8": "unsupported", "int4": "unsupported", "bf16": "supported"}
    # who publishes a peak does compute in it
    assert lacks(hardware(formats=formats, peak={"int4_tops": 100, "bf16_tflops": 50}), format_) is lacking
