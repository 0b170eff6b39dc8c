"""The names that a sentence is read with, folded and sorted out when the bundle is built."""

import re
from typing import Any

from kb.corpus import Corpus
from kb.names import fold
from kb.records import Model

_KINDS = ("model", "hardware", "engine", "quantization", "server")
_JOINERS = re.compile(r"[\s/_\-]+")
_MEMORY = re.compile(r"\d+gb")
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
        key = fold(name.text)
        names.setdefault(key, {}).setdefault(name.kind, set()).add(name.id)
        at = 0
        for part in _JOINERS.split(name.text):
            at += len(fold(part))
            joints.setdefault(key, set()).add(at)
    return {
        "names": {
            key: {kind: sorted(ids) for kind, ids in sorted(kinds.items())} for key, kinds in sorted(names.items())
        },
        "joints": {key: sorted(found) for key, found in sorted(joints.items()) if found != {len(key)}},
        "tails": tails(names, joints),
        "models": {m.id: {"lab": m.lab, "family": m.family, "moe": m.moe is not None} for m in corpus.models.values()},
        "hardware": {
            h.id: {
                "vendor": h.vendor,
                "architecture": h.architecture,
                "gb": h.memory.capacity_gb.value if h.memory and h.memory.capacity_gb else None,
            }
            for h in corpus.hardware.values()
        },
        "alike": alike(list(corpus.models.values())),
    }


def tails(names: dict[str, dict[str, set[str]]], joints: dict[str, set[int]]) -> dict[str, list[str]]:
    """Return the ends of names of cards that people use alone, with the ids: the 4090 of "rtx 4090"."""
    found: dict[str, set[str]] = {}
    for key, kinds in names.items():
        for joint in joints.get(key, ()):
            tail = key[joint:]
            # "super" and "max" end too many names to mean any; a tail needs a number, and some length.
            first = tail[: min((j - joint for j in joints[key] if j > joint), default=0)]
            if len(tail) > 1 and any(c.isdigit() for c in first) and not _MEMORY.fullmatch(first):
                found.setdefault(tail, set()).update(kinds.get("hardware", ()))
    return {tail: sorted(ids) for tail, ids in sorted(found.items()) if ids}


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
