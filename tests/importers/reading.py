"""What the tests of the readers of benchmark tools share."""

import copy
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kb.corpus.yaml_text import load
from kb.importers import Draft, Imported, ImportFailed
from kb.records import Case

FIXTURES = Path(__file__).parent / "fixtures"
Read = Callable[[Path], Imported]


def case_of(draft: Draft) -> Case:
    """Return the case that the corpus reads from a draft."""
    return Case.model_validate(load(draft.text()))


def only(imported: Imported) -> Draft:
    """Return the one draft of an import that met no failure."""
    assert imported.failures == ()
    (draft,) = imported.drafts
    return draft


def figures(draft: Draft, point: int = 0) -> dict[str, Any]:
    """Return the results of a point, as the draft has them."""
    results: dict[str, Any] = draft.record["points"][point]["results"]
    return results


def sentences(imported: Imported) -> list[str]:
    """Return everything that an import says."""
    said = [*imported.failures, *imported.remarks]
    return said + [s for draft in imported.drafts for s in (*draft.missing, *draft.remarks)]


def spoilt(name: str, *path: str | int, value: Any) -> str:
    """Return the text of a JSON fixture with one place set to ``value``, or, for ``...``, taken out."""
    return json.dumps(put(json.loads((FIXTURES / name).read_text(encoding="utf-8")), path, value))


def put(data: Any, path: Sequence[Any], value: Any) -> Any:
    """Return a copy of ``data`` with the place at ``path`` set to ``value``, or, for ``...``, taken out."""
    changed = copy.deepcopy(data)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    if value is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return changed


def answered_with(read: Read, data: Any, path: Sequence[Any], value: Any, folder: Path) -> None:
    """See :func:`answered`, of a JSON file with one place set to ``value``."""
    file = folder / "spoilt.json"
    file.write_text(json.dumps(put(data, path, value)))
    answered(read, file)


def answered(read: Read, path: Path) -> Imported | None:
    """Return what ``read`` makes of any file, None for a refusal; drafts are valid cases, sentences printable."""
    refusal = None
    try:
        imported = read(path)
    except ImportFailed as failure:
        refusal = str(failure)
    if refusal is not None:
        assert refusal.isprintable(), refusal
        return None
    for draft in imported.drafts:
        assert case_of(draft).points
    for sentence in sentences(imported):
        assert sentence.isprintable(), sentence
    return imported
