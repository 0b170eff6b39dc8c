"""Golden queries: what people type, what must be understood, and what must come first."""

import contextlib
import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kb import Bundle, query
from kb.search.answer import Answer

FOLDER = Path(__file__).parent / "golden"
# The lists of ids that a sentence is read into, and the lists of texts.
_IDS = ("models", "hardware", "vendors", "engines", "quantizations", "servers")
_NEVER_MIND = object()


@dataclass(frozen=True)
class Golden:
    """One query with what is expected of it; ``not_yet`` marks phrasing that is known to fail."""

    ask: str
    expected: dict[str, Any]
    file: str
    not_yet: bool


@functools.cache
def golden_queries(folder: Path = FOLDER) -> tuple[Golden, ...]:
    """Return all golden queries of ``folder``."""
    found = []
    for file in sorted(folder.glob("*.yaml")):
        for entry in yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader):
            expected = dict(entry)
            ask, not_yet = str(expected.pop("ask")), bool(expected.pop("not_yet", False))
            found.append(Golden(ask, expected, file.stem, not_yet))
    return tuple(found)


def faults_of(golden: Golden, bundle: Bundle) -> list[str]:
    """Return what is not as expected, in sentences; none where all is well."""
    answer = query(bundle, golden.ask, limit=20)
    said = answer.understood.plain()
    faults = []
    actual: dict[str, list[str]] = {name: list(said[name]) for name in (*_IDS, "unmatched")}
    actual["filters"] = [_filter_text(f["field"], f["op"], f["value"]) for f in said["filters"]]
    for name, found in actual.items():
        faults += _compare(name, found, golden.expected)
    sort = said["sort"] and f"{said['sort']['field']} {said['sort']['order']}"
    if golden.expected.get("sort") != sort:
        faults.append(f"sort: {sort}, not {golden.expected.get('sort')}")
    for name in ("versus", "limit"):
        if name in golden.expected and said[name] != golden.expected[name]:
            faults.append(f"{name}: {said[name]}, not {golden.expected[name]}")
    for phrase in golden.expected.get("ambiguous", ()):
        if phrase not in [entry["text"] for entry in said["ambiguous"]]:
            faults.append(f"ambiguous: {[entry['text'] for entry in said['ambiguous']]}, without {phrase}")
    return faults + _answer_faults(answer, golden.expected)


def _compare(name: str, found: list[str], expected: dict[str, Any]) -> list[str]:
    include, exclude = expected.get(f"{name}_include"), expected.get(f"{name}_exclude")
    faults = []
    if name in expected or (include is None and exclude is None):
        wanted = [str(one) for one in expected.get(name, ())]
        if name == "filters":
            wanted = [_normal(text) for text in wanted]
        if sorted(found) != sorted(wanted):
            faults.append(f"{name}: {_short(found)}, not {_short(wanted)}")
    missing = sorted(set(map(str, include or ())) - set(found))
    there = sorted(set(map(str, exclude or ())) & set(found))
    faults += [f"{name}: without {one}" for one in missing] + [f"{name}: with {one}" for one in there]
    return faults


def _answer_faults(answer: Answer, expected: dict[str, Any]) -> list[str]:
    faults = []
    if "nearest" in expected and answer.nearest != expected["nearest"]:
        faults.append(f"nearest: {answer.nearest}")
    if expected.get("estimate") and not answer.estimate:
        faults.append("no estimate")
    if "first" in expected:
        first = answer.results[0] if answer.results else {}
        for name, wanted in expected["first"].items():
            options = wanted if isinstance(wanted, list) else [wanted]
            if first.get(name, _NEVER_MIND) not in options:
                faults.append(f"first: {name} is {first.get(name)!r}, not {wanted!r}")
    return faults


def _normal(text: str) -> str:
    field, op, *value = text.split()
    return _filter_text(field, op, " ".join(value))


def _filter_text(field: str, op: str, value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) or value in ("true", "false") else str(value)
    if op == "!=" and text in ("true", "false"):
        # What is not true is false.
        op, text = "=", {"true": "false", "false": "true"}[text]
    if field not in ("engine_version", "day"):
        with contextlib.suppress(ValueError):
            text = f"{float(text):g}"
    return f"{field} {op} {text.casefold()}"


def _short(values: list[str]) -> str:
    return f"[{', '.join(values[:6])}{', ...' if len(values) > 6 else ''}]"
