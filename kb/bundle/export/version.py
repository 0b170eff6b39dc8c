"""The version of the export, where it lies, and what is promised of it."""

from kb.bundle.reader import SCHEMA_VERSION

LICENSE = "CC-BY-SA-4.0"
MAJOR = SCHEMA_VERSION.partition(".")[0]
# The folder of this major version below ``json/``; that of the next one lies beside it.
FOLDER = f"v{MAJOR}"
PROMISE = (
    f"Within major version {MAJOR} no field is removed, changes its type, ceases to be there where it always was, or"
    " loses a value that it may have; fields, and values of a list of words, may be added, so pass over those that you"
    " do not know."
)
