"""Bring record files into canonical form, in place."""

from pathlib import Path

from kb.atomic import replace
from kb.canonical.form import FormRefused, canonical
from kb.corpus.fault import Fault
from kb.corpus.files import read_text, show


def format_file(path: Path, root: Path | None = None, *, check_only: bool = False) -> bool:
    """Write the record of ``path`` in canonical form; return whether that changed, or would change, the file.

    Args:
        path: the file.
        root: the folder of the knowledge base, so that the schema is named by the right path.
        check_only: leave the file as it is.

    Raises:
        FormRefused: the file cannot be read, or is no valid record; it is left as it is.
        OSError: it cannot be written; it is left as it was.
    """
    if path.is_symlink():
        raise FormRefused("a symbolic link; format the file that it leads to")
    text = read_text(path, show(path, root or path.parent))
    if isinstance(text, Fault):
        raise FormRefused(f"{text.message}; {text.hint}", text.line, text.column)
    depth = None
    if root is not None and path.resolve().is_relative_to(root.resolve() / "data"):
        depth = len(path.resolve().relative_to(root.resolve()).parts) - 1
    formed = canonical(text, depth)
    if formed == text:
        return False
    if not check_only:
        replace(path, formed.encode())
    return True
