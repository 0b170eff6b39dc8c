"""A bundle -> pages in Markdown -> the static site.

``library`` reads the bundle once; each kind of page is a function of it, from data to Markdown; ``generate`` writes
the pages and ``build`` hands them to MkDocs. Text of contributors passes :func:`kb.site.text.escape` on its way.
"""
