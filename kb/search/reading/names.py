"""Names of models, cards, engines, formats and servers; of vendors and labs; and what is not wanted."""

import re
from dataclasses import dataclass, replace

from kb.names import fold
from kb.search.reading.sentence import Sentence
from kb.search.understood import Filter, Phrase, Understood
from kb.search.vocabulary import FACETS, Kinds, Vocabulary
from kb.search.words.loads import CONDITIONS
from kb.search.words.measures import METRICS, UNITS
from kb.search.words.small import JOINS, NEGATIONS, PASSED_OVER, SETS_AGAINST
from kb.search.words.vendors import LABS, LABS_OF_VENDORS, MODELS, VENDORS

_LONGEST_NAME = 8
_VERSION = re.compile(r"v?(\d+(?:\.\d+)+(?:[.\-+]?(?:post|rc|dev|a|b)\.?\d*)*|b\d{4,5}|r\d+\.\d+(?:\.\d+)*)")
_SIZE = re.compile(r"\d+(?:\.\d+)?[bm](?:-a\d+(?:\.\d+)?b)?|a\d+(?:\.\d+)?b")
_GB = re.compile(r"(\d{1,4})(?:gb|g|gib)")
# Between a negation and what it negates: "not on nvidia", "without using vllm".
_AFTER_NEGATION = frozenset(
    (
        "on",
        "want",
        "need",
        "a",
        "an",
        "the",
        "any",
        "using",
        "use",
        "with",
        "from",
        "of",
        "for",
        "running",
        "including",
        "在",
        "用",
        "是",
        "了",
        "含",
        "by",
    )
)
# Words that tell records of one name apart, and mean none by themselves.
_NARROWERS = frozenset(("mobile", "sxm", "pcie", "nvl", "instruct", "coder", "chat", "base", "distill"))
# Kinds whose records have names in parts, and those of which neighbouring words mean the records they share.
_NARROWED = ("model", "hardware")
_SHARED = ("model", "hardware", "quantization")


@dataclass
class _Group:
    """The records of one kind that neighbouring words mean together: "a100", then "80gb", then "sxm"."""

    kind: str
    text: str
    ids: list[str]
    negative: bool
    # Words after a comma, an "and" or a "vs" mean something of their own.
    closed: bool = False


