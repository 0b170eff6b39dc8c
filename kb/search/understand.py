"""A sentence -> what it asks for: records by facet, conditions, an order, and the words nobody could place."""

from kb.search.reading.conditions import read_conditions
from kb.search.reading.days import read_days
from kb.search.reading.layout import read_cards, read_splits
from kb.search.reading.lengths import read_lengths
from kb.search.reading.names import NameReader
from kb.search.reading.orders import read_kv_cache, read_loads, read_orders
from kb.search.reading.sentence import Sentence
from kb.search.reading.spelling import spelled
from kb.search.slips import without_slips
from kb.search.understood import Understood
from kb.search.vocabulary import Vocabulary
from kb.text import MAX_LENGTH, normal, simplified, tokens


def understand(sentence: str, vocabulary: Vocabulary) -> Understood:
    """Read ``sentence``; whatever it holds, something comes back.

    What is counted or compared is taken out first (``decode > 5000 tok/s``, ``1k in``, ``8 cards``), then orders and
    words for loads, then names, the longest first, then names with a typing slip.
    """
    result = Understood()
    if len(sentence) > MAX_LENGTH:
        result.notes.append(f"only the first {MAX_LENGTH} characters were read")
    text = spelled(simplified(normal(sentence[:MAX_LENGTH])))
    found = tokens(text, lambda: vocabulary.cjk_words)
    words = Sentence(without_slips(found, vocabulary, result.notes))
    read_orders(words, result)
    read_conditions(words, result)
    read_splits(words, vocabulary, result)
    read_lengths(words, result)
    read_days(words, result)
    read_cards(words, vocabulary, result)
    read_kv_cache(words, vocabulary, result)
    read_loads(words, vocabulary, result)
    NameReader(words, vocabulary, result).read()
    return result
