"""Tensors of a GGUF file by the group of a record, told by their names in llama.cpp."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from kb.estimate.parameters import GROUPS
from kb.importers.gguf.header import Tensor

_BLOCK = re.compile(r"blk\.(\d{1,6})\.(.+)")
# Of a block, without its number; the first that fits decides. Norms inside attention are counted with it.
_OF_BLOCK = (
    ("mtp", re.compile(r"nextn\.")),
    ("shared_experts", re.compile(r"ffn_(gate|up|down)_shexp\b|ffn_gate_inp_shexp\b")),
    ("routed_experts", re.compile(r"ffn_(gate|up|down|gate_up)_(exps|chexps)\b")),
    ("router", re.compile(r"ffn_gate_inp\b|exp_probs_b\b")),
    ("norms", re.compile(r"(attn|ffn|layer_output|attn_output|ffn_sub)_norm(_2|_exps)?\b|(post|pre)_\w+_norm\w*")),
    ("attention", re.compile(r"attn_|ssm_|indexer\.|time_mix_")),
    ("dense_mlp", re.compile(r"ffn_(gate|up|down)\b|channel_mix_")),
)
_OUTSIDE = {"token_embd": "embedding", "output": "output_head", "output_norm": "norms", "token_embd_norm": "norms"}
# Tables that are computed, not learned.
_TABLE = re.compile(r"(^|\.)rope_(freqs|factors_long|factors_short)\b")


@dataclass
class Group:
    """The tensors of one group: weights and bytes by type of storage."""

    weights: Counter[str] = field(default_factory=Counter)
    sizes: Counter[str] = field(default_factory=Counter)

    def add(self, tensor: Tensor) -> None:
        """Count a tensor in."""
        self.weights[tensor.type] += tensor.weights
        self.sizes[tensor.type] += tensor.size


def block_of(tensor: Tensor) -> tuple[int | None, str]:
    """Return the layer of a tensor, if it lies in one, and its name there."""
    found = _BLOCK.fullmatch(tensor.name)
    return (int(found[1]), found[2]) if found else (None, tensor.name)


def role_of(tensor: Tensor, layers: int | None) -> str:
    """Return the group of a tensor; ``mtp`` from layer ``layers`` on, ``table`` for what is no parameter."""
    if _TABLE.search(tensor.name):
        return "table"
    layer, name = block_of(tensor)
    if layer is None:
        return _OUTSIDE.get(name.rpartition(".")[0] or name, "other")
    if layers is not None and layer >= layers:
        return "mtp"
    return next((role for role, pattern in _OF_BLOCK if pattern.match(name)), "other")


def grouped(tensors: Iterable[Tensor], layers: int | None) -> dict[str, Group]:
    """Return the groups that have tensors, in the order of records; ``mtp`` and ``table`` last."""
    found: dict[str, Group] = {}
    for tensor in tensors:
        found.setdefault(role_of(tensor, layers), Group()).add(tensor)
    return {role: found[role] for role in (*GROUPS, "mtp", "table") if role in found}
