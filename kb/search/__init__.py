"""A bundle and a sentence -> ranked answers; records by any of their names."""

from kb.search.lookup import BundleLibrary, Comparison, compare, record, records
from kb.search.query import Answer, query
from kb.search.understand import Understood, understand
from kb.search.vocabulary import Vocabulary, vocabulary

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
