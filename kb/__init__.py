"""An open knowledge base of large-model inference.

Everything the ``kb`` command can do is importable::

    >>> from kb import BundleLibrary, FitQuestion, build, check_corpus, open_bundle, open_corpus, query, what_fits
    >>> corpus = open_corpus(".")                           # the folder that holds data/
    >>> corpus.resolve("dsr1").id
    'deepseek-r1'
    >>> findings = check_corpus(corpus)                     # what the checks have to say, as data
    >>> content = build(corpus, "dist")                     # DuckDB, Parquet, JSON
    >>> with open_bundle("dist") as bundle:
    ...     query(bundle, "dsr1 on ascend").results[0]["id"]
    ...     columns, rows = bundle.sql("SELECT id, tier, verdict FROM cases")
    ...     fits = what_fits(BundleLibrary(bundle), FitQuestion("dsr1", hardware="h200-sxm", count=8))
    'case-dsr1-asc910bx16-mindie-001'
    >>> columns
    ['id', 'tier', 'verdict']
    >>> sorted(row.quantization.id for row in fits.rows)    # each with memory, cards and expected speed
    ['awq-int4-g128', 'fp8-block-128']

Names are looked up when they are first used, so that importing the package loads nothing. No name here
is that of a module: ``kb.estimate`` and ``kb.records`` stay modules however they are imported.
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
    from kb.estimate import EstimateRequest
    from kb.estimate import estimate as estimate_deployment
    from kb.search.compare import compare
    from kb.search.coverage import Scope, coverage
    from kb.search.disputes import disputes
    from kb.search.economy import Price, economy_of
    from kb.search.fits import FitQuestion, what_fits
    from kb.search.gaps import gaps
    from kb.search.history import history
    from kb.search.lookup import BundleLibrary
    from kb.search.lookup import record as find_record
    from kb.search.lookup import records as list_records
    from kb.search.pareto import ParetoQuestion, pareto
    from kb.search.query import query
    from kb.search.staleness import staleness

__version__ = _version.VERSION
# The module that a name comes from, and what it is called there.
_HOMES = {
    "Bundle": ("kb.bundle.reader", "Bundle"),
    "BundleLibrary": ("kb.search.lookup", "BundleLibrary"),
    "Corpus": ("kb.corpus", "Corpus"),
    "EstimateRequest": ("kb.estimate", "EstimateRequest"),
    "Finding": ("kb.checks", "Finding"),
    "FitQuestion": ("kb.search.fits", "FitQuestion"),
    "KbError": ("kb.errors", "KbError"),
    "ParetoQuestion": ("kb.search.pareto", "ParetoQuestion"),
    "Price": ("kb.search.economy", "Price"),
    "Scope": ("kb.search.coverage", "Scope"),
    "build": ("kb.bundle.build", "build"),
    "check_corpus": ("kb.checks", "check_corpus"),
    "compare": ("kb.search.compare", "compare"),
    "coverage": ("kb.search.coverage", "coverage"),
    "disputes": ("kb.search.disputes", "disputes"),
    "economy_of": ("kb.search.economy", "economy_of"),
    "estimate_deployment": ("kb.estimate", "estimate"),
    "find_record": ("kb.search.lookup", "record"),
    "find_rule": ("kb.checks", "find_rule"),
    "gaps": ("kb.search.gaps", "gaps"),
    "history": ("kb.search.history", "history"),
    "list_records": ("kb.search.lookup", "records"),
    "open_bundle": ("kb.bundle.reader", "open_bundle"),
    "open_corpus": ("kb.corpus", "open_corpus"),
    "pareto": ("kb.search.pareto", "pareto"),
    "query": ("kb.search.query", "query"),
    "staleness": ("kb.search.staleness", "staleness"),
    "what_fits": ("kb.search.fits", "what_fits"),
}

__all__ = [
    "Bundle",
    "BundleLibrary",
    "Corpus",
    "EstimateRequest",
    "Finding",
    "FitQuestion",
    "KbError",
    "ParetoQuestion",
    "Price",
    "Scope",
    "__version__",
    "build",
    "check_corpus",
    "compare",
    "coverage",
    "disputes",
    "economy_of",
    "estimate_deployment",
    "find_record",
    "find_rule",
    "gaps",
    "history",
    "list_records",
    "open_bundle",
    "open_corpus",
    "pareto",
    "query",
    "staleness",
    "what_fits",
]


# A type checker has the names from above, and should know no others.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name in _HOMES:
            module, there = _HOMES[name]
            globals()[name] = found = getattr(importlib.import_module(module), there)
            return found
        raise AttributeError(f"module 'kb' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
