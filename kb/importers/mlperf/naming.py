"""How an MLPerf result is named: round, division, benchmark, scenario, as MLCommons asks of whoever cites one."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from kb.importers.draft import Draft
from kb.importers.names import Library, find
from kb.records.case import Division

# Benchmark, accuracy target and scenario taken off -> the model that the rules of MLPerf Inference name for it.
_MODELS = {
    "deepseek-r1": "deepseek-ai/DeepSeek-R1",
    "gpt-oss-120b": "openai/gpt-oss-120b",
    "gptj": "EleutherAI/gpt-j-6b",
    "llama2-70b": "meta-llama/Llama-2-70b-chat-hf",
    "llama3.1-405b": "meta-llama/Llama-3.1-405B-Instruct",
    "llama3.1-8b": "meta-llama/Llama-3.1-8B-Instruct",
    "mixtral-8x7b": "mistralai/Mixtral-8x7B-Instruct-v0.1",
}
# GPT-J searches with four beams in MLPerf.
_CAVEATS = {"gptj": "beam search of width 4: each token that is counted stands for four that were decoded"}
_SUFFIX = re.compile(r"(-edge|-interactive|-99(\.9)?)+$")
_ROUND = re.compile(r"inference_results_(v[0-9]{1,2}\.[0-9]{1,2})")
_MAKER = re.compile(r"^(NVIDIA|AMD|Intel(\(R\))?)\s+(Instinct\s+|GeForce\s+)?", re.IGNORECASE)
_MEMORY_TYPE = re.compile(r"\s+(HBM|GDDR)\d\w*$", re.IGNORECASE)
PUBLISHED = "https://github.com/mlcommons/inference_results_"
UNVERIFIED = "Result not verified by MLCommons Association."


@dataclass(frozen=True)
class Name:
    """What is known of a result's name; everything may be missing."""

    round: str | None = None
    division: str | None = None
    submitter: str | None = None
    system: str | None = None
    benchmark: str | None = None
    scenario: str | None = None
    id: str | None = None
    suite: str | None = None

    @property
    def text(self) -> str:
        """Return it in the order in which MLCommons writes it."""
        parts = (self.division, self.suite, self.benchmark, self.scenario, self.id)
        return ", ".join(part for part in (f"MLPerf Inference {self.round or ''}".strip(), *parts) if part)

    @property
    def unknown(self) -> list[str]:
        """Return what must be known of a result before it may be cited, and is not."""
        needed = {"round": self.round, "division": self.division, "benchmark": self.benchmark}
        return [name for name, value in needed.items() if value is None]


def name_by_place(path: Path) -> Name:
    """Return what the folders of a results repository tell of a log in them; nothing for a log elsewhere.

    ``<division>/<submitter>/results/<system>/<benchmark>/<scenario>/performance/run_1/mlperf_log_summary.txt``, below
    a folder such as ``inference_results_v5.1``.
    """
    parts = path.absolute().parts[:-1]
    if len(parts) < 8 or parts[-2] != "performance" or parts[-6] != "results":
        return Name()
    division, submitter, _, system, benchmark, scenario, _, _ = parts[-8:]
    above = _ROUND.fullmatch(parts[-9]) if len(parts) > 8 else None
    return Name(above.group(1) if above else None, division, submitter, system, benchmark, scenario)


def model_of(benchmark: str | None) -> str | None:
    """Return the model of a benchmark, the benchmark itself where it is none we know."""
    return None if benchmark is None else _MODELS.get(bare(benchmark), bare(benchmark))


def caveat_of(benchmark: str | None) -> str | None:
    """Return why the figures of a benchmark do not mean what they do elsewhere, or None."""
    return _CAVEATS.get(bare(benchmark or ""))


def is_language_model(benchmark: str) -> bool:
    """Tell whether a benchmark is known to be of a language model."""
    return bare(benchmark) in _MODELS


def bare(benchmark: str) -> str:
    """Return a benchmark without accuracy target, suite and scenario: llama2-70b for llama2-70b-interactive-99.9."""
    return _SUFFIX.sub("", benchmark.casefold())


def card(library: Library | None, name: str | None) -> str | None:
    """Return the spelling of a card that ``library`` knows, else ``name``.

    ``AMD Instinct MI300X 192GB HBM3`` may be known as ``MI300X 192GB``; a stated capacity stays, since it tells cards
    of one name apart.
    """
    if name is None:
        return None
    plain = _MAKER.sub("", name)
    spellings = (name, plain, _MEMORY_TYPE.sub("", plain), _MEMORY_TYPE.sub("", name))
    return next((spelling for spelling in spellings if find(library, "hardware", spelling)), name)


def named(draft: Draft, name: Name, evidence: dict[str, Any]) -> Draft:
    """Return ``draft`` with the result's name before its title, and its evidence completed by ``evidence``."""
    entry, *others = draft.record["evidence"]
    record = draft.record | {
        "title": f"{name.text}: {draft.record['title']}"[:200],
        "evidence": [entry | evidence, *others],
    }
    if (name.division or "").casefold() in get_args(Division):
        record["division"] = str(name.division).casefold()
    missing = draft.missing
    if "ran_by" in evidence:
        missing = tuple(sentence for sentence in missing if not sentence.startswith("who ran it"))
        if "source" not in evidence:
            missing += ("who answers for the figures (evidence/source/publisher)",)
    return replace(draft, record=record, missing=missing)
