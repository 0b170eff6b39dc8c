"""Form (KB1xx): whether a file can become a record at all."""
