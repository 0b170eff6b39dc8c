"""Text as people type it: widths, scripts, tokens."""

import re
import unicodedata

_TOKEN = re.compile(r"[^\s,;，；、。？?!！()（）\[\]\"'“”]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+|[^\W_]+(?:[.\-][^\W_]+)*")
MAX_LENGTH = 1000


def normal(text: str) -> str:
    """Return ``text`` without case, full-width forms, control and direction characters."""
    kept = (c if c.isprintable() or c.isspace() else " " for c in unicodedata.normalize("NFKC", text))
    return " ".join("".join(kept).casefold().replace("×", "x").split())


def is_cjk(character: str) -> bool:
    """Tell whether a character is Han or kana."""
    return bool(_CJK.match(character))


def tokens(text: str, cjk_names: list[str]) -> list[str]:
    """Split normal text; a run of Han or kana is cut around the names that it holds, longest first."""
    result: list[str] = []
    for word in _TOKEN.findall(text):
        result.extend(_cut(word, cjk_names) if any(map(is_cjk, word)) else [word])
    return result


def title_words(title: str) -> set[str]:
    """Return the words of a title: runs of letters and digits of one script, without case."""
    return set(_WORD.findall(normal(title)))


def _cut(word: str, names: list[str]) -> list[str]:
    if not word:
        return []
    for name in names:
        at = word.find(name)
        if at >= 0:
            return [*_cut(word[:at], names), name, *_cut(word[at + len(name) :], names)]
    # What is left: Latin parts stay whole, and a Han run without a known name is one word.
    return [part for part in re.split(r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+)", word) if part]
