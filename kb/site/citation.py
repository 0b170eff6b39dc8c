"""How to cite a record: what it takes, of which ``assets/cite.js`` makes a sentence and a BibTeX entry."""

from kb.site.text import escape


def citation(day: str) -> str:
    """Return what it takes behind a line that opens it; ``day`` is the date of the data."""
    return (
        f'<details class="kb-cited" data-day="{escape(day)}"><summary>Cite this</summary>\n'
        f"<p>Give the title and the id of this record, the date of the data, {escape(day)}, and the sources above."
        "</p>\n</details>"
    )
