"""How many parameters a model has, by group of tensors, and whether they add up to what is stated."""

from dataclasses import dataclass
from functools import cached_property

from kb.estimate.closed_form import COUNTERS, value
from kb.estimate.missing import NotCheckable
from kb.records import Model

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

    @cached_property
    def total_adds_up(self) -> bool:
        """Tell whether the groups make the stated total, within 2 %; true where there is nothing to compare."""
        if self.stated_total is None or not self.groups:
            return True
        return abs(sum(self.groups.values()) - self.stated_total) <= TOTAL_TOLERANCE * self.stated_total

    @cached_property
    def active_adds_up(self) -> bool:
        """Tell whether the stated active parameters are met, within 10 %, with or without embedding and output head."""
        if self.stated_active is None or self.active is None:
            return True
        embedding, head = self.groups["embedding"], self.groups["output_head"]
        ways = (self.active, self.active - embedding, self.active - embedding - head)
        return any(abs(way - self.stated_active) <= ACTIVE_TOLERANCE * self.stated_active for way in ways)

    @cached_property
    def per_token(self) -> float:
        """Return the parameters that each generated token is multiplied with, the output head included."""
        if self.active is None:
            raise self.not_split()
        # A tied embedding is the output head too; an untied one is only looked up.
        return self.active if self.tied else self.active - self.groups["embedding"]

    @cached_property
    def per_prompt_token(self) -> float:
        """Return the parameters that each prompt token is multiplied with; the output head runs once per prompt."""
        return self.per_token - self.output_head

    @cached_property
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
        found = COUNTERS[group](model, matrices)
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
