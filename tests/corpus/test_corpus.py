"""Opening a corpus, its shelves and names, clashes, and files that are submitted to it."""

import datetime
import os
from pathlib import Path

import pytest

from kb.corpus import Corpus, open_corpus
from kb.corpus.files import printable
from kb.errors import NoCorpus, UnknownName
from kb.records import KINDS, Model
from tests.corpus.files import HARDWARE, MODEL, SOURCE, only_fault, opened, source, write


def test_without_a_data_folder_there_is_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(NoCorpus, match=r"no data folder at .*data; run from the folder of the knowledge base"):
        open_corpus(tmp_path)


def test_data_may_not_be_a_file(tmp_path: Path) -> None:
    write(tmp_path, "data", "hi")
    with pytest.raises(NoCorpus, match="no data folder"):
        open_corpus(tmp_path)


@pytest.mark.parametrize("files", [[], ["README.md"], ["sources/.gitkeep"], ["sources/a.yml"]])
def test_an_empty_data_folder_is_said_to_be_empty(tmp_path: Path, files: list[str]) -> None:
    (tmp_path / "data").mkdir()
    for file in files:
        write(tmp_path, f"data/{file}", "hi")
    with pytest.raises(NoCorpus, match="holds no record"):
        open_corpus(tmp_path)


