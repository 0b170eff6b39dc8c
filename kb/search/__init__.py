"""A bundle and a sentence -> ranked answers; records by any of their names."""

from kb.search.answer import Answer
from kb.search.lookup import BundleLibrary, Comparison, compare, record, records
from kb.search.query import query, vocabulary
from kb.search.understand import understand
from kb.search.understood import Understood
from kb.search.vocabulary import Vocabulary

__all__ = [
    "Answer",
    "BundleLibrary",
    "Comparison",
    "Understood",
    "Vocabulary",
    "compare",
    "query",
    "record",
    "records",
    "understand",
    "vocabulary",
]
