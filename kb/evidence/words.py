"""What the words of a source or a submitter admit: that a figure is rough, or that nobody ran it."""

import re

# These say it of the figures themselves, whatever else the evidence claims.
_ROUGH = re.compile(
    r"\b(figures?|numbers?|values?|results?|data)\s+((are|is|were|only|are\s+only)\s+)?(approximat|estimat|rough|synthe)"
    r"|\bapproximat(e|ed)\s+(figures?|numbers?|values?|results?|from|by|via|using|against)\b"
    r"|\b(estimat|extrapolat|interpolat)ed\s+(figures?|numbers?|values?|results?|from|by|via|using)\b"
    r"|\bsynthesi[sz]ed\s+(figures?|numbers?|from|by|via|out)\b"
    r"|\bballpark\b|\beducated guess|\bback[- ]of[- ]the[- ]envelope"
    r"|\bconsistent\s+with\s+(the\s+)?(public|published|vendor|known|expected|typical)"
    r"|估算|粗略|推算",
    re.IGNORECASE,
)
# These may as well speak of something else: they count where nobody says that the figures are exact.
_VAGUE = re.compile(
    r"\bapprox(\.|imate(d|ly)?\b)|\broughly\b|\bconsistent\s+with\b|\bround\s+about\b"
    r"|(^|[\s(（])[~≈～]\s*[0-9]|±\s*[0-9.]+\s*%|近似|大约|约\s*[0-9]|左右",
    re.IGNORECASE,
)
_NOT_RUN = re.compile(
    r"\b(not|never|without|n't)\s+((been|being|independently|personally|yet)\s+)*(re-?)?(run|ran|running|rerun|tested|"
    r"measured|reproduced|verified)\b"
    r"|\b(extracted|copied|taken|transcribed|collected|aggregated|quoted)\s+(directly\s+)?from\b"
    r"|未(独立)?(复现|复测|实测|验证|运行)|没有(实测|复现)",
    re.IGNORECASE,
)


def sounds_rough(text: str, *, stated_exact: bool = False) -> str | None:
    """Return the words of ``text`` by which its figures are approximate, or None.

    Args:
        text: an attestation, a note or a title.
        stated_exact: the evidence says that the source gives the figure itself; then only words that
            speak of the figures count, not a ``~`` beside something else.
    """
    found = _ROUGH.search(text) or (None if stated_exact else _VAGUE.search(text))
    return found.group().strip(" (（") if found else None


def says_not_run(text: str) -> str | None:
    """Return the words of ``text`` by which its author did not run the measurement, or None."""
    found = _NOT_RUN.search(text)
    return found.group() if found else None
