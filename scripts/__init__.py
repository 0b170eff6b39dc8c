"""Scripts that make calls."""
