"""Write a bundle as a whole, or not at all."""

import glob
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from kb.atomic import recover, refuse_foreign, replace_folder
from kb.bundle.content import Content
from kb.bundle.database import write_database
from kb.bundle.describe import write_descriptions
from kb.bundle.export.schema.generate import write as write_output_schema
from kb.bundle.export.write import write_json
from kb.bundle.index import INDEX
from kb.bundle.reader import DATABASE, MARKER
from kb.bundle.search_index import write_index
from kb.corpus import Corpus
from kb.errors import BuildFailed
from kb.schema import write as write_schema


def build(
    corpus: Corpus,
    out: Path | str = "dist",
    progress: Callable[[str], None] = lambda _: None,
    *,
    partitioned: bool = False,
) -> Content:
    """Write the bundle of ``corpus`` to ``out``, replacing the bundle that is there.

    Everything is written beside ``out`` and moved into place at the end, so that a failed or
    interrupted build leaves the old bundle whole. With ``partitioned``, the long tables are folders of
    Parquet files, for bases too large for one file each.

    Raises:
        BuildFailed: the folder cannot be written, the disk is full, or ``out`` is not a bundle.
    """
    out = Path(out)
    content = Content(corpus)
    scratch: Path | None = None
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with _alone(out.parent):
            recover(out, MARKER)
            refuse_foreign(out, MARKER, "bundle")
            _sweep(out)
            scratch = Path(tempfile.mkdtemp(prefix=_scratch_prefix(out), dir=out.parent))
            scratch.chmod(0o755)
            _write_all(corpus, content, scratch, progress, partitioned)
            replace_folder(scratch, out)
    except OSError as error:
        raise BuildFailed(
            f"{out} could not be written: {error.strerror or error}; what was there is untouched"
        ) from None
    except duckdb.Error as error:
        first = str(error).strip().partition("\n")[0]
        raise BuildFailed(f"{out} could not be written: {first}; what was there is untouched") from None
    finally:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
    return content


def _write_all(
    corpus: Corpus, content: Content, folder: Path, progress: Callable[[str], None], partitioned: bool
) -> None:
    progress("checking")
    findings = content.findings
    progress(f"writing {sum(1 for _ in corpus.records())} records, {len(findings)} findings")
    write_database(content, folder / DATABASE, folder / "parquet", folder / "rows.ndjson", partitioned=partitioned)
    write_index(content, folder / INDEX)
    write_json(content, folder / "json")
    write_schema(folder / "schema")
    write_output_schema(folder / "schema")
    licence = corpus.root / "DATA_LICENSE"
    if licence.is_file():
        shutil.copyfile(licence, folder / "LICENSE")
    else:
        (folder / "LICENSE").write_text(
            "CC-BY-SA-4.0 https://creativecommons.org/licenses/by-sa/4.0/\n", encoding="utf-8"
        )
    write_descriptions(content, folder)
    # The DuckDB file differs from build to build (its content does not), so a sum of it would say nothing.
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p.name != DATABASE)
    sums = [f"{_sum(folder / name)}  {name}\n" for name in names]
    (folder / MARKER).write_text("".join(sums), encoding="utf-8")


def _sum(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one build at a time work in ``folder``; the others wait. The lock dies with its process."""
    try:
        import fcntl
    except ImportError:  # pragma: no cover - not on Windows
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _scratch_prefix(out: Path) -> str:
    return f".{out.name}-building-"


def _sweep(out: Path) -> None:
    """Remove what a killed build left; no other build is at work while this one has the lock."""
    for litter in out.parent.glob(f"{glob.escape(_scratch_prefix(out))}????????"):
        if litter.is_dir() and not litter.is_symlink():
            shutil.rmtree(litter, ignore_errors=True)
