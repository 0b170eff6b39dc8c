"""The JSON export of a bundle: what it holds, its schema, and what is promised of it."""
