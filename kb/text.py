"""Text as people type it: widths, scripts, tokens."""

import re
import unicodedata
from collections.abc import Callable
from itertools import groupby

_TOKEN = re.compile(r"[^\s,;，；、。？?!！()（）\[\]\"'“”]+|[,;，；。？?!！]")
_STOPS = frozenset(",;，；。？?!！")
STOP = ","
_WORD = re.compile(r"[^\W_]+(?:\.[^\W_]+)*")
MAX_LENGTH = 1000


# What our words of Chinese are written with, in the traditional letters that some people use.
_SIMPLIFIED = str.maketrans(
    "單張遲於並發華為騰國產蘋較對輸長顯數據個機選買實處讀寫時間開關後來幾種嗎麼樣從會說這還過達運進專業總節電腦記憶體頻寬價錢貴歷測試評論學習務費響應歐"
    "優佈參與雙兩塊億萬積極標準類設備廠環",
    "单张迟于并发华为腾国产苹较对输长显数据个机选买实处读写时间开关后来几种吗么样从会说这还过达运进专业总节电脑记忆体频宽价钱贵历测试评论学习务费响应欧"
    "优布参与双两块亿万积极标准类设备厂环",
)


def simplified(text: str) -> str:
    """Return ``text`` with traditional Chinese letters replaced by the simplified ones."""
    return text if text.isascii() else text.translate(_SIMPLIFIED)


def normal(text: str) -> str:
    """Return ``text`` without case, full-width forms, control and direction characters."""
    kept = (c if c.isprintable() or c.isspace() else " " for c in unicodedata.normalize("NFKC", text))
    return " ".join("".join(kept).casefold().replace("×", "x").split())


def is_cjk(character: str) -> bool:
    """Tell whether a character is Han or kana."""
    return (
        "\u4e00" <= character <= "\u9fff"
        or "\u3040" <= character <= "\u30ff"
        or "\u3400" <= character <= "\u4dbf"
        or "\uf900" <= character <= "\ufaff"
    )


def tokens(text: str, cjk_names: Callable[[], list[str]]) -> list[str]:
    """Split normal text into words, and ``STOP`` for what ends a part of a sentence.

    A run of Han or kana is cut around the names that it holds, which come longest first.
    """
    words = [STOP if word in _STOPS else word for word in _TOKEN.findall(text)]
    if text.isascii():
        return words
    names = cjk_names()
    result: list[str] = []
    for word in words:
        result.extend(_cut(word, names) if any(map(is_cjk, word)) else [word])
    return result


def title_words(title: str) -> set[str]:
    """Return the words of a title: runs of letters and digits, a point between them included, without case."""
    return set(_WORD.findall(normal(title)))


def _cut(word: str, names: list[str]) -> list[str]:
    if not word:
        return []
    for name in names:
        at = word.find(name)
        if at >= 0:
            return [*_cut(word[:at], names), name, *_cut(word[at + len(name) :], names)]
    # What is left: Latin parts stay whole, and a Han run without a known name is one word.
    return ["".join(run) for _, run in groupby(word, is_cjk)]
