"""Versions of engines, and the latest day on which one can have come out."""

import datetime
import re
from dataclasses import dataclass
from functools import lru_cache

from kb.records import Engine
from kb.records.scalars import last_day

_VERSION = re.compile(r"v?([0-9]+(?:\.[0-9]+)*)(?:[.-]?(a|alpha|b|beta|rc|post)[.-]?([0-9]*))?", re.IGNORECASE)
_BUILD = re.compile(r"b([0-9]+)")
_VAGUE = re.compile(r"latest|main|master|nightly|head|dev|unknown|recent|v?[0-9]+(\.[0-9]+)*\.(x|\*)", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Version:
    """A release: its numbers, then before (-1) or after (1) the release of that number, then which."""

    numbers: tuple[int, ...]
    stage: int = 0
    count: int = 0


@lru_cache(maxsize=16384)
def parse(text: str) -> Version | None:
    """Return the release that ``text`` names, or None: a branch, a date, a build between releases."""
    text = text.strip()
    build = _BUILD.fullmatch(text)
    if build:
        return Version((int(build[1]),))
    found = _VERSION.fullmatch(text)
    if not found:
        return None
    numbers = [int(number) for number in found[1].split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    stage = 0 if not found[2] else 1 if found[2].lower() == "post" else -1
    rank = {"a": 0, "b": 1, "r": 2}.get(found[2][0].lower(), 0) if stage < 0 else 0
    return Version(tuple(numbers), stage, rank * 1000 + int(found[3] or 0))


def is_vague(text: str) -> bool:
    """Tell whether ``text`` stands where a version should and names none: ``latest``, ``0.6.x``."""
    return bool(_VAGUE.fullmatch(text.strip()))


def is_older(text: str, than: str) -> bool:
    """Tell whether one version is older than another; False when either cannot be read, or they may be the same."""
    one, other = parse(text), parse(than)
    if one is None or other is None:
        return False
    return one < other and not _may_be(text, one, other)


@dataclass(frozen=True)
class LatestDay:
    """The latest day on which a version can have come out, and the release by which that is known."""

    day: datetime.date
    release: str
    exact: bool


# By the engine's identity, since a record hashes by all of its fields; it is kept, so that its identity stays its own.
_known: dict[tuple[int, str], tuple[Engine, LatestDay | None]] = {}
_MOST_KNOWN = 16384


def latest_day(engine: Engine, text: str) -> LatestDay | None:
    """Return the latest day on which version ``text`` of ``engine`` can have come out, or None.

    That is the date of its release; where the record does not list it, of the next release it lists.
    A version of two numbers may be any release that starts with them.
    """
    key = (id(engine), text)
    if key not in _known:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[key] = (engine, _latest_day(engine, text))
    return _known[key][1]


def _latest_day(engine: Engine, text: str) -> LatestDay | None:
    wanted = parse(text)
    if wanted is None:
        return None
    releases = [(parse(r.version), r) for r in engine.releases]
    same = [
        r for version, r in releases if version is not None and (version == wanted or _may_be(text, wanted, version))
    ]
    if same:
        latest = max(same, key=lambda r: last_day(r.date))
        return LatestDay(last_day(latest.date), latest.version, True)
    later = [r for version, r in releases if version is not None and version > wanted]
    if not later:
        return None
    # The highest date that any later version bears would be no bound at all; the nearest later version is one.
    following = min(later, key=lambda r: (parse(r.version), last_day(r.date)))
    return LatestDay(last_day(following.date), following.version, False)


def _may_be(text: str, short: Version, full: Version) -> bool:
    """Tell whether ``text`` ("0.6") is a short way to write ``full`` (0.6.3)."""
    written = text.strip().lstrip("vV").count(".") + 1
    return written == 2 and short.stage == 0 and full.stage >= 0 and (*full.numbers, 0)[:2] == (*short.numbers, 0)[:2]
