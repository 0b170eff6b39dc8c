"""What the Tab key offers where a name is taken, read from the bundle that is there.

No bundle is built for it, and nothing is ever said: a shell would print that into the line that is being typed.
"""

import os
import re
from collections.abc import Callable, Iterable
from typing import Any

import typer

# A value and what it is; shells that can show both do.
Offer = tuple[str, str]

# Shells read what is offered as words of their language, some of them twice. So only these are ever offered.
_HARMLESS = re.compile(r"[\w.+/@-]+")
_AFTER = "\U0010ffff"
_LONGEST_HELP = 60


class _Instead(str):
    """An id that is offered for another name of its record: typer drops what does not begin as typed."""

    __slots__ = ()

    def startswith(self, *_: Any) -> bool:
        """Return true."""
        return True


def any_record(incomplete: str) -> list[Offer]:
    """Return records of any kind."""
    return _quietly(lambda: _records(incomplete))


def models(incomplete: str) -> list[Offer]:
    """Return models."""
    return _quietly(lambda: _records(incomplete, "model"))


def hardware(incomplete: str) -> list[Offer]:
    """Return kinds of cards."""
    return _quietly(lambda: _records(incomplete, "hardware"))


def quantizations(incomplete: str) -> list[Offer]:
    """Return formats of weights."""
    return _quietly(lambda: _records(incomplete, "quantization"))


def engines(incomplete: str) -> list[Offer]:
    """Return engines."""
    return _quietly(lambda: _records(incomplete, "engine"))


def like_the_first(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Return records of the kind of the first one that was named, without those that were."""

    def found() -> list[Offer]:
        named = [name for value in ctx.params.values() if isinstance(value, list | tuple) for name in value]
        kind = _kind(named[0]) if named else None
        return [offer for offer in _records(incomplete, kind) if offer[0] not in named]

    return _quietly(found)


def vendors(incomplete: str) -> list[Offer]:
    """Return vendors of cards."""

    def found() -> Iterable[Offer]:
        import json

        rows = _rows("SELECT json FROM record WHERE kind = 'hardware'")
        return ((vendor, "") for vendor in sorted({json.loads(text)["vendor"] for (text,) in rows}))

    return _quietly(lambda: _beginning(incomplete, found()))


def kinds(incomplete: str) -> list[Offer]:
    """Return kinds of records, in the plural."""

    def found() -> Iterable[Offer]:
        from kb.search.lookup import PLURALS

        return ((plural, "") for plural in PLURALS)

    return _quietly(lambda: _beginning(incomplete, found()))


def orders(incomplete: str) -> list[Offer]:
    """Return what answers can be put into an order by."""

    def found() -> Iterable[Offer]:
        from kb.search.order import NAMED

        return ((name, column) for name, (column, _) in NAMED.items())

    return _quietly(lambda: _beginning(incomplete, found()))


def checks(incomplete: str) -> list[Offer]:
    """Return names of checks; codes once one is begun."""

    def found() -> Iterable[Offer]:
        from kb.checks import rules

        codes = incomplete.casefold().startswith("kb")
        return ((entry.rule.code if codes else entry.rule.name, entry.summary) for entry in rules())

    return _quietly(lambda: _beginning(incomplete, found()))


def formats(incomplete: str) -> list[Offer]:
    """Return formats that can be imported."""

    def found() -> Iterable[Offer]:
        from kb.importers.formats import AUTO, IMPORTERS

        return ((AUTO, "tell each file by its content"), *((one.name, one.about) for one in IMPORTERS.values()))

    return _quietly(lambda: _beginning(incomplete, found()))


def _quietly(found: Callable[[], list[Offer]]) -> list[Offer]:
    try:
        return [(value, _harmless(about)) for value, about in found() if _HARMLESS.fullmatch(value)]
    except Exception:
        # Whatever is wrong with the bundle: the command itself says so, once it is run.
        return []


def _beginning(incomplete: str, offers: Iterable[Offer]) -> list[Offer]:
    """Return the offers that begin as typed, whatever the case."""
    wanted = incomplete.casefold()
    return [(_Instead(value), about) for value, about in offers if value.casefold().startswith(wanted)]


def _records(incomplete: str, kind: str | None = None) -> list[Offer]:
    """Return the ids that begin as typed; where none does, those of the records that have such a name."""
    of_kind, only = ("kind = ? AND", (kind,)) if kind else ("", ())
    ends = (incomplete, incomplete + _AFTER)
    by_id = _rows(f"SELECT id, title FROM record WHERE {of_kind} id >= ? AND id < ? ORDER BY id", (*only, *ends))
    if by_id or not incomplete:
        return by_id
    from kb.names import fold

    ends = (fold(incomplete), fold(incomplete) + _AFTER)
    by_name = _rows(
        f"SELECT id, name FROM name WHERE {of_kind} folded >= ? AND folded < ? ORDER BY id, name", (*only, *ends)
    )
    if os.environ.get("_KB_COMPLETE") == "complete_bash":
        return [(_Instead(record), name) for record, name in dict(by_name).items()]
    # Other shells show only what begins as typed; the name does, and every command takes it.
    return [(name, record) for record, name in by_name if name.startswith(incomplete)]


def _kind(name: str) -> str | None:
    from kb.names import fold

    found = {kind for (kind,) in _rows("SELECT kind FROM name WHERE folded = ?", (fold(name),))}
    return found.pop() if len(found) == 1 else None


def _rows(statement: str, parameters: tuple[Any, ...] = ()) -> list[Any]:
    """Return rows of the index of the bundle that is there; the one place where completion reads."""
    from kb.bundle.index import INDEX, Index
    from kb.cli.places import bundle_folder

    path = bundle_folder() / INDEX
    index = Index(path)
    try:
        return index.rows(statement, parameters)
    finally:
        index.close()


def _harmless(text: str) -> str:
    kept = "".join(c if c.isalnum() or c in ".,+/()×·%-" else " " for c in text)
    return " ".join(kept.split())[:_LONGEST_HELP].rstrip()
