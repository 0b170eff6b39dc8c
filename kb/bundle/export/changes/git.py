"""Ask git about the folder of the records: reading only, without network, hooks or the settings of who asks."""

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

_LONGEST_SECONDS = 60.0
# Which repository is asked about is told by the folder alone; a hook of git, for one, sets these.
_OTHERS = frozenset(
    (
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
        "GIT_EXTERNAL_DIFF",
        "GIT_DIFF_OPTS",
        "GIT_LITERAL_PATHSPECS",
        "GIT_GLOB_PATHSPECS",
        "GIT_NOGLOB_PATHSPECS",
        "GIT_ICASE_PATHSPECS",
    )
)
_OPTIONS = ("--no-pager", "--no-replace-objects", "-c", "core.quotePath=false", "-c", "core.attributesFile=/dev/null")


class GitSilent(Exception):
    """Git does not answer; ``str()`` is a clause that says why."""


def ask(folder: Path, arguments: Iterable[str], given: bytes = b"") -> bytes:
    """Return what ``git ARGUMENTS`` prints in ``folder``.

    Raises:
        GitSilent: git is not installed, takes too long, or fails.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _OTHERS}
    environment = {
        **kept,
        "LC_ALL": "C",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
    }
    try:
        done = subprocess.run(
            ["git", *_OPTIONS, *arguments],
            cwd=folder,
            env=environment,
            input=given,
            capture_output=True,
            check=False,
            timeout=_LONGEST_SECONDS,
        )
    except FileNotFoundError:
        raise GitSilent("git is not installed") from None
    except OSError as error:
        raise GitSilent(f"git cannot be run: {error.strerror or 'unknown reason'}") from None
    except subprocess.TimeoutExpired:
        raise GitSilent(f"git did not answer within {_LONGEST_SECONDS:g} s") from None
    if done.returncode:
        raise GitSilent("git could not read the history")
    return done.stdout
