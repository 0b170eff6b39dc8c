"""The measured cases that an estimate is fitted on or scored by, and what each collection of them is used for."""

import hashlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from kb.calibration.observed import Joined, Observation, join
from kb.checks.context import Context
from kb.corpus import Corpus
from kb.errors import BadRequest
from kb.records import Case

# Folders of cases, by what they are used for. Example output that a recipe's author pasted, and audited runs that state
# no prompt length, are scored, not fitted: nobody says how well the first were tuned, and a step cannot be worked out
# for the second. Cases outside of these folders, the seeds among them, are judged and never fitted.
FITTED = (
    "aiconfigurator",
    "argonne",
    "engine-tables",
    "geerlingguy",
    "llama-cpp-scoreboards",
    "strix-halo-testing",
    "tensorrt-llm-overview",
    "threads",
    "xiongjiedai",
)
SCORED_ONLY = (
    "aws-neuron",
    "datacrunch",
    "inferencex-log",
    "mlperf",
    "sglang-cookbook",
    "tpu-recipes",
    "vllm-recipes",
)
_BELOW_THE_YEAR = 5


def collection_of(case: Case, corpus: Corpus) -> str | None:
    """Return the folder below the year that a case stands in, or None where it stands in none."""
    parts = PurePosixPath(corpus.origin(case).file).parts
    return parts[-2] if len(parts) == _BELOW_THE_YEAR else None


def collections(corpus: Corpus) -> Iterator[tuple[str, list[Case]]]:
    """Yield the collections that are fitted or scored, each with its cases in order of id.

    Raises:
        BadRequest: there are none.
    """
    found: dict[str, list[Case]] = {name: [] for name in (*FITTED, *SCORED_ONLY)}
    for case in corpus.cases.values():
        name = collection_of(case, corpus)
        if name in found:
            found[name].append(case)
    if not any(found.values()):
        raise BadRequest("data/cases holds no measured collection; run this in a checkout of the repository")
    yield from sorted(found.items())


class Sample:
    """All points that can be held against an estimate, by use.

    Attributes:
        observations: every one of them, in order of collection, case and point.
        fitted: for each, whether it may be fitted; all of them are scored.
        joined: with the reasons why other points cannot be used.
        points: how many points the collections hold.
    """

    def __init__(self, corpus: Corpus) -> None:
        """Join all collections.

        Raises:
            BadRequest: there are none.
        """
        context = Context(corpus)
        digest = hashlib.sha256()
        self.observations: list[Observation] = []
        self.fitted: list[bool] = []
        self.joined = Joined()
        self.points = 0
        for name, cases in collections(corpus):
            self.points += sum(len(case.points) for case in cases)
            for case in cases:
                digest.update(case.model_dump_json(exclude_none=True).encode() + b"\0")
            found = join(cases, context)
            self.joined.merge(found)
            for observation in found.observations:
                if observation.deployment.speculates or observation.point.scenario.kind == "offline":
                    self.joined.count("drafted tokens, or the sequences in flight, are not known")
                    continue
                self.observations.append(observation)
                self.fitted.append(name in FITTED)
        self.fingerprint = digest.hexdigest()[:16]
