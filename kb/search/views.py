"""Records of a bundle as plain objects, for sums that need their figures and nothing else.

A bundle holds records that were validated when it was built. Validating them again, and loading what validates, would
take longer than most questions to the estimator. A view has the attributes of the record's model: figures, lists and
groups of figures, None where a fact is unknown.
"""

from types import SimpleNamespace
from typing import Any

# Groups that a record always has, if only with nothing in them, and what is a list even when it is empty.
_GROUPS = frozenset(
    ("parameters", "memory", "peak", "formats", "measured_compute", "scale_up", "host_link", "parallelism")
)
_LISTS = frozenset(
    (
        "attention",
        "stored",
        "covers",
        "releases",
        "vendors",
        "aliases",
        "former_ids",
        "hugging_face",
        "evidence",
        "disputed",
    )
)
_FLAGS = frozenset(("upper_bound", "formats_complete"))
_DEFAULTS = {"purpose": "generation"}


class View(SimpleNamespace):
    """One record, or a part of one."""

    def __getattr__(self, name: str) -> Any:
        """Return what a record has where its file says nothing."""
        if name.startswith("__"):
            raise AttributeError(name)
        if name in _GROUPS:
            return _EMPTY
        if name in _LISTS:
            return ()
        if name in _FLAGS:
            return False
        return _DEFAULTS.get(name)


class FactView(View):
    """A figure, with what disputes it."""

    @property
    def values(self) -> tuple[float, ...]:
        """Return the value and the disputed ones."""
        return (self.value, *(other.value for other in self.disputed))


_EMPTY = View()


def view(data: Any) -> Any:
    """Return parsed JSON as a view: objects as objects with attributes, lists as tuples, the rest as it is."""
    if isinstance(data, dict):
        parts = {name: view(part) for name, part in data.items()}
        return FactView(**parts) if "value" in parts else View(**parts)
    return tuple(view(part) for part in data) if isinstance(data, list) else data
