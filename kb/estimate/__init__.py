"""Physics and calibrated estimates: pure functions over records and a load. Nothing here reads a record's file.

``judge`` holds an operating point against memory, the hard ceiling and the expected range; ``estimate`` answers a
request by name; ``fit`` tries models, cards and formats against each other. Each figure is a sum of :class:`Term`
lines.
"""

from kb.estimate.answer import estimate
from kb.estimate.ceiling import MARGIN, Ceiling, Floor, decode_ceiling, tpot_floor
from kb.estimate.deployment import Cards, Deployment, Load
from kb.estimate.expected import Expected, expected_decode
from kb.estimate.fitting import Fit, Formats, fit, fit_hardware, fit_models, ranked
from kb.estimate.judge import Judgement, judge, least_tpot_ms, tpot_ms
from kb.estimate.memory import (
    BINARY,
    GrantedRoom,
    MemoryFit,
    Shortfall,
    cards_needed,
    granted_room,
    memory_fit,
    sequences_running,
    shortfalls,
)
from kb.estimate.missing import NotCheckable
from kb.estimate.parameters import ParameterCount, count_parameters
from kb.estimate.prefill import PrefillCeiling, prefill_ceiling
from kb.estimate.request import EstimateRequest, Lookup
from kb.estimate.term import Term
from kb.estimate.traffic import Traffic, step_traffic
from kb.estimate.weights import Weights, weigh
from kb.estimate.work import Plan, Work
from kb.verdicts import VERDICTS, Verdict

__all__ = [
    "BINARY",
    "MARGIN",
    "VERDICTS",
    "Cards",
    "Ceiling",
    "Deployment",
    "EstimateRequest",
    "Expected",
    "Fit",
    "Floor",
    "Formats",
    "GrantedRoom",
    "Judgement",
    "Load",
    "Lookup",
    "MemoryFit",
    "NotCheckable",
    "ParameterCount",
    "Plan",
    "PrefillCeiling",
    "Shortfall",
    "Term",
    "Traffic",
    "Verdict",
    "Weights",
    "Work",
    "cards_needed",
    "count_parameters",
    "decode_ceiling",
    "estimate",
    "expected_decode",
    "fit",
    "fit_hardware",
    "fit_models",
    "granted_room",
    "judge",
    "least_tpot_ms",
    "memory_fit",
    "prefill_ceiling",
    "ranked",
    "sequences_running",
    "shortfalls",
    "step_traffic",
    "tpot_floor",
    "tpot_ms",
    "weigh",
]
