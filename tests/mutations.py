"""Real records with something changed: a field gone, a type swapped, a text misspelt, a list overfull.

The same ones every time. Many stay valid: what is compared is who accepts them, so both answers must occur.
"""

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

from kb.corpus import Corpus
from kb.records import KINDS

SEED = 2

Json = dict[str, Any]

NASTY_TEXTS = [
    *("", " ", "x" * 101, "x" * 201, "x" * 601, "x" * 2001, "abc\n", "\nabc", "ABC", "a b", "a--b", "-a", "a.", "a_b"),
    *("ev-x", "ev-", "Ev-x", "ev-x\n", "h100-sxm5-80gb", "昇腾", "no", "010", "1.10", "null", "true", "8", "1e3"),
    *("2024", "2024\n", "2024-02", "2024-13", "2024-00", "2024-02-29", "2023-02-29", "2024-02-30", "2024-2-3"),
    *("20240229", "2024-W01-1", "0000", "0001-01-01", "1899", "2100-01-01", "9999-12-31", "2024-02-29\n", "２０２４"),
    *("2024-02-29T00:00", "24-02-29", " 2024"),
    *("https://a.org/b", "http://a.org", "https://a.org/b\n", "https://a.org/b c", "https://a.org/\u3000", "https://"),
    *("HTTPS://a.org", "ftp://a.org", "javascript:alert(1)", "file:///a", "data:text/plain,a", "https://a.org/<b>"),
    *("https://a.org/\x1f", "https://a.org/\x85", "https://a.org/昇腾", 'https://a.org/"', "//a.org", "a.org"),
    *(
        "raw/a.json",
        "../a",
        "/a",
        "a/../b",
        "a/./b",
        "a//b",
        "a/",
        ".a",
        "a\\b",
        "raw/a.json\n",
        "Qwen/Qwen3-8B",
        "Qwen/",
    ),
    *("a" * 64, "A" * 64, "a" * 63, "a" * 64 + "\n", "supported", "Supported", "case", "measured", "fp8", "FP8"),
]
NASTY_NUMBERS: list[Any] = [
    *(-1, 0, 1, 8, 10**18, 10**18 + 1, -(10**18), -(10**18) - 1, 10**19, 10**400),
    *(-0.0, 0.0, 8.0, 8.5, -8.5, 1e-300, 1e18, 1e19, -1e19, 1e308, 0.1),
]
NASTY: list[Any] = [
    *NASTY_TEXTS,
    *NASTY_NUMBERS,
    *(True, False, None, [], {}, [None], [[]], [{}], {"value": 8}, {"value": None}, {"": 1}, [8], ["ev-x"], [1, "a"]),
    *({"value": 8, "evidence": []}, {"value": 8, "evidence": "ev-x"}, {"value": "8"}, {"evidence": ["ev-x"]}),
    *({"value": 8.5, "disputed": [{"value": 9, "why": "x"}]}, {"value": 8, "disputed": [{"value": 9}]}),
]


def _containers(node: Any) -> Iterator[Any]:
    """Yield every mapping and list below ``node`` that holds something, itself first."""
    if isinstance(node, dict | list) and node:
        yield node
        for inner in node.values() if isinstance(node, dict) else node:
            yield from _containers(inner)


def _pick(data: Json, chance: random.Random) -> tuple[Any, Any]:
    """Return a container anywhere in ``data``, and a key or index of it."""
    container = chance.choice(list(_containers(data)))
    return container, chance.choice(list(container) if isinstance(container, dict) else range(len(container)))


def _delete(data: Json, chance: random.Random) -> None:
    container, key = _pick(data, chance)
    del container[key]


def _replace(data: Json, chance: random.Random) -> None:
    container, key = _pick(data, chance)
    container[key] = copy.deepcopy(chance.choice(NASTY))


def _replace_by_same_type(data: Json, chance: random.Random) -> None:
    container, key = _pick(data, chance)
    if isinstance(container[key], str):
        container[key] = chance.choice(NASTY_TEXTS)
    elif isinstance(container[key], int | float):
        container[key] = chance.choice(NASTY_NUMBERS)
    else:
        container[key] = type(container[key])()


