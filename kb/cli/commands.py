"""All commands, in the order in which the help lists them."""

from kb.cli import asking, upkeep
from kb.cli.app import app

__all__ = ["app", "asking", "upkeep"]
