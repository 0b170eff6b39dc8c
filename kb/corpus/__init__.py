"""Files -> records: safe YAML with places, ids, references, names."""

from kb.corpus.corpus import Corpus, Origin, Shelf, open_corpus
from kb.corpus.fault import Fault
from kb.names import Name, NameIndex, fold

__all__ = ["Corpus", "Fault", "Name", "NameIndex", "Origin", "Shelf", "fold", "open_corpus"]