def _spell(data: Json, chance: random.Random) -> None:
    """Change a text a little."""
    container, key = _pick(data, chance)
    if isinstance(container[key], str):
        slips: list[Callable[[str], str]] = [
            str.upper,
            str.title,
            lambda t: t + "\n",
            lambda t: t[:-1],
            lambda t: t * 50,
        ]
        container[key] = chance.choice(slips)(container[key])


def _scale(data: Json, chance: random.Random) -> None:
    """Change a number a little; most stay what a model takes."""
    container, key = _pick(data, chance)
    if isinstance(container[key], int | float) and not isinstance(container[key], bool):
        container[key] = chance.choice(
            [container[key] * 8, container[key] / 1000, -container[key], float(container[key])]
        )


def _retype(data: Json, chance: random.Random) -> None:
    container, key = _pick(data, chance)
    value = container[key]
    others = [str(value), [value], {"value": value}, not value, None, 1, 1.5]
    container[key] = copy.deepcopy(chance.choice(others))


def _add(data: Json, chance: random.Random) -> None:
    """Add a field, unknown or known elsewhere, or an entry to a list."""
    container, key = _pick(data, chance)
    if isinstance(container, dict):
        names = [
            "robot",
            "note",
            "Kind",
            "",
            "value",
            "low",
            "high",
            "evidence",
            "url",
            "path",
            "default_evidence",
            "tp",
        ]
        container.setdefault(chance.choice(names), copy.deepcopy(chance.choice([*NASTY, container[key]])))
    else:
        container.append(copy.deepcopy(chance.choice([container[key], container[key], *NASTY])))


def _crowd(data: Json, chance: random.Random) -> None:
    container, key = _pick(data, chance)
    if isinstance(container, list):
        container.extend(copy.deepcopy(container[key]) for _ in range(chance.choice([1, 4, 9, 20, 50, 100])))


def _empty(data: Json, chance: random.Random) -> None:
    container, _ = _pick(data, chance)
    if container is not data:
        container.clear()


def _artifact(data: Json, chance: random.Random) -> None:
    parts: Json = {"sha256": "a" * 64, "url": "https://a.org/b", "path": "raw/a.json", "command": "bench"}
    artifact = {name: parts[name] for name in chance.sample(sorted(parts), chance.randint(1, 4))}
    data["evidence"] = [{"id": "ev-z", "source": "a", "artifact": artifact}]


def _value_or_range(data: Json, chance: random.Random) -> None:
    chosen = chance.sample(["value", "low", "high", "approximate"], chance.randint(0, 3))
    values: Json = {name: True if name == "approximate" else chance.choice([8, {"value": 8}]) for name in chosen}
    if "values" in data:
        data["values"] = [values]


def _inline_source(data: Json, chance: random.Random) -> None:
    source: Json = {"title": "t", "url": "https://a.org/b", "kind": "paper", "date": "2024-02", "vendor": "nvidia"}
    _replace_by_same_type(source, chance)
    data["evidence"] = [{"id": "ev-z", "source": chance.choice([source, source, "a", 8, {}, [], True])}]


CHANGES: list[Callable[[Json, random.Random], None]] = [
    *(_delete, _replace, _replace_by_same_type, _replace_by_same_type, _spell, _scale, _scale, _retype, _add),
    *(_crowd, _empty, _artifact, _value_or_range, _inline_source),
]


def _short(node: Any, chance: random.Random) -> Any:
    """Return ``node`` with some facts in their short form, and long lists cut."""
    if isinstance(node, dict):
        if "value" in node and chance.random() < 0.5:
            return node["value"]
        return {key: _short(value, chance) for key, value in node.items()}
    return [_short(item, chance) for item in node[:3]] if isinstance(node, list) else node


def mutations(corpus: Corpus, count: int) -> Iterator[tuple[str, Json]]:
    """Yield ``count`` changed copies of real records, with their kinds; the same ones every time."""
    chance = random.Random(SEED)
    shelves = [(name, [record.plain() for record in corpus.shelf(name).values()]) for name in KINDS]
    for number in range(count):
        kind, records = shelves[number % len(shelves)]
        data = _short(copy.deepcopy(chance.choice(records)), chance)
        for change in chance.choices(CHANGES, k=chance.choice([1, 1, 1, 2])):
            change(data, chance)
        yield kind, data
