"""Corpus (KB6xx): duplicates, staleness, acknowledgements."""
