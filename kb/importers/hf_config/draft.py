"""From a configuration to the draft of a model."""

from typing import Any

from kb.estimate.parameters import GROUPS
from kb.importers.draft import Draft
from kb.importers.failure import ImportFailed
from kb.importers.hf_config.attention import attention
from kb.importers.hf_config.count import count_groups
from kb.importers.hf_config.differences import differences, only_in
from kb.importers.hf_config.families import FAMILIES, Family
from kb.importers.hf_config.feed_forward import feed_forward
from kb.importers.hf_config.files import Checkpoint
from kb.importers.hf_config.index import compare, tied_by
from kb.importers.hf_config.left_over import left_over
from kb.importers.hf_config.native import native_quantization
from kb.importers.hf_config.publication import evidence, head
from kb.importers.json_input import Reader, shown
from kb.importers.names import Library, find
from kb.importers.present import present
from kb.importers.report import Imported
from kb.records import Model, Quantization

# More than any model has by far, and few enough to go through them one by one.
_MOST_LAYERS = 2000
_MTP = ("num_nextn_predict_layers", "mtp_num_hidden_layers")
_PLAIN = ("layers", "hidden", "vocabulary", "context_tokens")


def model_draft(checkpoint: Checkpoint, library: Library | None) -> Imported:
    """Return the draft of the model that a configuration describes, and where it differs from the library's record."""
    outer = checkpoint.config.reader
    text = outer.child("text_config") if isinstance(outer.peek("text_config"), dict) else outer
    kind = text.text("model_type") or outer.text("model_type")
    family = FAMILIES.get(kind or "")
    missing: list[str] = []
    remarks: list[str] = []
    index = None if checkpoint.index is None else checkpoint.index.reader
    record = _plain(outer, text, index, missing)
    if family is None:
        missing.append(
            f"attention, experts, feed-forward layers and parameters: model_type {shown(kind)} is none of those"
            f" whose weights this importer knows ({', '.join(sorted(FAMILIES))})"
        )
    else:
        _shape(record, text, family, missing)
    ours = find(library, "model", checkpoint.hugging_face or checkpoint.name) or find(library, "model", checkpoint.name)
    known = ours if isinstance(ours, Model) else None
    record = head(checkpoint, known, missing) | record
    entries = evidence(checkpoint, known, missing)
    model = _validated(record, entries)
    dtype = outer.text("torch_dtype") or outer.text("dtype") or text.text("torch_dtype") or text.text("dtype")
    settings = [
        reader.child("quantization_config")
        for reader in dict.fromkeys((outer, text))
        if isinstance(reader.peek("quantization_config"), dict)
    ]
    if checkpoint.quantization is not None:
        settings.append(checkpoint.quantization.reader.child("quantization"))
    if not settings or (model.attention and family is not None):
        native = native_quantization(model, settings, dtype, missing, remarks)
        if native is not None:
            _named(record, native, library, missing)
    else:
        missing.append("how the weights are stored (native_quantization)")
    if family is not None:
        _count(record, model, family, text, missing)
        if "parameters" in record and index is not None:
            groups = {key: fact["value"] for key, fact in record["parameters"].items() if key in GROUPS}
            compare(index, groups, _bits(record, groups, library), int(record["layers"]), missing, remarks)
    left_over(outer, text, family, missing, remarks)
    if not any("ev-count" in str(value) for value in record.values()):
        entries = [entry for entry in entries if entry["id"] != "ev-count"]
    draft = Draft(
        record | {"evidence": entries},
        tuple(dict.fromkeys(missing)),
        tuple(dict.fromkeys(remarks)),
        raw=checkpoint.config.raw,
        further=() if checkpoint.quantization is None else (checkpoint.quantization.raw,),
    )
    draft.text()
    if known is None:
        return Imported((draft,))
    theirs = Model.model_validate(draft.record)
    further = only_in(theirs, known)
    said = (
        (f"model {known.id} has a record here; only the configuration gives {', '.join(further)}",) if further else ()
    )
    return Imported((draft,), differences=differences(theirs, known), remarks=said)


