"""What the site serves so that its pages can run this Python: the code they need, the data it reads, and lists of both.

The code goes into one archive, ``runtime/python/kb.zip``: the modules that :mod:`kb.site.in_browser.answer` imports, by
whatever way, and the parts of rapidfuzz that are Python. The data are the index of the bundle and its tables, each
compressed. The same bundle and code give the same bytes.
"""

import ast
import importlib.util
import json
import tempfile
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from kb.bundle.export.version import FOLDER
from kb.bundle.index import INDEX
from kb.bundle.reader import Bundle
from kb.bundle.tombstones import gone_in
from kb.site.client import RUNTIME
from kb.site.in_browser.tables import TABLES_FILE, write_tables
from kb.site.packed import SUFFIX, compress

START = "kb.site.in_browser.answer"
PYTHON = f"{RUNTIME}/python"
ARCHIVE, FILES, NAMES, CASES = "kb.zip", "files.json", "names.json", "cases.json"
# It reads what removed ids have become with the models and rules of the corpus, YAML among them. FILES has the results.
_LEFT_OUT = frozenset(("kb.bundle.tombstones",))
# What the estimator reads beside its modules.
_DATA = ("estimate/calibrated.json",)
# Its compiled half is for the machine that builds the site; the other one gives the same answers.
_FUZZY = "rapidfuzz"
_EPOCH = (1980, 1, 1, 0, 0, 0)
# What the worker loads at the first question, besides the archive and the wheels.
_LOADED = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
_TYPED = ("model", "hardware", "engine", "quantization")


def lay_in_code(bundle: Bundle, html: Path) -> None:
    """Write code, data and lists into the site below ``html``, if it has the runtime that they are for.

    The copy of the bundle is there by then.
    """
    python = html / PYTHON
    if not python.is_dir():
        return
    write_archive(python / ARCHIVE)
    data = html / "data"
    with tempfile.TemporaryDirectory(dir=html.parent) as scratch:
        tables = Path(scratch) / TABLES_FILE
        write_tables(bundle, tables)
        compress(tables, data / f"{TABLES_FILE}{SUFFIX}")
    _write_json(python / NAMES, {kind: _names(bundle, kind) for kind in _TYPED})
    _write_json(python / CASES, {"case": _names(bundle, "case")})
    wheels = sorted(path.name for path in (python / "wheels").glob("*.whl"))
    parts = [*(python / name for name in (*_LOADED, ARCHIVE)), *(python / "wheels" / name for name in wheels)]
    size = sum(path.stat().st_size for path in (*parts, data / f"{INDEX}{SUFFIX}"))
    _write_json(python / FILES, {"archive": ARCHIVE, "wheels": wheels, "bytes": size, "removed": _removed(bundle)})


def write_archive(path: Path) -> None:
    """Write the archive of the code to ``path``."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted({**dict(_own_files()), **dict(_fuzzy_files())}.items()):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, compresslevel=9)


def modules() -> dict[str, Path]:
    """Return the modules of kb that a browser needs, with their files: all that are imported from the first on."""
    found: dict[str, Path] = {}
    waiting = [START]
    while waiting:
        name = waiting.pop()
        if name in found or name in _LEFT_OUT:
            continue
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            continue
        found[name] = Path(spec.origin)
        # Its packages come with it, as Python imports them first.
        waiting += [name.rpartition(".")[0]] if "." in name else []
        waiting += _imported(ast.parse(found[name].read_text(encoding="utf-8")))
    return found


def _imported(node: ast.AST) -> Iterator[str]:
    """Yield the modules of kb that a module names in an import, inside functions too; not those for type checkers."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING":
            continue
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names if alias.name.split(".")[0] == "kb")
        elif isinstance(child, ast.ImportFrom) and child.module and child.module.split(".")[0] == "kb":
            yield child.module
            # What is imported from a package may be a module of it.
            yield from (f"{child.module}.{alias.name}" for alias in child.names if _is_module(child.module, alias.name))
        else:
            yield from _imported(child)


def _is_module(package: str, name: str) -> bool:
    spec = importlib.util.find_spec(package)
    folders = (spec.submodule_search_locations if spec else None) or ()
    return any(Path(folder, f"{name}.py").is_file() or Path(folder, name).is_dir() for folder in folders)


def _own_files() -> Iterator[tuple[str, bytes]]:
    found = modules()
    package = found["kb"].parent
    for path in found.values():
        yield path.relative_to(package.parent).as_posix(), path.read_bytes()
    for name in _DATA:
        yield f"kb/{name}", (package / name).read_bytes()


def _fuzzy_files() -> Iterator[tuple[str, bytes]]:
    """Yield the Python files of rapidfuzz, and its licence."""
    for file in metadata.files(_FUZZY) or ():
        if file.suffix == ".py" and file.parts[0] == _FUZZY and "__pyinstaller" not in file.parts:
            yield file.as_posix(), file.read_binary()
        elif "LICEN" in file.name.upper():
            yield f"{_FUZZY}/{file.name}", file.read_binary()


def _names(bundle: Bundle, kind: str) -> list[list[str]]:
    """Return id and title of the records of a kind, in order of id."""
    rows = bundle.index.rows("SELECT id, title FROM record WHERE kind = ? ORDER BY id", (kind,))
    return [[record, title] for record, title in rows]


def _removed(bundle: Bundle) -> dict[str, list[object]]:
    """Return kind, sentence and ids instead by removed id."""
    listed = json.loads((bundle.folder / "json" / FOLDER / "index.json").read_text(encoding="utf-8"))["removed"]
    found = {entry["id"]: gone_in(bundle.folder, entry["id"]) for entry in listed}
    return {record: [*gone] for record, gone in found.items() if gone is not None}


def _write_json(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
