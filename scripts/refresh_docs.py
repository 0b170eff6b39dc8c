"""Run what README, CONTRIBUTING and the SQL cookbook show, and write the real output back into them.

A fenced ``console`` block holds commands behind ``$ `` and what they print; ``| head -N`` keeps the first lines.
A block below ``<!-- file: NAME -->`` is a file that the commands after it find. Everything runs in a copy of the
records, so nothing here changes them. ``tests/test_docs.py`` runs the same code and compares.

Usage: make docs
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "site/pages/sql-cookbook.md")
WIDTH = 100
ATTRIBUTION = "DATA_LICENSE"

_FENCE = re.compile(
    r"(?:<!-- file: (?P<file>\S+) -->\n)?```(?P<language>\w*)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE
)
_TIMING = re.compile(r'("took_ms": )[0-9.]+')
_SOURCES = re.compile(r"(?<=<!-- sources -->\n).*(?=<!-- end of sources -->)", re.DOTALL)


def workshop(folder: Path, bundle: Path | None = None) -> Path:
    """Lay out a copy of the knowledge base in ``folder``, with the given bundle or a new one; return the folder."""
    lay_out(folder)
    if bundle is None:
        run("kb build", folder)
    else:
        shutil.copytree(bundle, folder / "dist")
    return folder


def lay_out(folder: Path) -> None:
    """Lay out a copy of the knowledge base in ``folder``, without a bundle."""
    for name in ("data", "schema"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("DATA_LICENSE", "tests"):
        (folder / name).symlink_to(ROOT / name)


def run(command: str, folder: Path) -> str:
    """Return what a shown command prints in ``folder``."""
    words = shlex.split(command)
    keep = None
    if "|" in words:
        pipe = words.index("|")
        if words[pipe + 1 : pipe + 2] != ["head"] or len(words) != pipe + 3:
            raise ValueError(f"only '| head -N' may follow a command in the documents: {command}")
        words, keep = words[:pipe], int(words[pipe + 2].removeprefix("-"))
    if words[0] != "kb":
        raise ValueError(f"only kb runs in the documents: {command}")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KB_")}
    done = subprocess.run(
        [sys.executable, "-m", "kb", *words[1:]],
        cwd=folder,
        env={**clean, "COLUMNS": str(WIDTH), "NO_COLOR": "1", "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode not in (0, 1):
        raise ValueError(f"{command} left with {done.returncode}: {done.stdout}")
    lines = [line.rstrip() for line in done.stdout.splitlines()][:keep]
    return "".join(f"{line}\n" for line in lines)


def refreshed(text: str, answer: Callable[[str], str], write: Callable[[str, str], None]) -> str:
    """Return a document with every output as ``answer`` gives it; ``write`` takes the files that it shows."""

    def block(match: re.Match[str]) -> str:
        if match["file"]:
            write(match["file"], match["body"])
        if match["language"] != "console":
            return match[0]
        body = "".join(f"$ {command}\n{answer(command)}" for command, _ in shown(match["body"]))
        return match[0].replace(match["body"], body)

    return _FENCE.sub(block, text)


def shown(body: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a console block with the output below it."""
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def blocks(text: str) -> Iterator[tuple[str | None, str, str]]:
    """Yield file name (or None), language and body of every fenced block."""
    for match in _FENCE.finditer(text):
        yield match["file"], match["language"], match["body"]


def timeless(output: str) -> str:
    """Return output without the one thing that differs from run to run."""
    return _TIMING.sub(r"\g<1>0", output)


def attribution(text: str) -> str:
    """Return DATA_LICENSE with the list of sources as ``data/sources`` has them."""
    lines = []
    for path in sorted((ROOT / "data" / "sources").glob("*.yaml")):
        source = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        publisher = source.get("publisher", "publisher not stated")
        licence = source.get("licence", "no licence stated; figures cited")
        lines.append(f"{publisher}: {source['title']}\n  {source['url']}\n  {licence}\n")
    return _SOURCES.sub(lambda _: "\n" + "\n".join(lines) + "\n", text)


def put(folder: Path, name: str, body: str) -> None:
    """Write a file that a document shows."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(body, encoding="utf-8")


def main() -> None:
    """Refresh all documents, and say which changed."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = workshop(Path(scratch))
        for name in DOCUMENTS:
            path = ROOT / name
            before = path.read_text(encoding="utf-8")
            after = refreshed(before, lambda command: run(command, folder), lambda file, body: put(folder, file, body))
            if timeless(after) != timeless(before):
                path.write_text(after, encoding="utf-8")
                print(f"{name}: refreshed")
    path = ROOT / ATTRIBUTION
    before = path.read_text(encoding="utf-8")
    if attribution(before) != before:
        path.write_text(attribution(before), encoding="utf-8")
        print(f"{ATTRIBUTION}: refreshed")


if __name__ == "__main__":
    main()
