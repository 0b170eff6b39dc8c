"""How many cards, and how the work is split over them: ``8x``, ``h100x8``, ``dual 3090``, ``双卡``, ``tp8 ep=16``."""

import re

from kb.search.reading.sentence import Sentence
from kb.search.understood import Filter, Understood
from kb.search.vocabulary import Vocabulary
from kb.search.words.small import CARDS, CARDS_CJK, COUNTS
from kb.search.words.vendors import VENDORS

_SPLIT = re.compile(r"(tp|pp|ep|dp|tg)[-=:]?(\d{1,5})")
_SPLITS = re.compile(r"(?:(?:tp|pp|ep|dp|tg)[-=:]?\d{1,5})+")
# llama-bench calls a test of 512 prompt tokens pp512, and one of 128 answer tokens tg128; no pipeline is so long.
_TESTS = {"pp": "input_tokens", "tg": "output_tokens"}
_SHORTEST_TEST = 64
_SPLIT_NAMES = {
    "tp": "tp", "tensor parallel": "tp", "tensor parallelism": "tp", "tensor-parallel": "tp", "张量并行": "tp",
    "pp": "pp", "pipeline parallel": "pp", "pipeline parallelism": "pp", "流水线并行": "pp",
    "ep": "ep", "expert parallel": "ep", "expert parallelism": "ep", "专家并行": "ep",
    "dp": "dp", "data parallel": "dp", "data parallelism": "dp", "数据并行": "dp",
}  # fmt: skip
_BATCH = re.compile(r"(?:bs|bsz|batch|batchsize|batch-size)[-=:]?(\d{1,6})")
_CONCURRENCY = re.compile(r"(?:c|conc|concurrency)[-=:]?(\d{1,6})")
_TIMES_FIRST = re.compile(r"(\d{1,6})[x*](.*)")
_TIMES_LAST = re.compile(r"(.*\D|.*\d)[x*](\d{1,5})")
_COUNTED = re.compile(rf"(\d{{1,6}})-?(?:{'|'.join(CARDS)}|{'|'.join(CARDS_CJK)})")
_SINGLE = {"single user": 1, "single request": 1, "one user": 1, "单用户": 1, "单请求": 1, "单并发": 1, "单路": 1}
_MOST_COUNTED = 1024
_MULTIPLY = ("x", "*")


def read_splits(sentence: Sentence, vocabulary: Vocabulary, result: Understood) -> None:
    """Take tensor, pipeline, expert and data parallelism, and batch sizes that are glued to their number."""
    for at in range(len(sentence)):
        word = sentence.word(at)
        if word is None:
            continue
        if _SPLITS.fullmatch(word):
            for name, number in _SPLIT.findall(word):
                tested = name == "tg" or (name == "pp" and int(number) >= _SHORTEST_TEST)
                result.require(Filter(_TESTS[name] if tested else name, "=", int(number)))
            sentence.take(at, at + 1)
        elif found := _BATCH.fullmatch(word):
            result.require(Filter("batch", "=", int(found[1])))
            sentence.take(at, at + 1)
        elif (found := _CONCURRENCY.fullmatch(word)) and not vocabulary.knows(word):
            result.require(Filter("concurrency", "=", int(found[1])))
            sentence.take(at, at + 1)
        elif single := sentence.phrase(at, _SINGLE):
            result.require(Filter("batch", "=", single[0]))
            sentence.take(at, at + single[1])
        elif named := sentence.phrase(at, _SPLIT_NAMES):
            number = sentence.number(at + named[1])
            before = sentence.number(at - 1)
            if number and not number.rest and number.value.is_integer():
                result.require(Filter(named[0], "=", int(number.value)))
                sentence.take(at, at + named[1] + 1)
            elif before and before.rest in ("", "-way", "路") and named[1] > 1:
                result.require(Filter(named[0], "=", int(before.value)))
                sentence.take(at - 1, at + named[1])
        elif word in ("bs", "bsz", "batchsize", "batch-size", "conc"):
            number = sentence.number(at + 1)
            if number and not number.rest:
                result.require(Filter("concurrency" if word == "conc" else "batch", "=", int(number.value)))
                sentence.take(at, at + 2)


