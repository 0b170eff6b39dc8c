"""A model as its configuration has it, beside the record that the knowledge base has of it."""

from typing import Any

from kb.corpus.pointer import join
from kb.importers.report import Difference
from kb.records import Model

# What the configuration speaks of; names, dates and licences are not its business.
_FIELDS = (
    "architecture",
    "parameters",
    "layers",
    "hidden",
    "vocabulary",
    "tied_embeddings",
    "context_tokens",
    "attention",
    "moe",
    "dense_mlp",
    "mtp_layers",
    "native_quantization",
)


def differences(theirs: Model, ours: Model) -> tuple[Difference, ...]:
    """Return the facts that both have and that differ; the order of attention groups does not count."""
    here = dict(_facts(ours))
    found = []
    for pointer, value in _facts(theirs):
        if pointer in here and here[pointer][0] != value[0]:
            own = here[pointer]
            found.append(
                Difference("model", ours.id, pointer[1:], str(value[0]), str(own[0]), disputed=value[0] in own[1])
            )
    return tuple(found)


def only_in(theirs: Model, ours: Model) -> list[str]:
    """Return the facts that only the configuration has."""
    here = dict(_facts(ours))
    return [pointer[1:] for pointer, _ in _facts(theirs) if pointer not in here]


def _facts(model: Model) -> list[tuple[str, tuple[Any, list[Any]]]]:
    plain = model.plain()
    groups = plain.get("attention", [])
    # Where a kind comes twice, the wider index comes first in records; that order is kept.
    plain["attention"] = {f"{kind['kind']}-{index}": kind for index, kind in enumerate(sorted(groups, key=_kind))}
    return [fact for name in _FIELDS if name in plain for fact in _walk(plain[name], join("", name))]


def _kind(group: dict[str, Any]) -> str:
    return str(group["kind"])


def _walk(value: Any, pointer: str) -> list[tuple[str, tuple[Any, list[Any]]]]:
    if not isinstance(value, dict):
        return [(pointer, (value, []))]
    if "value" in value:
        return [(pointer, (value["value"], [other["value"] for other in value.get("disputed", [])]))]
    return [fact for key, inner in value.items() for fact in _walk(inner, join(pointer, key))]
