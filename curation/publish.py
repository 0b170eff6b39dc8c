"""Write the cases a script made, without losing what people changed in them since.

``curation/written/<script>.txt`` keeps a checksum of each file as the script wrote it. A file that is no longer what
was written has been edited: it is left alone and named, until somebody says ``--replace``.
"""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

_DIGITS = 16


@dataclass
class Published:
    """What became of the files of one collection, by path below the repository."""

    written: list[str] = field(default_factory=list)
    unchanged: int = 0
    removed: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)

    def text(self) -> str:
        """Return a line of counts, and one for each file that a person edited."""
        lines = [f"files: {len(self.written)} written, {self.unchanged} unchanged, {len(self.removed)} removed"]
        lines += [f"edited by hand, left as it is (--replace overwrites it): {path}" for path in self.edited]
        return "\n".join(lines) + "\n"


def publish(files: dict[str, str], root: Path, collection: str, *, replace: bool = False) -> Published:
    """Write ``files`` below ``root``; files of the collection that are made no more are removed.

    Args:
        files: text by path.
        root: the repository.
        collection: names the list of checksums.
        replace: overwrite, or remove, what was edited as well.
    """
    manifest = root / "curation" / "written" / f"{collection}.txt"
    before = _read(manifest)
    done = Published()
    after: dict[str, str] = {}
    for path, text in sorted(files.items()):
        target, mine = root / path, _checksum(text)
        stands = target.read_text(encoding="utf-8") if target.exists() else None
        # A file that no script wrote is a person's, too.
        edited = stands is not None and _checksum(stands) not in (mine, before.get(path))
        if edited and not replace:
            done.edited.append(path)
            after[path] = before.get(path, mine)
            continue
        after[path] = mine
        if stands == text:
            done.unchanged += 1
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        done.written.append(path)
    for path in sorted(before.keys() - files.keys()):
        target = root / path
        if target.exists() and _checksum(target.read_text(encoding="utf-8")) != before[path] and not replace:
            done.edited.append(path)
            after[path] = before[path]
        else:
            target.unlink(missing_ok=True)
            done.removed.append(path)
    manifest.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{checksum}  {path}\n" for path, checksum in sorted(after.items())]
    manifest.write_text("".join(lines), encoding="utf-8")
    return done


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def _read(manifest: Path) -> dict[str, str]:
    if not manifest.exists():
        return {}
    lines = manifest.read_text(encoding="utf-8").splitlines()
    return {path: checksum for checksum, _, path in (line.partition("  ") for line in lines)}
