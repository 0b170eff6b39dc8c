"""From the header of a GGUF file to the drafts of a quantization and of a model."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from kb.corpus.files import printable
from kb.estimate.parameters import GROUPS
from kb.importers.benchmark import NO_ADDRESS
from kb.importers.desk import UNNAMED
from kb.importers.draft import Draft
from kb.importers.failure import ImportFailed
from kb.importers.gguf.header import Header
from kb.importers.gguf.quantization import bits_of, stored, sums
from kb.importers.gguf.roles import Group, grouped
from kb.importers.gguf.shape import Keys, layers_of, shape_of
from kb.importers.hf_config.differences import differences
from kb.importers.names import Library, find, slug
from kb.importers.present import present
from kb.importers.report import Imported
from kb.importers.spellings import best_name
from kb.records import Model

_TYPE = re.compile(r"(?:MOSTLY|ALL)_(\w+)")
_HUGGING_FACE = re.compile(r"https://huggingface\.co/([A-Za-z0-9_][\w.-]*/[A-Za-z0-9_][\w.-]*)/?")
_LEARNED = (*GROUPS, "mtp")


def drafts_of(header: Header, parts: Sequence[str], types: Mapping[int, str], library: Library | None) -> Imported:
    """Return a quantization and a model.

    Args:
        header: the header, with the tensors of all parts of a split file.
        parts: the names of the files.
        types: ``general.file_type`` by number, as llama.cpp calls it.
        library: the corpus to look names up in.

    Raises:
        ImportFailed: the file holds no text model.
    """
    keys = Keys(header)
    if keys.architecture in ("", "clip") or not header.tensors:
        what = "a vision tower" if keys.architecture == "clip" else "no architecture, or no tensors"
        raise ImportFailed(f"{printable(header.name)} holds {what}; import the file of the language model")
    layers, _ = layers_of(keys)
    groups = grouped(header.tensors, layers)
    name, known = _model(header, library)
    evidence = _evidence(header, parts, groups)
    remarks = _remarks(header, groups, keys)
    missing = [f"where {header.name} can be opened: an address (evidence/source/url), and the commit of its repository"]
    kind = _TYPE.fullmatch(types.get(header.keys.get("general.file_type", -1), ""))
    quantization = _quantization(groups, name, known, kind[1] if kind else None, evidence, missing)
    own = list(missing)
    record = _record(name, known, own) | shape_of(header, keys, own)
    record |= {"parameters": _parameters(groups, record)}
    unread = keys.unread()
    if unread:
        remarks.append(f"keys of the metadata that were not taken over: {', '.join(map(printable, unread))}"[:1500])
    model = Draft(record | {"evidence": evidence}, tuple(dict.fromkeys(own)), tuple(remarks))
    both = (quantization, model)
    for draft in both:
        draft.text()
    found = () if known is None else differences(Model.model_validate(model.record), known)
    return Imported(both, differences=found)


def _model(header: Header, library: Library | None) -> tuple[str, Model | None]:
    """Return the name of the model, and the record of it, by what the metadata or the name of the file says."""
    said = [header.keys.get(key) for key in ("general.name", "general.basename", "general.repo_url")]
    stem = re.sub(r"(-\d{5}-of-\d{5})?\.gguf$", "", header.name, flags=re.IGNORECASE)
    names = [printable(name).strip()[:150] for name in (*said, stem) if isinstance(name, str)]
    for name in names:
        link = _HUGGING_FACE.fullmatch(name)
        record = find(library, "model", best_name(library, "model", link[1] if link else name))
        if isinstance(record, Model):
            return record.name, record
    return next((name for name in names if slug(name) and "://" not in name), ""), None


def _record(name: str, known: Model | None, missing: list[str]) -> dict[str, Any]:
    if known is not None:
        return {"kind": "model", "id": known.id, "name": known.name, "default_evidence": "ev-header", "lab": known.lab}
    missing += [
        "the lab (lab)",
        "the day of its release (released)",
        "the id of the model without its file's format (id)",
    ]
    key = slug(name)[:90].rstrip("-.") or UNNAMED
    return {"kind": "model", "id": key, "name": name or key, "default_evidence": "ev-header", "lab": UNNAMED}


def _quantization(
    groups: Mapping[str, Group],
    name: str,
    known: Model | None,
    kind: str | None,
    evidence: list[dict[str, Any]],
    missing: list[str],
) -> Draft:
    label = kind or "mixed"
    model = known.id if known else slug(name) or UNNAMED
    key = f"gguf-{slug(label)}-{model}"[:100].rstrip("-.")
    record = {
        "kind": "quantization",
        "id": key,
        "name": f"GGUF {label} of {known.name if known else name or model}"[:200],
        "default_evidence": "ev-count",
        "family": "gguf",
        "stored": stored(groups),
        "evidence": evidence,
    }
    learned = [groups[group] for group in groups if group in _LEARNED]
    size, weights = (sum(sum(getattr(group, what).values()) for group in learned) for what in ("sizes", "weights"))
    remarks = [f"the whole file: {size:,} bytes x 8 / {weights:,} weights = {bits_of(*learned):.6g} bits per weight"]
    if "other" in groups:
        other = groups["other"]
        remarks.append(
            f"tensors of no group that a quantization names: {sum(other.sizes.values()):,} bytes,"
            f" {sum(other.weights.values()):,} weights"
        )
    unnamed = [] if kind else ["what the mix of types is called (id, name): general.file_type does not say"]
    return Draft(record, (*missing, *unnamed), tuple(remarks))


def _parameters(groups: Mapping[str, Group], record: Mapping[str, Any]) -> dict[str, Any]:
    counts = {name: sum(groups[name].weights.values()) for name in GROUPS if name in groups}
    total = sum(counts.values())
    active = total
    moe = record.get("moe")
    if moe is not None and "routed_experts" in counts:
        active -= counts["routed_experts"] // moe["experts"] * max(0, moe["experts"] - moe["top_k"])
    # Without the experts of a token the active parameters are not known.
    known = moe is not None or "routed_experts" not in counts
    mtp = sum(groups["mtp"].weights.values()) if "mtp" in groups else None
    found = present(total=total, active=active if known else None, mtp=mtp) | counts
    return {name: {"value": count, "evidence": ["ev-count"]} for name, count in found.items()}


def _evidence(header: Header, parts: Sequence[str], groups: Mapping[str, Group]) -> list[dict[str, Any]]:
    named = printable(parts[0] if len(parts) == 1 else f"{parts[0]} and {len(parts) - 1} further parts")[:150]
    entry = {
        "source": {"title": f"Header of {named}"[:200], "url": NO_ADDRESS, "kind": "configuration-file"},
        "locator": (
            f"header of {named}: {len(header.tensors)} tensors; its {header.size} bytes have sha256 {header.sha256}"
        ),
    }
    formula = (
        f"Bits per weight are bytes x 8 / weights of the tensors of a group: {sums(groups)}. total is the sum of the"
        " groups; active is total less the routed experts that a token skips."
    )
    return [{"id": "ev-header", **entry, "exactness": "exact"}, {"id": "ev-count", **entry, "formula": formula[:2000]}]


def _remarks(header: Header, groups: Mapping[str, Group], keys: Keys) -> list[str]:
    found = [f"the architecture is called {printable(keys.architecture)} in GGUF; a record has the class of its config"]
    if header.missing:
        found.append(
            f"the file ends {header.missing:,} bytes before its data does: only its header was needed, and it is whole"
        )
    if "mtp" in groups:
        found.append("multi-token prediction is counted apart (parameters/mtp), and in no group of the quantization")
    return found
