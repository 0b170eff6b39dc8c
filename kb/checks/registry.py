"""All rules, found by where they live: one module in the folder of its family."""

import importlib
import pkgutil
from functools import cache

from kb.checks import consistency, dates, evidence, form, overall, physics, references
from kb.checks.rule import Entry
from kb.errors import UnknownName

FAMILIES = (form, references, evidence, consistency, dates, physics, overall)


@cache
def rules() -> tuple[Entry, ...]:
    """Return all rules in order of code."""
    found = []
    for family in FAMILIES:
        for module_info in pkgutil.iter_modules(family.__path__):
            module = importlib.import_module(f"{family.__name__}.{module_info.name}")
            rule = getattr(module, "RULE", None)
            if rule is not None:
                name = family.__name__.rpartition(".")[2]
                found.append(Entry(rule, module.__doc__ or "", name, getattr(module, "check", None)))
    return tuple(sorted(found, key=lambda entry: entry.rule.code))


def find_rule(text: str) -> Entry:
    """Return the rule with this code or name.

    Raises:
        UnknownName: there is none; the nearest are named.
    """
    import difflib

    wanted = text.strip().casefold()
    for entry in rules():
        if wanted in (entry.rule.code.casefold(), entry.rule.name):
            return entry
    known = [spelling for entry in rules() for spelling in (entry.rule.code.casefold(), entry.rule.name)]
    near = difflib.get_close_matches(wanted, known, 3)
    raise UnknownName(text, "check", [n.upper() if n.startswith("kb") else n for n in near])
