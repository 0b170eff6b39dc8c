"""The list of changes, against histories that are made here, step by step."""

import csv
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import open_corpus
from kb.bundle.export.changes import git as asking
from kb.bundle.export.changes.history import history
from kb.bundle.export.changes.rows import COLUMNS, as_csv, plain_line, updates
from kb.bundle.export.schema.validate import fault_of
from tests.bundle.repositories import ADDRESS, AUTHOR, Repository
from tests.conftest import ROOT


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "kb")


def listed(root: Path) -> list[dict[str, str]]:
    """Return the rows of changes.csv, the newest first, as a reader gets them."""
    text = as_csv(updates(history(root), open_corpus(root)))
    return list(csv.DictReader(io.StringIO(text)))


def brief(root: Path) -> list[str]:
    return [
        " ".join(filter(None, (r["change"], r["kind"], r["id"], r["former_id"] and f"({r['former_id']})", r["fields"])))
        for r in listed(root)
    ]


def test_records_are_added_changed_and_removed(repository: Repository) -> None:
    repository.card()
    repository.source()
    first = repository.commit("Begin")
    repository.card(more="released: '2024'\ntdp_w: 700\n")
    second = repository.commit("Say when it came out")
    repository.remove("data/sources/report.yaml")
    third = repository.commit("Take the report out")
    assert brief(repository.root) == [
        "removed source report",
        "changed hardware card-x released tdp_w",
        "added hardware card-x",
        "added source report",
    ]
    rows = listed(repository.root)
    assert [row["commit"] for row in rows] == [third, second, first, first]
    assert [row["date"] for row in rows] == [f"2026-01-01T00:0{n}:00Z" for n in (3, 2, 1, 1)]
    assert rows[1]["summary"] == "Say when it came out"
    assert list(rows[0]) == list(COLUMNS)
    assert history(repository.root).because is None
    assert history(repository.root).head == third


@pytest.mark.parametrize(
    ("before", "after", "fields"),
    [
        ("", "released: '2024'\n", "released"),
        ("released: '2024'\n", "", "released"),
        ("released: '2024'\n", "released: '2025'\n", "released"),
        ("memory:\n  capacity_gb: 80\n", "memory:\n  capacity_gb: 96\n", "memory"),
        ("memory:\n  type: HBM\n  capacity_gb: 80\n", "memory:\n  type: HBM\n", "memory"),
        ("aliases:\n- A\n- B\n- C\n", "aliases:\n- A\n- B\n- D\n", "aliases"),
        ("aliases:\n- A\nnote: x\n", "aliases:\n- B\nnote: y\n", "aliases note"),
        ("aliases:\n- A\n- B\nnote: x\n", "note: x\n", "aliases"),
        ("", "memory:\n  capacity_gb: 80\npeak:\n  bf16_tflops: 9\n", "memory peak"),
        ("note: x", "note: x\n", "note"),
        ("", "# only a remark\n", ""),
    ],
)
def test_the_fields_that_changed_are_named(repository: Repository, before: str, after: str, fields: str) -> None:
    repository.card(more=before)
    repository.commit()
    repository.card(more=after)
    repository.commit()
    assert listed(repository.root)[0]["fields"] == fields


def test_a_new_id_with_the_old_one_in_former_ids_is_a_rename(repository: Repository) -> None:
    repository.card("one")
    repository.commit()
    repository.remove("data/hardware/acme/one.yaml")
    repository.card("two", "former_ids:\n- one\n")
    repository.commit()
    repository.remove("data/hardware/acme/two.yaml")
    repository.card("three", "former_ids:\n- two\n- one\n")
    repository.commit()
    assert brief(repository.root) == [
        "renamed hardware three (two)",
        "renamed hardware two (one)",
        "added hardware one",
    ]


def test_a_new_id_that_does_not_own_to_the_old_one_is_none(repository: Repository) -> None:
    repository.card("one")
    repository.commit()
    repository.remove("data/hardware/acme/one.yaml")
    repository.card("two")
    repository.commit()
    assert brief(repository.root)[:2] == ["removed hardware one", "added hardware two"]


