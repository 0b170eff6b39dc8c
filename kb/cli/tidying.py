"""Python looks for garbage after every few hundred objects; a command that builds thousands of records leaves none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_TIDY_AFTER = 1_000_000


@contextmanager
def seldom_tidying() -> Iterator[None]:
    """Within the block, look for garbage less often: records are kept to the end, and stay where they are."""
    usual = gc.get_threshold()
    gc.set_threshold(_TIDY_AFTER, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
