"""How many parameters a model has, by group of tensors, and whether they add up to what is stated."""

from collections.abc import Callable
from dataclasses import dataclass

from kb.estimate.missing import NotCheckable
from kb.records import Model
from kb.records.evidence import Fact
from kb.records.model import Attention, Experts

GROUPS = (
    "embedding",
    "output_head",
    "attention",
    "dense_mlp",
    "router",
    "shared_experts",
    "routed_experts",
    "norms",
    "other",
)
TOTAL_TOLERANCE = 0.02
# Attention of a large model is 2 % of it: only a sum closer than this leaves no room for a group nobody described.
WHOLE = 0.0005
# Labs round the active count to one or two digits, so it is held to less than the total.
ACTIVE_TOLERANCE = 0.10


@dataclass(frozen=True)
class ParameterCount:
    """Parameters by group, in number.

    ``counted`` names the groups that were computed from the architecture, ``remainder`` the one that had to be taken
    as what the others leave of the stated total. Groups that nobody described are nought where the others make the
    total. ``groups`` is empty, and ``unknown`` names the missing facts, where only the total is known.
    """

    groups: dict[str, float]
    total: float
    stated_total: float | None
    active: float | None
    stated_active: float | None
    tied: bool
    counted: tuple[str, ...]
    remainder: str | None
    unknown: tuple[str, ...]

    @property
    def total_adds_up(self) -> bool:
        """Tell whether the groups make the stated total, within 2 %; true where there is nothing to compare."""
        if self.stated_total is None or not self.groups:
            return True
        return abs(sum(self.groups.values()) - self.stated_total) <= TOTAL_TOLERANCE * self.stated_total

    @property
    def active_adds_up(self) -> bool:
        """Tell whether the stated active parameters are met, within 10 %, with or without embedding and output head."""
        if self.stated_active is None or self.active is None:
            return True
        embedding, head = self.groups["embedding"], self.groups["output_head"]
        ways = (self.active, self.active - embedding, self.active - embedding - head)
        return any(abs(way - self.stated_active) <= ACTIVE_TOLERANCE * self.stated_active for way in ways)

    @property
    def per_token(self) -> float:
        """Return the parameters that each generated token is multiplied with, the output head included."""
        if self.active is None:
            raise self.not_split()
        # A tied embedding is the output head too; an untied one is only looked up.
        return self.active if self.tied else self.active - self.groups["embedding"]

    @property
    def per_prompt_token(self) -> float:
        """Return the parameters that each prompt token is multiplied with; the output head runs once per prompt."""
        return self.per_token - self.output_head

    @property
    def output_head(self) -> float:
        """Return the parameters of the output head, tied or not."""
        if not self.groups:
            raise self.not_split()
        return self.groups["embedding"] if self.tied else self.groups["output_head"]

    def not_split(self) -> NotCheckable:
        """Return the reason why parameters by group are unknown."""
        facts = ", ".join(self.unknown)
        return NotCheckable(f"model {self.unknown[0]}", f"the parameters by group are unknown: {facts} not recorded")


def count_parameters(model: Model) -> ParameterCount:
    """Count the parameters of ``model``: stated groups as stated, the others in closed form from the architecture.

    Raises:
        NotCheckable: neither a total nor enough of the architecture is recorded.
    """
    count = _count(model, matrices=3)
    if not count.total_adds_up:
        # A feed-forward block without a gate has two matrices instead of three.
        plain = _count(model, matrices=2)
        if plain.total_adds_up:
            return plain
    return count


def _count(model: Model, matrices: int) -> ParameterCount:
    groups: dict[str, float] = {}
    counted: list[str] = []
    missing: dict[str, str] = {}
    for group in GROUPS:
        stated = value(getattr(model.parameters, group))
        if stated is not None:
            groups[group] = stated
            continue
        found = _COUNTERS[group](model, matrices)
        if isinstance(found, str):
            missing[group] = found
        else:
            groups[group] = found
            counted.append(group)
    total = value(model.parameters.total)
    if missing and total is not None and abs(sum(groups.values()) - total) <= WHOLE * total:
        # What is described makes the whole; there is no room for what is not.
        groups |= dict.fromkeys(missing, 0.0)
        missing = {}
    remainder = None
    if len(missing) == 1 and total is not None:
        left = total - sum(groups.values())
        # More than half left over means that more than one group is misdescribed.
        if 0 < left <= total / 2:
            remainder = next(iter(missing))
            groups[remainder] = left
            missing = {}
    unknown = tuple(dict.fromkeys(missing.values()))
    if missing and total is None:
        raise NotCheckable(
            f"model {model.id} parameters.total",
            f"{model.id} has neither a total of parameters nor {', '.join(unknown)}",
        )
    if missing:
        return ParameterCount({}, total or 0.0, total, None, value(model.parameters.active), False, (), None, unknown)
    summed = sum(groups.values())
    active = summed
    if model.moe is not None:
        share = min(1.0, model.moe.top_k.value / model.moe.experts.value)
        active -= groups["routed_experts"] * (1.0 - share)
    return ParameterCount(
        groups,
        summed if total is None else total,
        total,
        active,
        value(model.parameters.active),
        groups["output_head"] == 0,
        tuple(counted),
        remainder,
        (),
    )


