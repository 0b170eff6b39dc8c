"""Drawings of what :mod:`kb.search` finds: static SVG, the same bytes every time. Nothing outside is needed."""
