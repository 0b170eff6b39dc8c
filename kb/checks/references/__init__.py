"""References (KB2xx): whether what a record names exists and goes together."""
