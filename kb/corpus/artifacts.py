"""Raw output that is kept in the repository: whether the file that a record names is there, and is the one it means."""

import hashlib
import stat
from pathlib import Path
from weakref import WeakKeyDictionary

from kb.corpus.corpus import Corpus
from kb.corpus.files import printable
from kb.records import Record
from kb.records.evidence import Artifact

# A larger file is looked for, and not read.
MAX_HASHED_BYTES = 64 * 1024 * 1024

_seen: WeakKeyDictionary[Corpus, dict[Path, str]] = WeakKeyDictionary()


def artifact_fault(artifact: Artifact, record: Record, corpus: Corpus) -> str | None:
    """Return what is wrong with the file of an artifact, or None where nothing is, or it has an address instead.

    The path of an artifact starts at the root of the corpus; that of a submitted record may start at the record's own
    folder too, where an import puts both. Files are read once for the life of the corpus.
    """
    if artifact.path is None:
        return None
    folder = corpus.folder_of(record)
    faults = [_fault(base, artifact, corpus) for base in (folder, corpus.root) if base is not None]
    return None if None in faults else faults[0]


def _fault(base: Path, artifact: Artifact, corpus: Corpus) -> str | None:
    assert artifact.path is not None
    path = base / artifact.path
    try:
        if not path.resolve().is_relative_to(base.resolve()):
            return f"{artifact.path} leads out of the repository"
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return f"{artifact.path} is no plain file"
        if status.st_size > MAX_HASHED_BYTES:
            return None
        checksum = _checksum(path, corpus)
    except FileNotFoundError:
        return f"there is no file {artifact.path}"
    except (OSError, RuntimeError) as error:
        # A loop of links is a RuntimeError in some releases of Python.
        return f"{artifact.path} cannot be read: {printable(getattr(error, 'strerror', None) or str(error))}"
    if checksum != artifact.sha256:
        return f"{artifact.path} has the sha256 {checksum}, and the record says {artifact.sha256}"
    return None


def _checksum(path: Path, corpus: Corpus) -> str:
    known = _seen.setdefault(corpus, {})
    if path not in known:
        known[path] = hashlib.sha256(path.read_bytes()).hexdigest()
    return known[path]