def test_two_records_that_become_one_are_both_renamed(repository: Repository) -> None:
    repository.card("one")
    repository.card("two")
    repository.commit()
    repository.remove("data/hardware/acme/one.yaml")
    repository.remove("data/hardware/acme/two.yaml")
    repository.card("both", "former_ids:\n- one\n- two\n")
    repository.commit()
    assert brief(repository.root)[:2] == ["renamed hardware both (one)", "renamed hardware both (two)"]


def test_a_record_taken_into_one_that_was_there_is_removed(repository: Repository) -> None:
    repository.card("one")
    repository.card("two")
    repository.commit()
    repository.remove("data/hardware/acme/one.yaml")
    repository.card("two", "former_ids:\n- one\n")
    repository.commit()
    assert brief(repository.root)[:2] == ["removed hardware one", "changed hardware two former_ids"]


def test_a_file_that_only_moves_is_no_change(repository: Repository) -> None:
    repository.card(folder="acme")
    repository.card("card-y", folder="acme")
    repository.commit()
    for name in ("card-x", "card-y"):
        repository.remove(f"data/hardware/acme/{name}.yaml")
    repository.card(folder="acme-inc")
    repository.card("card-y", "note: moved, and more is known\n", folder="acme-inc")
    repository.commit()
    assert brief(repository.root) == ["changed hardware card-y", "added hardware card-x", "added hardware card-y"]


def test_other_files_are_no_records(repository: Repository) -> None:
    repository.card()
    for path in (
        "README.md",
        "data/README.md",
        "data/removed.yaml",
        "data/robots/r2.yaml",
        "data/sources/Strange Name.yaml",
        "data/sources/a\tb.yaml",
        "data/sources/<script>.yaml",
        "data/sources/昇腾.yaml",
        "data/sources/report.yml",
        "elsewhere/data/sources/report.yaml",
    ):
        repository.write(path, "[]\n")
    repository.commit()
    assert brief(repository.root) == ["added hardware card-x"]


def test_a_merge_tells_what_it_brought_to_the_main_line(repository: Repository) -> None:
    repository.card("one")
    repository.commit("Begin")
    repository.git("checkout", "-q", "-b", "side")
    repository.card("two")
    repository.commit("On the side")
    repository.card("two", "note: better\n")
    repository.commit("On the side, again")
    repository.git("checkout", "-q", "main")
    repository.card("three")
    repository.commit("Meanwhile")
    repository.git("merge", "-q", "--no-ff", "-m", "Merge the side", "side")
    rows = [(row["summary"], row["change"], row["id"]) for row in listed(repository.root)]
    assert rows == [
        ("Merge the side", "added", "two"),
        ("Meanwhile", "added", "three"),
        ("Begin", "added", "one"),
    ]


def test_what_is_not_committed_is_not_told(repository: Repository) -> None:
    repository.card()
    repository.commit()
    before = listed(repository.root)
    repository.card(more="note: in the works\n")
    repository.source()
    repository.git("add", "data/sources")
    assert listed(repository.root) == before


def test_dates_are_those_of_greenwich(repository: Repository) -> None:
    repository.card()
    repository.commit(zone="+0800")
    assert listed(repository.root)[0]["date"] == "2026-01-01T00:01:00Z"


