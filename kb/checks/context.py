"""What a rule may look at besides the record it is asked about."""

import datetime
import re
import statistics
from collections import Counter
from functools import cached_property

from kb.corpus import Corpus
from kb.estimate import Cards, Deployment, Judgement, Load, judge
from kb.records import Case, Hardware, Model, OperatingPoint, Quantization
from kb.records.case import Pool
from kb.verdicts import RULED_OUT, VERDICTS, Verdict

# Words of a command by which part of the weights may lie in host memory or be read from disk.
_OFFLOADS = re.compile(r"offload|-ngl\b|gpu[-_]layers|cpu[-_]moe|flexgen|disk", re.IGNORECASE)
# Engines that leave layers in host memory of their own accord when the card is too small.
_SPILLS = frozenset(("llama.cpp", "ik-llama.cpp", "ollama", "lm-studio", "koboldcpp", "ktransformers"))
# A case that takes several points at once is summed up by what most of them say.
_PLAIN_VERDICTS: tuple[Verdict, ...] = ("faster-than-fit", "slower-than-fit", "match")


class Context:
    """The corpus around a record, with answers that several rules need worked out once."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self._deployments: dict[str, Deployment | None] = {}
        self._judgements: dict[str, tuple[Judgement, ...]] = {}

    @property
    def today(self) -> datetime.date | None:
        """Return the day on which dates are judged, or None to leave the future alone."""
        return self.corpus.today

    def model(self, case: Case) -> Model | None:
        """Return the model of a case, when the corpus has it."""
        return self.corpus.models.get(case.stack.model)

    def hardware(self, pool: Pool) -> Hardware | None:
        """Return the hardware of a pool, when the corpus has it."""
        return self.corpus.hardware.get(pool.hardware)

    def quantization(self, case: Case) -> Quantization | None:
        """Return how the weights are stored: as the case says, else as the model's publisher stores them."""
        model = self.model(case)
        named = case.stack.quantization or (model.native_quantization if model else None)
        return self.corpus.quantizations.get(named) if named else None

    @cached_property
    def vendors(self) -> frozenset[str]:
        """Return every vendor that makes hardware in the corpus."""
        return frozenset(h.vendor for h in self.corpus.hardware.values())

    def deployment(self, case: Case) -> Deployment | None:
        """Return the records of a case, joined; None when one that the weights depend on is missing."""
        if case.id not in self._deployments:
            self._deployments[case.id] = self._join(case)
        return self._deployments[case.id]

    def _join(self, case: Case) -> Deployment | None:
        stack = case.stack
        model, weights = self.model(case), self.quantization(case)
        pools = []
        for pool in stack.pools:
            hardware = self.hardware(pool)
            if hardware is None:
                return None
            pools.append(Cards(hardware, pool.count, pool.parallelism, pool.role))
        if model is None or weights is None or self._keeps_native(model, weights):
            return None
        speculation = stack.speculation
        words = (stack.command or "", *stack.environment)
        engine = self.corpus.engines.get(stack.engine.id) if stack.engine else None
        return Deployment(
            model,
            weights,
            tuple(pools),
            kv_cache=stack.kv_cache,
            activations=stack.activations,
            draft_tokens=(speculation.draft_tokens or 0) if speculation else 0,
            speculates=speculation is not None,
            engine=engine,
            weights_gb=float(case.weights_gb.value) if case.weights_gb else None,
            backend=stack.engine.backend if stack.engine else None,
            one_of_many=any(pool.count_of == "worker" for pool in stack.pools if pool.role != "prefill"),
            engine_date=(engine.released(stack.engine.version) if engine and stack.engine else None) or case.measured,
            may_offload=(engine is not None and engine.id in _SPILLS)
            or _is_gguf(weights)
            or any(_OFFLOADS.search(text) for text in words),
        )

    def _keeps_native(self, model: Model, weights: Quantization) -> bool:
        """Tell whether a GGUF label is wider than the file: "F16" of gpt-oss leaves its 4-bit experts alone."""
        native = self.corpus.quantizations.get(model.native_quantization) if model.native_quantization else None
        if native is None or not _is_gguf(weights):
            return False
        # Files of one width differ in their norms and scales; 4-bit experts under a 16-bit label differ by far.
        return _narrowest(native) < 0.75 * _narrowest(weights)

    def load(self, point: OperatingPoint) -> Load:
        """Return the load of an operating point, with the mean of lengths that are drawn from a range."""
        said = point.scenario
        return Load(
            said.mean_input_tokens,
            said.mean_output_tokens,
            said.batch,
            said.concurrency,
            static=said.kind == "static-batch",
            serving=said.kind in ("serving", "offline") or (said.kind is None and said.concurrency is not None),
        )

    def judgements(self, case: Case) -> tuple[Judgement, ...]:
        """Return what physics says about each operating point of a case, in their order."""
        if case.id not in self._judgements:
            deployment = self.deployment(case)
            if deployment is None:
                unknown = Judgement("not-checkable", "its model, its weight format or one of its cards is not recorded")
                self._judgements[case.id] = (unknown,) * len(case.points)
            else:
                self._judgements[case.id] = tuple(
                    judge(deployment, self.load(point), point.results, noise)
                    for point, noise in zip(case.points, _repeat_noise(case), strict=True)
                )
        return self._judgements[case.id]

    def verdict(self, case: Case) -> Judgement:
        """Return the judgement that stands for the whole case.

        A point that does not fit or is impossible speaks for all. Else it is what most points say of those that were
        held against a range (of equals, the one that is further off); else inconclusive for noise, else not checkable.
        """
        everything = self.judgements(case)
        # What a reviewer has doubts about speaks for a case only where nothing else does.
        sound = [one for one, point in zip(everything, case.points, strict=True) if point.caveat is None]
        judged = sound or list(everything)
        for verdict in RULED_OUT:
            for one in judged:
                if one.verdict == verdict:
                    return one
        counts = Counter(one.verdict for one in judged)
        plain = [verdict for verdict in _PLAIN_VERDICTS if counts[verdict]]
        if plain:
            chosen = max(plain, key=lambda verdict: (counts[verdict], -VERDICTS.index(verdict)))
            return next(one for one in judged if one.verdict == chosen)
        return min(judged, key=lambda one: VERDICTS.index(one.verdict))


def _repeat_noise(case: Case) -> list[float]:
    """Return, for each point, half of the spread of the decode rate over points under the same load, as a fraction."""
    rates: dict[str, list[float]] = {}
    for point in case.points:
        if point.results.decode_tok_s is not None:
            rates.setdefault(repr(point.scenario), []).append(float(point.results.decode_tok_s.value))
    noise = []
    for point in case.points:
        found = rates.get(repr(point.scenario), [])
        noise.append((max(found) - min(found)) / (2 * statistics.median(found)) if len(found) > 1 else 0.0)
    return noise


def _is_gguf(weights: Quantization) -> bool:
    return weights.family == "gguf"


def _narrowest(weights: Quantization) -> float:
    return min(float(part.bits_per_weight.value) for part in weights.stored)
