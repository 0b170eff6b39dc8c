"""Whether a new schema of the output breaks the programs that read what the old one described.

The direction is that of a reader. It looks for fields, reads values of a type, and compares them with words it knows;
it passes over what it does not know, since the promise tells it to. So these are major:

- ``removed``: a field or a file is gone;
- ``uncertain``: a field that was always there may be absent now;
- ``retyped``: another type, and likewise one more: null, or text beside numbers, is what no reader expected;
- ``narrowed``: a word that is no longer used, a closer bound, a new or other pattern. What a reader looks for, or
  stored by the old rule, may be found no more; and that nothing hides behind such a change cannot be seen from here.

And these are minor: ``added`` (a field, a file, a word of a list of words), ``widened`` (a looser bound, a pattern
dropped), ``certain`` (always there from now on). Words are counted as additions, since every new card brings a number
format or a kind of source; were each a major version, the number would say nothing. Descriptions do not count.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Schema = dict[str, Any]
Level = Literal["major", "minor", "none"]
What = Literal["removed", "uncertain", "retyped", "narrowed", "added", "widened", "certain"]
MAJOR: frozenset[What] = frozenset(("removed", "uncertain", "retyped", "narrowed"))
_LOWER = ("minimum", "exclusiveMinimum", "minItems", "minLength")
_UPPER = ("maximum", "exclusiveMaximum", "maxItems", "maxLength")
_TYPE_NAMES = {bool: "boolean", int: "integer", float: "number", str: "string", type(None): "null"}


@dataclass(frozen=True, order=True)
class Change:
    """One difference, where it is (``cases.json: items[].tier``), and what of it."""

    where: str
    what: What
    detail: str

    @property
    def level(self) -> Level:
        """Return how much it asks of a reader."""
        return "major" if self.what in MAJOR else "minor"

    def __str__(self) -> str:
        return f"{self.where} {self.what}: {self.detail}"


def level(changes: list[Change]) -> Level:
    """Return the highest level of ``changes``."""
    levels = {change.level for change in changes}
    return "major" if "major" in levels else "minor" if levels else "none"


def compare_all(old: Mapping[str, Schema], new: Mapping[str, Schema]) -> list[Change]:
    """Return how the schemas of files differ, by the name of each file."""
    found = [Change(name, "removed", "no such file any more") for name in old.keys() - new.keys()]
    found += [Change(name, "added", "a new file") for name in new.keys() - old.keys()]
    for name in old.keys() & new.keys():
        found += compare(old[name], new[name], f"{name}:")
    return sorted(found)


def compare(old: Schema, new: Schema, where: str = "") -> list[Change]:
    """Return how two schemas differ, as far as a reader notices."""
    return sorted(set(_Comparison(old.get("$defs", {}), new.get("$defs", {})).of(old, new, where)))


class _Comparison:
    def __init__(self, old: Mapping[str, Schema], new: Mapping[str, Schema]) -> None:
        self._old, self._new = old, new
        # A schema may refer to itself.
        self._open: set[tuple[int, int]] = set()

    def of(self, old: Schema, new: Schema, where: str) -> Iterator[Change]:
        before, after = _by_type(old, self._old), _by_type(new, self._new)
        if before.keys() != after.keys():
            yield Change(where, "retyped", f"from {_either(before)} to {_either(after)}")
        for name in sorted(before.keys() & after.keys()):
            one, other = before[name], after[name]
            if len(one) == len(other) == 1:
                yield from self._branch(one[0], other[0], where)
            elif one != other:
                yield Change(where, "retyped", f"other alternatives of type {name}")

    def _branch(self, old: Schema, new: Schema, where: str) -> Iterator[Change]:
        pair = (id(old), id(new))
        if pair in self._open:
            return
        self._open.add(pair)
        yield from _limits(old, new, where)
        yield from self._fields(old, new, where)
        yield from self._inside(old.get("items"), new.get("items"), f"{where}[]")
        yield from self._inside(_values(old), _values(new), f"{where}.*")
        places = old.get("prefixItems", []), new.get("prefixItems", [])
        if len(places[0]) != len(places[1]):
            yield Change(where, "retyped", f"a list of {len(places[0])} is one of {len(places[1])}")
        for index, (one, other) in enumerate(zip(*places, strict=False)):
            yield from self.of(one, other, f"{where}[{index}]")
        self._open.discard(pair)

    def _inside(self, old: Schema | None, new: Schema | None, where: str) -> Iterator[Change]:
        if old is not None or new is not None:
            yield from self.of(old or {}, new or {}, where)

    def _fields(self, old: Schema, new: Schema, where: str) -> Iterator[Change]:
        before, after = old.get("properties", {}), new.get("properties", {})
        needed, needed_now = set(old.get("required", ())), set(new.get("required", ()))
        for name in before:
            here = f"{where}.{name}" if where and not where.endswith(":") else f"{where} {name}".strip()
            if name not in after:
                yield Change(here, "removed", "no such field any more")
                continue
            if name in needed - needed_now:
                yield Change(here, "uncertain", "may be absent, and was always there")
            if name in needed_now - needed:
                yield Change(here, "certain", "always there from now on")
            yield from self.of(before[name], after[name], here)
        for name in after.keys() - before.keys():
            here = f"{where}.{name}" if where and not where.endswith(":") else f"{where} {name}".strip()
            yield Change(here, "added", "a new field")


def _by_type(node: Schema, defs: Mapping[str, Schema]) -> dict[str, list[Schema]]:
    """Return the alternatives of a schema, their references followed, by the type of JSON that each describes."""
    found: dict[str, list[Schema]] = {}
    waiting, followed = [node], set[str]()
    while waiting:
        one = waiting.pop(0)
        if "$ref" in one:
            name = one["$ref"].rpartition("/")[2]
            if name not in followed:
                followed.add(name)
                waiting.append(defs[name])
        elif "anyOf" in one or "oneOf" in one:
            waiting.extend([*one.get("anyOf", ()), *one.get("oneOf", ())])
        else:
            for name in _types(one):
                found.setdefault(name, []).append(one)
    return found


def _types(node: Schema) -> list[str]:
    given = node.get("type")
    if given is None:
        words = _words(node)
        return ["anything"] if words is None else sorted({_TYPE_NAMES[type(word)] for word in words})
    return [given] if isinstance(given, str) else list(given)


def _words(node: Schema) -> list[Any] | None:
    words: list[Any] | None = [node["const"]] if "const" in node else node.get("enum")
    return words


def _values(node: Schema) -> Schema | None:
    """Return the schema of the values of a mapping with keys of any name."""
    more = node.get("additionalProperties")
    return more if isinstance(more, dict) else None


def _either(types: Mapping[str, Any]) -> str:
    return " or ".join(sorted(types))


def _limits(old: Schema, new: Schema, where: str) -> Iterator[Change]:
    yield from _vocabulary(_words(old), _words(new), where)
    for word in (*_LOWER, *_UPPER):
        before, after = old.get(word), new.get(word)
        if before == after:
            continue
        closer = before is None or (after is not None and (after > before) == (word in _LOWER))
        what: What = "narrowed" if closer else "widened"
        yield Change(where, what, f"{word} was {_said(before)}, is {_said(after)}")
    for word in ("pattern", "format"):
        before, after = old.get(word), new.get(word)
        if before != after:
            what = "widened" if after is None else "narrowed"
            yield Change(where, what, f"{word} was {_said(before)}, is {_said(after)}")
    if old.get("additionalProperties") is not False and new.get("additionalProperties") is False:
        yield Change(where, "narrowed", "no further fields are allowed")
    if old.get("additionalProperties") is False and new.get("additionalProperties") is not False:
        yield Change(where, "widened", "further fields are allowed")


def _vocabulary(old: list[Any] | None, new: list[Any] | None, where: str) -> Iterator[Change]:
    if old is None and new is not None:
        yield Change(where, "narrowed", f"only {_listed(new)} from now on")
    elif old is not None and new is None:
        yield Change(where, "widened", f"not only {_listed(old)}")
    elif old is not None and new is not None:
        if lost := [word for word in old if word not in new]:
            yield Change(where, "narrowed", f"never {_listed(lost)} any more")
        if more := [word for word in new if word not in old]:
            yield Change(where, "added", f"may be {_listed(more)}")


def _said(limit: Any) -> str:
    return "none" if limit is None else str(limit)


def _listed(words: list[Any]) -> str:
    return ", ".join(str(word) for word in words)
