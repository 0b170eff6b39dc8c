"""Where the files of the records can be read and changed by anyone, once they have a public address."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote


@dataclass(frozen=True)
class Repository:
    """A public repository: its address without a slash at the end, and the branch that pages are made from."""

    address: str
    branch: str

    def edit(self, file: str) -> str:
        """Return the address of the page on which ``file`` can be changed."""
        return f"{self.address}/edit/{self.branch}/{quote(file)}"

    def read(self, file: str) -> str:
        """Return the address at which ``file`` can be read."""
        return f"{self.address}/blob/{self.branch}/{quote(file)}"


def repository_of(home: Path) -> Repository | None:
    """Return what ``extra.repository`` and ``extra.branch`` in ``mkdocs.yml`` say; None where there is no address."""
    # Pages that the browser makes load this module and have no YAML.
    import yaml

    class Loader(yaml.SafeLoader):
        """Plain YAML; what MkDocs marks with a tag of its own is passed over."""

    Loader.add_multi_constructor("!", lambda *_: None)
    settings = yaml.load((home / "mkdocs.yml").read_text(encoding="utf-8"), Loader=Loader)
    extra: dict[str, Any] = settings.get("extra") or {}
    address = str(extra.get("repository") or "").rstrip("/")
    if not address.startswith(("https://", "http://")):
        return None
    return Repository(address, str(extra.get("branch") or "main"))