def test_a_knowledge_base_in_a_folder_of_a_repository(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.write("deep/er/data/sources/report.yaml", "kind: source\nid: report\n")
    repository.write("data/sources/other.yaml", "kind: source\nid: other\n")
    repository.commit()
    repository.write("deep/er/data/sources/report.yaml", "kind: source\nid: report\nnote: x\n")
    repository.commit()
    assert brief(tmp_path / "deep/er") == ["changed source report note", "added source report"]


# A history that is not whole, or not there.


def test_a_shallow_clone_says_so_and_does_not_take_all_for_added(repository: Repository, tmp_path: Path) -> None:
    repository.card()
    repository.commit()
    repository.source()
    repository.commit()
    repository.card(more="note: x\n")
    repository.commit()
    repository.git("clone", "-q", "--depth", "2", f"file://{repository.root}", str(tmp_path / "clone"))
    assert brief(tmp_path / "clone") == ["changed hardware card-x note"]
    because = history(tmp_path / "clone").because or ""
    assert "the clone is shallow" in because
    assert "git fetch --unshallow" in because


def test_a_folder_without_git_says_so(tmp_path: Path, repository: Repository) -> None:
    repository.card()
    repository.commit()
    shutil.copytree(repository.root / "data", tmp_path / "plain" / "data")
    told = history(tmp_path / "plain")
    assert (told.commits, told.head) == ((), None)
    assert "do not lie in a git repository" in (told.because or "")


def test_a_repository_without_a_commit_says_so(repository: Repository) -> None:
    repository.card()
    assert history(repository.root).because == "nothing is committed yet"


def test_a_repository_that_does_not_hold_the_records_says_so(repository: Repository) -> None:
    repository.write("README.md", "nothing here")
    repository.commit()
    repository.card()
    assert "does not hold them" in (history(repository.root).because or "")


def test_without_git_the_list_is_empty_and_says_so(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.card()
    repository.commit()
    monkeypatch.setenv("PATH", str(repository.root))
    assert history(repository.root).because == "git is not installed"


def test_a_git_that_does_not_answer_is_not_waited_for(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/git").write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    (tmp_path / "bin/git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    monkeypatch.setattr(asking, "_LONGEST_SECONDS", 0.2)
    assert history(repository.root).because == "git did not answer within 0.2 s"


def test_a_damaged_repository_says_so(repository: Repository) -> None:
    repository.card()
    repository.commit()
    for path in (repository.root / ".git/objects").rglob("*"):
        if path.is_file():
            path.chmod(0o644)
            path.write_bytes(b"broken")
    told = history(repository.root)
    assert told.commits == ()
    assert told.because


def test_without_older_contents_the_fields_are_missing(repository: Repository) -> None:
    repository.card()
    repository.commit()
    repository.card(more="note: x\n")
    repository.commit()
    blob = repository.git("rev-parse", "HEAD~1:data/hardware/acme/card-x.yaml").strip()
    (repository.root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    assert "lacks the content" in (history(repository.root).because or "")
    assert brief(repository.root) == ["changed hardware card-x", "added hardware card-x"]


def test_the_settings_of_a_hook_or_of_the_one_who_asks_do_not_matter(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.card()
    repository.commit()
    repository.card(more="note: x\n")
    repository.commit()
    before = listed(repository.root)
    other = Repository(tmp_path / "other")
    other.source("elsewhere")
    other.commit()
    for name, value in (
        ("log.showSignature", "true"),
        ("diff.noprefix", "true"),
        ("diff.mnemonicPrefix", "true"),
        ("diff.external", "false"),
        ("diff.renames", "copies"),
        ("diff.context", "9"),
        ("color.ui", "always"),
        ("core.quotePath", "true"),
        ("core.abbrev", "5"),
        ("i18n.logOutputEncoding", "UTF-16"),
        ("log.follow", "true"),
        ("format.pretty", "oneline"),
    ):
        repository.git("config", name, value)
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.root))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")
    assert listed(repository.root) == before


# Whatever people write into a message.

HOSTILE = [
    "<script>alert(1)</script> & \"quotes\" ' ]]>",
    "a,b\tc;d",
    "bell \x07 and escape \x1b[31m red",
    "right to left \u202e and \u200b nothing",
    "=HYPERLINK(\"http://x\",\"y\")",
    "-1+1",
    "@SUM(A1)",
    "+1",
    "昇腾 910B を追加",
    "",
    "x" * 5000,
    "end of line\r",
]  # fmt: skip


@pytest.mark.parametrize("message", HOSTILE, ids=lambda m: ascii(m)[:30])
def test_any_message_is_one_visible_cell(repository: Repository, message: str) -> None:
    repository.card()
    repository.commit(message or "\n")
    (row,) = listed(repository.root)
    summary = row["summary"]
    assert summary.isprintable()
    assert len(summary) <= 201
    assert not summary.startswith(("=", "+", "-", "@"))
    assert set(row) == set(COLUMNS)


def test_only_the_first_line_of_a_message_is_told_and_no_address(repository: Repository) -> None:
    repository.card()
    repository.commit(f"Add a card, thanks to {AUTHOR.lower()} <{ADDRESS}>\n\nCo-authored-by: {AUTHOR} <{ADDRESS}>")
    text = as_csv(updates(history(repository.root), open_corpus(repository.root)))
    assert ADDRESS not in text
    assert AUTHOR not in text
    assert "(address left out)" in text
    assert "Co-authored" not in text


@given(st.text())
def test_a_plain_line_is_one_visible_line(text: str) -> None:
    line = plain_line(text)
    assert line.isprintable()
    assert line == line.strip() == plain_line(line)
    assert len(line) <= 200


# The same for one commit, wherever and whenever it is asked for.

_PRINT = """
import sys
from kb import open_corpus
from kb.bundle.content import Content
from kb.bundle.export.changes.feed import as_atom
from kb.bundle.export.changes.history import history
from kb.bundle.export.changes.rows import as_csv, updates
corpus = open_corpus(sys.argv[1])
found = updates(history(corpus.root), corpus)
sys.stdout.buffer.write((as_csv(found) + as_atom(found, Content(corpus))).encode())
"""


def test_list_and_feed_are_the_same_in_two_folders_zones_and_hash_seeds(repository: Repository, tmp_path: Path) -> None:
    for number in range(30):
        repository.card(f"card-{number}", f"note: {number}\n")
        repository.source(f"report-{number}")
        if number % 3 == 0:
            repository.commit(f"Step {number}", zone="-0330")
    for number in range(0, 30, 2):
        repository.card(
            f"card-{number}", "released: '2024'\naliases:\n- other\nnote: x\n".replace("other", f"o{number}")
        )
    repository.commit()
    repository.git("clone", "-q", str(repository.root), str(tmp_path / "elsewhere" / "clone"))
    settings: list[dict[str, Any]] = [
        {"TZ": "UTC", "PYTHONHASHSEED": "1", "LC_ALL": "C"},
        {"TZ": "Asia/Shanghai", "PYTHONHASHSEED": "4242", "LC_ALL": "C.UTF-8"},
        {"TZ": "America/St_Johns", "PYTHONHASHSEED": "77"},
    ]
    folders = [repository.root, tmp_path / "elsewhere" / "clone", repository.root]
    printed = [
        subprocess.run(
            [sys.executable, "-c", _PRINT, str(folder)],
            env={**os.environ, **setting},
            cwd=ROOT,
            check=True,
            capture_output=True,
        ).stdout
        for folder, setting in zip(folders, settings, strict=True)
    ]
    assert printed[0] == printed[1] == printed[2]
    assert printed[0].count(b"\n") > 75


def test_the_projects_own_history_is_told(corpus: Any) -> None:
    told = history(ROOT)
    if told.head is None or told.because is not None:
        pytest.skip(f"this copy has no whole history: {told.because}")
    found = updates(told, corpus)
    rows = [row for update in found for row in update.rows]
    assert {row["change"] for row in rows} >= {"added", "changed"}
    assert all(fault_of("change.json", row) is None for row in rows)
    assert [update.commit.hash for update in found] == [
        c.hash for c in told.commits if c.hash in {u.commit.hash for u in found}
    ]
    changed = [row for row in rows if row["change"] == "changed"]
    assert sum(bool(row["fields"]) for row in changed) > 0.95 * len(changed)
    # What is there now was added once, or carries on under a new id.
    last: dict[tuple[str, str], str] = {}
    for row in reversed(rows):
        last[row["kind"], row["id"]] = row["change"]
    committed = {(r.kind, r.id) for r in corpus.records()} & last.keys()
    assert len(committed) > 1000
    assert not [key for key in committed if last[key] == "removed"]