def test_a_data_folder_that_may_not_be_read_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "data/sources/report.yaml")

    def refuse(path: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(NoCorpus, match="cannot be read: Permission denied"):
        open_corpus(tmp_path)


def test_a_corpus_of_bad_files_only_is_open_and_empty(tmp_path: Path) -> None:
    corpus = opened(tmp_path, "")
    assert (corpus.files, list(corpus.records())) == (1, [])
    assert only_fault(corpus).name == "empty-file"


def test_the_projects_own_corpus_has_no_fault(corpus: Corpus) -> None:
    assert corpus.faults == ()
    assert corpus.files == sum(len(corpus.shelf(kind)) for kind in KINDS)
    assert all(len(corpus.shelf(kind)) for kind in KINDS)


@pytest.fixture
def small(tmp_path: Path) -> Corpus:
    """A corpus of three records."""
    write(tmp_path, "data/sources/report.yaml")
    write(tmp_path, "data/hardware/acme/card-x.yaml", HARDWARE + "former_ids:\n  - old-card\naliases:\n  - The Card\n")
    write(tmp_path, "data/models/some-lab/model-m.yaml", MODEL + "hugging_face:\n  - Some/Model-M\n")
    return open_corpus(tmp_path, today=datetime.date(2026, 1, 2))


def test_records_stand_on_shelves_in_order_of_id(small: Corpus, corpus: Corpus) -> None:
    assert small.today == datetime.date(2026, 1, 2)
    assert [record.id for record in small.records()] == ["card-x", "model-m", "report"]
    for kind in KINDS.values():
        assert small.shelf(kind) is small.shelf(kind.name) is small.shelf(kind.plural)
        assert list(corpus.shelf(kind)) == sorted(corpus.shelf(kind))


@pytest.mark.parametrize("kind", ["robot", "", "root", "today", "records", "__class__"])
def test_there_is_no_other_shelf(small: Corpus, kind: str) -> None:
    with pytest.raises(KeyError):
        small.shelf(kind)


def test_a_former_id_leads_to_its_record_and_is_not_listed(small: Corpus) -> None:
    assert small.hardware["old-card"] is small.hardware["card-x"]
    assert list(small.hardware) == ["card-x"]
    assert len(small.hardware) == 1
    assert small.get("hardware", "old-card") is small.hardware["card-x"]
    assert small.get("model", "card-x") is None
    with pytest.raises(KeyError):
        small.hardware["card-y"]


@pytest.mark.parametrize("text", ["card-x", "CARD X", "old-card", "the card", "Card_X", "Card X"])
def test_a_record_is_found_by_each_of_its_names(small: Corpus, text: str) -> None:
    assert small.resolve(text) is small.hardware["card-x"]


def test_a_hugging_face_id_is_a_name(small: Corpus) -> None:
    found = small.resolve("some/model-m", "model")
    assert isinstance(found, Model)
    with pytest.raises(UnknownName):
        small.resolve("some/model-m", "hardware")


def test_every_name_of_the_corpus_leads_to_its_record(corpus: Corpus) -> None:
    for record in corpus.records():
        for name in (record.id, *record.former_ids, *record.aliases):
            assert corpus.resolve(name) is record, name


def test_a_record_knows_its_file_and_the_place_of_each_field(small: Corpus) -> None:
    origin = small.origin(small.hardware["card-x"])
    assert origin.file == "data/hardware/acme/card-x.yaml"
    assert origin.place("/former_ids/0").value == (6, 5)
    assert origin.place("/vendor").key == (4, 1)
    assert origin.place("/vendor").value == (4, 9)
    assert origin.place("/vendor/0/x").value == (4, 9)
    assert origin.place("/nowhere").value == (1, 1)
    assert origin.place("").value == (1, 1)


def _names(corpus: Corpus) -> list[tuple[str, str, str]]:
    return [(fault.name, fault.file, fault.pointer) for fault in corpus.faults]


def test_two_files_with_one_id(tmp_path: Path) -> None:
    write(tmp_path, "data/sources/report.yaml")
    write(tmp_path, "data/hardware/acme/report.yaml", HARDWARE.replace("card-x", "report"))
    corpus = open_corpus(tmp_path)
    fault = only_fault(corpus)
    assert (fault.name, fault.file, fault.line, fault.column) == ("duplicate-id", "data/sources/report.yaml", 2, 5)
    assert fault.message == "the id 'report' is taken by data/hardware/acme/report.yaml"
    assert fault.data == {"id": "report", "other": "data/hardware/acme/report.yaml"}
    assert [record.kind for record in corpus.records()] == ["hardware"]


@pytest.mark.parametrize(
    ("first", "second", "pointer"),
    [
        ("former_ids: [b]", "", "/id"),
        ("", "former_ids: [z, a]", "/former_ids/1"),
        ("former_ids: [old]", "former_ids: [old]", "/former_ids/0"),
    ],
)
def test_a_former_id_is_taken_for_good(tmp_path: Path, first: str, second: str, pointer: str) -> None:
    write(tmp_path, "data/sources/a.yaml", source("a") + first)
    write(tmp_path, "data/sources/b.yaml", source("b") + second)
    assert _names(open_corpus(tmp_path)) == [("duplicate-id", "data/sources/b.yaml", pointer)]


@pytest.mark.parametrize(
    ("first", "second", "pointer"),
    [
        ("aliases: [Nick]", "aliases: [one, nick]", "/aliases/1"),
        ("aliases: [Nick Name]", "aliases: [nick-name]", "/aliases/0"),
        ("aliases: [Ｎｉｃｋ]", "aliases: [nick]", "/aliases/0"),
        ("aliases: [B]", "", "/id"),
        ("", "aliases: [A]", "/aliases/0"),
        ("former_ids: [old-a]", "aliases: [Old A]", "/aliases/0"),
        ("aliases: [Old B]", "former_ids: [old-b]", "/former_ids/0"),
    ],
)
def test_a_name_leads_to_one_record(tmp_path: Path, first: str, second: str, pointer: str) -> None:
    write(tmp_path, "data/sources/a.yaml", source("a") + first)
    write(tmp_path, "data/sources/b.yaml", source("b") + second)
    corpus = open_corpus(tmp_path)
    assert _names(corpus) == [("alias-collision", "data/sources/b.yaml", pointer)]
    assert only_fault(corpus).data["other"] == "a"
    assert list(corpus.sources) == ["a", "b"]


def test_a_hugging_face_id_may_not_be_anothers_alias(tmp_path: Path) -> None:
    write(tmp_path, "data/models/some-lab/model-m.yaml", MODEL + "hugging_face: [Some/Other, Some/Model-M]\n")
    write(tmp_path, "data/hardware/acme/card-x.yaml", HARDWARE + "aliases: [some/model-m]\n")
    assert _names(open_corpus(tmp_path)) == [
        ("alias-collision", "data/models/some-lab/model-m.yaml", "/hugging_face/1")
    ]


def test_a_record_may_repeat_itself_and_share_what_it_is_called(tmp_path: Path) -> None:
    write(tmp_path, "data/hardware/acme/card-x.yaml", HARDWARE + "aliases: [Card-X, card x]\n")
    write(tmp_path, "data/hardware/acme/card-y.yaml", HARDWARE.replace("card-x", "card-y"))
    corpus = open_corpus(tmp_path)
    assert corpus.faults == ()
    # Two cards are called Card X, but only one has it as its id.
    assert corpus.resolve("card-x").id == "card-x"
    with pytest.raises(UnknownName, match="can mean more than one record: card-x, card-y"):
        corpus.resolve("Card X")


def test_a_submitted_file_becomes_part_of_the_corpus(small: Corpus, tmp_path: Path) -> None:
    draft = write(tmp_path, "elsewhere/new.yaml", source("new"))
    more = small.submit([draft])
    assert more.sources["new"].title == "A report"
    assert more.files == small.files + 1
    assert more.today == small.today
    assert more.faults == ()
    assert more.origin(more.sources["new"]).file == "elsewhere/new.yaml"
    assert "new" not in small.sources


def test_a_file_outside_the_folder_is_shown_as_it_was_named(
    small: Corpus, tmp_path_factory: pytest.TempPathFactory
) -> None:
    draft = write(tmp_path_factory.mktemp("outside"), "other.yaml", source("new"))
    fault = only_fault(small.submit([draft]))
    assert (fault.name, fault.file) == ("file-name-mismatch", draft.as_posix())


def test_a_submitted_record_takes_the_place_of_the_one_with_its_id(small: Corpus, tmp_path: Path) -> None:
    draft = write(tmp_path, "elsewhere/report.yaml", SOURCE.replace("A report", "Another"))
    assert small.submit([str(draft)]).sources["report"].title == "Another"


def test_submitting_twice_the_same_id_is_a_clash(small: Corpus, tmp_path: Path) -> None:
    drafts = [write(tmp_path, f"{folder}/new.yaml", source("new")) for folder in ("one", "two")]
    assert _names(small.submit(drafts)) == [("duplicate-id", "two/new.yaml", "/id")]


def test_submitting_a_faulty_file_of_the_corpus_reports_it_once(tmp_path: Path) -> None:
    write(tmp_path, "data/sources/report.yaml")
    bad = write(tmp_path, "data/sources/bad.yaml", "")
    corpus = open_corpus(tmp_path)
    assert _names(corpus.submit([bad])) == _names(corpus) == [("empty-file", "data/sources/bad.yaml", "")]


@pytest.mark.parametrize("name", ["absent.yaml", "folder", "a" * 300, "nul\0"])
def test_what_cannot_be_submitted_is_a_fault(small: Corpus, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    assert only_fault(small.submit([tmp_path / name])).name == "unreadable-file"


def test_file_names_are_printed_without_what_breaks_a_line() -> None:
    assert printable("data/a.yaml") == "data/a.yaml"
    assert printable("昇腾.yaml") == "昇腾.yaml"
    assert printable("a\n::error::b") == "a\\u000a::error::b"
    assert printable(os.fsdecode(b"a\xff")) == "a\\xff"
    assert printable("a\x1b[31m\U000e0041") == "a\\u001b[31m\\ue0041"
