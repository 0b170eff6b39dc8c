"""Scripts that turned gathered tables into cases; each takes its tables as arguments. See README.md here."""
