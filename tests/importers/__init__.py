"""Tests of ``kb.importers``."""
