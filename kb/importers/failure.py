"""The one exception of the importers."""


class ImportFailed(Exception):
    """Input that no draft can be made of; the message is a sentence for the person who gave it."""
