"""Corpus + findings + estimates -> DuckDB, Parquet, JSON and their descriptions."""

from kb.bundle.build import build, recover
from kb.bundle.content import Content
from kb.bundle.reader import DATABASE, SCHEMA_VERSION, Bundle, open_bundle

__all__ = ["DATABASE", "SCHEMA_VERSION", "Bundle", "Content", "build", "open_bundle", "recover"]
