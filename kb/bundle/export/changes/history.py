"""The commits that changed records, read from git: which files, when, and under what words."""

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.bundle.export.changes.git import GitSilent, ask

_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@ ?(.*)")
_COMMIT = re.compile(rb"[0-9a-f]{40,64}")
_FIELD = re.compile(rb"([a-z][a-z0-9_]*):")


@dataclass(frozen=True)
class FileChange:
    """What became of one file; ``blob`` is the name of its content, before for a removed file, else after."""

    path: str
    status: str
    blob: str


@dataclass(frozen=True)
class Commit:
    """A commit of the main line: ``date`` in UTC, the first line of its message, and what it did to records."""

    hash: str
    date: str
    subject: str
    files: tuple[FileChange, ...]


@dataclass(frozen=True)
class History:
    """Commits, the newest first. ``because`` says what is missing, and is None where nothing is.

    ``fields`` holds, by commit and path, the top-level fields of a record that changed.
    """

    head: str | None = None
    commits: tuple[Commit, ...] = ()
    fields: dict[tuple[str, str], tuple[str, ...]] | None = None
    because: str | None = None


def history(root: Path, folder: str = "data") -> History:
    """Return how ``folder`` in ``root`` came about, along the main line: of a merge, what it brought.

    What git cannot tell is said in ``because``; nothing is raised.
    """
    try:
        inside, shallow_file = ask(root, ["rev-parse", "--is-shallow-repository", "--git-path", "shallow"]).splitlines()
    except GitSilent as silent:
        said = str(silent)
        missing = "the records do not lie in a git repository that can be read"
        return History(because=missing if said.startswith("git could not") else said)
    except ValueError:
        return History(because="this git is too old to tell whether the history is whole")
    try:
        head = ask(root, ["rev-parse", "--verify", "--quiet", "HEAD"]).decode().strip()
    except GitSilent:
        return History(because="nothing is committed yet")
    cut = _cut_off(root / shallow_file.decode("utf-8", "surrogateescape")) if inside == b"true" else frozenset()
    try:
        listed = list(_listed(root, folder))
        whole = [entry for entry in listed if entry[0] not in cut]
        order = "".join(f"{commit} {parent}".strip() + "\n" for commit, parent, _, _ in whole).encode()
        files = _files(ask(root, [*_DIFF, "--raw", "-z", "--no-abbrev", "--", folder], order))
    except GitSilent as silent:
        return History(head, because=str(silent))
    commits = tuple(Commit(name, date, subject, files.get(name, ())) for name, _, date, subject in whole)
    because = None
    if inside == b"true":
        because = "the clone is shallow, so that older changes are missing: git fetch --unshallow brings them"
    elif not commits:
        because = "the git repository around the records does not hold them"
    try:
        fields = _fields(ask(root, [*_DIFF, *_PATCH, "--", folder], order))
    except GitSilent:
        return History(head, commits, None, because or "the clone lacks the content of older files")
    return History(head, commits, fields, because)


_DIFF = ("diff-tree", "--stdin", "--root", "-r", "--relative", "--no-renames", "--no-ext-diff", "--no-textconv")
_PATCH = (
    *("-p", "-U0", "--inter-hunk-context=0", "--diff-filter=M", "--diff-algorithm=myers", "--no-color", "--full-index"),
    *("--src-prefix=a/", "--dst-prefix=b/"),
)


def _cut_off(shallow: Path) -> frozenset[str]:
    """Return the commits of a shallow clone whose parents are missing: they seem to have added everything."""
    try:
        return frozenset(shallow.read_text(encoding="ascii").split())
    except (OSError, ValueError):
        return frozenset()


def _listed(root: Path, folder: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield name, first parent, date and subject of each commit that touches ``folder``."""
    form = "--format=%P%x00%ct%x00%s"
    out = ask(root, ["rev-list", "--first-parent", form, "--encoding=UTF-8", "HEAD", "--", folder])
    lines = out.decode("utf-8", "replace").split("\n")
    for named, told in zip(lines[::2], lines[1::2], strict=False):
        parents, seconds, subject = told.split("\0", 2)
        yield named.removeprefix("commit "), parents.partition(" ")[0], _utc(seconds), subject


def _utc(seconds: str) -> str:
    try:
        moment = datetime.datetime.fromtimestamp(int(seconds), datetime.UTC)
    except (ValueError, OverflowError, OSError):
        # Git keeps whatever a broken clock said.
        moment = datetime.datetime.fromtimestamp(0, datetime.UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _files(out: bytes) -> dict[str, tuple[FileChange, ...]]:
    """Read raw differences: the name of a commit, then modes, contents and status, and the path, of each file."""
    found: dict[str, list[FileChange]] = {}
    commit = ""
    words = iter(out.decode("utf-8", "surrogateescape").split("\0"))
    for word in words:
        if word.startswith(":"):
            _, _, before, after, status = word.split(" ")
            found[commit].append(FileChange(next(words), status[0], before if status[0] == "D" else after))
        elif word.strip():
            commit = word.strip()
            found[commit] = []
    return {name: tuple(files) for name, files in found.items()}


def _fields(out: bytes) -> dict[tuple[str, str], tuple[str, ...]]:
    """Read patches without context, and return the top-level fields that changed, by commit and path."""
    found: dict[tuple[str, str], set[str]] = {}
    commit = path = ""
    lines = iter(out.split(b"\n"))
    for line in lines:
        if _COMMIT.fullmatch(line):
            commit = line.decode()
        elif line.startswith(b"+++ b/"):
            path = line[6:].decode("utf-8", "surrogateescape")
            found[commit, path] = set()
        elif hunk := _HUNK.match(line):
            count = sum(1 if number is None else int(number) for number in hunk.group(1, 2))
            found[commit, path].update(_fields_of_hunk(hunk[3], _changed(lines, count)))
    return {key: tuple(sorted(names)) for key, names in found.items()}


def _changed(lines: Iterator[bytes], count: int) -> Iterator[bytes]:
    """Yield the next ``count`` lines of a patch, remarks about a missing end of line apart."""
    while count:
        line = next(lines, b"")
        if not line.startswith(b"\\"):
            count -= 1
            yield line


def _fields_of_hunk(above: bytes, changed: Iterable[bytes]) -> Iterator[str]:
    """Yield the fields that changed lines stand in.

    Git names, after @@, the line above a change that begins with a letter: in a record, a top-level field. The changed
    lines themselves tell of further ones, those taken away and those put there each from the top.
    """
    at = _FIELD.match(above)
    field, side = at, b""
    for line in changed:
        if line[:1] != side:
            side, field = line[:1], at
        field = _FIELD.match(line[1:]) or field
        if field and not line[1:].lstrip().startswith(b"#"):
            yield field[1].decode()
