"""Records of one kind side by side: what differs, by how much, and, of cases, whether the comparison is fair."""

from dataclasses import dataclass
from typing import Any

from kb.bundle.reader import Bundle
from kb.errors import BadRequest
from kb.search.equal_loads import AtLoad, at_equal_loads
from kb.search.fairness import fairness
from kb.search.lookup import KIND_OF, name_index

MOST = 6
# Of these a ratio says nothing: they count what is in the base, or are the best of points under different loads.
_NO_RATIO = frozenset(
    (
        *("points", "errors", "open_errors", "warnings", "independently_reproduced"),
        *("decode_tok_s", "decode_tok_s_per_card", "total_tok_s", "tpot_ms_low", "tpot_ms_high"),
    )
)
_BORING = frozenset(("former_ids", "aliases", "names_zh", "names_ja", "note", "file"))


@dataclass(frozen=True)
class Comparison:
    """Records side by side: a row per field that at least one of them has.

    For cases ``loads`` are the operating points under equal load, and ``note`` says what makes the comparison unfair,
    or that nothing does; for other kinds they are empty and None.
    """

    kind: str
    ids: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Any, ...]], ...]
    note: str | None
    loads: tuple[AtLoad, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return the JSON form. ``ratios`` are those of numbers to the first record's, null where there is none."""
        return {
            "kind": self.kind,
            "ids": list(self.ids),
            "note": self.note,
            "fields": [
                {
                    "field": field,
                    "values": dict(zip(self.ids, values, strict=True)),
                    "differs": differs(values),
                    "ratios": dict(zip(self.ids, ratios(values, field), strict=True)),
                }
                for field, values in self.rows
            ],
            "loads": [load.plain(self.ids) for load in self.loads],
        }


def differs(values: tuple[Any, ...]) -> bool:
    """Tell whether ``values`` are not all the same."""
    return any(value != values[0] for value in values[1:])


def ratios(values: tuple[Any, ...], field: str | None = None) -> tuple[float | None, ...]:
    """Return the values over the first; None for what is no number, or where the first is none or zero.

    Of some fields a ratio would mislead: the highest throughput of each case is one of different loads.
    """
    first = values[0]
    if field in _NO_RATIO or not _is_number(first) or not first:
        return (None,) * len(values)
    return tuple(value / first if _is_number(value) else None for value in values)


def compare(bundle: Bundle, names: list[str]) -> Comparison:
    """Return the records that ``names`` name, side by side, in that order.

    Raises:
        UnknownName: a name leads nowhere, or to several records.
        BadRequest: fewer than two records, more than six, or of different kinds.
    """
    index = name_index(bundle)
    found = [index.resolve(name) for name in names]
    if len({name.id for name in found}) < 2:
        raise BadRequest("name at least two different records to compare")
    kinds = {name.kind for name in found}
    if len(kinds) > 1:
        listed = ", ".join(f"{name.id} is a {name.kind}" for name in found)
        raise BadRequest(f"only records of one kind can be compared; {listed}")
    kind = found[0].kind
    ids = tuple(dict.fromkeys(name.id for name in found))
    if len(ids) > MOST:
        raise BadRequest(f"{len(ids)} records are too many to read side by side; name at most {MOST}")
    plural = next(plural for plural, name in KIND_OF.items() if name == kind)
    rows = [bundle.rows(f"SELECT * FROM {plural} WHERE id = ?", (i,))[0] for i in ids]
    fields = tuple(
        (field, tuple(row[field] for row in rows))
        for field in rows[0]
        if field not in _BORING and any(row[field] not in (None, [], "[]") for row in rows)
    )
    if kind != "case":
        return Comparison(kind, ids, fields, None)
    loads = at_equal_loads(bundle, ids)
    return Comparison(kind, ids, fields, fairness(rows, loads), loads)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
