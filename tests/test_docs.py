"""What the documents show is what happens, and nothing is left out of them."""

import doctest
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.cli import app
from scripts import refresh_docs
from tests.conftest import ROOT

TEXTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in refresh_docs.DOCUMENTS}
COMMANDS = [
    (name, command)
    for name, text in TEXTS.items()
    for _, language, body in refresh_docs.blocks(text)
    if language == "console"
    for command, _ in refresh_docs.shown(body)
]


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory, whole_bundle: Path) -> Path:
    # The documents show what the whole base answers.
    return refresh_docs.workshop(tmp_path_factory.mktemp("docs") / "kb", whole_bundle)


@pytest.fixture(scope="module")
def printed(workshop: Path, built_whole: Path) -> Callable[[str], str]:
    """What a command prints in the workshop; its bundle was built there by the very command that is shown."""
    built = (built_whole / "built.txt").read_text(encoding="utf-8")
    return lambda command: built if command == "kb build" else refresh_docs.run(command, workshop)


@pytest.mark.parametrize("name", TEXTS)
def test_every_command_prints_what_the_document_shows(name: str, workshop: Path, printed: Callable[[str], str]) -> None:
    stale: list[str] = []
    for file, language, body in refresh_docs.blocks(TEXTS[name]):
        if file:
            refresh_docs.put(workshop, file, body)
        for command, output in refresh_docs.shown(body) if language == "console" else ():
            if refresh_docs.timeless(printed(command)) != refresh_docs.timeless(output):
                stale.append(command)
    assert not stale, f"{name} shows other output than these commands print; run: make docs\n" + "\n".join(stale)


@pytest.mark.no_cover  # A run over all records, of what other tests ask of few.
def test_the_library_does_what_the_readme_shows(workshop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workshop)
    sessions = [body for _, language, body in refresh_docs.blocks(TEXTS["README.md"]) if language == "pycon"]
    assert sessions
    for number, body in enumerate(sessions):
        test = doctest.DocTestParser().get_doctest(body, {}, f"README.md session {number}", "README.md", 0)
        assert doctest.DocTestRunner(verbose=False).run(test).failed == 0


def test_every_command_of_the_command_line_is_in_the_readme() -> None:
    missing = {name for name in app.COMMANDS if not re.search(rf"`kb {name}[ `]", TEXTS["README.md"])}
    assert not missing, f"README.md does not name: {', '.join(sorted(missing))}"


def test_every_shown_command_exists() -> None:
    named = {word for text in TEXTS.values() for word in re.findall(r"`kb ([a-z]+(?:-[a-z]+)*)", text)}
    assert {command.split()[1] for _, command in COMMANDS} | named <= set(app.COMMANDS)


def test_every_make_target_that_the_documents_name_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        word for text in TEXTS.values() for word in re.findall(r"`make ([a-z]+)|^make ([a-z]+)", text, re.MULTILINE)
    }
    assert {first or second for first, second in named} <= targets


def test_every_source_is_credited() -> None:
    text = (ROOT / refresh_docs.ATTRIBUTION).read_text(encoding="utf-8")
    assert refresh_docs.attribution(text) == text, "data/sources and DATA_LICENSE differ; run: make docs"


@pytest.mark.parametrize("command", ["ls data", "kb list cases | grep dsr1", "kb list cases | head"])
def test_only_what_a_reader_can_repeat_is_shown(command: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"in the documents|may follow"):
        refresh_docs.run(command, tmp_path)


def test_a_command_that_fails_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"kb explain KB999 left with 2: kb: "):
        refresh_docs.run("kb explain KB999", tmp_path)


def test_a_document_is_refreshed_block_by_block() -> None:
    shown = "<!-- file: x.yaml -->\n```yaml\nid: x\n```\n"
    text = f"a\n{shown}```console\n$ kb one\nold\n$ kb two\n```\n```sh\n$ kb three\n```\n"
    written: dict[str, str] = {}
    answers = {"kb one": "new\n", "kb two": "more\n"}
    assert refresh_docs.refreshed(text, answers.__getitem__, written.__setitem__) == text.replace(
        "old\n$ kb two\n", "new\n$ kb two\nmore\n"
    )
    assert written == {"x.yaml": "id: x\n"}
