"""Ways of writing the same thing, brought to one before a sentence is cut into words."""

import re

_AMOUNTS = {"million": 1_000_000, "百万": 1_000_000, "万": 10_000, "thousand": 1_000, "千": 1_000}
_AMOUNT = re.compile(rf"(?<![a-z0-9.])(\d+(?:\.\d+)?) ?({'|'.join(_AMOUNTS)})(?![a-z])")
_REPLACED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        # 5,000
        (r"(?<=\d),(?=\d{3}(?!\d))", ""),
        (r"\s*(>=|<=|=>|=<|==|≥|≤|>|<|=)\s*", r" \1 "),
        (r"(?<![\w.])(\d{1,4}) ?(?:gb|gib|g)(?![a-z0-9/])", r"\1gb"),
        (r"\bhalf a second\b", "500 ms"),
        (r"\bsub-?(?=\d)", "< "),
        (r"\bnon-(?=[a-z])", "non "),
        (r"\b(?:other than|apart from|rather than|instead of|aside from)\b", "except"),
        (r"\b(\w+)-(?=(?:gpu|card|chip|npu)s?\b)", r"\1 "),
        (r"'s\b", ""),
        (r"、", " 和 "),
        (r":", " "),
        (r"(?<=[a-z]\d),(?=\d(?!\d))", "."),
        (r"(\d)b-a(?=\d)", r"\1b a"),
    )
)


def spelled(text: str) -> str:
    """Return ``text`` (normal) with numbers, units and turns of phrase as the readers expect them."""
    for pattern, replacement in _REPLACED:
        text = pattern.sub(replacement, text)
    return _AMOUNT.sub(lambda found: f"{float(found[1]) * _AMOUNTS[found[2]]:.10g}", text)
