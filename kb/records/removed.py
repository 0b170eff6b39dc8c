"""A removed id: what it was, and why it leads to no record any more."""

from typing import Literal

from pydantic import Field

from kb.records.scalars import Day, Id, Text
from kb.records.strict import Strict

KindName = Literal["hardware", "server", "interconnect", "model", "engine", "quantization", "case", "claim", "source"]


class Removed(Strict):
    """An id that is never given again. A record with a new id is not removed: it keeps the old in ``former_ids``."""

    kind: KindName
    id: Id
    removed: Day
    why: Text
    instead: Id | None = Field(None, description="a record of the same kind to look at instead")

    @property
    def sentence(self) -> str:
        """Return in words what became of it."""
        see = f"; see {self.instead}" if self.instead else ""
        return f"{self.kind} {self.id!r} was removed on {self.removed}: {self.why.rstrip('.')}{see}"
