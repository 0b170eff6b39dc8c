"""Vendors by any of the names that a query knows them by."""

import difflib
from collections.abc import Iterable

from kb.errors import UnknownName
from kb.names import fold
from kb.search.words.vendors import VENDORS


def vendor_named(text: str, vendors: Iterable[str]) -> str:
    """Return the one of ``vendors`` that ``text`` names: its id, or a word for it in any language, as in ``华为``.

    Raises:
        UnknownName: there is no such vendor; ``candidates`` lists what is near, else all of them.
    """
    known = sorted(set(vendors))
    names = {word: name for word, (name, line) in VENDORS.items() if not line and name in known}
    names |= {fold(name): name for name in known}
    wanted = names.get(fold(text))
    if wanted is None:
        near = difflib.get_close_matches(fold(text), names, 3, cutoff=0.5)
        raise UnknownName(text, "vendor", list(dict.fromkeys(names[name] for name in near)) or known)
    return wanted
