"""The pieces that drawings are put together from: the frame that tells itself in words, texts, rules and legends."""

import hashlib
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from kb.plots.shapes import SHAPES, path_of, short
from kb.plots.style import LIGHT, style

LINE = 18
_LETTER, _BESIDE = 7, 34


def frame(title: str, desc: str, size: tuple[int, int], left: float) -> ET.Element:
    """Return an ``svg`` element with styles of its own, ``size`` wide and high, told by ``title`` and ``desc``.

    Its head is the title, which begins at ``left``.
    """
    width, height = size
    own = "kb-" + hashlib.sha256((title + desc).encode()).hexdigest()[:10]
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width} {height}",
            "width": str(width),
            "height": str(height),
            "id": own,
            "role": "img",
            "aria-labelledby": f"{own}-title {own}-desc",
        },
    )
    say(ET.SubElement(root, "title", {"id": f"{own}-title"}), title)
    say(ET.SubElement(root, "desc", {"id": f"{own}-desc"}), desc)
    ET.SubElement(root, "style").text = style(own)
    ET.SubElement(root, "rect", {"class": "paper", "width": str(width), "height": str(height)})
    write(root, left, 24, title, "head")
    return root


def rule(root: ET.Element, kind: str, x1: float, y1: float, x2: float, y2: float) -> None:
    """Draw a straight line of class ``kind``."""
    ends = {"x1": short(x1), "y1": short(y1), "x2": short(x2), "y2": short(y2)}
    ET.SubElement(root, "line", {"class": kind, **ends})


def write(root: ET.Element, x: float, y: float, words: str, kind: str) -> ET.Element:
    """Write ``words`` at a place; ``kind`` is a class, or nothing."""
    found = ET.SubElement(root, "text", {"x": short(x), "y": short(y), **({"class": kind} if kind else {})})
    say(found, words)
    return found


def say(element: ET.Element, words: str) -> None:
    """Set the text, without letters that XML cannot hold or that turn the direction of others."""
    element.text = "".join(c if c.isprintable() else " " for c in words)


def legend_rows(names: Sequence[tuple[int, str]], left: float, right: float) -> list[list[tuple[float, int, str]]]:
    """Return rows of entries ``(x, number, name)`` of series and their names, between two ends.

    Letters are reckoned at seven pixels.
    """
    rows: list[list[tuple[float, int, str]]] = []
    x = right
    for number, name in names:
        wide = _LETTER * len(name) + _BESIDE
        if x + wide > right:
            rows.append([])
            x = left
        rows[-1].append((x, number, name))
        x += wide
    return rows


def legend(root: ET.Element, rows: list[list[tuple[float, int, str]]], top: float) -> None:
    """Draw rows of entries below each other, each behind the mark of its series."""
    for row, entries in enumerate(rows):
        for x, number, name in entries:
            y = top + LINE * row
            kind = f"s{number % len(LIGHT)} strong"
            shape = path_of(SHAPES[number % len(SHAPES)], x + 5, y - 4, 5)
            ET.SubElement(root, "path", {"class": kind, "d": shape})
            write(root, x + 16, y, name, "")
