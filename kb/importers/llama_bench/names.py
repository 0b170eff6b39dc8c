"""What llama-bench calls models, quantizations, number formats and cards."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from kb.importers.benchmark import Run
from kb.importers.names import Library, find, slug
from kb.importers.spellings import best_name
from kb.records import Model

# At the end of a file's name, before .gguf: Q4_K_M, IQ2_XXS, MXFP4_MOE, BF16.
_LABEL = r"(?:I?Q[0-9]_[0-9A-Z]+(?:_[A-Z0-9]+)*|TQ[12]_0|MXFP4(?:_MOE)?|BF16|F16|F32|Q[0-9]_[01])"
_FILE = re.compile(rf"(.+?)[-._]({_LABEL})$", re.IGNORECASE)
_PART = re.compile(r"-[0-9]{5}-of-[0-9]{5}$")
_DYNAMIC = re.compile(r"[-._]UD$", re.IGNORECASE)
# The same in words: "qwen2 7B Q4_K - Medium", "llama 8B IQ4_XS - 4.25 bpw", "llama 7B mostly Q4_0".
_WORDS = re.compile(rf"({_LABEL}|Q[2-6]_K)(?: - (Small|Medium|Large)| MoE| - [0-9.]+ bpw| mix)?", re.IGNORECASE)
_CACHES = {
    "f32": "fp32",
    "f16": "fp16",
    "bf16": "bf16",
    "q8_0": "int8",
    "q5_0": "int5",
    "q5_1": "int5",
    "q4_0": "int4",
    "q4_1": "int4",
    "iq4_nl": "int4",
}
# As many layers as no model has: the tool's own way to say all of them.
_ALL_LAYERS = 99


def file_stem(path: str) -> str:
    """Return the name of a model file without its folders, its number among several, and ``.gguf``."""
    name = re.split(r"[\\/]", path.strip())[-1]
    return _PART.sub("", re.sub(r"\.gguf$", "", name, flags=re.IGNORECASE))


def model_of_file(path: str) -> str:
    """Return the model that a file name tells of: ``Qwen2.5-7B-Instruct`` of ``Qwen2.5-7B-Instruct-Q4_K_M.gguf``."""
    stem = file_stem(path)
    found = _FILE.fullmatch(stem)
    return _DYNAMIC.sub("", found.group(1)) if found else stem


def model_quantization(path: str, words: str) -> str | None:
    """Return the quantization that a file's name tells of, else the words of the tool; None where none is.

    A maker's own mixture (``UD-Q4_K_XL``) is kept whole, since it is another format.
    """
    found = _FILE.fullmatch(file_stem(path))
    if found:
        dynamic = _DYNAMIC.search(found.group(1))
        return _named(("UD-" if dynamic else "") + found.group(2))
    return quantization_of_words(words)


def _named(label: str) -> str:
    return f"gguf-{slug(label)}"


def quantization_of_words(words: str) -> str | None:
    """Return the quantization that ``qwen2 7B Q4_K - Medium`` ends with: gguf-q4-k-m."""
    found = list(_WORDS.finditer(words))
    if not found:
        return None
    whole, label, size = found[-1].group(0).lower(), found[-1].group(1), found[-1].group(2)
    if whole == "mxfp4 moe":
        return _named("MXFP4_MOE")
    if whole == "iq3_s mix":
        return _named("IQ3_M")
    return _named(f"{label}_{size[0]}" if size else label)


def cache_format(name: str | None) -> str | None:
    """Return the number format of a KV cache type, None where a record has none for it."""
    return _CACHES.get((name or "").lower())


def offload_caveat(
    layers: float | None,
    model: str | None,
    library: Library | None,
    *,
    host_experts: float | None = None,
    host_cache: bool = False,
) -> str | None:
    """Return why a speed is not that of the card alone, or None where all of the model was on it.

    Args:
        layers: as the tool was told; -1, or 99 and more, are all.
        model: its name, to look up how many layers it has.
        library: the corpus to look it up in.
        host_experts: layers whose experts stayed in host memory.
        host_cache: the KV cache stayed in host memory.
    """
    if host_experts:
        return f"n_cpu_moe is {host_experts}: the experts of so many layers stayed in host memory"
    if host_cache:
        return "no_kv_offload: the KV cache stayed in host memory"
    if layers is None or layers < 0 or layers >= _ALL_LAYERS:
        return None
    record = find(library, "model", best_name(library, "model", model)) if model else None
    known = record.layers.value if isinstance(record, Model) and record.layers else None
    if known is not None and layers >= known:
        return None
    if known is not None:
        return f"n_gpu_layers is {layers} of {known}: the rest of the model stayed in host memory"
    return f"n_gpu_layers is {layers}: layers beyond that stayed in host memory (take this out if there are none)"


def add_cards(run: Run, cards: Iterable[str]) -> None:
    """Add the cards, named one by one, to ``run``: a pool to each kind where there are several."""
    counted: Mapping[str, int] = Counter(cards)
    if len(counted) == 1:
        run.hardware, run.count = next(iter(counted.items()))
    elif counted:
        run.pools = [{"role": "serve", "hardware": name, "count": count} for name, count in counted.items()]
        run.missing.append(f"how the model was spread over cards of {len(counted)} kinds")
