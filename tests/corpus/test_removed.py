"""``data/removed.yaml``: ids that are never given again, and what a look-up says of them."""

import os
from pathlib import Path
from typing import get_args

import pytest

from kb import check_corpus
from kb.cli.formatting import run_fmt
from kb.corpus import Corpus, open_corpus
from kb.errors import UnknownName
from kb.records import KINDS
from kb.records.removed import KindName
from tests.corpus.files import HARDWARE, MODEL, only_fault, source, write

ENTRY = """\
- kind: hardware
  id: old-card
  removed: "2026-03-01"
  why: It was never sold.
  instead: card-x
"""


def opened(root: Path, removed: str = ENTRY, **records: str) -> Corpus:
    write(root, "data/hardware/acme/card-x.yaml", HARDWARE)
    write(root, "data/removed.yaml", removed)
    for name, text in records.items():
        write(root, f"data/{name.replace('__', '/').replace('_', '-')}.yaml", text)
    return open_corpus(root)


def test_the_kinds_are_those_of_records() -> None:
    assert get_args(KindName) == tuple(KINDS)


def test_the_file_is_no_record_and_no_fault(tmp_path: Path) -> None:
    corpus = opened(tmp_path)
    assert (corpus.files, corpus.faults) == (1, ())
    assert list(corpus.removed.entries) == ["old-card"]
    assert corpus.removed.entries["old-card"].instead == "card-x"


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "[]\n"])
def test_the_file_may_be_empty(tmp_path: Path, text: str) -> None:
    corpus = opened(tmp_path, text)
    assert (corpus.faults, dict(corpus.removed.entries)) == ((), {})


def test_a_file_of_that_name_deeper_is_a_record_like_any_other(tmp_path: Path) -> None:
    write(tmp_path, "data/sources/removed.yaml", source("removed"))
    assert "removed" in open_corpus(tmp_path).sources


def test_a_look_up_says_when_and_why(tmp_path: Path) -> None:
    corpus = opened(tmp_path)
    for kind in (None, "hardware"):
        with pytest.raises(UnknownName) as caught:
            corpus.resolve("old-card", kind)
        assert str(caught.value) == "hardware 'old-card' was removed on 2026-03-01: It was never sold; see card-x"
        assert caught.value.candidates == ("card-x",)
    with pytest.raises(UnknownName, match="unknown model 'old-card'"):
        corpus.resolve("old-card", "model")


def test_a_look_up_of_what_is_there_is_answered(tmp_path: Path) -> None:
    assert opened(tmp_path).resolve("card-x").id == "card-x"


@pytest.mark.parametrize(
    ("file", "text", "line", "pointer"),
    [
        ("hardware/acme/old-card", HARDWARE.replace("card-x", "old-card"), 2, "/id"),
        (
            "hardware/acme/new-card",
            HARDWARE.replace("card-x", "new-card").replace("Card X", "New") + "former_ids:\n- other\n- old-card\n",
            7,
            "/former_ids/1",
        ),
        ("models/some-lab/old-card", MODEL.replace("model-m", "old-card"), 2, "/id"),
    ],
)
def test_a_removed_id_is_never_given_again(tmp_path: Path, file: str, text: str, line: int, pointer: str) -> None:
    write(tmp_path, f"data/{file}.yaml", text)
    corpus = opened(tmp_path)
    fault = only_fault(corpus)
    assert (fault.name, fault.file, fault.line, fault.pointer) == (
        "duplicate-id",
        f"data/{file}.yaml",
        line,
        pointer,
    )
    assert "'old-card' is not free: hardware 'old-card' was removed on 2026-03-01: It was never sold" in fault.message
    assert "take the entry out of data/removed.yaml" in fault.hint
    assert [record.id for record in corpus.records()] == ["card-x"]


def test_a_submitted_record_may_not_take_it_either(tmp_path: Path) -> None:
    corpus = opened(tmp_path / "kb")
    draft = write(tmp_path, "draft.yaml", HARDWARE.replace("card-x", "old-card"))
    findings = check_corpus(corpus.submit([draft]))
    assert any(f.name == "duplicate-id" and "was removed" in f.message for f in findings)


def test_a_reference_to_a_removed_record_is_told_what_became_of_it(tmp_path: Path) -> None:
    server = "kind: server\nid: box\nname: Box\nvendor: acme\nform: server\nhardware:\n- old-card\ncount: 8\n"
    findings = check_corpus(opened(tmp_path, servers__box=server))
    (found,) = [f for f in findings if f.name == "unknown-reference"]
    assert found.hint == "hardware 'old-card' was removed on 2026-03-01: It was never sold; see card-x"


@pytest.mark.parametrize(
    ("text", "name", "line", "says"),
    [
        ("hello\n", "invalid-value", 1, "should hold a list"),
        ("kind: hardware\n", "invalid-value", 1, "should hold a list"),
        ("- hello\n", "invalid-value", 1, "entry: input should be"),
        (ENTRY.replace("  why: It was never sold.\n", ""), "missing-field", 1, "why: field required"),
        (ENTRY + "  more: x\n", "unknown-field", 6, "more: "),
        (ENTRY.replace("hardware", "robot"), "invalid-value", 1, "kind: input should be 'hardware'"),
        (ENTRY.replace("2026-03-01", "2026-02-30"), "invalid-date", 3, "not a day of the calendar"),
        (ENTRY.replace("old-card", "Old Card"), "invalid-value", 2, "id: string should match pattern"),
        (ENTRY.replace("card-x", "card-y"), "invalid-value", 2, "points to 'card-y', and there is no such hardware"),
        (ENTRY + ENTRY, "duplicate-id", 7, "'old-card' is listed twice"),
        (ENTRY + "  why: twice\n", "duplicate-key", 6, "why"),
        ("- [\n", "yaml-syntax", 2, "not YAML"),
        ("- \u200b\n", "forbidden-character", 1, "U+200B"),
    ],
)
def test_what_is_wrong_with_the_file_has_a_place(tmp_path: Path, text: str, name: str, line: int, says: str) -> None:
    fault = only_fault(opened(tmp_path, text))
    assert (fault.name, fault.file, fault.line) == (name, "data/removed.yaml", line)
    assert says in fault.message
    (finding,) = [f for f in check_corpus(open_corpus(tmp_path)) if f.file == "data/removed.yaml"]
    assert finding.severity == "error"


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "data/hardware/acme/card-x.yaml", HARDWARE)
    write(tmp_path, "data/removed.yaml", b"- \xff\n")
    assert only_fault(open_corpus(tmp_path)).name == "not-utf-8"


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, "data/hardware/acme/card-x.yaml", HARDWARE)
    (tmp_path / "data/removed.yaml").symlink_to(write(tmp_path, "elsewhere.yaml", ENTRY))
    corpus = open_corpus(tmp_path)
    assert only_fault(corpus).name == "link-in-data"
    assert not corpus.removed.entries


def test_kb_fmt_leaves_it_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    opened(tmp_path)
    here = os.environ.get("KB_ROOT")
    os.environ["KB_ROOT"] = str(tmp_path)
    try:
        assert run_fmt([], check_only=False) == 0
    finally:
        os.environ.pop("KB_ROOT") if here is None else os.environ.update(KB_ROOT=here)
    assert capsys.readouterr().out.endswith("1 file, 1 changed\n")
    assert (tmp_path / "data/removed.yaml").read_text(encoding="utf-8") == ENTRY
