"""``python -m kb`` is ``kb``."""

from kb.cli.main import run

if __name__ == "__main__":
    run()
