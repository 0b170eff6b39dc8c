"""What the export adds to a case: the records that it names, and what physics says of it."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field

# Before Python 3.12, pydantic cannot read the TypedDict of typing.
from typing_extensions import TypedDict

from kb.bundle.export.schema.shapes import Href
from kb.records.engine import Release
from kb.records.hardware import Memory, Peak
from kb.records.quantization import NumberFormat, Stored
from kb.verdicts import Verdict


class Joined(TypedDict):
    """A record in brief: its name, and where the whole of it stands."""

    id: str
    name: str
    href: Href


class JoinedFact(TypedDict):
    """A number of a joined record; ``evidence`` are ids of the whole record."""

    value: float
    evidence: list[str]


class JoinedHardware(Joined):
    """A card in brief. Evidence is named by ids of the whole record."""

    vendor: str
    architecture: NotRequired[str]
    released: NotRequired[str]
    status: NotRequired[str]
    memory: Memory
    peak: Peak
    tdp_w: NotRequired[JoinedFact]


class JoinedServer(Joined):
    """A server in brief."""

    vendor: str
    form: str
    hardware: list[str]
    count: JoinedFact


class JoinedParameters(TypedDict):
    """How many weights there are, and how many a token passes through."""

    total: NotRequired[JoinedFact]
    active: NotRequired[JoinedFact]
    published_total: NotRequired[str]
    published_active: NotRequired[str]


class JoinedModel(Joined):
    """A model in brief."""

    lab: str
    family: NotRequired[str]
    released: NotRequired[str]
    purpose: str
    parameters: JoinedParameters
    context_tokens: NotRequired[JoinedFact]
    native_quantization: NotRequired[str]


class JoinedEngine(Joined):
    """An engine in brief; ``releases`` holds the one that ran, if its day is known."""

    maintainer: NotRequired[str]
    releases: list[Release]


class JoinedQuantization(Joined):
    """A format of weights in brief."""

    family: NotRequired[str]
    stored: list[Stored]
    activations: NotRequired[NumberFormat]
    arithmetic: NotRequired[NumberFormat]
    kv_cache: NotRequired[NumberFormat]


class JoinedPool(TypedDict):
    """A pool of cards."""

    role: Literal["serve", "prefill", "decode"]
    count: int
    hardware: NotRequired[Joined]


class Resolved(TypedDict):
    """The records that a case names, in brief; what the knowledge base does not have is absent.

    ``hardware`` and ``server`` are those of the pool that decodes. Left out of each is what only documents it (its
    evidence, notes, other names, disputed values) and what is seldom asked of a case; ``href`` leads to the whole.
    """

    hardware: NotRequired[JoinedHardware]
    server: NotRequired[JoinedServer]
    model: NotRequired[JoinedModel]
    engine: NotRequired[JoinedEngine]
    quantization: NotRequired[JoinedQuantization]
    pools: list[JoinedPool]


class EstimatedMemory(TypedDict):
    """What has to fit, over all cards of the pool that decodes."""

    weights_gb: float
    kv_cache_gb: float | None
    needed_gb: float
    capacity_gb: float
    fits: bool


class EstimatedCeiling(TypedDict):
    """The fastest decode that any software could reach, every unknown in the claim's favour."""

    decode_tok_s: float
    bound_by: str


class WholeCeiling(EstimatedCeiling):
    """The same, beside the bound with the experts of one token and no context, which no measured row ever broke."""

    absolute_decode_tok_s: float | None


class EstimatedDecode(TypedDict):
    """The expected decode throughput of all sequences; an estimate, never a measurement."""

    decode_tok_s: Annotated[float | None, Field(description="null where records support a range only")]
    low: float
    high: float
    basis: Annotated[str, Field(description="the class of deployments: a key of estimate.bases")]


class EstimatedFirstToken(TypedDict):
    """The expected time to the first token of a request that waits for nobody; its basis is that of ``expected``."""

    ttft_ms: float
    low_ms: float | None
    high_ms: float | None


class PointInBrief(TypedDict):
    """What physics says of one operating point; a part that could not be computed is null."""

    verdict: Verdict
    because: str
    ceiling: EstimatedCeiling | None
    expected: EstimatedDecode | None


class EstimatedPoint(TypedDict):
    """What physics says of one operating point; a part that could not be computed is null, and ``gaps`` says why."""

    verdict: Verdict
    because: str
    memory: EstimatedMemory | None
    ceiling: WholeCeiling | None
    expected: EstimatedDecode | None
    first_token: EstimatedFirstToken | None
    gaps: list[str]


class Sum(TypedDict):
    """The sum behind the estimate of one point, so that a reader can redo it."""

    point: Annotated[int, Field(description="which of the points, from 0: the one with the highest decode")]
    terms: Annotated[
        list[tuple[str, float, str, str]],
        Field(description="each: its name, its value, the unit, and how the value follows from others"),
    ]


class Basis(TypedDict):
    """What the figures of a class of deployments rest on, and how far such figures were off."""

    decode: str
    first_token: NotRequired[str]


class EstimateInBrief(TypedDict):
    """What physics says, point by point, in the order of the case; figures have six significant digits."""

    points: list[PointInBrief]
    bases: dict[str, Basis]


class Estimate(TypedDict):
    """What physics says, point by point, in the order of the case; figures have six significant digits."""

    points: list[EstimatedPoint]
    bases: dict[str, Basis]
    sum: Sum


class Reproduction(TypedDict):
    """A case of another party that agrees within ten per cent."""

    case: str
    party: str
