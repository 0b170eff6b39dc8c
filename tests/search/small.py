"""Bundles of real cards and models with a handful of made-up cases, so that sums can be done on paper."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from kb import build, open_corpus
from tests.conftest import ROOT

_RECORDS = (
    "hardware/nvidia/h100-sxm5-80gb.yaml",
    "hardware/nvidia/rtx-5080.yaml",
    "hardware/amd/mi300x.yaml",
    "hardware/apple/apple-m1.yaml",
    "models/deepseek/deepseek-r1.yaml",
    "models/meta/llama-3.3-70b-instruct.yaml",
    "models/qwen/qwen3-8b.yaml",
    *(f"quantizations/{name}.yaml" for name in ("bf16", "fp8-per-tensor", "fp8-block-128", "awq-int4-g128", "int8")),
)
ENGINE = """
kind: engine
id: made-up
name: Made-up
releases:
  - version: 1.0.0
    date: "2025-01-15"
  - version: 1.1.0
    date: "2025-06"
  - version: 2.0.0
    date: "2026-01-10"
  - version: 3.0.0
    date: "2026-02-01"
    upper_bound: true
"""
SOURCE = """
kind: source
id: a-report
title: A report
publisher: A publisher
url: https://arxiv.org/abs/2503.00001
source_kind: paper
date: "2025-03"
"""


@dataclass(frozen=True)
class Made:
    """A case to write; ``rough`` makes its tier estimated, else it is reported; ``dated`` gives its source a date."""

    name: str
    model: str
    cards: tuple[str, ...]
    points: int = 1
    measured: str | None = None
    submitted: str | None = None
    version: str | None = None
    rough: bool = False
    dated: bool = False

    def text(self) -> str:
        """Return the record."""
        roles = ("serve",) if len(self.cards) == 1 else ("prefill", "decode")
        pools = "\n".join(
            f"    - {{role: {role}, hardware: {card}, count: 8}}" for role, card in zip(roles, self.cards, strict=True)
        )
        points = "\n".join(f"  - results: {{decode_tok_s: {100 + i}}}" for i in range(self.points))
        source = (
            "a-report" if self.dated else "{title: A table, url: https://github.com/a/b, kind: paper, publisher: A}"
        )
        lines = [
            "kind: case",
            f"id: {self.name}",
            f"title: Made-up {self.name}",
            "default_evidence: ev-source",
            *([f'measured: "{self.measured}"'] if self.measured else []),
            *([f'submitted: "{self.submitted}"'] if self.submitted else []),
            "stack:",
            f"  model: {self.model}",
            f"  engine: {{id: made-up{f', version: {self.version}' if self.version else ''}}}",
            f"  pools:\n{pools}",
            f"points:\n{points}",
            "evidence:",
            f"  - id: ev-source\n    source: {source}\n    locator: table 1 of results.csv",
            f"    exactness: {'approximate' if self.rough else 'exact'}",
            '    accessed: "2026-03-31"',
        ]
        return "\n".join(lines) + "\n"


def bundle_of(home: Path, cases: tuple[Made, ...], **texts: str) -> Path:
    """Build a bundle in ``home`` of the real records, ``cases``, and ``texts`` by path below data, and return it."""
    data = home / "data"
    for name in _RECORDS:
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / "data" / name, data / name)
    written = {"engines/made-up.yaml": ENGINE, "sources/a-report.yaml": SOURCE, **texts}
    written |= {f"cases/2026/{case.name}.yaml": case.text() for case in cases}
    for name, text in written.items():
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text(text, encoding="utf-8")
    corpus = open_corpus(home)
    assert not corpus.faults
    build(corpus, home / "dist")
    return home / "dist"
