"""Make a corpus of synthetic cases, to see how the knowledge base bears many times its size.

``python -m benchmarks.synthetic CASES FOLDER``, run from the folder of the knowledge base, writes into FOLDER all real
records but the cases, and CASES made-up ones. Each joins what one real case ran with the cards and the engine of
another and the loads of a third, where the checks have nothing against that; its figures are what the estimator
expects, moved by chance. The same number gives the same files, and a larger one adds to them.

Nothing of this is a measurement. Ids begin with ``case-synthetic-``, titles say it, and the sources are pages of the
top-level domain ``alt``, which belongs to no one (RFC 9476). The folder is never ``data/``.
"""

import random
import shutil
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.plain_yaml import text_of
from benchmarks.synthetic_points import loads_of, point_of
from kb import Corpus, open_corpus
from kb.checks.context import Context
from kb.checks.registry import rules
from kb.cli.places import root
from kb.errors import BadRequest
from kb.estimate import Deployment
from kb.records import Case
from kb.records.scalars import first_day

_TRIES = 1000
_FOLDER_SIZE = 1000
# What a join of strangers must not offend; the other rules look at figures, which are made to suit.
_MUST_SUIT = frozenset(
    (
        "engine-vendor-unsupported",
        "quantization-unsupported-by-hardware",
        "quantization-unsupported-by-engine",
        "server-card-mismatch",
        "card-count-mismatch",
        "parallel-product-mismatch",
        "model-weights-closed",
        "memory-does-not-fit",
        "measured-before-model-release",
        "engine-predates-model",
        "engine-predates-hardware",
    )
)
_SOURCES = {
    "synthetic-benchmark": ("A made-up benchmark", "benchmark-repository"),
    "synthetic-vendor": ("A made-up vendor's announcement", "vendor-announcement"),
}
# Tiers in about the shares of the real cases, with some measured ones.
_TIERS = {"reported": 64, "official": 25, "measured": 6, "derived": 3, "estimated": 2}


class _Joined(NamedTuple):
    """What runs on what, and since when it can have."""

    deployment: Deployment
    stack: dict[str, Any]
    since: date


class Maker:
    """Makes cases out of those of ``corpus``."""

    def __init__(self, corpus: Corpus) -> None:
        self._context = Context(corpus)
        self._rules = [entry for entry in rules() if entry.rule.name in _MUST_SUIT]
        self._cases = [case for case in corpus.cases.values() if _is_plain(case)]
        self._loads = [loads for case in self._cases if (loads := loads_of(case))]
        self._joined: dict[tuple[object, ...], _Joined | None] = {}
        self._today = date.fromisoformat(
            max(evidence.accessed for case in self._cases for evidence in case.evidence if evidence.accessed)
        )

    def case(self, number: int) -> dict[str, Any]:
        """Return the record of case ``number``, which depends on nothing else."""
        chance = random.Random(number)
        for _ in range(_TRIES):
            joined = self._join(chance.choice(self._cases), chance.choice(self._cases))
            loads = chance.choice(self._loads)
            points = [] if joined is None else [p for load in loads if (p := point_of(joined.deployment, load, chance))]
            if joined is not None and points:
                return self._record(number, joined, points, chance)
        raise BadRequest(f"{_TRIES} joins of real cases gave none that can run: the corpus is too small")

    def _join(self, weights: Case, cards: Case) -> _Joined | None:
        """Return the model of one case on the cards of another; None where that cannot have run."""
        key = (weights.stack.model, weights.stack.quantization, *_platform(cards), _since(weights), _since(cards))
        if key not in self._joined:
            self._joined[key] = self._tried(weights, cards, len(self._joined))
        return self._joined[key]

    def _tried(self, weights: Case, cards: Case, number: int) -> _Joined | None:
        stack: dict[str, Any] = {"model": weights.stack.model}
        if cards.stack.engine is not None:
            stack["engine"] = cards.stack.engine.model_dump(exclude_none=True)
        if weights.stack.quantization is not None:
            stack["quantization"] = weights.stack.quantization
        stack["pools"] = [pool.model_dump(exclude_defaults=True, exclude_none=True) for pool in cards.stack.pools]
        since = max(_since(weights), _since(cards))
        trial = {
            "kind": "case",
            "id": f"case-synthetic-trial-{number}",
            "title": "Synthetic",
            "measured": since.isoformat(),
            "default_evidence": "ev-source",
            "stack": stack,
            "points": [{"results": {"decode_tok_s": 1}}],
            "evidence": [{"id": "ev-source", "source": "synthetic-benchmark"}],
        }
        case = Case.model_validate(trial)
        deployment = self._context.deployment(case)
        if deployment is None or len(deployment.decode_pools) != 1:
            return None
        if any(True for entry in self._rules if entry.check for _ in entry.check(case, self._context)):
            return None
        return _Joined(deployment, stack, since)

    def _record(
        self, number: int, joined: _Joined, points: list[dict[str, Any]], chance: random.Random
    ) -> dict[str, Any]:
        stack, pool = joined.stack, joined.deployment.decode_pools[0]
        engine = joined.deployment.engine
        first = points[0]["scenario"]
        title = f"Synthetic: {joined.deployment.model.name} ({joined.deployment.weights.id}) on {pool.count}x "
        title += pool.hardware.name + (f" with {engine.name}" if engine else "")
        title += f", {first['input_tokens']:,g} in / {first.get('output_tokens', 0):,g} out, made up by chance"
        day = min(self._today, joined.since + timedelta(days=chance.randrange(200)))
        tier = chance.choices(list(_TIERS), list(_TIERS.values()))[0]
        return {
            "kind": "case",
            "id": f"case-synthetic-{number:06}",
            "title": title,
            "default_evidence": "ev-source",
            "measured": day.isoformat(),
            "stack": stack | ({"command": "synthetic --made-up"} if tier == "measured" else {}),
            "points": points,
            "evidence": [_evidence(number, tier, self._today)],
        }


