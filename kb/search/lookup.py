"""Records of a bundle by any of their names."""

import json
from typing import Any

from kb.bundle.reader import Bundle
from kb.errors import BadRequest, UnknownName
from kb.names import Names

# As kb.records.KINDS has them; named here again so that a look-up need not load the models of the records.
KIND_OF = {
    "hardware": "hardware",
    "servers": "server",
    "interconnects": "interconnect",
    "models": "model",
    "engines": "engine",
    "quantizations": "quantization",
    "cases": "case",
    "claims": "claim",
    "sources": "source",
}
PLURALS = tuple(KIND_OF)


def name_index(bundle: Bundle) -> Names:
    """Return the names of all records of the bundle."""
    return bundle.index.names


def record(bundle: Bundle, text: str, kind: str | None = None) -> dict[str, Any]:
    """Return the JSON form of the one record that ``text`` names, its findings included.

    Raises:
        UnknownName: no record, or more than one, goes by that name.
    """
    index = bundle.index
    name = index.names.resolve(text, kind)
    found = index.rows("SELECT json, tier, file, standing FROM record WHERE kind = ? AND id = ?", (name.kind, name.id))
    written, tier, file, standing = found[0]
    data: dict[str, Any] = json.loads(written)
    findings = index.rows("SELECT json FROM finding WHERE record = ? ORDER BY number", (name.id,))
    # id first: programs and people look for it there.
    return {
        "id": data.pop("id"),
        **data,
        "tier": tier,
        "file": file,
        **json.loads(standing),
        "findings": [json.loads(finding) for (finding,) in findings],
    }


def figures(bundle: Bundle, kind: str, record_id: str) -> dict[str, Any]:
    """Return the numbers of a record, and the verdicts of the points of a case.

    The form is ``{"facts": [{"pointer", "value", "disputed", "tier", "why"}], "verdicts": [...]}``.
    """
    rows = bundle.index.rows("SELECT figures FROM record WHERE kind = ? AND id = ?", (kind, record_id))
    found: dict[str, Any] = json.loads(rows[0][0])
    return found


def records(bundle: Bundle, kind: str) -> list[dict[str, Any]]:
    """Return the rows of the table of ``kind`` (its plural), in order of id.

    Raises:
        BadRequest: there is no such kind.
    """
    if kind not in PLURALS:
        import difflib

        near = difflib.get_close_matches(kind, PLURALS, 1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"one of {', '.join(PLURALS)}"
        raise BadRequest(f"unknown kind {kind[:60]!r}; {hint}")
    return bundle.rows(f"SELECT * FROM {kind} ORDER BY id")


# A few records are looked up one by one; more of them all at once.
_FEW = 4


class BundleLibrary:
    """Records of a bundle as the models of ``kb.records``, for the estimator."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._names = name_index(bundle)
        self._known: dict[tuple[str, str], Any] = {}
        self._asked: dict[tuple[str, str | None], Any] = {}
        # The texts of all records of a kind, once so many of it were asked for that one query is cheaper.
        self._texts: dict[str, dict[str, str]] = {}
        self._missed: dict[str, int] = {}

    def resolve(self, text: str, kind: str | None = None) -> Any:
        """Return the record of ``kind`` that ``text`` names; raise :class:`UnknownName`."""
        asked = (text, kind)
        found = self._asked.get(asked)
        if found is None:
            name = self._names.resolve(text, kind)
            found = self._asked[asked] = self._load(name.kind, name.id)
        return found

    def records(self, kind: str) -> tuple[Any, ...]:
        """Return all records of ``kind`` (hardware, model, quantization ...) in order of id."""
        return tuple(self._load(kind, record_id) for record_id in self._all_texts(kind))

    def _load(self, kind: str, record_id: str) -> Any:
        key = (kind, record_id)
        if key not in self._known:
            text = self._text(kind, record_id)
            if text is None:
                raise UnknownName(record_id, kind, ())
            self._known[key] = self._read(kind, text)
        return self._known[key]

    def _text(self, kind: str, record_id: str) -> str | None:
        missed = self._missed[kind] = self._missed.get(kind, 0) + 1
        if missed > _FEW or kind in self._texts:
            return self._all_texts(kind).get(record_id)
        rows = self._bundle.index.rows("SELECT json FROM record WHERE kind = ? AND id = ?", (kind, record_id))
        return str(rows[0][0]) if rows else None

    def _all_texts(self, kind: str) -> dict[str, str]:
        if kind not in self._texts:
            rows = self._bundle.index.rows("SELECT id, json FROM record WHERE kind = ? ORDER BY id", (kind,))
            self._texts[kind] = dict(rows)
        return self._texts[kind]

    @staticmethod
    def _read(kind: str, text: str) -> Any:
        from kb.records import KINDS

        data = json.loads(text)
        for evidence in data["evidence"]:
            evidence.pop("supported_tier", None)
            evidence.pop("supported_because", None)
        return KINDS[kind].model.model_validate(data)
