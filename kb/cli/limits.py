"""Limits that hold whatever DuckDB is in the middle of: the process itself stops.

DuckDB looks between its tasks whether it was interrupted, and counts what its buffers take. One call of a function that
takes minutes, or that makes a text of four gigabytes, it neither sees nor counts.
"""

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# So long after it was told to stop, a query is not listening.
_GRACE_SECONDS = 3.0
_MOST_BYTES = 6 * 2**30


@contextmanager
def hard_limits(seconds: float) -> Iterator[None]:
    """Within the block, leave with exit code 2 when it takes longer than ``seconds`` and a little, whatever runs.

    Memory beyond six gigabytes is refused to the process from here on, where the system can do that.
    """
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        limit = _MOST_BYTES if most == resource.RLIM_INFINITY else min(_MOST_BYTES, most)
        resource.setrlimit(resource.RLIMIT_AS, (limit, most))

    def leave() -> None:
        print(f"kb: the query was stopped after {seconds:g} s; join on a condition, or ask for less", file=sys.stderr)
        sys.stderr.flush()
        os._exit(2)

    timer = threading.Timer(seconds + _GRACE_SECONDS, leave)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
