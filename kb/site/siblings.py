"""Cases next to a case: the same model on the same cards, with something else changed."""

from collections import Counter
from dataclasses import dataclass
from urllib.parse import quote

from kb.site.figures import about, exact, plural
from kb.site.library import Here, Library, Row, address_of
from kb.site.memo import remembered
from kb.site.pages.lists import place
from kb.site.pages.load_words import load_words
from kb.site.text import blocks, bullets, escape, link

MOST = 5
_RANKS = ("tp", "pp", "ep", "dp")


@dataclass(frozen=True)
class Sibling:
    """A case beside another, and what is not the same: words for each thing that differs, by its name."""

    row: Row
    differs: dict[str, str]


def siblings(case_id: str, library: Library) -> list[Sibling]:
    """Return the other cases of the same model on the same cards: those first that differ in the least, and of what
    differs one of each sort before the next.
    """
    own = _traits(library, case_id)
    rows = [row for row in library.beside(library.cases[case_id]) if row["id"] != case_id]
    found = [Sibling(row, _differences(own, _traits(library, row["id"]))) for row in rows]
    found.sort(key=lambda other: (len(other.differs), place(other.row)))
    seen: Counter[tuple[str, ...]] = Counter()
    turns = []
    for index, other in enumerate(found):
        sort = tuple(other.differs)
        turns.append((seen[sort], len(sort), index))
        seen[sort] += 1
    return [found[index] for *_, index in sorted(turns)]


def siblings_section(case_id: str, library: Library, here: Here) -> str:
    """Return the section that leads to them, and to the list of all where there are more."""
    found = siblings(case_id, library)
    if not found:
        return ""
    own = library.cases[case_id]
    lines = [_line(other, library, here) for other in found[:MOST]]
    more = ""
    if len(found) > MOST:
        address = here.to(f"cases/?model={quote(own['model'])}&card={quote(own['hardware_ids'][0])}")
        more = f" {link('All of this model and card', address)}."
    said = f"<p>The same model on the same kind of card; each line says what differs.{more}</p>"
    return blocks("## Siblings { data-search-exclude }", f"{said}\n{bullets(lines)}")


def _line(other: Sibling, library: Library, here: Here) -> str:
    row = other.row
    words = ", ".join(other.differs.values()) or "the same stack and load, told elsewhere"
    speed = f"{exact(row['decode_tok_s'])} tok/s, " if row["decode_tok_s"] is not None else ""
    if not speed and row["tpot_ms_low"] is not None:
        speed = f"TPOT {about(row['tpot_ms_low'])} ms, "
    told = ", ".join(word for word in (row["tier"], row["verdict"]) if word)
    return f"{link(escape(words), here.to(address_of('case', row['id'])))}: {speed}{escape(told)}"


@remembered
def _traits(library: Library, case_id: str) -> dict[str, str]:
    """Return what two cases may differ in, each as a page says it."""
    row = library.cases[case_id]
    engine = library.current("engine", row["engine"])
    return {
        "cards": plural(row["cards"], "card"),
        "pools": "prefill apart" if row["disaggregated"] else "prefill not apart",
        "engine": library.title("engine", engine) if engine else "engine not stated",
        "version": f"version {row['engine_version'] or 'not stated'}",
        "weights": f"weights {row['quantization'] or 'not stated'}",
        **{rank: f"{rank} {row[rank]}" if row[rank] else "" for rank in _RANKS},
        "load": load_words(library.points[case_id]),
    }


def _differences(own: dict[str, str], other: dict[str, str]) -> dict[str, str]:
    differs = {name: words for name, words in other.items() if words != own[name]}
    if "engine" in differs:
        differs.pop("version", None)
    ranks = [words for rank in _RANKS if (words := differs.pop(rank, ""))]
    # More cards are cut otherwise, which needs no word.
    if ranks and "cards" not in differs:
        differs["ranks"] = "parallel " + " ".join(ranks)
    # What it was asked to do is said last.
    if "load" in differs:
        differs["load"] = differs.pop("load")
    return differs
