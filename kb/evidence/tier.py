"""The tier of one piece of evidence, and of one number."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from kb.corpus import Corpus
from kb.corpus.artifacts import artifact_fault
from kb.evidence.facts import evidence_by_id
from kb.evidence.publication import Publication, publication_of
from kb.evidence.urls import is_generic, is_placeholder, is_product_page, owner_of
from kb.evidence.words import sounds_rough
from kb.records import (
    Case,
    Claim,
    Engine,
    Evidence,
    Fact,
    Hardware,
    Interconnect,
    Model,
    Record,
    Server,
    Tier,
    strongest,
)
from kb.records.evidence import SourceKind

# A commit, the path of a file, or the text that the front of a repository shows: places that anyone can open.
_PLACE_IN_REPOSITORY = re.compile(
    r"\b[0-9a-f]{7,40}\b|\bREADME\b|\b[\w./-]+\.(md|json|jsonl|csv|ya?ml|py|toml|txt|log|html|rst|ipynb|sh)\b"
)
_OF_THE_VENDOR: frozenset[SourceKind] = frozenset(("datasheet", "vendor-announcement", "vendor-page"))
_COMPILATIONS: frozenset[SourceKind] = frozenset(("encyclopedia", "knowledge-base"))


@dataclass(frozen=True)
class Support:
    """The tier that evidence supports, and why not a stronger one (or why this one)."""

    tier: Tier
    reason: str


_known: WeakKeyDictionary[Corpus, dict[tuple[int, int], tuple[Evidence, Record, Support]]] = WeakKeyDictionary()


def supported_tier(evidence: Evidence, record: Record, corpus: Corpus) -> Support:
    """Return the tier that ``evidence`` of ``record`` has earned, with the reason.

    What it was claimed to be plays no part. Answers are kept for the life of the corpus.
    """
    known = _known.setdefault(corpus, {})
    key = (id(evidence), id(record))
    if key not in known:
        # Both are kept with the answer, so that no other object can come to have their addresses.
        known[key] = (evidence, record, _derive(evidence, record, corpus))
    return known[key][2]


def fact_tier(fact: Fact, record: Record, corpus: Corpus) -> Tier:
    """Return the strongest tier among the evidence of a number; ``estimated`` where none of it can be found."""
    return tier_of(fact.evidence, record, corpus)


def tier_of(ids: Iterable[str], record: Record, corpus: Corpus) -> Tier:
    """Return the strongest tier among the evidence with these ``ids`` in ``record``."""
    defined = evidence_by_id(record)
    tiers = [supported_tier(defined[i], record, corpus).tier for i in ids if i in defined]
    return strongest(tiers) if tiers else "estimated"


def _derive(evidence: Evidence, record: Record, corpus: Corpus) -> Support:
    publication = publication_of(evidence, corpus)
    if publication is None:
        return Support("estimated", "its source is not in the corpus")
    if is_placeholder(publication.url):
        return Support("estimated", "the address is a placeholder")
    performance = isinstance(record, Case | Claim)
    rough = _roughness(evidence, publication, performance)
    if rough:
        return Support("estimated", rough)
    if evidence.formula:
        return Support("derived", "a formula is given")
    missing = _missing_for_measured(evidence, publication, record, corpus)
    if not missing:
        return Support("measured", "raw output with checksum, command, version and who ran it")
    unopenable = _unopenable(evidence, publication, record)
    if unopenable:
        return Support("estimated", unopenable)
    if publication.publisher is None and publication.ran_by is None and evidence.ran_by is None:
        return Support("estimated", "nobody is named who answers for the figure")
    if performance:
        return _of_performance(evidence, publication, record, corpus, missing)
    if _is_of_maker(publication, record):
        return Support("official", "the maker's own figure")
    return Support(
        "reported", f"{publication.publisher or evidence.ran_by or publication.ran_by} gives it, with a locator"
    )


def _roughness(evidence: Evidence, publication: Publication, performance: bool) -> str | None:
    if evidence.exactness in ("approximate", "synthesised"):
        return f"its own words: {evidence.exactness}"
    if evidence.submitter_role == "assembled-it":
        return "the submitter assembled it from several sources"
    # Editors write "consistent with" of a specification that two sheets agree on; there, only plain words count.
    exact = evidence.exactness == "exact" or not performance
    title = publication.title if not isinstance(evidence.source, str) else ""
    for text in (evidence.attestation, evidence.note, title):
        words = sounds_rough(text, stated_exact=exact) if text else None
        if words:
            return f"its own words: {words!r}"
    return None


def _missing_for_measured(evidence: Evidence, publication: Publication, record: Record, corpus: Corpus) -> list[str]:
    """Return what this evidence lacks to be a measurement that can be looked into."""
    artifact = evidence.artifact
    missing = []
    if artifact is None:
        missing.append("raw output with its checksum")
    elif artifact.url is not None and is_placeholder(artifact.url):
        missing.append("an address of the raw output")
    elif artifact_fault(artifact, record, corpus):
        missing.append("the file of the raw output")
    command = artifact.command if artifact else None
    engine = None
    if isinstance(record, Case):
        command = command or record.stack.command
        engine = record.stack.engine
        if engine is None or not (engine.version or engine.commit or engine.image):
            missing.append("the engine's version")
    elif isinstance(record, Claim) and record.subject.engine and not record.subject.engine_version:
        missing.append("the engine's version")
    if not command:
        missing.append("the command")
    if not (evidence.ran_by or publication.ran_by):
        missing.append("who ran it")
    return missing


def is_too_general(evidence: Evidence, url: str, record: Record) -> bool:
    """Tell whether no figure of ``evidence`` can be looked up at ``url``, the address of its source."""
    if not (is_generic(url) or (isinstance(record, Case | Claim) and is_product_page(url))):
        return False
    return not (owner_of(url) and evidence.locator and _PLACE_IN_REPOSITORY.search(evidence.locator))


def _unopenable(evidence: Evidence, publication: Publication, record: Record) -> str | None:
    if not evidence.locator:
        return "no locator says where in the source it stands"
    if is_too_general(evidence, publication.url, record):
        return "the address is a home, product or list page"
    return None


def _of_performance(
    evidence: Evidence, publication: Publication, record: Record, corpus: Corpus, missing: list[str]
) -> Support:
    if publication.kind == "audited-benchmark":
        return Support("reported", f"an audited result; for measured it lacks {_listed(missing)}")
    sellers = _sellers(record, corpus)
    seller = publication.vendor
    if seller is None and publication.kind not in ("bug-thread", "community-post"):
        seller = _named_in(publication.publisher, sellers)
    runner = evidence.ran_by or publication.ran_by
    if seller and runner and publication.kind == "benchmark-repository" and not _named_in(runner, {*sellers, seller}):
        # A vendor's repository may carry what others measured.
        return Support("reported", f"run by {runner}, published by {seller}; for measured it lacks {_listed(missing)}")
    if seller or publication.kind in _OF_THE_VENDOR:
        return Support("official", f"a claim of {seller or 'the vendor'} about its own product")
    if publication.kind in _COMPILATIONS and not (evidence.ran_by or publication.ran_by):
        return Support("estimated", "a compilation that does not say who measured it")
    return Support("reported", f"exact figures with a locator; for measured it lacks {_listed(missing)}")


def _named_in(text: str | None, vendors: set[str]) -> str | None:
    words = re.findall(r"[a-z0-9]+", (text or "").lower())
    return next((vendor for vendor in sorted(vendors) if vendor in words), None)


def _sellers(record: Record, corpus: Corpus) -> set[str]:
    """Return the vendors of the cards that a case or claim is about."""
    named: list[str | None] = []
    if isinstance(record, Case):
        named = [pool.hardware for pool in record.stack.pools]
    elif isinstance(record, Claim):
        named = [record.subject.hardware]
    cards = [corpus.hardware.get(name) for name in named if name]
    return {card.vendor for card in cards if card}


def _is_of_maker(publication: Publication, record: Record) -> bool:
    """Tell whether the publisher makes what the record describes."""
    vendor, owner = publication.vendor, owner_of(publication.url)
    if isinstance(record, Model):
        owners = {repository.partition("/")[0].lower() for repository in record.hugging_face}
        return vendor == record.lab or owner in owners
    if isinstance(record, Engine):
        return vendor is not None or (owner != "" and record.url is not None and owner == owner_of(record.url))
    if isinstance(record, Hardware | Server):
        return vendor == record.vendor
    if isinstance(record, Interconnect) and record.vendor:
        return vendor == record.vendor
    return vendor is not None


def _listed(things: list[str]) -> str:
    return ", ".join(things[:-1]) + " and " + things[-1] if len(things) > 1 else "".join(things)
