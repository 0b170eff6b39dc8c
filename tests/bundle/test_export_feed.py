"""The Atom feed: valid by RFC 4287, and no text of a record or a message is more than text in it."""

import datetime
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import Corpus, open_corpus
from kb.bundle.content import Content
from kb.bundle.export.changes import feed as module
from kb.bundle.export.changes.feed import as_atom
from kb.bundle.export.changes.history import Commit, FileChange, History, history
from kb.bundle.export.changes.rows import Update, updates
from tests.bundle.repositories import ADDRESS, AUTHOR, Repository
from tests.conftest import ROOT

ATOM = "{http://www.w3.org/2005/Atom}"
# RFC 4151: tag:, an authority and a date, and what it names; and what RFC 3339 calls a date and time.
TAG = re.compile(r"tag:[a-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?:[A-Za-z0-9/._-]+")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
HOSTILE = "</title><script>alert(1)</script> & ]]> \"x\" 'y' <!-- ${7*7} {{7*7}}"


def parsed(text: str) -> ElementTree.Element:
    """Return a feed that is valid, else fail."""
    feed = ElementTree.fromstring(text.encode())
    assert feed.tag == f"{ATOM}feed"
    known = {"author", "category", "contributor", "generator", "icon", "id", "link", "logo", "rights", "subtitle"}
    assert {child.tag.removeprefix(ATOM) for child in feed} <= known | {"title", "updated", "entry"}
    for once in ("id", "title", "updated", "author", "rights"):
        assert len(feed.findall(f"{ATOM}{once}")) == 1
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    links = [(link.get("rel"), link.get("type")) for link in feed.findall(f"{ATOM}link")]
    assert ("self", "application/atom+xml") in links
    assert len(links) == len(set(links))
    entries = feed.findall(f"{ATOM}entry")
    for each in (feed, *entries):
        assert TAG.fullmatch(each.findtext(f"{ATOM}id") or "")
        assert MOMENT.fullmatch(each.findtext(f"{ATOM}updated") or "")
        datetime.datetime.fromisoformat(each.findtext(f"{ATOM}updated") or "")
        assert (each.findtext(f"{ATOM}title") or "").strip()
    for entry in entries:
        for once in ("id", "title", "updated", "content"):
            assert len(entry.findall(f"{ATOM}{once}")) == 1
        content = entry.find(f"{ATOM}content")
        assert content is not None
        assert content.get("type") == "html"
        assert len(content) == 0
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(ids) == len(set(ids))
    return feed


class Tags(HTMLParser):
    """The tags, addresses and text of a piece of HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert {name for name, _ in attrs} <= {"href"}
        self.addresses += [value or "" for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def contents(feed: ElementTree.Element) -> list[Tags]:
    return [Tags(entry.findtext(f"{ATOM}content") or "") for entry in feed.findall(f"{ATOM}entry")]


def fed(root: Path) -> str:
    corpus = open_corpus(root)
    return as_atom(updates(history(root), corpus), Content(corpus))


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "kb")


def test_an_entry_tells_what_a_commit_did_and_leads_to_the_records(repository: Repository) -> None:
    repository.card("old")
    repository.commit("Begin")
    repository.remove("data/hardware/acme/old.yaml")
    repository.card("new", "former_ids:\n- old\n")
    repository.source()
    last = repository.commit("Call the card by its name")
    feed = parsed(fed(repository.root))
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["Call the card by its name", "Begin"]
    assert (entries[0].findtext(f"{ATOM}id") or "").endswith(last)
    assert feed.findtext(f"{ATOM}updated") == entries[0].findtext(f"{ATOM}updated") == "2026-01-01T00:02:00Z"
    newest, oldest = contents(feed)
    assert newest.addresses == ["hardware/new.json", "sources/report.json"]
    assert newest.text == "1 added, 1 renamedrenamed: hardware Card X (was old)added: source A report"
    assert oldest.addresses == ["hardware/new.json"], "an id of then leads to the record of today"


def test_a_record_that_is_gone_is_named_without_a_link(repository: Repository) -> None:
    repository.card("gone")
    repository.source()
    repository.commit()
    repository.remove("data/hardware/acme/gone.yaml")
    repository.commit()
    newest, oldest = contents(parsed(fed(repository.root)))
    assert (newest.addresses, newest.text) == ([], "1 removedremoved: hardware gone")
    assert oldest.addresses == ["sources/report.json"]


def test_hostile_text_of_records_and_messages_stays_text(repository: Repository) -> None:
    quoted = HOSTILE.replace("'", "''")
    repository.write(
        "data/sources/report.yaml",
        f"kind: source\nid: report\ntitle: '{quoted}'\nurl: https://lab.org/r\nsource_kind: press\n",
    )
    repository.commit(f"{HOSTILE} \x1b[31m \u202e <{ADDRESS}>\n\nSigned-off-by: {AUTHOR} <{ADDRESS}>")
    text = fed(repository.root)
    feed = parsed(text)
    (only,) = contents(feed)
    assert only.tags == {"p", "ul", "li", "a"}
    assert HOSTILE in only.text
    title = feed.findtext(f"{ATOM}entry/{ATOM}title") or ""
    assert title.startswith(HOSTILE)
    assert title.isprintable()
    assert ADDRESS not in text
    assert AUTHOR not in text


def many(corpus: Corpus, commits: int, files: int) -> list[Update]:
    cards = sorted(corpus.hardware)[:files]
    changed = tuple(FileChange(f"data/hardware/x/{card}.yaml", "M", "0" * 40) for card in cards)
    past = tuple(
        Commit(f"{n:040x}", f"2026-01-{1 + n % 28:02}T00:00:00Z", f"Step {n}", changed) for n in range(commits)
    )
    return updates(History("0" * 40, past, {}), corpus)


def test_the_newest_hundred_commits_are_fed_and_fifty_records_of_each(sample: Corpus) -> None:
    feed = parsed(as_atom(many(sample, 130, 60), Content(sample)))
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [f"Step {n}" for n in range(module.NEWEST)]
    first = contents(feed)[0]
    assert len(first.addresses) == module.LISTED
    assert first.text.endswith("and 10 more: changes.csv lists all")


def test_a_feed_without_entries_is_valid_and_dated_by_the_data(sample: Corpus) -> None:
    feed = parsed(as_atom([], Content(sample)))
    assert feed.findtext(f"{ATOM}updated") == f"{Content(sample).generated}T00:00:00Z"
    assert not feed.findall(f"{ATOM}entry")


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_message_gives_a_valid_feed(corpus: Corpus, message: str) -> None:
    card = next(iter(corpus.hardware))
    file = FileChange(f"data/hardware/x/{card}.yaml", "M", "0" * 40)
    commit = Commit("a" * 40, "2026-01-01T00:00:00Z", message, (file,))
    parsed(as_atom(updates(History("a" * 40, (commit,), {}), corpus), Content(corpus)))


def test_the_feed_of_the_project_is_valid(corpus: Corpus) -> None:
    told = history(ROOT)
    text = as_atom(updates(told, corpus), Content(corpus))
    feed = parsed(text)
    assert len(feed.findall(f"{ATOM}entry")) <= module.NEWEST
    assert all(content.tags <= {"p", "ul", "li", "a"} for content in contents(feed))


def test_the_feed_of_a_bundle_lies_beside_its_index(bundle: Path) -> None:
    parsed((bundle / "json/v1/changes.atom").read_text(encoding="utf-8"))
    head = (bundle / "json/v1/changes.csv").read_text(encoding="utf-8").splitlines()[0]
    assert head == "date,kind,id,change,former_id,fields,commit,summary"
