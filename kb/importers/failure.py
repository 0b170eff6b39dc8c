"""The one exception of the importers."""

from kb.errors import KbError


class ImportFailed(KbError):
    """Input that no draft can be made of, or a draft that cannot be written."""
