"""An open knowledge base of large-model inference.

Everything the ``kb`` command can do is importable::

    from kb import open_corpus, open_bundle

    corpus = open_corpus("path/to/knowledge-base")
    corpus.resolve("dsr1").id               # 'deepseek-r1'
    check_corpus(corpus)                     # findings, as data
    build(corpus, "dist")                    # DuckDB, Parquet, JSON
    with open_bundle("dist") as bundle:
        query(bundle, "dsr1 on ascend")      # ranked cases
        bundle.sql("SELECT id, tier, verdict FROM cases")

Names are looked up when they are first used, so that importing the package loads nothing.
"""

import importlib
from typing import TYPE_CHECKING, Any

from kb import _version

if TYPE_CHECKING:
    from kb.bundle.build import build
    from kb.bundle.reader import Bundle, open_bundle
    from kb.checks import Finding, check_corpus, find_rule
    from kb.corpus import Corpus, open_corpus
    from kb.errors import KbError
    from kb.estimate import EstimateRequest, estimate
    from kb.search import BundleLibrary, compare, query, record, records

__version__ = _version.VERSION
_HOMES = {
    "Bundle": "kb.bundle.reader",
    "BundleLibrary": "kb.search",
    "Corpus": "kb.corpus",
    "EstimateRequest": "kb.estimate",
    "Finding": "kb.checks",
    "KbError": "kb.errors",
    "build": "kb.bundle.build",
    "check_corpus": "kb.checks",
    "compare": "kb.search",
    "estimate": "kb.estimate",
    "find_rule": "kb.checks",
    "open_bundle": "kb.bundle.reader",
    "open_corpus": "kb.corpus",
    "query": "kb.search",
    "record": "kb.search",
    "records": "kb.search",
}

__all__ = [
    "Bundle",
    "BundleLibrary",
    "Corpus",
    "EstimateRequest",
    "Finding",
    "KbError",
    "__version__",
    "build",
    "check_corpus",
    "compare",
    "estimate",
    "find_rule",
    "open_bundle",
    "open_corpus",
    "query",
    "record",
    "records",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        home = importlib.import_module(_HOMES[name])
        # Importing kb.estimate binds the module to this name; the function of the same name is what is promised.
        globals()[name] = getattr(home, name)
        return globals()[name]
    raise AttributeError(f"module 'kb' has no attribute {name!r}")
