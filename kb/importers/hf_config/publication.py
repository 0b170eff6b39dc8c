"""What a draft says of the checkpoint itself: its name, its lab, and where its configuration can be opened."""

from typing import Any

from kb.corpus.files import printable
from kb.importers.benchmark import NO_ADDRESS
from kb.importers.desk import UNNAMED
from kb.importers.hf_config.files import Checkpoint
from kb.importers.names import slug
from kb.importers.present import present
from kb.records import Model


def head(checkpoint: Checkpoint, known: Model | None, missing: list[str]) -> dict[str, Any]:
    """Return kind, id, names and lab; those of the record that is ``known``, where there is one."""
    name = printable(checkpoint.name)[:200]
    repository = checkpoint.hugging_face
    fields = {
        "kind": "model",
        "id": known.id if known else slug(name) or UNNAMED,
        "name": known.name if known else name,
    }
    if not slug(name):
        missing.append("the name of the model (id, name)")
    if known is None:
        missing += ["the lab (lab)", "the day of its release (released)", "whether its weights are open (open_weights)"]
    fields["default_evidence"] = "ev-config"
    fields["lab"] = known.lab if known else UNNAMED
    own = [repository] if repository else list(known.hugging_face[:1]) if known else []
    return fields | present(hugging_face=own)


def evidence(checkpoint: Checkpoint, known: Model | None, missing: list[str]) -> list[dict[str, Any]]:
    """Return ``ev-config`` for what the file says, and ``ev-count`` for what is counted from it."""
    repository = checkpoint.hugging_face or (known.hugging_face[0] if known and known.hugging_face else None)
    url = NO_ADDRESS
    if repository is not None:
        url = f"https://huggingface.co/{repository}/blob/{checkpoint.commit or 'main'}/config.json"
    if checkpoint.commit is None:
        where = f"that the file is the one at {url}, and its commit" if repository else "where the file can be opened"
        missing.append(f"{where} (evidence/source/url, evidence/locator)")
    raw = checkpoint.config.raw
    entry = {
        "source": {
            "title": f"Configuration of {printable(checkpoint.name)}"[:200],
            "url": url,
            "kind": "configuration-file",
        },
        "locator": raw.name,
        "artifact": {"sha256": raw.sha256, "path": raw.home},
    }
    if checkpoint.quantization is not None:
        other = checkpoint.quantization.raw
        entry["locator"] = f"{raw.name}; {other.name} for the stored format"
        entry["note"] = f"{other.name} has sha256 {other.sha256}"
    formula = (
        "Closed-form count over the configuration, from every matrix and vector that it implies for this model_type;"
        " multi-token prediction and vision are left out. total is the sum of the groups; active is total less the"
        " routed experts that a token skips."
    )
    return [{"id": "ev-config", **entry, "exactness": "exact"}, {"id": "ev-count", **entry, "formula": formula}]
