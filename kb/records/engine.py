"""An inference engine and its releases."""

import re
from functools import lru_cache
from typing import Literal

from pydantic import Field

from kb.records.record import NamedRecord
from kb.records.scalars import EvidenceId, Flag, Id, PartialDay, ShortText, Text, Url
from kb.records.strict import Many, Strict


class Release(Strict):
    """One published version. ``upper_bound`` marks a date by which it existed, when the day itself is unknown."""

    version: ShortText
    date: PartialDay
    commit: ShortText | None = Field(None, description="the commit it was built from, the first nine digits or more")
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
        """Return the day on which ``version`` came out, as far as it is known.

        A source may print it with a leading v, behind the engine's name or before what it was built with
        ("vLLM 0.10.0, RHEL 9.6"), without its last zeros, as a local build of it (0.4.3+rocm614), or as the
        commit of a numbered build.
        """
        release = self.release_of(version)
        return release.date if release else None

    def release_of(self, version: str | None) -> Release | None:
        """Return the release that ``version`` names, read as :meth:`released` does, if its day is known."""
        said = (version or "").strip()
        return self._release(said) or self._release(self._number_in(said))

    def _release(self, version: str) -> Release | None:
        """Return the release of that number or commit, if its day is known."""
        wanted = _short(version)
        by_commit = re.fullmatch("[0-9a-f]{7,40}", version) is not None
        for release in self.releases:
            same_commit = by_commit and release.commit is not None and _same_commit(release.commit, version)
            if not release.upper_bound and (same_commit or _short(release.version) == wanted):
                return release
        return None

    def _number_in(self, said: str) -> str:
        """Return what stands for the version in ``said``: its first word, the engine's name and a local build apart."""
        for name in (self.name, self.id, *self.aliases):
            if said.casefold().startswith(f"{name.casefold()} "):
                said = said[len(name) :].strip()
                break
        return re.split(r"[\s,+]", said, maxsplit=1)[0]


@lru_cache(maxsize=16384)
def _short(version: str) -> str:
    """Return the version without a leading v and without last zeros: 1.0.0 and v1.0 are one release."""
    plain = re.sub("^v(?=[0-9])", "", version)
    return re.sub(r"(\.0)+$", "", plain) if re.fullmatch(r"[0-9]+(\.[0-9]+)+", plain) else plain


def _same_commit(one: str, other: str) -> bool:
    """Tell whether the shorter of two abbreviated commits begins the longer."""
    return one.startswith(other) or other.startswith(one)
