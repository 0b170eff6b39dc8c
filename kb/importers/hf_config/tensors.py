"""Names of tensors in a checkpoint, by the group of a record that they belong to."""

import re

# The first that is found in a name decides. A gate of the shared expert is counted with it.
_PARTS = (
    ("vision", re.compile(r"visual|vision|mm_projector|multi_modal_projector|audio")),
    ("mtp", re.compile(r"(^|\.)mtp[._]|mtp_layers|nextn|shared_head")),
    ("shared_experts", re.compile(r"shared_expert")),
    ("routed_experts", re.compile(r"\.experts\.")),
    ("router", re.compile(r"\.(router|gate)\.|\.(router|gate)$|correction_bias")),
    ("attention", re.compile(r"self_attn|linear_attn|\.attn\.|\.attention\.")),
    ("norms", re.compile(r"norm")),
    ("dense_mlp", re.compile(r"\.mlp\.|feed_forward")),
    ("embedding", re.compile(r"embed_tokens|wte\b|tok_embeddings")),
    ("output_head", re.compile(r"lm_head|^output\.")),
)
_LAYER = re.compile(r"(?:^|\.)layers\.(\d{1,6})\.")


def part_of(name: str, layers: int) -> str:
    """Return the group of a tensor; ``mtp`` for layers beyond ``layers``, ``vision``, or ``other``."""
    found = next((part for part, pattern in _PARTS if pattern.search(name)), "other")
    layer = _LAYER.search(name)
    if found != "vision" and layer is not None and int(layer[1]) >= layers:
        return "mtp"
    return found
