"""The names of tools and drivers, written as people write them."""

import re

from kb.importers.names import Library, find

_MAKER = re.compile(r"^(NVIDIA|AMD|Intel(\(R\))?)\s+|\s+(Graphics|GPU)$", re.IGNORECASE)
_SERIES = re.compile(r"^(Tesla|GeForce|Radeon)\s+", re.IGNORECASE)


def best_name(library: Library | None, kind: str, name: str) -> str:
    """Return the spelling of ``name`` that the library knows, else the one that an id is best made of.

    Tools write where a model lies, and cards as the driver calls them: ``/models/openai--gpt-oss-120b`` for
    gpt-oss-120b, ``NVIDIA GeForce RTX 4090`` for RTX 4090.
    """
    tried = _spellings(kind, name)
    return next((spelling for spelling in tried if find(library, kind, spelling)), tried[-1])


def _spellings(kind: str, name: str) -> list[str]:
    """Return ways to write ``name``, as it is first; the last is what stands where none of them is known."""
    if kind == "hardware":
        plain = _MAKER.sub("", name).strip()
        return [name, plain, _SERIES.sub("", plain), name]
    parts = [part for part in re.split(r"[\\/]+", name) if part not in ("", ".", "..")]
    if kind != "model" or not parts or (len(parts) == 2 and name == "/".join(parts)):
        return [name]
    # The cache of Hugging Face has folders such as models--openai--gpt-oss-120b/snapshots/<commit>.
    cached = next((part for part in parts if part.startswith("models--")), None)
    last = cached.removeprefix("models--") if cached else parts[-1]
    owner, _, rest = last.partition("--")
    own = [f"{owner}/{rest}", rest] if rest else []
    return [name, *own, *(["/".join(parts[-2:])] if len(parts) > 1 else []), last, rest or last]
