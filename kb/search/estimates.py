"""An estimate for a question that nobody has measured."""

from typing import Any

from kb.bundle.reader import Bundle
from kb.errors import BadRequest
from kb.estimate import EstimateRequest, estimate
from kb.search.lookup import BundleLibrary

_LARGEST = 1024


def estimate_for(
    bundle: Bundle, model: str, hardware: str, cards: int | None, quantizations: tuple[str, ...]
) -> dict[str, Any]:
    """Return an estimate at batch 1, on ``cards`` or on the smallest power of two of them that holds the model.

    Of several formats it takes the one that the model is published in, else the first; without any, the former.
    """
    library = BundleLibrary(bundle)
    native = library.resolve(model, "model").native_quantization
    quantization = quantizations[0] if quantizations and native not in quantizations else native

    def answer(count: int) -> dict[str, Any]:
        return estimate(EstimateRequest(model, hardware, count, quantization=quantization), library)

    if cards is not None:
        return answer(cards)
    count = 1
    found = answer(count)
    while found["memory"]["fits"] is False and count < _LARGEST:
        count *= 2
        found = answer(count)
    if found["memory"]["fits"] is False:
        raise BadRequest(f"{model} does not fit into {_LARGEST} x {hardware}")
    found["assumptions"].insert(0, f"{count} cards: the smallest power of two that holds the weights and one sequence")
    return found
