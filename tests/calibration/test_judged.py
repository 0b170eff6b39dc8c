"""The seeds' cases, which are judged and never fitted."""

from pathlib import Path
from typing import Any

import pytest

from kb import Corpus
from kb.calibration.judged import MODEL_FIT, SGLANG_REPORT, Judged, judged_points, summary
from tests.estimate.build import about

CASE = """\
kind: case
id: case-made-up
title: Made up
stack:
  model: {model}
  quantization: bf16
  pools:
  - hardware: h100-sxm5-80gb
    count: {count}
points:
- default_evidence: ev-a
  label: steady decode
  scenario: {{batch: 1, concurrency: 1, input_tokens: 1000, output_tokens: 500, kind: static-batch}}
  results: {{decode_tok_s: 150}}
- default_evidence: ev-a
  scenario: {{batch: 2, concurrency: 2, input_tokens: 1000, output_tokens: 500, kind: static-batch}}
  results: {{decode_tok_s: 290}}
- default_evidence: ev-a
  label: its prompt only
  scenario: {{batch: 1, concurrency: 1, input_tokens: 1000}}
  results: {{prefill_tok_s: 20000}}
- default_evidence: ev-a
  label: nobody says how many
  scenario: {{input_tokens: 1000}}
  results: {{decode_tok_s: 150}}
evidence:
- id: ev-a
  source: made-up-source
"""


def submitted(corpus: Corpus, folder: Path, model: str = "meta-llama-3.1-8b", count: int = 1) -> Corpus:
    path = folder / "case-made-up.yaml"
    path.write_text(CASE.format(model=model, count=count), encoding="utf-8")
    found = corpus.submit([path])
    assert "case-made-up" in found.cases
    return found


def test_points_are_those_of_a_source_that_can_be_estimated(corpus: Corpus, tmp_path: Path) -> None:
    first, second = judged_points(submitted(corpus, tmp_path), "made-up-source")
    assert (first.case, first.hardware, first.label, first.measured) == (
        "case-made-up",
        "h100-sxm5-80gb",
        "steady decode",
        150.0,
    )
    # A point without a label goes by its place.
    assert (second.label, second.measured) == ("point 2", 290.0)
    assert 50 < first.estimated < second.estimated < 400


@pytest.mark.parametrize(
    "said", [{"model": "nobody-knows-this"}, {"model": "llama-3.1-405b"}, {"model": "llama-3.3-70b-instruct"}]
)
def test_what_is_not_known_or_does_not_fit_is_left_out(corpus: Corpus, tmp_path: Path, said: dict[str, Any]) -> None:
    assert judged_points(submitted(corpus, tmp_path, **said), "made-up-source") == []


def test_other_sources_are_left_out(corpus: Corpus) -> None:
    assert judged_points(corpus, "no-such-source") == []


def test_an_error_is_the_estimated_over_the_measured_time() -> None:
    # Half the rate is twice the time.
    assert Judged("c", "h", "l", 100.0, 50.0).error == 1.0
    assert Judged("c", "h", "l", 100.0, 200.0).error == -0.5


def test_a_summary_by_hand() -> None:
    points = [Judged("c", "h", str(rate), 100.0, rate) for rate in (80.0, 100.0, 200.0)]
    assert summary(points) == {"points": 3, "median": about(0.25), "worst": about(0.5), "bias": 0.0}


def test_the_seeds_are_there(corpus: Corpus) -> None:
    assert len(judged_points(corpus, SGLANG_REPORT)) == 12
    assert {point.hardware for point in judged_points(corpus, MODEL_FIT)} == {"rtx-5080", "apple-m1-ultra"}
