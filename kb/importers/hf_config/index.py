"""The count of parameters, held against what the index of the weight files says."""

from collections import Counter
from collections.abc import Mapping

from kb.importers.hf_config.tensors import part_of
from kb.importers.json_input import Reader

_TOLERANCE = 0.01


def tied_by(index: Reader | None, layers: int) -> bool | None:
    """Return whether the output head is the embedding, as the names of the tensors tell; None without names."""
    names = _names(index)
    if not names:
        return None
    parts = Counter(part_of(name, layers) for name in names)
    return None if not parts["embedding"] else not parts["output_head"]


def compare(
    index: Reader,
    groups: Mapping[str, int],
    bits: Mapping[str, float] | None,
    layers: int,
    missing: list[str],
    remarks: list[str],
) -> None:
    """Say how far ``groups`` are from ``metadata.total_size`` of the index; beyond 1 % it is a ``missing`` sentence.

    Args:
        index: model.safetensors.index.json.
        groups: parameters by group.
        bits: stored bits per weight of each group; None where the format is not known.
        layers: layers of the text model; tensors of later ones predict further tokens.
    """
    parts = Counter(part_of(name, layers) for name in _names(index))
    lacking = sorted(group for group in groups if parts and not parts[group])
    beyond = sorted(part for part in parts if part not in groups)
    metadata = index.child("metadata")
    size = metadata.number("total_size", least=1)
    if (total := metadata.number("total_parameters", least=1)) is not None:
        remarks.append(f"{index.path} says total_parameters {total:,}; {sum(groups.values()):,} are counted here")
    if size is None or bits is None:
        reason = "it gives no total_size" if size is None else "the stored format is not known"
        remarks.append(f"the count of parameters was not held against {index.path}: {reason}")
        return
    counted = sum(count * bits[group] for group, count in groups.items()) / 8
    off = (counted - size) / size
    gap = f"{abs(counted - size):,.0f} ({abs(off):.3%}) {'more' if off > 0 else 'less'}" if off else "exactly as many"
    sentence = f"{index.path} says total_size {size:,} bytes; the groups counted here take {counted:,.0f}, {gap}"
    notes = [f"{parts[part]:,} tensors of {part} are in the index and not in the count" for part in beyond]
    notes += [f"no tensor of {group} is in the index" for group in lacking]
    if abs(off) <= _TOLERANCE:
        remarks.append("; ".join([sentence, *notes]))
        return
    unexplained = "every group has tensors there and none is beyond them, so a shape or the stored format is another"
    missing.append("; ".join(["the parameters (parameters) do not add up: " + sentence, *(notes or [unexplained])]))


def _names(index: Reader | None) -> list[str]:
    names = None if index is None else index.value("weight_map")
    return list(names) if isinstance(names, dict) else []
