"""What ``kb query``, ``kb estimate`` and ``kb compare`` answer, for a page of the site whose browser runs this Python.

Everything here imports only what a browser can have: no DuckDB, no YAML, no command line. The archive that the browser
loads is made of what these modules import, see :mod:`kb.site.code_archive`.
"""
