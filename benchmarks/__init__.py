"""How long the knowledge base takes, and how that grows. Run each module from its folder: python -m benchmarks.NAME."""
