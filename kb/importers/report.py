"""What comes out of an import: drafts, sentences about what went wrong, and facts on which two sides differ."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from kb.importers.draft import Draft


@dataclass(frozen=True, order=True)
class Difference:
    """A fact that a joined record of an export states otherwise than ours.

    ``tier`` is what the export claims for its figure; ``disputed`` says that our record already
    keeps the other figure beside its own.
    """

    kind: str
    record: str
    field: str
    theirs: str
    ours: str
    tier: str | None = None
    disputed: bool = False
    cases: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the difference as a sentence."""
        tier = f" ({self.tier})" if self.tier else ""
        kept = "; our record keeps both" if self.disputed else ""
        return f"{self.kind} {self.record}: {self.field} is {self.theirs} there{tier}, {self.ours} here{kept}"


def merged(differences: Iterable[Difference]) -> tuple[Difference, ...]:
    """Return each difference once, with all the cases it was met in."""
    cases: dict[Difference, list[str]] = {}
    for difference in differences:
        cases.setdefault(replace(difference, cases=()), []).extend(difference.cases)
    return tuple(
        replace(difference, cases=tuple(dict.fromkeys(met)))
        for difference, met in sorted(cases.items(), key=lambda pair: str(pair[0]))
    )


@dataclass(frozen=True)
class Imported:
    """What an importer read from one file; nothing is written yet."""

    drafts: tuple[Draft, ...] = ()
    failures: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Written:
    """One draft and its file; ``changed`` is false when the file was there already, byte for byte."""

    draft: Draft
    path: Path
    changed: bool


@dataclass(frozen=True)
class ImportReport:
    """What an import did; ``ok`` is false when anything could not be read or written."""

    written: tuple[Written, ...] = ()
    failures: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Return whether every item became a draft, and every draft a file."""
        return not self.failures