def _plain(outer: Reader, text: Reader, index: Reader | None, missing: list[str]) -> dict[str, Any]:
    """Return the fields whose keys mean the same in every configuration."""
    architectures = outer.texts("architectures") or text.texts("architectures")
    found: dict[str, Any] = {
        "architecture": architectures[0][:200] if architectures else None,
        "layers": text.count("num_hidden_layers"),
        "hidden": text.count("hidden_size"),
        "vocabulary": text.count("vocab_size"),
        "context_tokens": text.count("max_position_embeddings"),
    }
    if (found["layers"] or 0) > _MOST_LAYERS:
        raise text.fail("num_hidden_layers", f"should be {_MOST_LAYERS} or fewer")
    missing += [f"{key}: the configuration does not give it" for key in _PLAIN if found[key] is None]
    tied = text.flag("tie_word_embeddings")
    tied = outer.flag("tie_word_embeddings") if tied is None else tied
    if tied is None:
        tied = tied_by(index, found["layers"] or 0)
    if tied is None:
        missing.append("tied_embeddings: the configuration does not say, so the default of its class holds")
    mtp = next((number for key in _MTP if (number := text.number(key, whole=True)) is not None), None)
    return present(**found, tied_embeddings=tied) | ({} if mtp is None else {"mtp_layers": int(mtp)})


def _shape(record: dict[str, Any], text: Reader, family: Family, missing: list[str]) -> None:
    if "layers" not in record or "hidden" not in record:
        missing.append("attention and feed-forward layers: without layers and hidden size they cannot be told")
        return
    groups = attention(text, family, record["layers"], record["hidden"], missing)
    record |= present(attention=groups) | feed_forward(text, family, record["layers"], missing)


def _validated(record: dict[str, Any], evidence: list[dict[str, Any]]) -> Model:
    try:
        return Model.model_validate(record | {"evidence": evidence})
    except ValueError as error:
        raise ImportFailed(f"{record['id']}: the configuration gives what no record can hold: {error}"[:500]) from None


def _named(record: dict[str, Any], native: str, library: Library | None, missing: list[str]) -> None:
    record["native_quantization"] = native
    if library is not None and find(library, "quantization", native) is None:
        missing.append(f"native_quantization: a record of {native}, which the knowledge base does not have")


def _count(record: dict[str, Any], model: Model, family: Family, text: Reader, missing: list[str]) -> None:
    if text.flag("mlp_bias"):
        missing.append("the parameters (parameters): biases of the feed-forward layers (mlp_bias) are not counted")
        return
    groups = count_groups(model, family, text)
    if isinstance(groups, str):
        missing.append(f"the parameters (parameters): {groups} is not known")
        return
    total = sum(groups.values())
    skipped = 0
    if model.moe is not None:
        skipped = groups["routed_experts"] // model.moe.experts.value
        skipped *= max(0, model.moe.experts.value - model.moe.top_k.value)
    counted = {"total": total, "active": total - skipped} | groups
    record["parameters"] = {key: {"value": count, "evidence": ["ev-count"]} for key, count in counted.items()}


def _bits(record: dict[str, Any], groups: dict[str, int], library: Library | None) -> dict[str, float] | None:
    """Return stored bits per weight of each group; what a quantization does not cover stays at 16."""
    native = record.get("native_quantization")
    if native in ("bf16", "fp16"):
        return dict.fromkeys(groups, 16.0)
    found = find(library, "quantization", native) if native else None
    if not isinstance(found, Quantization):
        return None
    bits = dict.fromkeys(groups, 16.0)
    for stored in found.stored:
        for group in groups if "everything" in stored.covers else stored.covers:
            if group in bits:
                bits[group] = float(stored.bits_per_weight.value)
    return bits
