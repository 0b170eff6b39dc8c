"""The keys of a configuration that were not taken over."""

import re

from kb.importers.hf_config.families import Family
from kb.importers.json_input import Reader

# Keys that say something of shape: one of these that nobody has read may change what is counted.
_OF_SHAPE = re.compile(
    "attn|attention|head|expert|moe|layer|lora|rank|window|chunk|index|ssm|mamba|conv|linear|state|mtp|nextn|size"
    "|_dim|width|sparse|shar|latent|gate|embed|vocab|compress"
)
_HARMLESS = frozenset(
    (
        "attention_dropout",
        "chunk_size_feed_forward",
        "ep_size",
        "output_attentions",
        "output_hidden_states",
        "moe_layer_freq",
        "vision_config",
        "audio_config",
        "tokenizer_class",
    )
)


def left_over(outer: Reader, text: Reader, family: Family | None, missing: list[str], remarks: list[str]) -> None:
    """Name the keys that were not taken over: in a remark, and where one may change the count, as missing."""
    ignored = _HARMLESS | (family.ignored if family else frozenset())
    unread = sorted({key for reader in (outer, text) for key in reader.unread()})
    if unread:
        remarks.append(f"keys of the configuration that were not taken over: {', '.join(unread)}"[:1500])
    off = (False, 0, None)
    shape = [
        key
        for key in sorted(set(text.unread()))
        if key not in ignored and _OF_SHAPE.search(key) and text.peek(key) not in off
    ]
    if shape and family is not None:
        missing.append(
            f"whether {', '.join(shape)} change the arithmetic: this importer does not know these keys"[:500]
        )
