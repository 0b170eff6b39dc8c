"""One module per command, each with a function of its own name; :mod:`kb.cli.app` lists them and loads what it needs.

Each parses its options, calls the library, and prints.
"""
