"""An inference engine and its releases."""

from typing import Literal

from pydantic import Field

from kb.records.record import NamedRecord
from kb.records.scalars import EvidenceId, Flag, Id, PartialDay, ShortText, Text, Url
from kb.records.strict import Many, Strict


class Release(Strict):
    """One published version. ``upper_bound`` marks a date by which it existed, when the day itself is unknown."""

    version: ShortText
    date: PartialDay
    upper_bound: Flag = False
    evidence: Many[EvidenceId] = Field((), max_length=5)


class Support(Strict):
    """That an engine runs something, and since which release, as far as a source says so."""

    id: Id
    since: ShortText | None = Field(None, description="a version; absent means: since when is unknown")
    through: Text | None = Field(None, description="the port, fork or plug-in that does it")
    evidence: Many[EvidenceId] = Field((), max_length=5)


class Engine(NamedRecord):
    """Who maintains it, where it runs, what it runs, and when each version came out."""

    kind: Literal["engine"]
    maintainer: ShortText | None = None
    language: Literal["python", "native", "graph-compiled"] | None = Field(
        None, description="what issues the kernels of a decode step: an interpreter, native code, a compiled graph"
    )
    scheduling: Literal["mixed", "prefill-first"] | None = Field(
        None,
        description="whether a step may read a prompt and generate for others (mixed), or prompts go first, by default",
    )
    use: Literal["server", "desktop"] | None = Field(
        None, description="what it is built for: many requests at a time, or one user on one machine"
    )
    url: Url | None = None
    licence: ShortText | None = None
    vendors: Many[Support] = Field((), max_length=40, description="hardware vendors it runs on")
    formats: Many[Support] = Field((), max_length=60, description="quantization records it loads")
    formats_complete: Flag = Field(False, description="whether the list of formats is known to be exhaustive")
    releases: Many[Release] = Field((), max_length=400)

    def released(self, version: str | None) -> str | None:
        """Return the day on which ``version`` came out, as far as it is known; a leading v is no part of a version."""
        wanted = (version or "").removeprefix("v")
        return next((r.date for r in self.releases if r.version == wanted and not r.upper_bound), None)
