"""The joined records of an item, held against ours: where the two differ, and what is known of it."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from kb.importers.json_input import Reader
from kb.importers.names import Library, find
from kb.importers.report import Difference
from kb.records import Fact, Hardware, Model, Quantization, Record, Server

_ROUNDED = re.compile(r"(\d+(?:\.\d+)?)([BT])")
_KINDS = ("hardware", "server", "model", "quantization")
_HUB = "https://huggingface.co/"
# Attention kinds of the export that say which kind of context a layer keeps.
_ATTENTION = {"mha": "full", "gqa": "full", "mqa": "full", "mla": "latent"}


class Side(NamedTuple):
    """What our record says of one field: its value or values, and those that it keeps as disputed."""

    values: tuple[Any, ...]
    disputed: tuple[Any, ...] = ()


Ours = Callable[[Any], Any]
Fields = dict[str, Ours]

# Their key path -> the same fact in our record. The bandwidth of links is left out: the export gives it
# in GB/s or Gbit/s, one direction or both, without saying which.
_HARDWARE: Fields = {
    "compute.fp4_tflops": lambda r: r.peak.fp4_tflops,
    "compute.fp8_tflops": lambda r: r.peak.fp8_tflops,
    "compute.bf16_tflops": lambda r: r.peak.bf16_tflops,
    "compute.fp16_tflops": lambda r: r.peak.fp16_tflops,
    "compute.int8_tops": lambda r: r.peak.int8_tops,
    "memory.capacity_gb": lambda r: r.memory.capacity_gb,
    "memory.bandwidth_gbps": lambda r: r.memory.bandwidth_gb_s,
    "memory.type": lambda r: r.memory.type,
    "scale_up.world_size": lambda r: r.scale_up.domain,
    "power.tdp_w": lambda r: r.tdp_w,
    "release_year": lambda r: r.released and int(r.released[:4]),
}
_SERVER: Fields = {
    "card": lambda r: r.hardware,
    "card_count": lambda r: r.count,
    "scale_up_domain_size": lambda r: r.scale_up_domain,
    "total_memory_gb": lambda r: r.total_memory_gb,
    "total_compute_pflops_bf16": lambda r: r.total_bf16_pflops,
    "rack_power_kw": lambda r: r.power_kw,
    "release_year": lambda r: r.released and int(r.released[:4]),
}
_MODEL: Fields = {
    "release_date": lambda r: r.released,
    "weight_format": lambda r: r.native_quantization,
    "hf_url": lambda r: r.hugging_face,
    "architecture.total_params_b": lambda r: _billions(r.parameters.total, r.parameters.published_total),
    "architecture.active_params_b": lambda r: _billions(r.parameters.active, r.parameters.published_active),
    "architecture.layers": lambda r: r.layers,
    "architecture.hidden_size": lambda r: r.hidden,
    "architecture.ffn_size": lambda r: r.dense_mlp and r.dense_mlp.width,
    "architecture.num_attention_heads": lambda r: tuple(a.heads for a in r.attention),
    "architecture.num_kv_heads": lambda r: tuple(a.kv_heads for a in r.attention),
    "architecture.head_dim": lambda r: tuple(a.head_dim for a in r.attention),
    "architecture.attention_type": lambda r: tuple(a.kind for a in r.attention),
    "architecture.vocab_size": lambda r: r.vocabulary,
    "architecture.max_context_length": lambda r: r.context_tokens,
    "architecture.moe.num_experts": lambda r: r.moe and r.moe.experts,
    "architecture.moe.top_k": lambda r: r.moe and r.moe.top_k,
    "architecture.moe.expert_hidden_size": lambda r: r.moe and r.moe.width,
    "architecture.moe.shared_experts": lambda r: r.moe and r.moe.shared,
}
_QUANTIZATION: Fields = {
    "bits_per_weight": lambda r: tuple(s.bits_per_weight for s in r.stored),
    "lossless": lambda r: r.lossless,
}
_FIELDS: dict[type[Record], Fields] = {
    Hardware: _HARDWARE,
    Server: _SERVER,
    Model: _MODEL,
    Quantization: _QUANTIZATION,
}


def compare(item: Reader, case: str, library: Library | None) -> Iterator[Difference]:
    """Yield the facts of an item's joined records that differ from those of ``library``.

    A fact that either side leaves out is no difference, nor is one that the export only rounds.
    """
    resolved = item.value("resolved")
    for kind in _KINDS:
        theirs = resolved.get(kind) if isinstance(resolved, dict) else None
        name = theirs.get("id") if isinstance(theirs, dict) else None
        ours = find(library, kind, name) if isinstance(name, str) else None
        if isinstance(theirs, dict) and ours is not None:
            yield from _differences(theirs, ours, case, library)


def _differences(theirs: dict[str, Any], ours: Record, case: str, library: Library | None) -> Iterator[Difference]:
    for path, look_up in _FIELDS[type(ours)].items():
        given, reference = _given(theirs, path)
        side = _side(look_up(ours))
        wanted = _translated(path, given, library)
        if wanted is None or not side.values or any(_same(wanted, value) for value in side.values):
            continue
        yield Difference(
            ours.kind,
            ours.id,
            path,
            theirs=_shown(given),
            ours=", ".join(dict.fromkeys(_shown(value) for value in side.values)),
            tier=_tier(theirs, reference),
            disputed=any(_same(wanted, value) for value in side.disputed),
            cases=(case,),
        )


def _given(record: dict[str, Any], path: str) -> tuple[Any, Any]:
    """Return what the export gives at ``path`` and the evidence it refers to; either may be None."""
    value: Any = record
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    if isinstance(value, dict):
        return value.get("value"), value.get("evidence_ref")
    return value, None


def _translated(path: str, given: Any, library: Library | None) -> Any:
    """Return a value of the export in the terms of our records; None when it cannot be compared."""
    if not isinstance(given, str):
        return given if isinstance(given, int | float) else None
    if path == "card":
        card = find(library, "hardware", given)
        return card.id if card else given
    if path == "weight_format":
        quantization = find(library, "quantization", given)
        return quantization.id if quantization else given
    if path == "architecture.attention_type":
        return _ATTENTION.get(given.casefold())
    return given.removeprefix(_HUB)


def _side(ours: Any) -> Side:
    if isinstance(ours, Side):
        return ours
    if isinstance(ours, Fact):
        return Side((ours.value,), tuple(d.value for d in ours.disputed))
    if isinstance(ours, tuple):
        sides = [_side(value) for value in ours]
        return Side(
            tuple(value for side in sides for value in side.values),
            tuple(value for side in sides for value in side.disputed),
        )
    return Side(() if ours is None else (ours,))


def _billions(counted: Fact | None, published: str | None) -> Side:
    """Return a count of parameters in billions, and the lab's own rounding of it, which is no difference either."""
    values: list[Any] = [] if counted is None else [counted.value / 1e9]
    rounded = _ROUNDED.fullmatch(published or "")
    if rounded:
        values.append(float(rounded.group(1)) * (1000 if rounded.group(2) == "T" else 1))
    return Side(tuple(values), tuple(d.value / 1e9 for d in counted.disputed) if counted else ())


def _same(given: Any, ours: Any) -> bool:
    if isinstance(given, bool) or isinstance(ours, bool):
        return given is ours
    if isinstance(given, int | float) and isinstance(ours, int | float):
        decimals = len(str(given).partition(".")[2])
        return bool(abs(given - ours) <= 0.5 * 10**-decimals)
    return str(given).casefold() == str(ours).casefold()


def _tier(record: dict[str, Any], reference: Any) -> str | None:
    entries = record.get("evidence")
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and reference is not None and entry.get("id") == reference:
            tier = entry.get("tier")
            return tier if isinstance(tier, str) else None
    return None


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)[:60]