def read_cards(sentence: Sentence, vocabulary: Vocabulary, result: Understood) -> None:
    """Take the number of cards; only the first that is said, unless things are set against each other."""
    for at in range(len(sentence)):
        if any(condition.field == "cards" for condition in result.filters):
            return
        word = sentence.word(at)
        if word is not None and not vocabulary.knows(word):
            _cards_at(sentence, at, word, vocabulary, result)


def _cards_at(sentence: Sentence, at: int, word: str, vocabulary: Vocabulary, result: Understood) -> None:
    if (found := _TIMES_FIRST.fullmatch(word)) and int(found[1]) > 0:
        rest = found[2]
        # "8x7b" is a name, eight experts of seven billion, and "128x128" a block.
        if re.fullmatch(r"\d+(\.\d+)?b.*", rest) or (rest.isdigit() and not vocabulary.knows(rest)):
            return
        _cards(result, int(found[1]))
        if rest:
            sentence.words[at] = rest
        else:
            sentence.take(at, at + 1)
        return
    if (found := _TIMES_LAST.fullmatch(word)) and re.search(r"[a-z]", found[1]) and re.search(r"\d", found[1]):
        _cards(result, int(found[2]))
        sentence.words[at] = found[1]
        return
    # "h100 x 8"; but in "8 x 22b" and "mi300 x" the x is another.
    after = sentence.number(at + 1) if word in _MULTIPLY and sentence.word(at - 1) else None
    if after and not after.rest and after.value.is_integer() and sentence.number(at - 1) is None:
        _cards(result, int(after.value))
        sentence.take(at, at + 2)
        return
    if (word.startswith("x") and word[1:].isdigit()) and len(word) <= 5:
        _cards(result, int(word[1:]))
        sentence.take(at, at + 1)
        return
    if (found := _COUNTED.fullmatch(word)) and int(found[1]) > 0:
        _cards(result, int(found[1]))
        sentence.take(at, at + 1)
        return
    value = _count(sentence, at)
    if value is None:
        return
    following = sentence.word(at + 1)
    if following in CARDS or following in CARDS_CJK or following in ("路",):
        end = at + 2
        while sentence.word(end) in CARDS_CJK:
            end += 1
        _cards(result, value)
        sentence.take(at, end)
    elif (
        following in _MULTIPLY
        and sentence.word(at + 2)
        and not re.fullmatch(r"\d+(\.\d+)?b?", sentence.word(at + 2) or "")
    ):
        _cards(result, value)
        sentence.take(at, at + 2)
    elif _counts_what_follows(sentence, at, vocabulary):
        _cards(result, value)
        sentence.take(at, at + 1)


def _counts_what_follows(sentence: Sentence, at: int, vocabulary: Vocabulary) -> bool:
    """Tell whether the number is of the cards that are named next: "dual 3090", "4 b200", but not "gemma 4 b200"."""
    word, before, following = sentence.word(at), sentence.text(at - 1, at + 1), sentence.word(at + 1)
    if following is None or word is None:
        return False
    named = "hardware" in (vocabulary.find(following) or vocabulary.begins(following))
    if word in COUNTS:
        return named or following in VENDORS
    return named and word.isdigit() and int(word) <= _MOST_COUNTED and not (before and vocabulary.knows(before))


def _count(sentence: Sentence, at: int) -> int | None:
    word = sentence.word(at)
    if word in COUNTS:
        return COUNTS[word]
    number = sentence.number(at)
    if number is None or number.rest or number.thousands or not number.value.is_integer() or number.value < 1:
        return None
    return int(number.value)


def _cards(result: Understood, count: int) -> None:
    if count > 0:
        result.require(Filter("cards", "=", count))
