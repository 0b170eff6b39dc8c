"""Bounds for servers, links, quantizations and claims, for ``unit-slip``. No rule."""

import re
from collections.abc import Iterator
from functools import lru_cache
from statistics import median

from kb.checks.consistency.slips import Bound, Figures, ratio, within
from kb.checks.consistency.slips_hardware import link_rates
from kb.checks.context import Context
from kb.corpus import Corpus
from kb.records import Claim, Hardware, Interconnect, Quantization, Server
from kb.records.evidence import Fact

_SCOPES = {"host": (0.5, 600.0), "scale-up": (2.0, 10_000.0), "scale-out": (0.5, 2000.0)}


def server_figures(server: Server) -> Figures:
    """Return the figures of a server by their path."""
    names = ("count", "scale_up_domain", "total_memory_gb", "total_bf16_pflops", "power_kw")
    facts: dict[str, Fact | None] = {name: getattr(server, name) for name in names}
    return {name: fact.value for name, fact in facts.items() if fact is not None}


def server_bounds(server: Server, cards: list[Hardware]) -> Iterator[Bound]:
    """Yield the bounds that a server with these cards (all of them known) must keep."""
    yield within("count", 1, 100_000)
    domains = [value for card in cards if card.scale_up.domain for value in card.scale_up.domain.values]
    if domains:
        among = (*domains, server.count.value)
        yield within("scale_up_domain", min(among) / 4, max(among) * 4)
    if server.form == "server":
        yield within("count", 1, 32)
        yield within("power_kw", 0.1, 40)
    totals = (
        ("total_memory_gb", [card.memory.capacity_gb for card in cards], 1.0, 0.4, 2.5),
        ("total_bf16_pflops", [card.peak.bf16_tflops or card.peak.fp16_tflops for card in cards], 1000.0, 0.3, 4.5),
        ("power_kw", [card.tdp_w for card in cards], 1000.0, 0.6, 7.0),
    )
    for name, facts, unit, low, high in totals:
        values = [value for fact in facts if fact is not None for value in fact.values if value > 0]
        if values and None not in facts:
            least, most = low * min(values) / unit, high * max(values) / unit
            yield ratio(name, "count", least, most)


def link_figures(link: Interconnect) -> Figures:
    """Return the figures of an interconnect by their path."""
    facts = {"per_direction_gb_s": link.per_direction_gb_s, "port_gbit_s": link.port_gbit_s}
    return {name: fact.value for name, fact in facts.items() if fact is not None}


def link_bounds(link: Interconnect, context: Context) -> Iterator[Bound]:
    """Yield the bounds that an interconnect must keep: those of its scope, of its ports, of the cards on it."""
    yield within("per_direction_gb_s", *_SCOPES[link.scope])
    yield within("port_gbit_s", 5, 7000)
    ports = 1.3 if link.scope == "scale-out" else 200.0
    yield ratio("per_direction_gb_s", "port_gbit_s", 0.6 / 8, ports / 8)
    rates = link_rates(context, link.id)
    if rates and max(rates) < 3 * min(rates):
        yield within("per_direction_gb_s", median(rates) / 7, median(rates) * 7)


def quantization_figures(quantization: Quantization) -> Figures:
    """Return the stored bits of a quantization by their path."""
    return {
        f"stored/{index}/bits_per_weight": part.bits_per_weight.value for index, part in enumerate(quantization.stored)
    }


def quantization_bounds(quantization: Quantization) -> Iterator[Bound]:
    """Yield the bounds of the stored bits: those of the format, and as much again for scales."""
    for index, part in enumerate(quantization.stored):
        digits = re.search(r"\d+", part.format)
        low, high = (0.9 * int(digits.group()), 2.2 * int(digits.group())) if digits else (1.0, 33.0)
        yield within(f"stored/{index}/bits_per_weight", low, high)


def claim_figures(claim: Claim) -> Figures:
    """Return the claimed values by their path, without sign and without those that are zero."""
    figures: Figures = {}
    for index, claimed in enumerate(claim.values):
        for name in ("value", "low", "high"):
            fact = getattr(claimed, name)
            if fact is not None and fact.value != 0:
                figures[f"values/{index}/{name}"] = abs(fact.value)
    return figures


def claim_bounds(claim: Claim, context: Context) -> Iterator[Bound]:
    """Yield the bounds of claimed values: ratios and percentages by nature, the rest beside claims alike."""
    for index, claimed in enumerate(claim.values):
        at = f"values/{index}"
        if claimed.low is not None and claimed.high is not None and claimed.low.value > 0:
            yield ratio(f"{at}/high", f"{at}/low", 0, 100)
        names = [f"{at}/{name}" for name in ("value", "low", "high")]
        alike = _levels(context.corpus).get((claim.form, claim.metric.casefold(), claim.unit or ""), {})
        others = [value for owner, values in alike.items() if owner != claim.id for value in values]
        for name in names:
            if claim.form == "ratio" and claim.unit in ("x", None):
                yield within(name, 0.002, 300)
            elif (claim.unit or "").startswith(("percent", "%")):
                falls = claimed.value is not None and claimed.value.value < 0 and claim.form == "change"
                yield within(name, 0, 100 if falls else 3000)
            if len(alike) > 3:
                apart = 6 if claim.form == "ratio" else 30
                yield within(name, min(others) / apart, max(others) * apart)


@lru_cache(maxsize=2)
def _levels(corpus: Corpus) -> dict[tuple[str, str, str], dict[str, list[float]]]:
    """Return the values of all claims by form, metric and unit, then by claim."""
    levels: dict[tuple[str, str, str], dict[str, list[float]]] = {}
    for claim in corpus.claims.values():
        key = (claim.form, claim.metric.casefold(), claim.unit or "")
        values = list(claim_figures(claim).values())
        if values:
            levels.setdefault(key, {})[claim.id] = values
    return levels
