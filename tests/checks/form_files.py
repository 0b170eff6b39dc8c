"""Faults that no file in a repository can show: writers of a small corpus that has them, by the name of the rule."""

import os
from collections.abc import Callable
from pathlib import Path

RECORD = """\
kind: source
id: report
title: A report
url: https://lab.org/blog/how-fast-it-was
source_kind: press
"""
CARD = "kind: hardware\nid: card-x\nname: Card X\nvendor: acme\n"
MODEL = "kind: model\nid: model-m\nname: Model M\nlab: some-lab\n"
CASE = """\
kind: case
id: case-a
title: A case
stack:
  model: model-m
  pools:
    - hardware: card-x
      count: 1
points:
  - results: {}
"""


def write(root: Path, path: str, text: str = RECORD) -> Path:
    """Write ``text`` below ``root`` and return the file."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def _good(root: Path) -> None:
    write(root, "data/README.md", "What lies here.\n")
    write(root, "data/sources/report.yaml")
    write(root, "data/hardware/acme/card-x.yaml", CARD)
    write(root, "data/models/some-lab/model-m.yaml", MODEL)
    write(root, "data/cases/2026/case-a.yaml", CASE)


def _too_large(root: Path) -> None:
    write(root, "data/sources/report.yaml", RECORD + f"# {'x' * 300 * 1024}\n")


def _pipe(root: Path) -> None:
    _good(root)
    os.mkfifo(root / "data/sources/pipe.yaml")


def _link(root: Path) -> None:
    target = write(root, "elsewhere/report.yaml")
    (root / "data/sources").mkdir(parents=True)
    (root / "data/sources/report.yaml").symlink_to(target)


def _link_to_folder(root: Path) -> None:
    _good(root)
    (root / "data/loop").symlink_to(root / "data")


def _yml(root: Path) -> None:
    write(root, "data/sources/report.yml")


def _case_without_year(root: Path) -> None:
    write(root, "data/cases/case-a.yaml", CASE)


def _case_in_a_word(root: Path) -> None:
    write(root, "data/cases/lately/case-a.yaml", CASE)


def _card_of_another_vendor(root: Path) -> None:
    write(root, "data/hardware/other/card-x.yaml", CARD)


def _model_of_another_lab(root: Path) -> None:
    write(root, "data/models/other/model-m.yaml", MODEL)


def _source_among_claims(root: Path) -> None:
    write(root, "data/claims/report.yaml")


Writer = Callable[[Path], None]
BAD: dict[str, tuple[Writer, ...]] = {
    "file-too-large": (_too_large,),
    "unreadable-file": (_pipe,),
    "link-in-data": (_link, _link_to_folder),
    "unexpected-file": (_yml,),
    "wrong-folder": (
        _case_without_year,
        _case_in_a_word,
        _card_of_another_vendor,
        _model_of_another_lab,
        _source_among_claims,
    ),
}
GOOD: dict[str, tuple[Writer, ...]] = dict.fromkeys(BAD, (_good,))
