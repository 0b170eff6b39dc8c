"""What a question is answered with, and the pieces of markup that the answers share."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from kb.search.lookup import KIND_OF
from kb.site.text import badge, escape, link, numbers_in

# Nothing here, nor what answers questions and comparisons, loads the models of the records: in a browser that takes
# seconds, and only estimates need them.
_PLURAL = {kind: plural for plural, kind in KIND_OF.items()}


@dataclass(frozen=True)
class Reply:
    """An answer.

    ``html`` is a finished fragment, all texts of records and readers escaped. ``said`` is one plain sentence for who
    does not see it. ``data`` is what the command prints with ``--json``, or ``{"error": ...}``.
    """

    html: str
    said: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Root:
    """The way from the page that asks to the root of the site, as ``../``."""

    address: str

    def to(self, address: str) -> str:
        """Return the way to another address of the site."""
        return f"{self.address}{address}"

    def record(self, kind: str, record_id: str, label: str | None = None) -> str:
        """Return a link to the page of a record, by its id where no safe ``label`` is given."""
        return link(label or escape(record_id), self.to(f"{_PLURAL[kind]}/{record_id}/"))

    def records(self, kind: str, ids: Iterable[str], most: int = 4) -> str:
        """Return links to the pages of records, ``or`` between them; of many, the first."""
        listed = list(ids)
        links = [self.record(kind, record_id) for record_id in listed[:most]]
        if len(listed) > most:
            links.append(f"{len(listed) - most} more")
        return " or ".join(links)


def is_kind(word: str) -> bool:
    """Tell whether ``word`` is a kind of record."""
    return word in _PLURAL


def region(label: str, inner: str) -> str:
    """Return a part that may scroll sideways by itself, by keyboard too."""
    return f'<div class="kb-scroll" role="region" tabindex="0" aria-label="{escape(label)}">\n{inner}\n</div>'


def headed(headers: Sequence[str], rows: Iterable[Sequence[str]], numeric: Collection[int] = ()) -> str:
    """Return a table of safe cells whose first column says what each row is; those in ``numeric`` are set right."""
    head = "".join(f'<th scope="col">{cell}</th>' for cell in headers)
    body = "\n".join(
        f'<tr><th scope="row">{first}</th>' + "".join(f" <td>{cell}</td>" for cell in cells) + "</tr>"
        for first, *cells in rows
    )
    return f"<table{numbers_in(numeric)}>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def tier(word: str | None) -> str:
    """Return a tier as a coloured word; a record without numbers has none."""
    return badge(word, "tier") if word else ""


def verdict(word: str | None) -> str:
    """Return a verdict as a coloured word."""
    return badge(word, "verdict") if word else ""


def number(value: float) -> str:
    """Return a number as ``kb query`` prints it: thousands set apart, and two decimals where it has more."""
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.2f}" if abs(value) >= 0.01 else f"{value:.3g}"
    return f"{int(value):,}"