def _is_plain(case: Case) -> bool:
    return all(pool.count_of == "pool" for pool in case.stack.pools) and case.stack.speculation is None


def _platform(case: Case) -> tuple[object, ...]:
    return (case.stack.engine, case.stack.pools)


def _since(case: Case) -> date:
    return first_day(case.measured or case.submitted or "2024-01-01")


def _evidence(number: int, tier: str, today: date) -> dict[str, Any]:
    """Return evidence that supports ``tier`` and no higher one."""
    found: dict[str, Any] = {
        "id": "ev-source",
        "source": "synthetic-vendor" if tier == "official" else "synthetic-benchmark",
        "locator": f"results.csv, row {number}",
        "exactness": "approximate" if tier == "estimated" else "exact",
        "ran_by": "nobody, it is made up",
        "accessed": today.isoformat(),
    }
    if tier == "derived":
        found["formula"] = "what is expected x chance"
    if tier == "measured":
        found["artifact"] = {"sha256": f"{number:064x}", "url": f"https://synthetic.alt/raw/{number}.json"}
    return found


def write(corpus: Corpus, cases: int, folder: Path) -> None:
    """Write the real records of ``corpus`` but its cases, and ``cases`` synthetic ones, into ``folder``.

    Raises:
        BadRequest: the folder is not empty.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BadRequest(f"{folder} is not empty; synthetic cases go into a folder of their own")
    for record in corpus.records():
        if not isinstance(record, Case):
            file = corpus.origin(record).file
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(corpus.root / file, folder / file)
    for name, (title, kind) in _SOURCES.items():
        source = {
            "kind": "source",
            "id": name,
            "title": f"{title}: synthetic data, nobody measured it",
            "publisher": "Nobody",
            "url": f"https://synthetic.alt/{name}/results.csv",
            "source_kind": kind,
        }
        (folder / "data" / "sources" / f"{name}.yaml").write_text(text_of(source), encoding="utf-8")
    maker = Maker(corpus)
    for number in range(cases):
        home = folder / "data" / "cases" / "2026" / f"synthetic-{number // _FOLDER_SIZE:03}"
        if number % _FOLDER_SIZE == 0:
            home.mkdir(parents=True)
        made = maker.case(number)
        (home / f"{made['id']}.yaml").write_text(text_of(made), encoding="utf-8")


def main() -> None:
    """Write, and say what was written."""
    try:
        cases, folder = int(sys.argv[1]), Path(sys.argv[2])
    except (IndexError, ValueError):
        raise SystemExit("python -m benchmarks.synthetic CASES FOLDER") from None
    write(open_corpus(root()), cases, folder)
    print(f"{folder}: {cases:,} synthetic cases")


if __name__ == "__main__":
    main()
