"""Import the ``config.json`` of a model: its shape, how its weights are stored, and its parameters, counted.

PATH is the file or the folder that it lies in. ``hf_quant_config.json`` beside it says how the weights are stored,
``model.safetensors.index.json`` is what the count is held against. The attention and the experts of a
``model_type`` that is not in :mod:`kb.importers.hf_config.families` are left to a person.
"""

from pathlib import Path

from kb.importers.head import has_keys
from kb.importers.hf_config.draft import model_draft
from kb.importers.hf_config.files import open_checkpoint
from kb.importers.names import Library
from kb.importers.report import Imported


def recognises(head: bytes, name: str) -> bool:
    """Return whether a file that begins with ``head`` (up to 64 KiB) is the configuration of a model."""
    del name
    shape = ("hidden_size", "num_hidden_layers", "text_config")
    return any(has_keys(head, "model_type", key) for key in shape)


def read(path: Path, library: Library | None = None) -> Imported:
    """Return the draft of the model, and where it differs from the record of it.

    Raises:
        ImportFailed: the file is no such configuration, or gives what no record can hold.
    """
    return model_draft(open_checkpoint(path), library)
