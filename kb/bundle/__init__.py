"""Corpus + findings + estimates -> DuckDB, Parquet, JSON and their descriptions.

Nothing is imported here: who only reads a bundle (:mod:`kb.bundle.reader`) loads neither records nor checks.
"""
