"""Lengths of prompt and answer: ``1024 in 128 out``, ``isl 8192``, ``1k/1k``, ``输入4k输出1k``, ``32k context``."""

import re

from kb.search.reading.sentence import Sentence
from kb.search.understood import Filter, Understood

_IN = frozenset(
    (
        "in",
        "input",
        "input tokens",
        "isl",
        "prompt",
        "prompt tokens",
        "prefill tokens",
        "token input",
        "tokens in",
        "输入",
        "入力",
        "token prompt",
        "tokens input",
        "token in",
    )
)
_OUT = frozenset(
    (
        "out",
        "output",
        "output tokens",
        "osl",
        "completion",
        "tokens out",
        "generated",
        "decode tokens",
        "输出",
        "出力",
        "tokens output",
        "token out",
        "token output",
        "gen",
    )
)
_TABLE = dict.fromkeys(_IN, "input_tokens") | dict.fromkeys(_OUT, "output_tokens")
_BEFORE = {
    "isl": "input_tokens",
    "osl": "output_tokens",
    "input": "input_tokens",
    "output": "output_tokens",
    "输入": "input_tokens",
    "输出": "output_tokens",
    "prompt": "input_tokens",
    "in": "input_tokens",
    "out": "output_tokens",
}
_CONTEXT = dict.fromkeys(
    (
        "context",
        "ctx",
        "context length",
        "context window",
        "上下文",
        "上下文长度",
        "token context",
        "tokens context",
        "contexts",
        "コンテキスト",
    ),
    True,
)
_PAIR = re.compile(r"(\d+(?:\.\d+)?k?)(?:in)?[/:\-](\d+(?:\.\d+)?k?)(?:out)?")
_GLUED = re.compile(r"(isl|osl|in|out|input|output)[=:]?(\d+(?:\.\d+)?k?)")
_KIBI = 1024
# "8/16" is no pair of lengths.
_SHORTEST = 16


def read_lengths(sentence: Sentence, result: Understood) -> None:
    """Take the lengths of prompts and answers."""
    for at in range(len(sentence)):
        word = sentence.word(at)
        if word is None:
            continue
        if found := _PAIR.fullmatch(word):
            one, other = _length(found[1]), _length(found[2])
            kilo = found[1].endswith("k") and found[2].endswith("k")
            if kilo or ("/" in word and min(one, other) >= _SHORTEST and max(one, other) >= 128):
                _say(result, "input_tokens", one)
                _say(result, "output_tokens", other)
                sentence.take(at, at + 1)
        elif (found := _GLUED.fullmatch(word)) and (found[1] in ("isl", "osl") or _length(found[2]) >= _SHORTEST):
            _say(result, _BEFORE[found[1]], _length(found[2]))
            sentence.take(at, at + 1)
        else:
            _beside(sentence, at, result)


def _beside(sentence: Sentence, at: int, result: Understood) -> None:
    number = sentence.number(at)
    if number is None or not float(number.value).is_integer():
        return
    value = number.value * (_KIBI / 1000 if number.thousands else 1)
    rest = number.rest.removeprefix("-")
    if rest in ("in", "out") or (rest in _TABLE and rest):
        _say(result, _TABLE[rest], value)
        sentence.take(at, at + 1)
        return
    if rest and rest not in ("token", "tokens"):
        return
    if context := sentence.phrase(at + 1, _CONTEXT):
        # A context that is asked for is one that the prompt should nearly fill.
        result.require(Filter("input_tokens", ">=", int(value)))
        sentence.take(at, at + 1 + context[1])
        return
    after = sentence.phrase(at + 1, _TABLE)
    if after is not None and value >= 1:
        # "8 in production" is no length; "1024 in 128 out" and "1024 in" are.
        if sentence.word(at + 1) == "in" and value < _SHORTEST:
            return
        _say(result, after[0], value)
        sentence.take(at, at + 1 + after[1])
        return
    before = sentence.phrase_before(at, _BEFORE)
    if before is not None and before[1] == 1 and (sentence.word(at - 1) not in ("in", "out")):
        _say(result, before[0], value)
        sentence.take(at - 1, at + 1)


def _say(result: Understood, column: str, value: float) -> None:
    result.require(Filter(column, "=", int(value)))


def _length(text: str) -> float:
    return float(text.removesuffix("k")) * (_KIBI if text.endswith("k") else 1)
