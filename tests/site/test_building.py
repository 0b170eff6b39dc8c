"""A site is built as a whole or not at all, and what is missing is said in a sentence."""

import errno
import filecmp
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import pytest

from benchmarks import site_growth
from kb import open_bundle, open_corpus
from kb.atomic import recover, replace_folder
from kb.errors import BuildFailed, NoBundle
from kb.site import build as building
from kb.site.build import Site, build_site
from kb.site.fragments import FRAGMENTS, fill
from kb.site.generate import generate
from kb.site.library import Here, Library
from tests.site.conftest import quiet


@pytest.fixture
def small(hostile_bundle: Path, home: Path, tmp_path: Path) -> Any:
    """A function that builds the small site into a folder of its own."""

    def run(home: Path = home, out: Path = tmp_path / "build") -> Site:
        with open_bundle(hostile_bundle) as opened:
            return build_site(opened, home, out, quiet)

    return run


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A site that is already there."""
    out = tmp_path / "build"
    out.mkdir()
    (out / building.MARKER).write_text("{}", encoding="utf-8")
    (out / "old.html").write_text("old", encoding="utf-8")
    return out


def _untouched(old: Path) -> bool:
    return sorted(path.name for path in old.parent.iterdir()) == ["build"] and (old / "old.html").is_file()


def test_the_same_bundle_gives_the_same_site(hostile_site: Site, small: Any, old: Path) -> None:
    again = small()
    assert again.pages == hostile_site.pages
    names = sorted(path.relative_to(again.folder) for path in again.folder.rglob("*") if path.is_file())
    assert names == sorted(p.relative_to(hostile_site.folder) for p in hostile_site.folder.rglob("*") if p.is_file())
    _, different, errors = filecmp.cmpfiles(hostile_site.folder, again.folder, names, shallow=False)
    assert (different, errors) == ([], [])
    assert not (old / "old.html").exists()
    assert sorted(path.name for path in old.parent.iterdir()) == ["build", "generated"]


def test_an_empty_base_has_a_site_too(bundle: Path, home: Path, tmp_path: Path) -> None:
    with open_bundle(bundle) as opened:
        library = Library(opened)
        for cached in ("facts", "cases", "points", "citing"):
            setattr(library, cached, {})
        library.findings = []
        for items in library.items.values():
            items.clear()
        assert generate(library, home, tmp_path / "pages") > 20
    assert "There are no records" in (tmp_path / "pages" / "cases" / "index.md").read_text(encoding="utf-8")
    assert "None in the present data" in (tmp_path / "pages" / "index.md").read_text(encoding="utf-8")


def test_without_mkdocs_it_says_what_to_install(small: Any, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find: Any = importlib.util.find_spec

    def missing(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "mkdocs" else find(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", missing)
    with pytest.raises(BuildFailed, match=r"pip install 'inference-kb\[site\]'"):
        small()
    assert _untouched(old)


@pytest.mark.parametrize("package", ["mkdocs", "material", "minify_html"])
def test_the_command_says_it_too(package: str, bundle: Path, home: Path) -> None:
    """A plain installation has none of them, so no module may load one before they are looked for."""
    hidden = (
        f"import sys; sys.modules[{package!r}] = None; sys.argv = ['kb', 'site']; from kb.cli.main import run; run()"
    )
    done = subprocess.run(
        [sys.executable, "-c", hidden],
        env={**os.environ, "KB_ROOT": str(home.parent), "KB_BUNDLE": str(bundle)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("pip install 'inference-kb[site]'")


def test_without_its_folder_it_says_what_is_missing(small: Any, tmp_path: Path) -> None:
    with pytest.raises(BuildFailed, match=r"mkdocs\.yml is missing: run from the knowledge base's folder"):
        small(home=tmp_path / "nowhere")


def test_a_full_disk_leaves_the_old_site(small: Any, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(building, "generate", full)
    with pytest.raises(BuildFailed, match="could not be written: No space left on device; what was there is untouched"):
        small()
    assert _untouched(old)


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("Traceback\nOSError: [Errno 28] No space left on device: 'x'\n", "No space left on device"),
        (
            "WARNING - a link\n\nAborted with 1 warnings in strict mode!\n",
            "MkDocs refused the pages: WARNING - a link / ",
        ),
        ("", "MkDocs refused the pages: exit 1"),
    ],
)
def test_what_mkdocs_says_is_passed_on(
    output: str, said: str, small: Any, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*_: Any, **__: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 1, output)

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(BuildFailed, match=said):
        small()
    assert _untouched(old)


def test_a_broken_link_of_a_page_stops_the_build(small: Any, old: Path, home: Path, tmp_path: Path) -> None:
    bad = tmp_path.parent / f"{tmp_path.name}-home"
    shutil.copytree(home, bad, ignore=shutil.ignore_patterns("build", "generated", ".*"))
    with (bad / "pages" / "tiers.md").open("a", encoding="utf-8") as page:
        page.write("\n[nowhere](nowhere.md)\n")
    with pytest.raises(BuildFailed, match=r"nowhere\.md"):
        small(home=bad)
    assert _untouched(old)


def test_a_folder_that_is_no_site_is_left_alone(small: Any, tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "thesis.txt").write_text("x", encoding="utf-8")
    with pytest.raises(BuildFailed, match="holds something that is no site of kb"):
        small()
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(BuildFailed, match="is not a folder"):
        small(out=tmp_path / "file")


def test_a_bundle_without_its_export_is_refused(hostile_bundle: Path, home: Path, tmp_path: Path) -> None:
    shutil.copytree(hostile_bundle, tmp_path / "dist")
    (tmp_path / "dist" / "json" / "v1" / "models.json").write_text("{", encoding="utf-8")
    with open_bundle(tmp_path / "dist") as opened, pytest.raises(NoBundle, match=r"models\.json cannot be read"):
        build_site(opened, home, tmp_path / "build", quiet)


def test_a_kill_between_the_two_moves_is_mended(tmp_path: Path) -> None:
    before = tmp_path / ".build-before"
    before.mkdir()
    (before / "mark").write_text("x", encoding="utf-8")
    recover(tmp_path / "build", "mark")
    assert (tmp_path / "build" / "mark").is_file()
    assert not before.exists()


def test_a_move_that_fails_puts_the_old_folder_back(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    with pytest.raises(FileNotFoundError):
        replace_folder(tmp_path / "nothing", tmp_path / "build")
    assert (tmp_path / "build").is_dir()
    with pytest.raises(FileNotFoundError):
        replace_folder(tmp_path / "nothing", tmp_path / "other")


def test_an_unknown_fragment_is_refused(hostile_bundle: Path) -> None:
    with open_bundle(hostile_bundle) as opened:
        library = Library(opened)
        with pytest.raises(BuildFailed, match="kb:nonsense, which is no fragment; there are ask, "):
            fill("x\n<!-- kb:nonsense -->\n", library, Here(""))
        assert fill("x <!-- kb:counts -->\n", library, Here("")) == "x <!-- kb:counts -->\n"


def test_every_fragment_is_used(home: Path) -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in (home / "pages").rglob("*.md"))
    for name in FRAGMENTS:
        assert f"<!-- kb:{name} -->" in pages


def test_the_command_builds_the_bundle_first(home: Path, hostile_bundle: Path, tmp_path: Path) -> None:
    root = tmp_path / "base"
    shutil.copytree(hostile_bundle.parent / "data", root / "data")
    shutil.copytree(home, root / "site", ignore=shutil.ignore_patterns("build", "generated", ".*"))
    done = subprocess.run(
        [sys.executable, "-m", "kb", "site"],
        env={**os.environ, "KB_ROOT": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "no bundle in" in done.stderr
    pages = json.loads((root / "site" / "build" / "kb-site.json").read_text(encoding="utf-8"))["pages"]
    assert f"{pages} pages" in done.stdout
    assert (root / "site" / "generated" / "cases" / "hostile-case" / "index.md").is_file()


def test_a_benchmark_takes_cases_with_all_that_they_name(root: Path, tmp_path: Path) -> None:
    records = site_growth.records_of(root)
    cases = sorted(name for name, (file, _) in records.items() if "cases" in file.relative_to(root).parts)
    assert site_growth.evenly(range(9), 3) == [0, 3, 6]
    some = site_growth.evenly(cases, 4)
    site_growth.write_some(site_growth.named_by(some, records), root, tmp_path)
    corpus = open_corpus(tmp_path)
    assert not corpus.faults
    assert set(some) <= set(corpus.cases)
    case = corpus.cases[some[0]]
    assert corpus.resolve(case.stack.model, "model").id in corpus.models
    assert len(corpus.sources) < 60


def test_a_benchmark_compares_each_size_with_the_one_before() -> None:
    one = site_growth.Figures(5, 100, 2.0, 1.9, 7.04, 1.0, 2.0, 4.0)
    other = replace(one, cases=2_000, pages=1_100, seconds=12.0)
    head, _, *rows = site_growth.table([one, other])
    assert [cell.strip() for cell in rows[0].split("|")[1:8]] == ["5", "100", "2.0", "1.9", "", "7.0", "1.0"]
    assert [cell.strip() for cell in rows[1].split("|")[1:6]] == ["2,000", "1,100", "12.0", "1.9", "10.0"]
    assert head.count("|") == rows[1].count("|")
