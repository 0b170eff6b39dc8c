"""Which modules a quantization leaves out, from the patterns in which tools write them.

Transformers and ModelOpt write names and wildcards (``lm_head``, ``model.layers.0.self_attn*``), compressed-tensors
names and ``re:`` patterns. Patterns come from a stranger's file, so only the plain ones are followed: a regular
expression is translated when it is made of names, ``.*`` and alternatives, and never run as it stands.
"""

import re
from collections.abc import Iterable
from itertools import product

_PLAIN_REGEX = re.compile(r"(?:[A-Za-z0-9_]|\\\.|\.\*|\((?:[A-Za-z0-9_]+\|)*[A-Za-z0-9_]+\)|[\^$])*")
_ALTERNATIVES = re.compile(r"\(([A-Za-z0-9_|]+)\)")
_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_ONE_EXPERT = re.compile(r"experts\.\d")
_MOST_WILDCARDS = 200


class Excluded:
    """The modules that a list of patterns names.

    ``unclear`` holds the patterns that cannot be followed; where there is one, nothing is proven.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        self.unclear: list[str] = []
        self._names: set[str] = set()
        self._starts: set[str] = set()
        self._wild: dict[str, tuple[str, ...]] = {}
        for pattern in patterns:
            for plain in _expanded(pattern):
                self._add(plain, pattern)
        if len(self._wild) > _MOST_WILDCARDS:
            self.unclear.append(f"{len(self._wild)} wildcards")

    def holds(self, names: Iterable[str]) -> bool:
        """Tell whether a module that goes by ``names``, or one that it lies in, is left out."""
        return any(map(self._holds, names))

    def _holds(self, module: str) -> bool:
        steps = module.split(".")
        inside = (
            ".".join(steps[first:last]) for first in range(len(steps)) for last in range(first + 1, len(steps) + 1)
        )
        if any(part in self._names for part in inside):
            return True
        if self._starts and any(module[:length] in self._starts for length in range(len(module) + 1)):
            return True
        within = [".".join(steps[:last]) for last in range(1, len(steps) + 1)]
        return any(_matches(part, parts) for parts in self._wild.values() for part in within)

    def single_experts(self) -> bool:
        """Tell whether some experts are named by number, so that one does not stand for all."""
        return any(_ONE_EXPERT.search(name) for name in (*self._names, *self._starts, *self._wild))

    def _add(self, plain: str | None, pattern: str) -> None:
        if plain is None or len(plain) > 300:
            self.unclear.append(pattern)
        elif "*" not in plain:
            if _NAME.fullmatch(plain):
                self._names.add(plain)
            else:
                self.unclear.append(pattern)
        elif plain.index("*") == len(plain) - 1:
            self._starts.add(plain[:-1])
        else:
            self._wild[plain] = tuple(plain.split("*"))


def _expanded(pattern: str) -> list[str | None]:
    """Return wildcards that together mean ``pattern``; None stands for one that is not plain."""
    if not pattern.startswith("re:"):
        return [pattern if not set(pattern) & set("[]?") else None]
    regex = pattern.removeprefix("re:")
    if len(regex) > 300 or not _PLAIN_REGEX.fullmatch(regex):
        return [None]
    # It has to match from the beginning on; without a $ anything may follow.
    body = regex.removeprefix("^")
    body = body.removesuffix("$") if body.endswith("$") else body + ".*"
    if "^" in body or "$" in body:
        return [None]
    pieces = [part.split("|") if index % 2 else [part] for index, part in enumerate(_ALTERNATIVES.split(body))]
    if any(len(piece) > 20 for piece in pieces) or len(pieces) > 5:
        return [None]
    return [re.sub(r"\*+", "*", "".join(choice).replace(".*", "*").replace("\\.", ".")) for choice in product(*pieces)]


def _matches(module: str, parts: tuple[str, ...]) -> bool:
    """Tell whether ``module`` is ``parts`` with anything between them, in one pass."""
    if not module.startswith(parts[0]) or not module.endswith(parts[-1]):
        return False
    at, end = len(parts[0]), len(module) - len(parts[-1])
    for part in parts[1:-1]:
        at = module.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return at <= end
