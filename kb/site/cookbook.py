"""The cookbook's questions with their queries, as the page for SQL offers them."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.errors import BuildFailed

PAGE = "sql-cookbook.md"
# Where the page's script looks for the list, below the site's root.
LISTED = "assets/cookbook.json"

_PART = re.compile(r"^(?:## (?P<question>.+)|\$ kb sql (?P<words>.+))$", re.MULTILINE)


@dataclass(frozen=True)
class Question:
    """A question in words, and the query that answers it."""

    question: str
    sql: str


def questions(page: str) -> Iterator[Question]:
    """Yield the questions of the cookbook's Markdown: each heading with every query shown below it."""
    asked = ""
    for part in _PART.finditer(page):
        if part["question"]:
            asked = part["question"]
        else:
            yield Question(asked, shlex.split(part["words"])[0])


def write_questions(home: Path, html: Path) -> None:
    """Write the questions of the cookbook in ``home`` as JSON into the site below ``html``.

    Raises:
        BuildFailed: the cookbook shows no query.
        OSError: it cannot be read, or the list cannot be written.
    """
    found = list(questions((home / "pages" / PAGE).read_text(encoding="utf-8")))
    if not found:
        raise BuildFailed(f"{PAGE} shows no query: begin a console block with $ kb sql")
    entries = [{"question": entry.question, "sql": entry.sql} for entry in found]
    (html / LISTED).write_text(json.dumps(entries, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
