"""Repositories made for a test: a knowledge base with a past."""

import os
import subprocess
from pathlib import Path

from tests.corpus.files import HARDWARE, source

# The one who commits must not be found again in anything that is published.
AUTHOR, ADDRESS = "Somebody Secret", "somebody@secret.example"


class Repository:
    """A folder under git; each commit is a minute after the one before it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._minutes = 0
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, zone: str = "+0000") -> str:
        """Run git and return what it prints."""
        moment = f"{1_767_225_600 + 60 * self._minutes} {zone}"
        env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": AUTHOR,
            "GIT_AUTHOR_EMAIL": ADDRESS,
            "GIT_COMMITTER_NAME": AUTHOR,
            "GIT_COMMITTER_EMAIL": ADDRESS,
            "GIT_AUTHOR_DATE": moment,
            "GIT_COMMITTER_DATE": moment,
        }
        command = ["git", "-c", "protocol.file.allow=always", *arguments]
        return subprocess.run(command, cwd=self.root, env=env, check=True, capture_output=True, text=True).stdout

    def commit(self, message: str = "Change records", zone: str = "+0000") -> str:
        """Commit all there is and return the name of the commit."""
        self._minutes += 1
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "--cleanup=verbatim", "-m", message, zone=zone)
        return self.git("rev-parse", "HEAD").strip()

    def write(self, path: str, text: str) -> None:
        """Write a file."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def card(self, name: str = "card-x", more: str = "", folder: str = "acme") -> None:
        """Write a record of a card."""
        self.write(f"data/hardware/{folder}/{name}.yaml", HARDWARE.replace("card-x", name) + more)

    def source(self, name: str = "report", **fields: str) -> None:
        """Write a record of a source."""
        self.write(f"data/sources/{name}.yaml", source(name, **fields))

    def remove(self, path: str) -> None:
        """Remove a file."""
        (self.root / path).unlink()
