"""The reference of the command line on the site is what the commands tell of themselves."""

import re
from pathlib import Path

import pytest

from kb.cli.app import COMMANDS, GROUPS, loaded
from scripts import refresh_docs, write_cli_docs
from tests.conftest import ROOT

HOME = ROOT / write_cli_docs.PAGES


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory, sample_root: Path, bundle: Path) -> dict[str, str]:
    folder = write_cli_docs.workshop(tmp_path_factory.mktemp("cli-docs"), sample_root, bundle)
    return write_cli_docs.pages(lambda command: refresh_docs.run(command, folder))


def test_the_pages_are_what_the_commands_tell(wanted: dict[str, str]) -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in HOME.glob("*.md")}
    differing = sorted(name for name in {*kept, *wanted} if kept.get(name) != wanted.get(name))
    assert not differing, (
        f"{write_cli_docs.PAGES.as_posix()} is not up to date ({', '.join(differing)}); run: make docs"
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_a_page_has_what_a_manual_has(wanted: dict[str, str], name: str) -> None:
    page = wanted[f"{name}.md"]
    headings = re.findall(r"^## (.+)$", page, re.MULTILINE)
    manual = ["Name", "Synopsis", "Options", "Examples", "Exit status", "Environment and files", "See also"]
    assert [heading for heading in headings if heading in manual] == manual
    for param in loaded(name).params:
        assert re.search(rf"^\| `[^`]*{re.escape(param.metavar or param.opts[-1])}", page, re.MULTILINE), param.name


def test_every_page_leads_to_the_others(wanted: dict[str, str]) -> None:
    for page in wanted.values():
        assert set(re.findall(r"\]\((\w[\w-]*\.md)", page)) <= set(wanted)
    assert all(f"](cli/{name}" not in wanted["index.md"] and f"]({name}.md)" in wanted["index.md"] for name in COMMANDS)


def test_the_index_names_every_group_and_variable(wanted: dict[str, str]) -> None:
    page = wanted["index.md"]
    assert [heading for heading in re.findall(r"^## (.+)$", page, re.MULTILINE) if heading in GROUPS] == list(GROUPS)
    read = {
        name
        for path in (ROOT / "kb" / "cli").rglob("*.py")
        for name in re.findall(r"environ(?:\.get\(|\[)\"([A-Z_]+)\"", path.read_text(encoding="utf-8"))
    }
    # What shells and libraries of threads are told is not for people.
    assert read - set(write_cli_docs.ENVIRONMENT) <= {"_KB_COMPLETE", "COMP_WORDS", "COMP_CWORD", "SHELL"}


def test_plain_text_stays_plain() -> None:
    assert write_cli_docs._text("a|b *c* <d> [e] --from x, kb fit") == (
        "a\\|b \\*c\\* \\<d\\> \\[e\\] `--from` x, `kb fit`"
    )


def test_pages_of_commands_that_are_gone_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("data", "schema", "dist"):
        (tmp_path / name).mkdir()
    pages = tmp_path / write_cli_docs.PAGES
    pages.mkdir(parents=True)
    (pages / "gone.md").write_text("x", encoding="utf-8")
    (pages / "same.md").write_text("y", encoding="utf-8")
    monkeypatch.setattr(write_cli_docs, "ROOT", tmp_path)
    monkeypatch.setattr(write_cli_docs, "pages", lambda answer: {"same.md": "y", "new.md": "z"})
    write_cli_docs.main()
    assert capsys.readouterr().out == "site/pages/cli/gone.md: removed\nsite/pages/cli/new.md: written\n"
    assert {path.name: path.read_text(encoding="utf-8") for path in pages.iterdir()} == {"same.md": "y", "new.md": "z"}
