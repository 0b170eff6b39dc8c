"""Files of other people -> draft records, and a list of what is still missing in them."""

from kb.importers.draft import Draft
from kb.importers.failure import ImportFailed
from kb.importers.report import Difference, Imported, ImportReport, Written
from kb.importers.run import IMPORTERS, run

__all__ = ["IMPORTERS", "Difference", "Draft", "ImportFailed", "ImportReport", "Imported", "Written", "run"]
