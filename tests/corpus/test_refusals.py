"""Each thing that keeps a file from becoming a record gives one fault with its place, and hides nothing else."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.corpus import open_corpus
from kb.corpus.yaml_text import MAX_BYTES
from tests.corpus.files import HARDWARE, MODEL, SOURCE, only_fault, opened, source, write

# Name of the fault, place, words of the message, and the text of the file.
TEXTS: dict[str, tuple[str, int, int, str, str | bytes]] = {
    "duplicate-key": ("duplicate-key", 6, 1, "first is on line 3", SOURCE + "title: Other\n"),
    "duplicate-key-quoted": ("duplicate-key", 6, 1, "'title'", SOURCE + '"title": Other\n'),
    "duplicate-key-within": (
        "duplicate-key",
        9,
        5,
        "'id'",
        SOURCE + "evidence:\n  - id: ev-a\n    source: a\n    id: ev-b\n",
    ),
    "anchor": ("yaml-feature-refused", 6, 7, "an anchor", SOURCE + "note: &a text\n"),
    "anchor-on-mapping": (
        "yaml-feature-refused",
        6,
        11,
        "an anchor",
        SOURCE + "evidence: &a\n  - id: ev-a\n    source: b\n",
    ),
    "alias": ("yaml-feature-refused", 6, 7, "an alias", SOURCE + "note: *a\n"),
    "alias-as-key": ("yaml-feature-refused", 6, 1, "an alias", SOURCE + "*a : b\n"),
    "merge-key": ("yaml-feature-refused", 6, 1, "a merge key", SOURCE + "<<: {note: b}\n"),
    "tag": ("yaml-feature-refused", 6, 7, "a tag", SOURCE + "note: !!str 8\n"),
    "tag-python": ("yaml-feature-refused", 6, 7, "a tag", SOURCE + "note: !!python/object/apply:os.system [ls]\n"),
    "tag-local": ("yaml-feature-refused", 6, 7, "a tag", SOURCE + "note: !secret a\n"),
    "tag-bare": ("yaml-feature-refused", 6, 7, "a tag", SOURCE + "note: ! a\n"),
    "tag-on-list": ("yaml-feature-refused", 6, 10, "a tag", SOURCE + "aliases: !!set\n  - a\n"),
    "directive": ("yaml-feature-refused", 1, 1, "a directive", "%YAML 1.1\n---\n" + SOURCE),
    "directive-of-tags": ("yaml-feature-refused", 1, 1, "a directive", "%TAG ! tag:lab.org,2024:\n---\n" + SOURCE),
    "key-that-is-a-mapping": ("yaml-feature-refused", 6, 3, "a key that is not plain text", SOURCE + "? {a: b}\n: c\n"),
    "key-that-is-a-list": ("yaml-feature-refused", 6, 3, "a key that is not plain text", SOURCE + "? [a]\n: c\n"),
    "too-large": ("file-too-large", 1, 1, "262,145 bytes", SOURCE + "#" * (MAX_BYTES - len(SOURCE) + 1)),
    "too-deep": ("nesting-too-deep", 6, 38, "deeper than 32", SOURCE + "note: " + "[" * 60 + "]" * 60 + "\n"),
    "too-deep-200000": ("nesting-too-deep", 1, 33, "deeper than 32", "[" * 200_000),
    "too-deep-mappings": ("yaml-feature-refused", 1, 2, "not plain text", "{" * 200_000),
    "too-deep-block": ("nesting-too-deep", 1, 65, "deeper than 32", "- " * 100_000),
    "nul": ("forbidden-character", 6, 8, "U+0000", SOURCE + "note: a\0b\n"),
    "control": ("forbidden-character", 6, 8, "U+001B", SOURCE + "note: a\x1b[31mb\n"),
    "delete": ("forbidden-character", 6, 8, "U+007F", SOURCE + "note: a\x7f\n"),
    "next-line": ("forbidden-character", 6, 8, "U+0085", SOURCE + "note: a\x85b: c\n"),
    "lone-carriage-return": ("forbidden-character", 6, 8, "U+000D", SOURCE + "note: a\rb: c\n"),
    "line-separator": ("forbidden-character", 6, 8, "U+2028", SOURCE + "note: a\u2028b: c\n"),
    "bidi": ("forbidden-character", 6, 8, "U+202E", SOURCE + "note: a\u202eb\n"),
    "bidi-isolate": ("forbidden-character", 6, 8, "U+2066", SOURCE + "note: a\u2066b\n"),
    "zero-width": ("forbidden-character", 6, 8, "U+200B", SOURCE + "note: a\u200bb\n"),
    "zero-width-joiner-in-key": ("forbidden-character", 6, 3, "U+200D", SOURCE + "no\u200dte: a\n"),
    "soft-hyphen": ("forbidden-character", 6, 8, "U+00AD", SOURCE + "note: a\u00adb\n"),
    "hangul-filler": ("forbidden-character", 6, 7, "U+3164", SOURCE + "note: \u3164\n"),
    "tag-character": ("forbidden-character", 6, 8, "U+E0041", SOURCE + "note: a\U000e0041\n"),
    "no-character": ("forbidden-character", 6, 8, "U+FFFF", SOURCE + "note: a\uffff\n"),
    "bom-inside": ("forbidden-character", 6, 8, "U+FEFF", SOURCE + "note: a\ufeff\n"),
    "in-a-comment": ("forbidden-character", 6, 3, "U+202E", SOURCE + "# \u202e\n"),
    "bom": ("forbidden-character", 1, 1, "byte-order mark", b"\xef\xbb\xbf" + SOURCE.encode()),
    "escaped-nul": ("forbidden-character", 6, 7, "an escape", SOURCE + 'note: "a\\0"\n'),
    "escaped-control": ("forbidden-character", 6, 7, "an escape", SOURCE + 'note: "a\\e[31m"\n'),
    "escaped-bidi": ("forbidden-character", 6, 7, "an escape", SOURCE + 'note: "a\\u202eb"\n'),
    "escaped-next-line": ("forbidden-character", 6, 7, "an escape", SOURCE + 'note: "a\\Nb"\n'),
    "escaped-tag-character": ("forbidden-character", 6, 7, "an escape", SOURCE + 'note: "a\\U000E0041"\n'),
    "escaped-in-key": ("forbidden-character", 6, 1, "an escape", SOURCE + '"no\\u200bte": a\n'),
    "escaped-surrogate": ("yaml-syntax", 6, 11, "not YAML", SOURCE + 'note: "a\\ud800"\n'),
    "latin-1": ("not-utf-8", 6, 8, "byte 0xe9", SOURCE.encode() + b"note: \xc3\xa9\xe9\n"),
    "utf-16": ("not-utf-8", 1, 1, "byte 0xff", SOURCE.encode("utf-16")),
    "surrogate-bytes": ("not-utf-8", 6, 7, "byte 0xed", SOURCE.encode() + b"note: \xed\xa0\x80\n"),
    "overlong": ("not-utf-8", 6, 7, "byte 0xc0", SOURCE.encode() + b"note: \xc0\x80\n"),
    "tab-as-indentation": ("tab-character", 7, 1, "a tab", SOURCE + "evidence:\n\t- id: ev-a\n"),
    "tab-in-text": ("tab-character", 6, 8, "a tab", SOURCE + "note: a\tb\n"),
    "two-documents": ("multiple-documents", 6, 1, "second document", SOURCE + "---\n" + SOURCE),
    "two-documents-empty": ("multiple-documents", 2, 1, "second document", "---\n---\n" + SOURCE),
    "not-yaml": ("yaml-syntax", 6, 8, "not YAML", SOURCE + "note: a: b\n"),
    "open-quote": ("yaml-syntax", 7, 1, "not YAML", SOURCE + "note: 'a\n"),
    "open-bracket": ("yaml-syntax", 7, 1, "not YAML", SOURCE + "aliases: [a\n"),
    "null": ("null-value", 6, 6, "'note' has no value", SOURCE + "note:\n"),
    "null-word": ("null-value", 6, 7, "'note' has no value", SOURCE + "note: null\n"),
    "null-tilde": ("null-value", 7, 5, "an entry has no value", SOURCE + "aliases:\n  - ~\n"),
    "empty": ("empty-file", 1, 1, "no record", ""),
    "only-comments": ("empty-file", 1, 1, "no record", "# nothing\n\n"),
    "only-a-mark": ("empty-file", 1, 1, "no record", "---\n"),
    "only-null": ("empty-file", 1, 1, "no record", "null\n"),
    "no-kind": ("unknown-kind", 1, 1, "does not say its kind", "id: report\ntitle: A\n"),
    "unknown-kind": ("unknown-kind", 1, 7, "'robot'", SOURCE.replace("kind: source", "kind: robot")),
    "kind-is-a-list": ("unknown-kind", 2, 3, "unknown kind", SOURCE.replace("kind: source", "kind:\n  - source")),
    "a-list": ("unknown-kind", 1, 1, "holds a list", "- kind: source\n- id: report\n"),
    "a-text": ("unknown-kind", 1, 1, "holds plain text", "just words\n"),
    "name-is-not-id": ("file-name-mismatch", 2, 5, "'report.yaml'", source("other")),
    "unknown-field": ("unknown-field", 6, 1, "'robot'", SOURCE + "robot: 1\n"),
    "missing-field": ("missing-field", 1, 1, "title is missing", SOURCE.replace("title: A report\n", "")),
    "bad-address": ("invalid-url", 4, 6, "not a web address", SOURCE.replace("https:", "file:")),
    "bad-date": ("invalid-date", 6, 7, "2024-02-30", SOURCE + 'date: "2024-02-30"\n'),
}


@pytest.mark.parametrize("case", TEXTS)
def test_a_bad_text_is_one_fault_with_its_place(tmp_path: Path, case: str) -> None:
    name, line, column, words, text = TEXTS[case]
    fault = only_fault(opened(tmp_path, text))
    assert (fault.name, fault.line, fault.column) == (name, line, column)
    assert fault.file == "data/sources/report.yaml"
    assert words in fault.message
    assert fault.hint
    assert "\n" not in fault.message + fault.hint


def test_one_bad_file_hides_no_other(tmp_path: Path) -> None:
    for case, (*_, text) in TEXTS.items():
        write(tmp_path, f"data/sources/{case}/report.yaml", text)
        write(tmp_path, f"data/sources/good-{case}.yaml", source(f"good-{case}"))
    write(tmp_path, "data/hardware/acme/card-x.yaml", HARDWARE)
    corpus = open_corpus(tmp_path)
    # The only text here that makes a record is the one whose file has the wrong name.
    assert sorted(corpus.sources) == sorted([*(f"good-{case}" for case in TEXTS), "other"])
    assert list(corpus.hardware) == ["card-x"]
    assert corpus.files == 2 * len(TEXTS) + 1
    for case, (name, line, column, *_) in TEXTS.items():
        file = f"data/sources/{case}/report.yaml"
        assert (name, line, column) in [(f.name, f.line, f.column) for f in corpus.faults if f.file == file]
    assert {fault.file for fault in corpus.faults} == {f"data/sources/{case}/report.yaml" for case in TEXTS}


def test_the_largest_file_is_read(tmp_path: Path) -> None:
    assert opened(tmp_path, SOURCE + "#" * (MAX_BYTES - len(SOURCE))).faults == ()


def test_the_deepest_nesting_is_read(tmp_path: Path) -> None:
    # The record is a level of its own.
    fault = only_fault(opened(tmp_path, SOURCE + "note: " + "[" * 31 + "]" * 31 + "\n"))
    assert fault.name == "invalid-value"


def test_windows_line_ends_and_a_document_mark_are_read(tmp_path: Path) -> None:
    corpus = opened(tmp_path, "---\r\n" + SOURCE.replace("\n", "\r\n") + "...\r\n")
    assert corpus.faults == ()
    assert corpus.sources["report"].title == "A report"


@pytest.mark.parametrize(
    ("path", "text", "name", "words"),
    [
        ("data/sources/a.yml", SOURCE, "unexpected-file", "'a.yml' is not a record"),
        ("data/sources/A.YAML", SOURCE, "unexpected-file", "is not a record"),
        ("data/notes.txt", "hi", "unexpected-file", "is not a record"),
        ("data/sources/.report.yaml.swp", "hi", "unexpected-file", "is not a record"),
        ("data/claims/a.yaml", source("a"), "wrong-folder", "a source in data/claims"),
        ("data/a.yaml", source("a"), "wrong-folder", "a source in data/"),
        ("data/sources/deep/a.yaml", source("a"), "wrong-folder", "a source in data/sources/deep"),
        ("data/hardware/other/card-x.yaml", HARDWARE, "wrong-folder", "a hardware in data/hardware/other"),
        ("data/models/acme/model-m.yaml", MODEL, "wrong-folder", "a model in data/models/acme"),
        ("data/sources/a\nb.yaml", source("a"), "file-name-mismatch", "'a\\nb.yaml'"),
    ],
)
def test_a_file_in_the_wrong_place_is_a_fault(tmp_path: Path, path: str, text: str, name: str, words: str) -> None:
    write(tmp_path, "data/sources/report.yaml")
    write(tmp_path, path, text)
    corpus = open_corpus(tmp_path)
    fault = only_fault(corpus)
    assert fault.name == name
    assert words in fault.message
    assert fault.file == path.replace("\n", "\\u000a")
    assert "report" in corpus.sources


@pytest.mark.parametrize(
    ("folder", "right"),
    [
        ("2026", None),
        ("26", "<year>"),
        ("soon", "<year>"),
        ("", "<year>"),
        ("2026/may", None),
        ("2026/may/21", "2026/may"),
        ("may/2026", "<year>/2026"),
        ("soon/may", "<year>/may"),
    ],
)
def test_cases_lie_in_the_folder_of_a_year_or_one_below(tmp_path: Path, folder: str, right: str | None) -> None:
    case = (
        "kind: case\nid: case-a\ntitle: A\nstack:\n  model: m\n  pools:\n    - hardware: x\n      count: 1\n"
        "points:\n  - results: {}\n"
    )
    write(tmp_path, f"data/cases/{folder}/case-a.yaml", case)
    faults = open_corpus(tmp_path).faults
    assert [fault.name for fault in faults] == (["wrong-folder"] if right else [])
    assert all(fault.hint == f"move the file to data/cases/{right}/" for fault in faults)


def test_a_file_name_that_is_not_text_can_be_printed(tmp_path: Path) -> None:
    write(tmp_path, "data/sources/report.yaml")
    (tmp_path / "data/sources" / os.fsdecode(b"a\xff.yaml")).write_text(source("a"), encoding="utf-8")
    fault = only_fault(open_corpus(tmp_path))
    assert fault.name == "file-name-mismatch"
    assert (fault.file + fault.message + fault.hint).isprintable()


def _link_to_file(root: Path) -> None:
    (root / "data/sources/a.yaml").symlink_to(write(root, "elsewhere/a.yaml", source("a")))


def _link_within(root: Path) -> None:
    (root / "data/sources/a.yaml").symlink_to("report.yaml")


def _link_up(root: Path) -> None:
    (root / "data/sources/a.yaml").symlink_to("../../../../../../etc/passwd")


def _link_to_folder(root: Path) -> None:
    write(root, "elsewhere/a.yaml", source("a"))
    (root / "data/sources/a.yaml").symlink_to(root / "elsewhere", target_is_directory=True)


def _link_in_a_circle(root: Path) -> None:
    (root / "data/sources/a.yaml").symlink_to(root / "data", target_is_directory=True)


def _link_to_nothing(root: Path) -> None:
    (root / "data/sources/a.yaml").symlink_to("nowhere")


def _pipe(root: Path) -> None:
    os.mkfifo(root / "data/sources/a.yaml")


@pytest.mark.parametrize(
    ("make", "name"),
    [
        *((make, "link-in-data") for make in (_link_to_file, _link_within, _link_up, _link_to_folder)),
        *((make, "link-in-data") for make in (_link_in_a_circle, _link_to_nothing)),
        (_pipe, "unreadable-file"),
    ],
)
def test_what_is_no_plain_file_is_not_opened(tmp_path: Path, make: Callable[[Path], None], name: str) -> None:
    write(tmp_path, "data/sources/report.yaml")
    make(tmp_path)
    corpus = open_corpus(tmp_path)
    assert (only_fault(corpus).name, only_fault(corpus).file) == (name, "data/sources/a.yaml")
    assert list(corpus.sources) == ["report"]


@pytest.mark.parametrize("make", [_link_to_file, _link_up, _link_to_nothing])
def test_a_link_that_is_submitted_is_not_followed(tmp_path: Path, make: Callable[[Path], None]) -> None:
    write(tmp_path, "data/sources/report.yaml")
    corpus = open_corpus(tmp_path)
    make(tmp_path)
    fault = only_fault(corpus.submit([tmp_path / "data/sources/a.yaml"]))
    assert fault.name == "link-in-data"
    assert "root" not in fault.message


def test_a_file_that_may_not_be_read_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = write(tmp_path, "data/sources/a.yaml", source("a"))
    write(tmp_path, "data/sources/report.yaml")
    read_bytes = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path == bad:
            raise PermissionError(13, "Permission denied")
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    corpus = open_corpus(tmp_path)
    assert only_fault(corpus).name == "unreadable-file"
    assert only_fault(corpus).message == "cannot be read: Permission denied"
    assert list(corpus.sources) == ["report"]


def test_a_folder_that_may_not_be_read_hides_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "data/claims/a.yaml")
    write(tmp_path, "data/sources/report.yaml")
    scandir = os.scandir

    def refuse(path: os.PathLike[str]) -> object:
        if Path(path).name == "claims":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    corpus = open_corpus(tmp_path)
    assert (only_fault(corpus).name, only_fault(corpus).file) == ("unreadable-file", "data/claims")
    assert list(corpus.sources) == ["report"]


def test_folders_nested_as_deep_as_a_path_can_be_end_no_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "data/sources/report.yaml")
    monkeypatch.chdir(tmp_path / "data")
    depth = 1200
    for _ in range(depth):
        Path("d").mkdir()
        os.chdir("d")
    try:
        corpus = open_corpus(tmp_path)
    finally:
        # Whoever tidies up behind the tests gives up on folders this deep.
        for _ in range(depth):
            os.chdir("..")
            Path("d").rmdir()
    assert list(corpus.sources) == ["report"]


HOSTILE = {
    "alias bomb": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
    "nested mappings": "a: " + "{a: " * 60_000,
    "nested lists": "a: " + "[" * 250_000,
    "nested blocks": "\n".join(" " * depth + "a:" for depth in range(700)),
    "nested questions": "? " * 100_000,
    "nested dashes": "- " * 100_000,
    "long plain scalar": "a: " + "x " * 130_000,
    "long key": "x" * 260_000 + ": a",
    "many keys": "\n".join(f"k{n}: 1" for n in range(25_000)),
    "same key": "k: 1\n" * 50_000,
    "many errors": "kind: source\n" + "\n".join(f"k{n}: 1" for n in range(25_000)),
    "many anchors": "a: " + "&a " * 80_000,
    "long number": "kind: hardware\nid: report\nname: a\nvendor: a\ntdp_w: " + "9" * 200_000,
    "many quotes": "a: " + "'" * 200_001,
    "many comments": "#\n" * 130_000,
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_ends_no_process(tmp_path: Path, case: str) -> None:
    write(tmp_path, "data/sources/report.yaml", HOSTILE[case])
    write(tmp_path, "data/sources/good.yaml", source("good"))
    program = (
        "import sys; from kb.corpus import open_corpus; c = open_corpus(sys.argv[1]); print(len(c.faults), *c.sources)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    count, *ids = done.stdout.split()
    assert 1 <= int(count) <= 25
    assert ids == ["good"]
