"""What a citation and an attestation admit, found by their words and said again in ours.

Facts are taken over and sentences are not, so the paraphrase is put together from what was found.
"""

import re
from dataclasses import dataclass

_HOW = (
    # pattern, what the submitter did, and our words for it; the first that is found counts
    (r"\bsynthesi[sz]", "assembled-it", "put the figures together from several public sources"),
    (r"\bapproximated\b", "assembled-it", "approximated the figures from what is published"),
    (r"\bderived\b", "copied-it", "derived the figures from what is published"),
    (r"\b(extracted|copied|taken|transcribed|quoted)\b", "copied-it", "took the figures over from what is published"),
)
_NOT_RUN = re.compile(r"\b(not|never)\b[^.;]{0,30}\bre-?(run|produced|tested|measured)\b", re.IGNORECASE)
_RUN = re.compile(r"\bre-?run by\b|\b(we|i) (re-?)?(ran|measured|tested)\b", re.IGNORECASE)
_SYNTHESISED = re.compile(r"\bsynthesi[sz]", re.IGNORECASE)
_APPROXIMATE = re.compile(r"\bapprox|\bconsistent with\b|\brough|±|[~≈]\s*\d", re.IGNORECASE)
_TOLERANCE = re.compile(r"±\s*(\d+(?:\.\d+)?)\s*%")


@dataclass(frozen=True)
class Wording:
    """The submitter's part, how exact the figures are, and the attestation in our words; None is unsaid."""

    role: str | None
    exactness: str | None
    attestation: str | None


def understand(citation: str, attestation: str) -> Wording:
    """Return what the two texts say about how the figures came about."""
    both = f"{citation}\n{attestation}"
    exactness = "synthesised" if _SYNTHESISED.search(both) else "approximate" if _APPROXIMATE.search(both) else None
    said: list[str] = []
    role = None
    for pattern, done, words in _HOW:
        if re.search(pattern, attestation, re.IGNORECASE):
            role = done
            said.append(words)
            break
    if _NOT_RUN.search(attestation):
        said.append("did not run the measurement again")
    elif _RUN.search(attestation):
        role = "ran-it"
        said.append("ran the measurement")
    tolerance = _TOLERANCE.search(attestation)
    if tolerance:
        said.append(f"expects them to vary by ±{tolerance.group(1)} %")
    sentence = f"The submitter {_listed(said)}." if said else None
    return Wording(role, exactness, sentence)


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
