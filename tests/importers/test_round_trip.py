"""A draft is a record: it loads, and the checks name what is missing, and nothing else."""

from pathlib import Path

import pytest

from kb.checks import check_corpus
from kb.corpus import Corpus
from kb.importers import run
from tests.importers.conftest import FIXTURES
from tests.importers.test_any_tool_output import ALL

# What the tool did not say, and what the figures of this very run say against each other.
UNSAID = {"unknown-reference", "placeholder-url", "engine-version-unknown"}
DOUBTFUL = {"latency-parts-mismatch", "near-ceiling"}


@pytest.mark.parametrize(("format_name", "file"), ALL)
def test_the_checks_name_what_is_missing(format_name: str, file: str, tmp_path: Path, corpus: Corpus) -> None:
    report = run(format_name, [FIXTURES / file], tmp_path, corpus)
    assert report.ok
    submitted = corpus.submit([written.path for written in report.written])
    names = {written.path.as_posix() for written in report.written}
    assert [fault for fault in submitted.faults if fault.file in names] == []
    findings = check_corpus(submitted, names)
    assert {finding.name for finding in findings} <= UNSAID | DOUBTFUL, findings
    # The address is asked for in each; what is kept beside the draft is found.
    assert sum(finding.name == "placeholder-url" for finding in findings) == len(names)
    for written in report.written:
        asked = " ".join(written.draft.missing)
        for finding in findings:
            if finding.name == "unknown-reference" and finding.record == written.draft.id:
                assert finding.pointer.lstrip("/") in asked


def test_a_draft_whose_raw_file_was_lost_or_touched(tmp_path: Path, corpus: Corpus) -> None:
    (written,) = run("vllm", [FIXTURES / "vllm_bench_serve_v0.25.1.json"], tmp_path, corpus).written
    assert written.draft.raw is not None
    kept = tmp_path / written.draft.raw.home

    def faults() -> list[str]:
        found = check_corpus(corpus.submit([written.path]), [written.path.as_posix()])
        return [finding.message for finding in found if finding.name == "artifact-mismatch"]

    assert faults() == []
    kept.write_bytes(kept.read_bytes() + b"\n")
    assert "has the sha256" in faults()[0]
    kept.unlink()
    assert faults() == [f"there is no file {written.draft.raw.home}"]
