"""What is at hand while one item is converted: the corpus to look things up in, and paper for what is missing."""

from dataclasses import dataclass, field

from kb.errors import UnknownName
from kb.importers.failure import ImportFailed
from kb.importers.json_input import shown
from kb.importers.names import Library, slug

# An id that no record has: the checks call it an unknown reference until somebody names the thing.
UNNAMED = "to-be-named"

# Link names of the export that are not another spelling of the record's id.
_LINKS = {
    "pcie-gen3": "pcie-3-x16",
    "pcie-gen4": "pcie-4-x16",
    "pcie-gen5": "pcie-5-x16",
    "ib-hdr": "infiniband-hdr",
    "ib-ndr": "infiniband-ndr",
}


@dataclass
class Desk:
    """Look-ups for one item, and the sentences that its draft will carry."""

    library: Library | None = None
    missing: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def id(self, kind: str, name: str, path: str) -> str:
        """Return our id of what the export calls ``name``; one that the corpus does not know stays, and is missing."""
        unknown = None
        if self.library is not None:
            try:
                return self.library.resolve(name, kind).id
            except UnknownName as error:
                unknown = error
        own = slug(name)
        if not own:
            raise ImportFailed(f"{path}: no id can be made of {shown(name)}")
        if unknown is not None:
            self.missing.append(f"{path}: {unknown}")
        elif own != name:
            self.remarks.append(f"{path}: {shown(name)} became the id {own}")
        return own

    def link(self, name: str | None, path: str) -> str | None:
        """Return our id of an interconnect; the export writes ``none`` where there is no link."""
        if name is None or slug(name) == "none":
            return None
        return self.id("interconnect", _LINKS.get(slug(name), name), path)
