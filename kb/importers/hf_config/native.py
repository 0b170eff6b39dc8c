"""How a checkpoint stores its weights: from its quantization settings to the id of a quantization.

An id is given only where the settings prove it: the format, the size of a group, and that every layer of a group of
tensors is quantized, or none is. Everything else is a sentence.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kb.importers.hf_config.excluded import Excluded
from kb.importers.hf_config.modules import LINEAR_GROUPS, OUTPUT_HEADS, Module, module_names
from kb.importers.json_input import Reader, shown
from kb.records import Model

_DTYPES = {"bfloat16": "bf16", "float16": "fp16"}
_ALL = frozenset(LINEAR_GROUPS)
_FEED_FORWARD = _ALL - {"attention"}
_ROUTED = frozenset(("routed_experts",))

# Scheme -> quantizations of the library and the groups they cover, the one that covers most first.
CANDIDATES: dict[str, tuple[tuple[str, frozenset[str]], ...]] = {
    "fp8-block-128": (("fp8-block-128", _ALL),),
    "fp8-block-128-ue8m0": (("fp8-block-128-ue8m0", _ALL),),
    "fp8-per-tensor": (("fp8-per-tensor", _ALL),),
    "nvfp4": (("nvfp4", _ALL), ("nvfp4-mlp", _FEED_FORWARD), ("nvfp4-experts", _ROUTED)),
    "mxfp4": (("mxfp4-experts", _ROUTED),),
    "int4-g32": (("int4-g32-experts", _ROUTED),),
    "w4a16-g128": (("w4a16-g128", _ALL),),
    "awq-int4-g128": (("awq-int4-g128", _ALL),),
    "gptq-int4-g128": (("gptq-int4-g128", _ALL),),
}


@dataclass(frozen=True)
class Settings:
    """The scheme that quantization settings describe, and the patterns of what it leaves out."""

    scheme: str
    excluded: tuple[str, ...]
    keeps_head: bool


def native_quantization(
    model: Model, settings: list[Reader], dtype: str | None, missing: list[str], remarks: list[str]
) -> str | None:
    """Return the id of the quantization that the checkpoint is stored in, or None with a sentence in ``missing``.

    Args:
        model: the shape, which says what groups of tensors there are.
        settings: quantization_config of the configuration and the one of hf_quant_config.json, as far as they exist.
        dtype: torch_dtype of the configuration, which holds where there are no settings.
    """
    if not settings:
        known = _DTYPES.get(dtype or "")
        if known is None:
            missing.append(f"how the weights are stored (native_quantization): dtype is {shown(dtype)}")
        else:
            remarks.append(f"native_quantization is that of dtype {dtype}: no file here names a quantization")
        return known
    read = [_settings(reader) for reader in settings]
    problem = next((found for found in read if isinstance(found, str)), None)
    first = read[0]
    if problem is None and len({found.scheme for found in read if isinstance(found, Settings)}) > 1:
        problem = "the configuration and hf_quant_config.json name different formats"
    if problem is None and isinstance(first, Settings):
        found = _resolved(model, first)
        if not found.startswith("!"):
            return found
        problem = found[1:]
    missing.append(f"how the weights are stored (native_quantization): {problem}")
    return None


def _resolved(model: Model, settings: Settings) -> str:
    """Return the id, or why there is none after an exclamation mark."""
    excluded = Excluded(settings.excluded)
    if excluded.unclear:
        return f"!of what is left out, {shown(excluded.unclear[0])} is not understood"
    if excluded.single_experts():
        return "!experts that are left out by number"
    if not settings.keeps_head and not excluded.holds(OUTPUT_HEADS):
        return f"!{settings.scheme} of the output head too, of which no quantization here is known"
    names = module_names(model)
    shares = {group: _share(excluded, modules) for group, modules in names.items()}
    whole = frozenset(group for group, share in shares.items() if share == "all")
    part = sorted(group for group, share in shares.items() if share == "part")
    if part:
        return _output_projections(model, settings, excluded, part, whole, names["attention"])
    for key, covers in CANDIDATES[settings.scheme]:
        if covers & names.keys() == whole:
            return key
    return f"!{settings.scheme} of {', '.join(sorted(whole)) or 'no group'}, of which no quantization here is known"


def _output_projections(
    model: Model,
    settings: Settings,
    excluded: Excluded,
    part: list[str],
    whole: frozenset[str],
    attention: list[Module],
) -> str:
    """Return the id of NVFP4 releases that quantize, of attention, the output projections alone."""
    quantized = {module[0].rpartition(".")[2] for module in attention if not excluded.holds(module)}
    if settings.scheme != "nvfp4" or part != ["attention"] or quantized != {"o_proj"} or "routed_experts" not in whole:
        return f"!{settings.scheme} of only some layers or matrices of {', '.join(part)}"
    return "nvfp4-mla-o-proj-dsa" if any(kind.index_values for kind in model.attention) else "nvfp4-mla-o-proj"


def _share(excluded: Excluded, modules: Iterable[Module]) -> str:
    held = {excluded.holds(module) for module in modules}
    return "part" if len(held) > 1 else ("none" if held == {True} else "all")


def _settings(reader: Reader) -> Settings | str:
    """Return what one block of settings means, or why it is not understood."""
    method, algorithm = reader.text("quant_method"), reader.text("quant_algo")
    if reader.value("quantized_layers"):
        return f"{shown(algorithm or method)} differs by layer (quantized_layers)"
    left_out = tuple(_patterns(reader, "modules_to_not_convert", "exclude_modules", "ignore"))
    scheme: str | None = None
    if algorithm is not None or method == "modelopt":
        size = _group_size(reader)
        scheme = {("NVFP4", 16): "nvfp4", ("FP8", None): "fp8-per-tensor"}.get((str(algorithm), size))
    elif method == "fp8":
        scheme = _fp8(reader)
    elif method == "mxfp4":
        scheme = "mxfp4"
    elif method == "compressed-tensors":
        scheme = _compressed(reader)
    elif method in ("awq", "gptq") and (reader.value("bits"), reader.value("group_size")) == (4, 128):
        scheme = f"{method}-int4-g128" if method == "gptq" or reader.flag("zero_point") is not False else None
    if scheme is None:
        return f"quantization settings of {shown(method or algorithm)} that no quantization here is known to match"
    return Settings(scheme, left_out, keeps_head=method in ("fp8", "awq", "gptq", "mxfp4") and algorithm is None)


def _fp8(reader: Reader) -> str | None:
    block = reader.value("weight_block_size")
    if block is None:
        return "fp8-per-tensor"
    if block != [128, 128] or reader.value("fmt") not in ("e4m3", "float8_e4m3fn", None):
        return None
    return "fp8-block-128-ue8m0" if reader.text("scale_fmt") == "ue8m0" else "fp8-block-128"


def _compressed(reader: Reader) -> str | None:
    group = _only_group(reader)
    if group is None:
        return None
    weights = group.child("weights")
    if group.value("targets") != ["Linear"] or group.value("input_activations") is not None:
        return None
    what = (weights.value("type"), weights.value("num_bits"), weights.value("group_size"), weights.value("symmetric"))
    known: dict[tuple[Any, ...], str] = {("int", 4, 32, True): "int4-g32", ("int", 4, 128, True): "w4a16-g128"}
    return known.get(what) if all(isinstance(part, str | int | bool | None) for part in what) else None


def _group_size(reader: Reader) -> int | None:
    """Return the group size of ModelOpt settings, which stand at the top or in every group of ``config_groups``."""
    size = reader.value("group_size")
    group = _only_group(reader)
    if size is None and group is not None:
        size = group.child("weights").value("group_size")
    return size if isinstance(size, int) else None


def _only_group(reader: Reader) -> Reader | None:
    groups = reader.value("config_groups")
    if not isinstance(groups, dict) or len(groups) != 1:
        return None
    return reader.child("config_groups").child(next(iter(groups)))


def _patterns(reader: Reader, *keys: str) -> list[str]:
    return [pattern for key in keys for pattern in reader.texts(key)]
