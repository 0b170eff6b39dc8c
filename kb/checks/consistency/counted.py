"""Reading how many cards a title speaks of. No rule."""

import re
from functools import lru_cache

from kb.checks.consistency.mentions import tokens
from kb.corpus import Corpus
from kb.corpus.names import names_of

# "6800 XT" is a card: an X that stands apart from its number stands apart from the name, too.
_TIMES = re.compile(r"(?<![\w.×])(\d{1,5})(?:[xX]\s*|\s*×\s*|\s+[xX]\s+)(?=[^\W\d_])")
_CARDS = re.compile(r"(?<![\w.×-])(\d{1,5})[\s-]*(?:GPU|NPU|TPU|DCU|card|chip|accelerator)s?\b", re.IGNORECASE)
_GENERIC = frozenset(("gpu", "gpus", "npu", "npus", "card", "cards", "chips", "accelerators"))
# Where such a word follows, the number may count machines, or the cards of one machine.
_MACHINES = frozenset(
    ["dgx", "hgx", "per", "each", "superpod", "ultraserver", "节点", "台"]
    + [
        word + ending
        for word in ("node", "server", "instance", "pod", "rack", "system", "machine", "host", "replica", "worker")
        for ending in ("", "s")
    ]
    + ["platform", "platforms", "cluster", "clusters"]
)


@lru_cache(maxsize=2)
def _card_words(corpus: Corpus) -> frozenset[str]:
    words = set(_GENERIC)
    for hardware in corpus.hardware.values():
        words.update(tokens(hardware.vendor))
        for name in names_of(hardware):
            words.update(tokens(name.text))
    return frozenset(word for word in words if not word.isdigit())


def counted_cards(title: str, corpus: Corpus) -> list[int]:
    """Return the numbers that surely count cards in ``title``; a number of machines is none of them."""
    if not _MACHINES.isdisjoint(tokens(title)):
        return []
    known = _card_words(corpus)
    numbers = []
    for match in _TIMES.finditer(title):
        following = tokens(title[match.end() :])
        if following and following[0] in known:
            numbers.append(int(match.group(1)))
    numbers.extend(int(match.group(1)) for match in _CARDS.finditer(title))
    return numbers
