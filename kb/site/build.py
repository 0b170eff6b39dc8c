"""Build the site as a whole, or not at all."""

import datetime
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from kb.atomic import recover, refuse_foreign, replace_folder
from kb.bundle.reader import Bundle
from kb.errors import BadRequest, BuildFailed
from kb.site.aside import set_aside
from kb.site.client import lay_in_runtime
from kb.site.code_archive import lay_in_code
from kb.site.cookbook import write_questions
from kb.site.faces import write_faces
from kb.site.finish import finish_pages
from kb.site.generate import generate
from kb.site.library import Library
from kb.site.packed import copy_bundle
from kb.site.record_files import copy_record_files
from kb.site.redirects import write_redirects

# What a built site holds, so that nothing else is ever taken for one and removed.
MARKER = "kb-site.json"
GENERATED = "generated"
BUILT = "build"


@dataclass(frozen=True)
class Site:
    """A built site: where it lies, and how many pages it has."""

    folder: Path
    pages: int


def build_site(
    bundle: Bundle,
    home: Path,
    out: Path | None = None,
    progress: Callable[[str], None] = print,
    url: str | None = None,
) -> Site:
    """Write the site of ``bundle`` to ``out`` (``build`` in ``home``), replacing the one that is there.

    ``url`` is the public address of the site; with it pages say their canonical address, and there is a site map.
    ``home`` holds ``mkdocs.yml``, ``pages``, ``theme`` and ``assets``. The Markdown is left in ``generated`` beside
    ``out``. Everything is built aside and moved into place at the end, so that a failed or interrupted build leaves the
    old site whole.

    Raises:
        BadRequest: ``url`` is no http(s) address.
        BuildFailed: MkDocs is not installed or refuses a page, the disk is full, or ``out`` is not a site.
    """
    url = None if url is None else _address(url)
    _require(home)
    out = out or home / BUILT
    recover(out, MARKER)
    refuse_foreign(out, MARKER, "site of kb")
    library = Library(bundle)
    scratch: Path | None = None
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".site-", dir=out.parent))
        pages, short, html = scratch / GENERATED, scratch / "short", scratch / BUILT
        progress("writing pages")
        count = generate(library, home, pages)
        progress(f"building {count} pages")
        aside = set_aside(pages, short)
        _run_mkdocs(home, short, html, library.generated, url)
        finish_pages(html, aside)
        write_redirects(library, html, url)
        write_faces(library, html, url)
        copy_bundle(bundle.folder, html / "data")
        copy_record_files(library, html)
        write_questions(home, html)
        lay_in_runtime(home, html)
        lay_in_code(bundle, html)
        about = {"pages": count, "generated": library.generated, "license": "CC-BY-SA-4.0"}
        (html / MARKER).write_text(json.dumps(about) + "\n", encoding="utf-8")
        html.chmod(0o755)
        replace_folder(html, out)
        _keep(pages, out.parent / GENERATED)
    except OSError as error:
        raise BuildFailed(
            f"{out} could not be written: {error.strerror or error}; what was there is untouched"
        ) from None
    finally:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
    return Site(out, count)


def _require(home: Path) -> None:
    for package in ("mkdocs", "material", "minify_html"):
        if importlib.util.find_spec(package) is None:
            raise BuildFailed(
                "the site needs MkDocs Material, which is not installed: pip install 'inference-kb[site]'"
            )
    for part in ("mkdocs.yml", "pages", "theme", "assets"):
        if not (home / part).exists():
            raise BuildFailed(f"{home / part} is missing: run from the knowledge base's folder, or set KB_ROOT to it")


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise BadRequest(f"{url!r} is no address of a site; give one like https://example.org/kb/")
    return url.rstrip("/") + "/"


def _run_mkdocs(home: Path, pages: Path, html: Path, generated: str, url: str | None) -> None:
    """Run MkDocs in a process of its own; its only dates are the date of the data."""
    day = datetime.datetime.fromisoformat(generated).replace(tzinfo=datetime.UTC)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    done = subprocess.run(
        [*command, "--config-file", os.fspath(home / "mkdocs.yml"), "--site-dir", os.fspath(html.resolve())],
        env={
            **os.environ,
            "KB_SITE_PAGES": os.fspath(pages.resolve()),
            "KB_SITE_URL": url or "",
            "SOURCE_DATE_EPOCH": str(int(day.timestamp())),
            # Material announces its successor at every start.
            "NO_MKDOCS_2_WARNING": "1",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        if "No space left on device" in done.stdout:
            raise OSError(28, "No space left on device")
        lines = [line for line in done.stdout.strip().splitlines() if line.strip()]
        raise BuildFailed(f"MkDocs refused the pages: {' / '.join(lines[-5:])[:1500] or f'exit {done.returncode}'}")


def _keep(pages: Path, generated: Path) -> None:
    """Leave the Markdown where people look for it; the site does not depend on it."""
    shutil.rmtree(generated, ignore_errors=True)
    pages.rename(generated)
