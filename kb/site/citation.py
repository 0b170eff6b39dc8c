"""How to cite a record, as a sentence and as BibTeX."""

from kb.site.library import Item
from kb.site.text import code_block, escape

# What TeX takes for a sign, and how it is written instead.
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash ",
        "{": r"\{",
        "}": r"\}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "%": r"\%",
        "_": r"\_",
        "~": r"\textasciitilde ",
        "^": r"\textasciicircum ",
    }
)


def plain(item: Item, title: str, day: str) -> str:
    """Return the citation of a record as one sentence, not escaped; ``day`` is the date of the data."""
    return f"Inference knowledge base, {item['kind']} {item['id']}, “{title}”, data of {day}, CC-BY-SA-4.0."


def bibtex(item: Item, title: str, day: str) -> str:
    """Return the citation of a record as a BibTeX entry, not escaped for a page."""
    words = " ".join(title.split()).translate(_TEX)
    return (
        f"@misc{{{item['id']},\n  title = {{{{{words}}}}},\n  howpublished = {{Inference knowledge base}},\n"
        f"  year = {{{day[:4]}}},\n  note = {{Data of {day}, CC-BY-SA-4.0}}\n}}"
    )


def citation(item: Item, title: str, day: str) -> str:
    """Return both forms behind a line that opens them."""
    return (
        f"<details><summary>Cite this</summary>\n<p>{escape(plain(item, title, day))} "
        f"Cite the sources above with it.</p>\n{code_block(bibtex(item, title, day))}\n</details>"
    )
