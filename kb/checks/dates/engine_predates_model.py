"""The engine is older than the model that it is said to run.

## What it does
Takes the release date of the engine's version and of the model. An engine may be 60 days older than a model, since
support is often written before the release. It may be older still when it could already run another model of the same
architecture. The rule says nothing where the version's date, the model's date or the architecture is unknown, or where
the engine was built from a commit.

## Why
An engine cannot load an architecture that nobody knew when it was built. The version, the model or the whole case is
not what it says.

## Example
```yaml
stack:
  model: deepseek-v4-pro      # April 2026
  engine:
    id: vllm
    version: "0.6.0"          # September 2024
```
Use instead:
```yaml
stack:
  model: deepseek-v4-pro
  engine:
    id: vllm
    version: "0.20.0"
```

## Mend
Write the version that ran, with its commit when it was built from source. If the source itself gives the impossible
version, keep it, and let a reviewer acknowledge the finding.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.dates.late import MODEL_LEAD, engine_day, text_of
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.corpus import Corpus
from kb.records import Case, Model
from kb.records.scalars import first_day

RULE = Rule("KB451", "engine-predates-model", "error", on="case")

# Classes that checkpoints have used since before most engines; the records hold only the later ones of each.
_OLD_CLASSES = frozenset(
    (
        "BertModel",
        "BloomForCausalLM",
        "FalconForCausalLM",
        "GemmaForCausalLM",
        "GPT2LMHeadModel",
        "GPTNeoXForCausalLM",
        "LlamaForCausalLM",
        "MistralForCausalLM",
        "MixtralForCausalLM",
        "OPTForCausalLM",
        "Phi3ForCausalLM",
        "PhiForCausalLM",
        "Qwen2ForCausalLM",
        "XLMRobertaForSequenceClassification",
        "XLMRobertaModel",
    )
)


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield a problem when the engine cannot have known the model's architecture."""
    model = context.model(case)
    built = engine_day(case, context)
    use = case.stack.engine
    if model is None or built is None or use is None or model.released is None or model.architecture is None:
        return
    latest = built.day + MODEL_LEAD
    if first_day(model.released) <= latest or model.architecture in _OLD_CLASSES:
        return
    if any(
        first_day(other.released) <= latest if other.released else not _follows(other, context.corpus)
        for other in _siblings(model, context.corpus)
    ):
        return
    yield Problem(
        "/stack/engine/version",
        f"{use.id} {use.version} ({text_of(built)}) is older than {model.id} (released {model.released}), "
        f"and no earlier model has its architecture {model.architecture}",
        "write the version that ran, and its commit if it was built from source",
        {
            "engine": use.id,
            "version": use.version,
            "engine_date": built.day.isoformat(),
            "model": model.id,
            "model_released": model.released,
        },
    )


def _siblings(model: Model, corpus: Corpus) -> Iterator[Model]:
    """Yield the other models of the same architecture."""
    for other in corpus.models.values():
        if other.architecture == model.architecture and other.id != model.id:
            yield other


def _follows(undated: Model, corpus: Corpus) -> bool:
    """Tell whether a model without a date is, by its id, made from one that has a date (``gemma-4-26b-a4b-nvfp4``)."""
    steps = undated.id.split("-")
    bases = (corpus.models.get("-".join(steps[:length])) for length in range(1, len(steps)))
    return any(base is not None and base.released is not None for base in bases)
