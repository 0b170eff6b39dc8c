"""The ``kb`` command: thin commands over the library."""
