"""The names that a sentence is read with, folded and sorted out when the bundle is built."""

import itertools
import re
from typing import Any

from kb.corpus import Corpus
from kb.names import fold
from kb.records import Model
from kb.text import simplified

_KINDS = ("model", "hardware", "engine", "quantization", "server")
_JOINERS = re.compile(r"[\s/_\-]+")
Tails = dict[str, dict[str, list[str]]]
# The size of a model is a part of so many names that it is none.
_SIZE = re.compile(r"\d+(?:\.\d+)?[bm](?:a\d+(?:\.\d+)?b)?|a\d+(?:\.\d+)?b")
_GENERIC = frozenset(
    ("pro", "max", "ultra", "super", "mobile", "server", "workstation", "gpu", "nvl", "pcie", "edition")
)
_MEMORY = re.compile(r"\d+gb")
_MAKERS = ("nvidia", "meta")
# Two releases of one size differ by less.
_SAME_SIZE = 0.02


def vocabulary(corpus: Corpus) -> dict[str, Any]:
    """Return the vocabulary of a corpus, ready for JSON.

    ``names`` gives for each folded name the ids by kind that it can mean, ``joints`` where in it a new word begins,
    ``models`` and ``hardware`` what their ids say of facets, and ``alike`` the models of the same family and size.
    """
    names: dict[str, dict[str, set[str]]] = {}
    joints: dict[str, set[int]] = {}
    for name in corpus.names.all():
        if name.kind not in _KINDS:
            continue
        key = fold(simplified(name.text))
        for prefix in _MAKERS:
            # People leave out who made it: "nemotron 3 nano", "llama 3 8b".
            if name.kind == "model" and key.startswith(prefix) and len(key) > len(prefix):
                bare = key.removeprefix(prefix)
                names.setdefault(bare, {}).setdefault("model", set()).add(name.id)
                joints.setdefault(bare, set()).update(_joints(name.text, len(prefix)))
        names.setdefault(key, {}).setdefault(name.kind, set()).add(name.id)
        joints.setdefault(key, set()).update(_joints(name.text))
    return {
        "names": {
            key: {kind: sorted(ids) for kind, ids in sorted(kinds.items())} for key, kinds in sorted(names.items())
        },
        "joints": {key: sorted(found) for key, found in sorted(joints.items()) if found != {len(key)}},
        "tails": tails(names, joints),
        "models": {
            m.id: {"lab": m.lab, "family": m.family, "moe": m.moe is not None, "b": _billions(m)}
            for m in corpus.models.values()
        },
        "hardware": {
            h.id: {
                "vendor": h.vendor,
                "architecture": h.architecture,
                "gb": h.memory.capacity_gb.value if h.memory and h.memory.capacity_gb else None,
            }
            for h in corpus.hardware.values()
        },
        "variants": variants(corpus),
        "alike": alike(list(corpus.models.values())),
    }


def _joints(text: str, skipped: int = 0) -> list[int]:
    """Return where the words of a name end in its folded form, of which the first ``skipped`` letters are left out."""
    ends = list(itertools.accumulate(len(fold(part)) for part in _JOINERS.split(text)))
    return [end - skipped for end in ends if end > skipped]


def _billions(model: Model) -> float | None:
    return model.parameters.total.value / 1e9 if model.parameters and model.parameters.total else None


def tails(names: dict[str, dict[str, set[str]]], joints: dict[str, set[int]]) -> Tails:
    """Return the ends of names that people use alone, with the ids by kind: the 4090 of "rtx 4090"."""
    found: dict[str, dict[str, set[str]]] = {}
    for key, kinds in names.items():
        for joint in joints.get(key, ()):
            tail = key[joint:]
            first = tail[: min((j - joint for j in joints[key] if j > joint), default=0)]
            # "super" and "max" end too many names to mean any; a tail has a number in front, or begins like "agx orin".
            numbered = len(tail) > 1 and any(c.isdigit() for c in first) and not _MEMORY.fullmatch(first)
            telling = len(first) > 2 and first.isalpha() and first not in _GENERIC and tail != first
            if numbered or telling:
                for kind in ("hardware", "model"):
                    if kind == "hardware" or (numbered and not _SIZE.fullmatch(tail)):
                        found.setdefault(tail, {}).setdefault(kind, set()).update(kinds.get(kind, ()))
    return {
        tail: {kind: sorted(ids) for kind, ids in kinds.items() if ids}
        for tail, kinds in sorted(found.items())
        if any(kinds.values())
    }


def parts(names: dict[str, dict[str, list[str]]], joints: dict[str, list[int]]) -> dict[str, dict[str, list[str]]]:
    """Return the words that names consist of, with the ids of the models and cards whose names have them."""
    found: dict[str, dict[str, set[str]]] = {}
    for key, kinds in names.items():
        start = 0
        for end in joints.get(key, (len(key),)):
            part = found.setdefault(key[start:end], {})
            start = end
            for kind in ("model", "hardware"):
                part.setdefault(kind, set()).update(kinds.get(kind, ()))
    return {part: {kind: sorted(ids) for kind, ids in kinds.items() if ids} for part, kinds in sorted(found.items())}


def variants(corpus: Corpus) -> dict[str, list[str]]:
    """Return for each model the checkpoints of it in another number format: kimi-k2.5-nvfp4 of kimi-k2.5."""
    formats = {part for record in corpus.quantizations for part in record.split("-") if any(c.isdigit() for c in part)}
    found: dict[str, list[str]] = {}
    for one in corpus.models:
        for other in corpus.models:
            rest = other.removeprefix(f"{one}-")
            if rest != other and rest.split("-")[0] in formats and not _SIZE.fullmatch(rest.split("-")[0]):
                found.setdefault(one, []).append(other)
    return {one: sorted(others) for one, others in sorted(found.items())}


def alike(models: list[Model]) -> dict[str, list[str]]:
    """Return for each model the others of its family and size: re-releases and number formats of it."""
    sizes = {m.id: m.parameters.total.value for m in models if m.parameters and m.parameters.total}
    families: dict[str, list[str]] = {}
    for model in models:
        if model.family and model.id in sizes:
            families.setdefault(model.family, []).append(model.id)
    found = {
        one: [other for other in members if other != one and abs(sizes[other] - sizes[one]) <= _SAME_SIZE * sizes[one]]
        for members in families.values()
        for one in members
    }
    return {one: others for one, others in sorted(found.items()) if others}
