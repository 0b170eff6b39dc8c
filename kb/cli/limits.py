"""Limits that hold whatever DuckDB is in the middle of: the process itself stops.

DuckDB looks between its tasks whether it was interrupted, and counts what its buffers take. One call of a function that
takes minutes, or that makes a text of four gigabytes, it neither sees nor counts.
"""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# So long after it was told to stop, a query is not listening.
_GRACE_SECONDS = 3.0
_MOST_BYTES = 6 * 2**30


@contextmanager
def hard_limits(seconds: float) -> Iterator[None]:
    """Within the block, leave with exit code 2 when it takes longer than ``seconds`` and a little, whatever runs.

    Six gigabytes more than the process has are refused to it within the block, where the system can do that.
    """

    def leave() -> None:
        print(f"kb: the query was stopped after {seconds:g} s; join on a condition, or ask for less", file=sys.stderr)
        sys.stderr.flush()
        os._exit(2)

    timer = threading.Timer(seconds + _GRACE_SECONDS, leave)
    timer.daemon = True
    timer.start()
    try:
        with _memory_limit(_MOST_BYTES):
            yield
    finally:
        timer.cancel()


@contextmanager
def _memory_limit(more: int) -> Iterator[None]:
    """Refuse ``more`` bytes of further address space within the block; nothing where the system has no such limit.

    What was allowed before is allowed again afterwards: whoever calls a command from a longer program, or starts a
    browser after it, must not inherit the limit.
    """
    try:
        import resource

        wanted = _address_space() + more
        before, most = resource.getrlimit(resource.RLIMIT_AS)
        allowed = min((limit for limit in (wanted, before, most) if limit != resource.RLIM_INFINITY), default=wanted)
        resource.setrlimit(resource.RLIMIT_AS, (allowed, most))
    except (ImportError, ValueError, OSError):
        yield
        return
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (before, most))


def _address_space() -> int:
    """Return the bytes that the process has reserved; 0 where the system does not tell.

    A long-lived program has reserved far more than it uses. A limit below that would not stop the query but the next
    thread that starts, and that without a word.
    """
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0
