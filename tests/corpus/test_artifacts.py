import hashlib
from pathlib import Path
from typing import Any

import pytest

from kb.corpus import Corpus, Origin, artifacts
from kb.corpus.artifacts import artifact_fault
from kb.records import Case

RAW = b'{"output_throughput": 82.9}'
PATH = "artifacts/0a/run.json"


def fault(root: Path, folder: Path | None = None, **changes: Any) -> str | None:
    artifact = {"sha256": hashlib.sha256(RAW).hexdigest(), "path": PATH} | changes
    case = Case.model_validate(
        {
            "kind": "case",
            "id": "case-a",
            "title": "A",
            "stack": {"model": "m", "pools": [{"hardware": "h", "count": 1}]},
            "points": [{"results": {}}],
            "evidence": [{"id": "ev-a", "source": "s", "artifact": {k: v for k, v in artifact.items() if v}}],
        }
    )
    corpus = Corpus(root, [(case, Origin("case-a.yaml", "", folder))], [], 1)
    found = case.evidence[0].artifact
    assert found is not None
    return artifact_fault(found, case, corpus)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    path = tmp_path / "home" / PATH
    path.parent.mkdir(parents=True)
    path.write_bytes(RAW)
    return tmp_path / "home"


def test_the_file_below_the_root(kept: Path) -> None:
    assert fault(kept) is None
    assert fault(kept, path=None, url="https://lab.org/run.json") is None


def test_the_file_beside_a_submitted_record(kept: Path, tmp_path: Path) -> None:
    assert fault(tmp_path, kept) is None
    assert fault(kept, tmp_path) is None
    assert fault(tmp_path) == f"there is no file {PATH}"


def test_another_file(kept: Path) -> None:
    (kept / PATH).write_bytes(RAW + b"\n")
    said = fault(kept)
    assert said is not None
    assert "has the sha256" in said
    assert hashlib.sha256(RAW).hexdigest() in said


def test_a_folder(kept: Path) -> None:
    assert fault(kept, path="artifacts/0a") == "artifacts/0a is no plain file"


@pytest.mark.parametrize("link", ["artifacts/0a/run.json", "artifacts"])
def test_a_link_out(kept: Path, tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside"
    (kept / link).rename(outside)
    (kept / link).symlink_to(outside)
    assert fault(kept) == f"{PATH} leads out of the repository"


def test_a_link_within(kept: Path) -> None:
    (kept / PATH).rename(kept / "run.json")
    (kept / PATH).symlink_to(kept / "run.json")
    assert fault(kept) is None


def test_a_loop_of_links(kept: Path) -> None:
    (kept / PATH).unlink()
    (kept / PATH).symlink_to(kept / PATH)
    said = fault(kept)
    assert said is not None
    assert said.startswith((f"{PATH} cannot be read", f"there is no file {PATH}"))


def test_a_giant_is_looked_for_only(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (kept / PATH).write_bytes(b"other")
    assert fault(kept) is not None
    monkeypatch.setattr(artifacts, "MAX_HASHED_BYTES", 4)
    assert fault(kept) is None
