"""A bundle and a sentence -> ranked answers; records by any of their names.

Nothing is imported here, so that who asks one thing does not load the rest: see :mod:`kb.search.query`,
:mod:`kb.search.lookup`, :mod:`kb.search.compare` and so on.
"""
