"""The exceptions of this package.

    KbError
    ├── NoCorpus       no records to read
    ├── NoBundle       no bundle, or one that cannot be read
    ├── UnknownName    a name that means no record, or several
    ├── BadRequest     a question that cannot be answered as put
    └── BuildFailed    a bundle or site could not be written

Each carries a sentence for the one who asked: what, where, how to mend it.
"""

from collections.abc import Sequence


class KbError(Exception):
    """Base of all errors that are the caller's business; ``str()`` is a sentence for people."""


class NoCorpus(KbError):
    """There is no data folder, or no record in it."""


class NoBundle(KbError):
    """There is no bundle, or it is broken, or of another version."""


class BadRequest(KbError):
    """A question that cannot be answered as put: a number out of range, a statement that is not a query."""


class BuildFailed(KbError):
    """Output could not be written; what was there before is untouched."""


class UnknownName(KbError):
    """A name that leads to no record, or to more than one."""

    def __init__(
        self,
        text: str,
        kind: str | None,
        candidates: Sequence[str],
        *,
        ambiguous: bool = False,
        because: str | None = None,
    ) -> None:
        self.text = text
        self.kind = kind
        self.candidates = tuple(candidates)
        self.ambiguous = ambiguous
        what = kind or "record"
        shown = text if len(text) <= 80 else text[:77] + "..."
        listed = ", ".join(self.candidates)
        if because:
            sentence = because
        elif ambiguous:
            sentence = f"{shown!r} can mean more than one {what}: {listed}; use one of these ids"
        elif listed:
            sentence = f"unknown {what} {shown!r}; did you mean {listed}?"
        else:
            sentence = f"unknown {what} {shown!r}; kb list shows what there is"
        super().__init__(sentence)
