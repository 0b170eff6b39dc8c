"""Evidence (KB3xx): whether numbers can show where they come from."""
