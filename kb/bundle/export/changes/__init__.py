"""What became of the records, from the history that git keeps of them."""
