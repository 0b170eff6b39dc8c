"""How long a decode step is expected to take: one term per cause, each a line that can be redone by hand."""

import math
from collections.abc import Iterator

from kb.estimate.coefficients import coefficients
from kb.estimate.deployment import Cards, Deployment, Load
from kb.estimate.missing import NotCheckable
from kb.estimate.peak import usual_peak
from kb.estimate.term import Term
from kb.estimate.traffic import Traffic, readable, step_traffic


class StepTime:
    """The terms of the time per step on one pool, in milliseconds.

    ``assumptions`` collects what had to be taken for granted or left out.
    """

    def __init__(self, deployment: Deployment, pool: Cards, load: Load, moved: Traffic) -> None:
        self.deployment = deployment
        self.pool = pool
        self.hardware = pool.hardware
        self.load = load
        self.moved = moved
        self.cut = moved.cut
        self.layers = sum(kind.layers.value for kind in deployment.model.attention)
        # A token passes the stages of a pipeline one after the other; each stage meanwhile works for other sequences.
        self.ranks = max(1, self.cut.per_replica // self.cut.pp)
        self.tokens = moved.tokens / self.cut.replicas / self.cut.pp
        self.peak = usual_peak(deployment, pool.hardware)
        self.assumptions: list[str] = []

    def single(self) -> Iterator[Term]:
        """Yield the terms of one device that decodes one sequence."""
        c = coefficients().single
        sustained, how = self._bandwidth(c.bandwidth_factor)
        surcharge = 1 + c.moe_surcharge if self.deployment.model.moe is not None else 1.0
        size, context = self.moved.weight_bytes, self.moved.kv_bytes
        extra = f" x {surcharge:g} for experts" if surcharge > 1 else ""
        yield _ms("reading weights", size * surcharge / sustained, f"{size / 1e9:.4g} GB / ({how}){extra}")
        yield _ms("reading context", context / sustained, f"{context / 1e9:.4g} GB / ({how})")
        each = c.launch_us_per_layer
        yield _ms("launching", self.layers * each / 1e6, f"{self.layers} layers x {each:g} us")

    def served(self) -> Iterator[Term]:
        """Yield the terms of an engine that serves many sequences on one or more cards."""
        c = coefficients().served
        factor = self._engine_factor()
        moe = self.deployment.model.moe
        moe_layers = 0 if moe is None else moe.layers.value
        dense = f"{self.layers} layers x {c.launch_us_per_layer:g} us"
        sparse = f"{moe_layers} expert layers x {c.launch_us_per_moe_layer:g} us"
        launch = (self.layers * c.launch_us_per_layer + moe_layers * c.launch_us_per_moe_layer) * factor
        yield _ms("launching", launch / 1e6, f"({dense} + {sparse}) x {factor:g} for the engine")
        if self.ranks > 1:
            latency = 2 * self.layers * c.collective_us * math.log2(self.ranks)
            hops = f"2 x {self.layers} layers x {c.collective_us:g} us x log2({self.ranks})"
            yield _ms("collective latency", latency / 1e6, hops)
            yield from self._all_reduce()
        work = c.sequence_us * self.tokens * factor
        yield _ms("work per sequence", work / 1e6, f"{self.tokens:.4g} tokens x {c.sequence_us:g} us x {factor:g}")
        yield from self._reading()
        yield from self._interference()

    def _bandwidth(self, factor: float) -> tuple[float, str]:
        """Return sustained bytes per second of one card, and how they follow."""
        memory = self.hardware.memory
        if memory.measured_bandwidth_gb_s is not None:
            measured = float(memory.measured_bandwidth_gb_s.value)
            self.assumptions.append(f"the measured bandwidth of {self.hardware.id} is taken, not the nominal one")
            return measured * 1e9, f"{measured:g} GB/s measured"
        if memory.bandwidth_gb_s is None:
            raise NotCheckable(
                f"hardware {self.hardware.id} memory.bandwidth_gb_s",
                f"the memory bandwidth of {self.hardware.id} is not recorded",
            )
        nominal = float(memory.bandwidth_gb_s.value)
        return nominal * 1e9 / factor, f"{nominal:g} GB/s / {factor:g}"

    def _reading(self) -> Iterator[Term]:
        c, cut, stage = coefficients().served, self.cut, self.moved
        sustained, how = self._bandwidth(c.bandwidth_factor)
        if cut.pp > 1:
            drafted = self.deployment.draft_tokens
            stage = step_traffic(self.deployment, self.pool, stage.sequences / cut.pp, stage.context, drafted=drafted)
        size, compute_s = stage.weight_bytes / cut.replicas, 0.0
        if self.peak is None:
            self.assumptions.append(f"computing takes no time here: no compute peak of {self.hardware.id} is recorded")
        else:
            compute_s = stage.flops / cut.replicas / self.ranks * c.compute_factor / self.peak
        read_s = size / self.ranks / sustained
        both = f"{size / 1e9:.4g} GB / {self.ranks} cards / ({how}), and {compute_s * 1e3:.4g} ms of computing"
        yield _ms("reading weights", math.hypot(read_s, compute_s), f"{both}: root of the sum of squares")
        context = stage.kv_bytes / cut.replicas
        each = f"{context / 1e9:.4g} GB / {self.ranks} cards / ({how})"
        yield _ms("reading context", context / self.ranks / sustained, each)

    def _all_reduce(self) -> Iterator[Term]:
        c, hidden = coefficients().served, self.deployment.model.hidden
        link = self.hardware.scale_up.per_direction_gb_s
        if link is None:
            link = self.hardware.host_link.per_direction_gb_s
            if link is not None:
                self.assumptions.append("cards exchange data over the host link: no scale-up link is recorded")
        if link is None or hidden is None:
            self.assumptions.append(f"bytes between cards are left out: the link of {self.hardware.id} is not recorded")
            return
        moved = 2 * self.layers * self.tokens * hidden.value * 2 * 2 * (self.ranks - 1) / self.ranks
        each = f"2 x {self.layers} layers x {self.tokens:.4g} tokens x {hidden.value} values x 2 bytes"
        ring = f"2 x {self.ranks - 1}/{self.ranks} x {c.link_factor:g} / {float(link.value):g} GB/s"
        yield _ms("all-reduce", moved * c.link_factor / (float(link.value) * 1e9), f"{each} x {ring}")

    def _interference(self) -> Iterator[Term]:
        """Yield what a step waits for the prompts of other requests, when the same cards read them."""
        c, load = coefficients().served, self.load
        others = self.moved.sequences / self.cut.replicas - 1
        if not load.serving or others <= 0 or self.pool.role != "serve":
            return
        if self.peak is None or load.input_tokens is None or load.output_tokens is None:
            self.assumptions.append("waiting for other requests' prompts is left out: lengths or peak are not recorded")
            return
        flops = 2 * readable(self.deployment).parameters.per_prompt_token * load.input_tokens
        prompt_s = flops / (self.peak * self.cut.per_replica * c.prefill_utilisation)
        waits = f"{c.prefill_interference:g} x {others:.4g} others / {load.output_tokens} steps"
        seconds = c.prefill_interference * others / load.output_tokens * prompt_s
        yield _ms("prompts of other requests", seconds, f"{waits} x {prompt_s * 1e3:.4g} ms")

    def _engine_factor(self) -> float:
        engine = self.deployment.engine
        language = None if engine is None else engine.language
        if language is None:
            self.assumptions.append("the engine is taken to be driven by an interpreter")
        return 1.0 if language in ("native", "graph-compiled") else coefficients().served.interpreted_engine_factor


def _ms(name: str, seconds: float, formula: str) -> Term:
    return Term(name, seconds * 1e3, "ms", formula)
