"""A figure is off by about 1000 or 8 times.

## What it does
Holds figures that belong together against bounds that every known card, server, link, model and run
keeps with room to spare: bandwidth against capacity, peaks against each other and against power, parameters
against the shape of the model, latencies against rates and concurrency, points of a sweep against their
neighbours. When bounds are broken, it looks for a figure that keeps all of them once 1000 or 8 is taken
out of it, and reports that one. When no single figure explains it, it stays silent.

## Why
Seconds in a field for milliseconds, bits for bytes, MB for GB, kW for W: the commonest way for a number to be
wrong, and the one that spoils everything computed from it.

## Example
```yaml
results:
  decode_tok_s: 850
  tpot_ms:
    p50: 38000
```
Use instead:
```yaml
results:
  decode_tok_s: 850
  tpot_ms:
    p50: 38
```

## Mend
Look up the unit at the source. Fields say theirs in the name: `_gb` is 1e9 bytes, `_gb_s` 1e9 bytes a second,
`_gbit_s` 1e9 bits a second, `_ms` milliseconds. If the figure is right, acknowledge the finding and say why.
"""

from collections.abc import Iterable, Iterator

from kb.checks.consistency import slips_case, slips_hardware, slips_model, slips_other
from kb.checks.consistency.slips import Figures, Slip, find_slips, problems
from kb.checks.consistency.slips_sweep import case_figures, sweep_bounds
from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Case, Claim, Hardware, Interconnect, Model, Quantization, Record, Server

RULE = Rule("KB413", "unit-slip", "error", on="record")


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield each likely slip of a record."""
    if isinstance(record, Case):
        yield from _case(record, context)
        return
    figures, found = _slips(record, context)
    yield from problems(found, figures, "/")


def _slips(record: Record, context: Context) -> tuple[Figures, list[Slip]]:
    if isinstance(record, Hardware):
        figures = slips_hardware.hardware_figures(record)
        return figures, find_slips(figures, slips_hardware.hardware_bounds(record, context))
    if isinstance(record, Model):
        figures = slips_model.model_figures(record)
        return figures, find_slips(figures, slips_model.model_bounds(record, figures))
    if isinstance(record, Server):
        figures = slips_other.server_figures(record)
        cards = _sound_cards(record, context)
        return figures, find_slips(figures, slips_other.server_bounds(record, cards) if cards else ())
    if isinstance(record, Interconnect):
        figures = slips_other.link_figures(record)
        return figures, find_slips(figures, slips_other.link_bounds(record, context))
    if isinstance(record, Quantization):
        figures = slips_other.quantization_figures(record)
        return figures, find_slips(figures, slips_other.quantization_bounds(record))
    if isinstance(record, Claim):
        figures = slips_other.claim_figures(record)
        return figures, find_slips(figures, slips_other.claim_bounds(record, context))
    return {}, []


def _sound_cards(server: Server, context: Context) -> list[Hardware]:
    """Return the cards of a server, or none when one is unknown or is itself what slipped."""
    cards = [context.corpus.hardware.get(ref) for ref in server.hardware]
    sound = [card for card in cards if card is not None and not _slips(card, context)[1]]
    return sound if len(sound) == len(cards) else []


def _case(case: Case, context: Context) -> Iterable[Problem]:
    slipped = False
    for index, point in enumerate(case.points):
        figures = slips_case.point_figures(point)
        found = find_slips(figures, slips_case.point_bounds(case, point, context))
        slipped = slipped or bool(found)
        yield from problems(found, figures, f"/points/{index}/results/")
    if not slipped:
        figures = case_figures(case)
        yield from problems(find_slips(figures, sweep_bounds(case, figures)), figures, "/")