def value(fact: Fact | None) -> float | None:
    """Return the number of a fact that may be absent."""
    return None if fact is None else float(fact.value)


# Each counter returns the number, or the fact that is missing.


def _embedding(model: Model, matrices: int) -> float | str:
    if model.vocabulary is None or model.hidden is None:
        return "vocabulary" if model.vocabulary is None else "hidden"
    return float(model.vocabulary.value * model.hidden.value)


def _output_head(model: Model, matrices: int) -> float | str:
    if model.tied_embeddings is None:
        return "tied_embeddings"
    return 0.0 if model.tied_embeddings else _embedding(model, matrices)


def _attention(model: Model, matrices: int) -> float | str:
    if model.hidden is None:
        return "hidden"
    if not model.attention or model.layers is None:
        return "attention" if not model.attention else "layers"
    if sum(a.layers.value for a in model.attention) != model.layers.value:
        return "attention"
    total = 0.0
    for kind in model.attention:
        weights = _attention_layer(kind, float(model.hidden.value))
        if weights is None:
            return "attention"
        total += weights * kind.layers.value
    return total


def _attention_layer(kind: Attention, hidden: float) -> float | None:
    if kind.kind == "none":
        return 0.0
    heads, size = value(kind.heads), value(kind.head_dim)
    if kind.kind == "latent":
        rank, rope, nope = value(kind.kv_lora_rank), value(kind.rope_head_dim), value(kind.nope_head_dim)
        wide, query_rank = value(kind.value_head_dim), value(kind.q_lora_rank)
        if heads is None or rank is None or rope is None or nope is None or wide is None:
            return None
        query = heads * (nope + rope)
        query_weights = hidden * query if query_rank is None else query_rank * (hidden + query)
        return query_weights + hidden * (rank + rope) + rank * heads * (nope + wide) + heads * wide * hidden
    kv_heads = value(kind.kv_heads)
    if kind.kind not in ("full", "sliding-window", "chunked") or heads is None or kv_heads is None or size is None:
        # Recurrent and compressed layers differ too much from each other for one formula.
        return None
    wide = value(kind.value_head_dim) or size
    key_value = kv_heads * size if kind.shared_key_value else kv_heads * (size + wide)
    return hidden * (heads * size + key_value + heads * wide)


def _dense_mlp(model: Model, matrices: int) -> float | str:
    if model.hidden is None:
        return "hidden"
    if model.dense_mlp is not None:
        return float(matrices * model.hidden.value * model.dense_mlp.layers.value * model.dense_mlp.width.value)
    all_moe = model.moe is not None and model.layers is not None and model.moe.layers.value == model.layers.value
    return 0.0 if all_moe else "dense_mlp"


def _of_moe(weights: Callable[[Experts, int, int], float]) -> Callable[[Model, int], float | str]:
    def count(model: Model, matrices: int) -> float | str:
        if model.moe is None:
            return 0.0
        return "hidden" if model.hidden is None else float(weights(model.moe, model.hidden.value, matrices))

    return count


def _shared(moe: Experts, hidden: int, matrices: int) -> float:
    number = 0 if moe.shared is None else moe.shared.value
    return moe.layers.value * number * matrices * hidden * (moe.shared_width or moe.width).value


def _norms(model: Model, matrices: int) -> float | str:
    if model.hidden is None or model.layers is None:
        return "hidden" if model.hidden is None else "layers"
    return float((2 * model.layers.value + 1) * model.hidden.value)


_COUNTERS: dict[str, Callable[[Model, int], float | str]] = {
    "embedding": _embedding,
    "output_head": _output_head,
    "attention": _attention,
    "dense_mlp": _dense_mlp,
    "router": _of_moe(lambda moe, hidden, _: moe.layers.value * hidden * moe.experts.value),
    "shared_experts": _of_moe(_shared),
    "routed_experts": _of_moe(
        lambda moe, hidden, matrices: moe.layers.value * moe.experts.value * matrices * hidden * moe.width.value
    ),
    "norms": _norms,
    "other": lambda _model, _matrices: 0.0,
}
