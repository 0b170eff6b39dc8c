"""What is unknown is absent from a record."""

from typing import Any


def present(**fields: Any) -> dict[str, Any]:
    """Return the fields that hold something."""
    return {name: value for name, value in fields.items() if value not in (None, "", {}, [], ())}