class NameReader:
    """Reads the names in one sentence."""

    def __init__(self, sentence: Sentence, vocabulary: Vocabulary, result: Understood) -> None:
        self._sentence = sentence
        self._known = vocabulary
        self._result = result
        self._groups: list[_Group] = []
        self._negative = False
        # Set when what is not wanted was named; what follows is wanted again, unless it is joined to it.
        self._negative_done = False
        self._engine: str | None = None
        # Words that came before what they narrow: "80GB A100", "70b llama".
        self._sizes: list[str] = []

    def read(self) -> None:
        """Place all words that are left."""
        at = 0
        while at < len(self._sentence):
            at += self._step(at)
        self._settle()

    def _step(self, at: int) -> int:
        word = self._sentence.word(at)
        if word is None:
            self._engine = None
            self._negative = self._negative_done = False
            return 1
        if self._negative_done:
            self._negative_done = False
            if word not in JOINS:
                self._negative = False
                self._close()
        taken = self._longest(at) or self._maker(at)
        if taken:
            return taken
        self._one(at, word)
        return 1

    def _longest(self, at: int) -> int:
        """Place the longest phrase from ``at`` on that is a name; return how many words it took."""
        for length in range(min(_LONGEST_NAME, len(self._sentence) - at), 0, -1):
            phrase = self._sentence.text(at, at + length)
            if phrase is None:
                continue
            if length == 1 and _is_common(phrase):
                return 0
            kinds = self._known.find(phrase)
            if length == 1 and kinds and self._narrows(phrase, strict=True):
                return 1
            words = [self._sentence.word(place) or "" for place in range(at, at + length)]
            if not kinds and (
                fold(phrase) in LABS or all(w in VENDORS or fold(w) in VENDORS or w in LABS for w in words)
            ):
                return 0
            begun = self._known.begins(phrase) if not kinds or "server" in kinds else {}
            # Few cases name a server; who says "gb200 nvl72" means its cards as well.
            kinds = begun if "hardware" in begun else kinds or begun
            if kinds and length > 1 and self._checkpoint(at, length):
                return length
            if kinds:
                self._place(phrase, kinds)
                return length
        return 0

    def _checkpoint(self, at: int, length: int) -> bool:
        """Place "glm-5.1 fp8" as what it can be: a checkpoint of that name, or the model in that format."""
        phrase, base = self._sentence.text(at, at + length), self._sentence.text(at, at + length - 1)
        last = self._sentence.word(at + length - 1)
        if phrase is None or base is None or last is None:
            return False
        formats = self._known.find(last).get("quantization")
        whole, stem = self._known.find(phrase).get("model"), self._known.find(base).get("model")
        if not (formats and whole and stem):
            return False
        self._place(base, {"model": sorted({*whole, *stem})})
        self._place(last, {"quantization": formats})
        return True

    def _place(self, text: str, kinds: Kinds) -> None:
        self._engine = None
        if "model" in kinds and "hardware" in kinds:
            # "a10" begins cards and, inside a name, no model; who names both means the one that is named wholly.
            exact = self._known.exact.get(fold(text), {})
            kinds = {kind: ids for kind, ids in kinds.items() if kind in exact} or kinds
        for kind, ids in kinds.items():
            group = self._open(kind)
            shared = [i for i in group.ids if i in ids] if group and kind in _SHARED else []
            if group and shared:
                group.ids, group.text = shared, f"{group.text} {text}"
            else:
                self._groups.append(_Group(kind, text, list(ids), self._negative))
            if kind == "engine" and len(ids) == 1:
                self._engine = ids[0]
        self._sizes = [size for size in self._sizes if not self._narrows(size, only=tuple(kinds))]
        if self._negative:
            self._negative_done = True

    def _open(self, kind: str) -> _Group | None:
        """Return the group of ``kind`` that the next word may narrow."""
        for group in reversed(self._groups):
            if group.kind == kind:
                return None if group.closed or group.negative != self._negative else group
        return None

    def _close(self) -> None:
        """Let what follows begin groups of its own."""
        for group in self._groups:
            group.closed = True

    def _one(self, at: int, word: str) -> None:
        """Place one word that begins no name."""
        engine, self._engine = self._engine, None
        if word in NEGATIONS:
            if self._negates(at):
                self._negative = True
                self._close()
            return
        if word in SETS_AGAINST:
            self._result.versus = True
            self._close()
            self._negative = False
            return
        if word in JOINS:
            # "not h100 or h200" means neither.
            self._close()
            return
        if engine and (version := _VERSION.fullmatch(word)):
            self._result.require(Filter("engine_version", "!=" if self._negative else "=", version[1]))
            return
        if word in _AFTER_NEGATION and self._negative:
            return
        if word not in PASSED_OVER and self._means_something(word):
            return
        if word in PASSED_OVER or word in METRICS or word in UNITS or not any(c.isalnum() for c in word):
            if self._groups and self._negative and word not in _AFTER_NEGATION:
                self._negative = False
            return
        if not self._glued(word):
            self._result.unmatched.append(word)

    def _negates(self, at: int) -> bool:
        """Tell whether something that can be negated follows."""
        following = self._sentence.skip(at + 1, _AFTER_NEGATION)
        texts = (self._sentence.text(following, following + length) for length in range(1, 5))
        return any(
            text is not None and (text in VENDORS or fold(text) in VENDORS or text in LABS or self._known.knows(text))
            for text in texts
        )

    def _maker(self, at: int) -> int:
        """Place a word for a vendor, one of its product lines, or a lab; return how many words it took."""
        for length in (2, 1):
            text = self._sentence.text(at, at + length)
            if text is None or text in PASSED_OVER:
                continue
            key = fold(text)
            lab = LABS.get(text) or LABS.get(key)
            if self._sentence.word(at + length) in MODELS:
                lab = lab or LABS_OF_VENDORS.get(key)
            if lab:
                self._result.require(Filter("lab", "!=" if self._negative else "=", lab))
            elif vendor := VENDORS.get(text) or VENDORS.get(key):
                self._vendor(*vendor)
            else:
                continue
            self._negative_done = self._negative
            return length
        return 0

    def _vendor(self, name: str, line: str) -> None:
        if self._negative:
            self._result.require(Filter("vendor", "!=", name))
            return
        if name not in self._result.vendors:
            self._result.vendors.append(name)
        if line and (name, line) not in self._result.lines:
            self._result.lines.append((name, line))

    def _narrows(self, word: str, *, strict: bool = False, only: tuple[str, ...] = _NARROWED) -> bool:
        """Take ``word`` as a part of a name that was begun: the 70b of "llama 70b", the 80gb of "a100 80gb".

        With ``strict`` only where the records that were begun are several, and the word alone would mean others.
        """
        key = fold(word)
        if len(key) < 2:
            return False
        for kind in _NARROWED:
            group = self._open(kind) if kind in only else None
            if group is None or (strict and kind == "model" and not _SIZE.fullmatch(key)):
                continue
            if strict and len(group.ids) < 2:
                continue
            part = self._known.parts.get(key, {}).get(kind, ())
            fitting = [i for i in group.ids if i in part]
            if not fitting and not strict:
                # "deepseek r1" is one model, and yet the beginning of "deepseek r1 distill".
                wider = self._known.begins(group.text).get(kind, ())
                fitting = [i for i in wider if i in part]
            elif len(group.ids) < 2:
                return True
            if kind == "model" and not fitting and (size := _SIZE.fullmatch(key)):
                fitting = [i for i in group.ids if self._has_size(i, size[0])]
            if kind == "hardware" and not fitting and (gb := _GB.fullmatch(key)):
                fitting = [i for i in group.ids if self._known.hardware[i]["gb"] == float(gb[1])]
            if not fitting and not strict and any(c.isdigit() for c in key):
                fitting = [i for i in group.ids if key in fold(i)]
            if fitting:
                group.ids, group.text = fitting, f"{group.text} {word}"
                return True
        return False

    def _means_something(self, word: str) -> bool:
        return self._narrows(word) or self._size(word) or self._of_vendor(word)

    def _of_vendor(self, word: str) -> bool:
        """Take ``word`` as the number in the name of a card whose vendor was named: the 590 of "寒武纪590"."""
        vendors = self._result.vendors
        if not (word.isdigit() and len(word) > 2 and vendors):
            return False
        ids = [i for i, traits in self._known.hardware.items() if traits["vendor"] in vendors and _ends_in(i, word)]
        if ids:
            self._groups.append(_Group("hardware", word, sorted(ids), self._negative))
        return bool(ids)

    def _size(self, word: str) -> bool:
        """Take ``word`` as the size of a model, or as the memory of a card, that is named next or not at all."""
        key = fold(word)
        if _SIZE.fullmatch(key) or _GB.fullmatch(key) or key in _NARROWERS:
            self._sizes.append(word)
            return True
        return False

    def _glued(self, word: str) -> bool:
        """Take ``word`` as two names, or as a family and a part of a name: llama70b, dsr1h200, llama3.370b."""
        for cut in range(len(word) - 1, 1, -1):
            one, other = word[:cut], word[cut:]
            first = self._known.find(one) or (self._known.begins(one) if one[-1] != "." else {})
            if not first and one not in VENDORS:
                continue
            second = self._known.find(other)
            vendor = VENDORS.get(one)
            if first and second and len(other) > 1:
                self._place(one, first)
                self._place(other, second)
                return True
            before = [replace(group, ids=list(group.ids)) for group in self._groups]
            if first:
                self._place(one, first)
                if (_SIZE.fullmatch(other) or _GB.fullmatch(other) or len(other) > 2) and self._narrows(other):
                    return True
            elif vendor and second:
                self._vendor(*vendor)
                self._place(other, second)
                return True
            self._groups = before
        return False

    def _settle(self) -> None:
        """Put the groups where their kinds belong, and what is negated among the conditions."""
        for size in self._sizes:
            if not self._narrows(size):
                self._lonely(size)
        for group in self._groups:
            if group.negative:
                for record in group.ids:
                    self._result.require(Filter(group.kind, "!=", record))
                continue
            shelf: list[str] = getattr(self._result, FACETS[group.kind])
            shelf.extend(i for i in group.ids if i not in shelf)
            self._result.phrases.append(Phrase(group.text, group.kind, tuple(group.ids)))

    def _has_size(self, model: str, size: str) -> bool:
        """Tell whether a model has the parameters that a size says, as 671b does."""
        billions = self._known.models[model]["b"]
        if billions is None or size.startswith("a"):
            return False
        wanted = float(size[:-1]) * (0.001 if size.endswith("m") else 1)
        return bool(abs(billions - wanted) <= 0.01 * wanted)

    def _lonely(self, size: str) -> None:
        """Take a size that nothing named: all models of it, or all cards with that memory."""
        key = fold(size)
        if gb := _GB.fullmatch(key):
            ids = sorted(i for i, traits in self._known.hardware.items() if traits["gb"] == float(gb[1]))
            kind = "hardware"
        else:
            ids, kind = list(self._known.parts.get(key, {}).get("model", ())), "model"
            ids = ids or [i for i in self._known.models if self._has_size(i, key)]
        if ids:
            self._groups.append(_Group(kind, size, ids, negative=False))
        else:
            self._result.unmatched.append(size)


def _ends_in(record: str, number: str) -> bool:
    return any(part.endswith(number) and not part[: -len(number)][-1:].isdigit() for part in record.split("-"))


def negated(sentence: Sentence, at: int) -> int | None:
    """Return where a negation right before ``at`` begins; None where there is none."""
    before = sentence.skip(at - 1, _AFTER_NEGATION, -1)
    return before if sentence.word(before) in NEGATIONS else None


def _is_common(word: str) -> bool:
    tables = (PASSED_OVER, CONDITIONS, NEGATIONS, JOINS, SETS_AGAINST, METRICS)
    return any(word in table for table in tables)
