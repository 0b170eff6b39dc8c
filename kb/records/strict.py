"""The base of every model of a record."""

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator
from pydantic_core import PydanticCustomError


class Strict(BaseModel):
    """Frozen, nothing coerced, nothing unknown let in."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _unknown_is_absent(cls, data: Any) -> Any:
        if isinstance(data, dict) and None in data.values():
            field = next(key for key, value in data.items() if value is None)
            raise PydanticCustomError("null_value", "{field} is null", {"field": str(field)})
        return data

    def plain(self) -> dict[str, Any]:
        """Return the JSON form; what is unknown is absent."""
        return self.model_dump(mode="json", exclude_none=True)


T = TypeVar("T")


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


# A list in the file, a tuple in the record, so that a frozen record is frozen all the way down.
Many = Annotated[tuple[T, ...], BeforeValidator(_tuple)]
