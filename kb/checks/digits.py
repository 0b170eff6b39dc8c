"""Whether two figures are one, printed with more and with fewer digits. No rule."""

_MOST_DIGITS = 17
# Half of the last place, and what binary fractions add to it.
_HALF = 0.500001


def digits_shared(one: float, other: float) -> int:
    """Return the digits of the shorter figure, where the longer one rounds to it (17.04 and 17.038); else 0."""
    fine, coarse = sorted((_printed(one), _printed(other)), key=lambda printed: printed[0], reverse=True)
    if abs(fine[2] - coarse[2]) > _HALF * 10.0 ** -coarse[0]:
        return 0
    return min(fine[1], coarse[1])


def _printed(number: float) -> tuple[int, int, float]:
    """Return the places behind the point, the digits that count, and the number."""
    text = repr(float(number)).removesuffix(".0")
    if "e" in text:
        return _MOST_DIGITS, _MOST_DIGITS, float(number)
    return len(text.partition(".")[2]), len(text.replace(".", "").lstrip("0")), float(number)
