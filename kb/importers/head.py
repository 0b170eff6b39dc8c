"""What the first bytes of a file tell of its format."""

import re

# A key of an object; a quote inside of a text is written \", and begins no key.
_KEY = re.compile(rb'(?<!\\)"([A-Za-z0-9_.:/ -]{1,60})"\s*:')


def keys(head: bytes) -> frozenset[str]:
    """Return the keys of all JSON objects that begin in ``head``, however deep; none where it is no JSON."""
    if not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"{", b"[")):
        return frozenset()
    return frozenset(key.decode("ascii") for key in _KEY.findall(head))


def has_keys(head: bytes, *names: str) -> bool:
    """Tell whether ``head`` is JSON with all of ``names`` among its keys."""
    return keys(head) >= frozenset(names)
