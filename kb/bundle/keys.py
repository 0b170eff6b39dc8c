"""What tells the rows of a table apart, and which columns lead from one table to another."""

from dataclasses import dataclass

from kb.records import KINDS


@dataclass(frozen=True)
class Reference:
    """Columns that hold the key of a row of another table, or nothing."""

    columns: tuple[str, ...]
    table: str
    keys: tuple[str, ...]


# Several disputed values of one number, and several findings on one line, are told apart by nothing but their place.
PRIMARY: dict[str, tuple[str, ...]] = {
    "meta": ("key",),
    **{kind.plural: ("id",) for kind in KINDS.values()},
    "points": ("case_id", "point"),
    "evidence": ("kind", "record", "id"),
    "aliases": ("folded", "kind", "id"),
    "records": ("kind", "id"),
}

_OF_STACK = tuple(
    Reference((column,), table, ("id",))
    for column, table in (
        ("model", "models"),
        ("engine", "engines"),
        ("quantization", "quantizations"),
        ("hardware", "hardware"),
    )
)
_OF_RECORD = (Reference(("kind", "record"), "records", ("kind", "id")),)

# Only columns that hold present ids: a record may name another by a former id or an alias, as its author wrote it.
FOREIGN: dict[str, tuple[Reference, ...]] = {
    "cases": _OF_STACK,
    "points": (Reference(("case_id",), "cases", ("id",)), *_OF_STACK),
    "facts": _OF_RECORD,
    "evidence": _OF_RECORD,
    "aliases": (Reference(("kind", "id"), "records", ("kind", "id")),),
}
