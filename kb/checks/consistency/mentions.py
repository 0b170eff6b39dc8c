"""Finding what a free text names: models, engines, cards and servers of the corpus. No rule."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from kb.corpus import Corpus
from kb.corpus.names import names_of
from kb.names import Name, fold
from kb.records import Record

KINDS = ("model", "engine", "hardware", "server")
_LONGEST = 10
_TOKEN = re.compile(r"[a-z0-9]+(?:\.[a-z0-9]+)*|[\u3040-\u30ff\u3400-\u9fff]+")
# Words that say how a checkpoint is stored or tuned, not which model it is.
_STORED = frozenset(
    [
        *("fp4", "fp8", "nvfp4", "mxfp4", "int4", "int8", "bf16", "fp16", "awq", "gptq", "gguf", "w4a16", "w8a8"),
        *("dynamic", "static", "block", "quantized", "instruct", "it", "chat", "base", "hf"),
    ]
)
_JOINED = re.compile(r"[\s_\-‐-―·]*")


class Mention(NamedTuple):
    """A stretch of a text that is a name, and the records that go by it."""

    text: str
    names: tuple[Name, ...]

    def of(self, kind: str) -> list[str]:
        """Return the ids of this kind that it can mean."""
        return [name.id for name in self.names if name.kind == kind]


def tokens(text: str) -> list[str]:
    """Return the words of a text as names are compared: no case, no width, no hyphens."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())


@lru_cache(maxsize=2)
def _index(corpus: Corpus) -> dict[str, tuple[Name, ...]]:
    """Return what each name leads to, and each beginning of a name that holds a digit: H100, Qwen3."""
    index: dict[str, dict[tuple[str, str], Name]] = {}
    for name in corpus.names.all():
        if name.kind not in KINDS:
            continue
        for key in _keys(name.text, name.kind):
            index.setdefault(key, {}).setdefault((name.kind, name.id), name)
    return {key: tuple(names.values()) for key, names in index.items()}


# For each corpus with another submission the same thousands of names are asked for.
@lru_cache(maxsize=20_000)
def _keys(text: str, kind: str) -> tuple[str, ...]:
    """Return under which keys a name of a record of ``kind`` is found."""
    folded = fold(text)
    keys = [folded]
    if kind in ("model", "hardware"):
        words = tokens(text)
        keys += ["".join(words[:end]) for end in range(1, len(words))]
    found = [key for key in keys if len(key) > 1 and any(c.isdigit() for c in key) and not key.isdigit()]
    if not any(c.isdigit() for c in folded) and len(text) > 2:
        found.append(folded)
    return tuple(found)


def mentions(text: str, corpus: Corpus) -> list[Mention]:
    """Return the names in ``text`` from left to right; of two that overlap, the longer."""
    index = _index(corpus)
    plain = unicodedata.normalize("NFKC", text).casefold()
    words = list(_TOKEN.finditer(plain))
    found: list[Mention] = []
    at = 0
    while at < len(words):
        end = _joined_until(plain, words, at)
        for stop in range(end, at, -1):
            stretch = plain[words[at].start() : words[stop - 1].end()]
            names = index.get("".join(tokens(stretch)))
            if names:
                found.append(Mention(stretch, names))
                at = stop
                break
        else:
            at += 1
    return found


def _joined_until(text: str, words: list[re.Match[str]], at: int) -> int:
    """Return the end of the run of words from ``at`` that only spaces and hyphens part."""
    end = at + 1
    while end < len(words) and end - at < _LONGEST:
        if not _JOINED.fullmatch(text, words[end - 1].end(), words[end].start()):
            break
        end += 1
    return end


def may_mean(mention: Mention, record: Record) -> bool:
    """Tell whether the mention is a name of the record, or a shorter, less exact form of one.

    ``H100`` may mean ``h100-sxm5-80gb`` and ``910B`` may mean ``ascend-910b3``; ``L4`` is not ``l40s``, and
    ``DeepSeek V3`` is not ``deepseek-v3.2``. What follows a name may say how the weights are stored:
    ``GLM-5 FP8`` may mean ``glm-5``, though there is a checkpoint of that name.
    """
    if record.id in mention.of(record.kind):
        return True
    said = "".join(tokens(mention.text))
    for name in names_of(record):
        words = tokens(name.text)
        shown = tokens(mention.text)
        if record.kind == "model" and shown[: len(words)] == words and _STORED.issuperset(shown[len(words) :]):
            return True
        for start in range(len(words)):
            rest = "".join(words[start:])
            if rest.startswith(said) and _may_end(rest, len(said)):
                return True
    return False


def _may_end(text: str, at: int) -> bool:
    following = text[at : at + 1]
    return following != "." and not (following.isdigit() and text[at - 1].isdigit())
