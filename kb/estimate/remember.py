"""Remember what was worked out for the same records."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from kb.estimate.missing import NotCheckable

P = ParamSpec("P")
R = TypeVar("R")
_MOST = 16384


def remembered(compute: Callable[P, R]) -> Callable[P, R]:
    """Keep the answers of a function whose arguments are records, positional only.

    Records hash by all of their fields, which costs more than the sums asked for, so the key is their identity; the
    arguments are kept with the answer, so that an identity is never given to another object meanwhile. A fact that is
    missing is remembered too.
    """
    # Each entry holds the arguments, the answer, and what is missing instead of one.
    seen: dict[tuple[int, ...], tuple[Any, Any, NotCheckable | None]] = {}

    @wraps(compute)
    def look_up(*args: P.args, **kwargs: P.kwargs) -> R:
        if kwargs:
            raise TypeError(f"{compute.__name__} takes its arguments by position: they are what it remembers")
        key = tuple(map(id, args))
        found = seen.get(key)
        if found is None:
            if len(seen) >= _MOST:
                seen.clear()
            try:
                found = (args, compute(*args, **kwargs), None)
            except NotCheckable as gap:
                found = (args, None, gap)
            seen[key] = found
        if found[2] is not None:
            raise found[2].with_traceback(None)
        answer: R = found[1]
        return answer

    return look_up
