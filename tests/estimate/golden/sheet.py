"""What one model of the golden table holds, and which of its figures the code has to meet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

# Floating point is all that may come between the code and a sum worked by hand.
EXACT = 1e-9
# Never more, and only with a reason.
MOST = 0.002

SHORT, LONG = 1_000, 100_000

# Where published figures stand.
RECIPES = "vLLM recipes, https://github.com/vllm-project/recipes/blob/8959cf64189c71d36e11c6a30335f923f261b1f7/models/"
GALLERY = (
    "summary of Sebastian Raschka's LLM Architecture Gallery, "
    "https://ccm-design-engineer.netlify.app/summaries/llm-architecture-gallery-diagrams-specs-diffs-for-summary"
)
PAPER_ON_V3 = (
    "retelling of Insights into DeepSeek-V3 (516 KB to 70 KB), "
    "https://www.taojin168.com/cloud/forum.php?action=printable&mod=viewthread&tid=29712"
)
USED_BY_V4 = "the exact KV cache usage of DeepSeek V4, https://provide.ai/the-exact-kv-cache-usage-of-deepseek-v4/"
VLLM_ON_V4 = (
    "24 AI on the announcement of vLLM, https://24-ai.news/en/vijest/2026-04-24/vllm-deepseek-v4-kv-cache-kompresija/"
)
GPT_OSS_CARD = "notes on OpenAI's model card, https://lephongphu.site/?p=726"
LLAMA_4 = "a summary of the release of Llama 4, https://up.magicat.dev/post/2900"
LLAMA_BENCH = (
    "llama-bench, printed by a reader, "
    "https://reddit.jaspervandalum.nl/r/LocalLLaMA/comments/1mieqcb/openaigptoss120b_hugging_face/n736v47/"
)
QUANTIZE = (
    "llama.cpp, README of the quantize tool, https://github.com/ggml-org/llama.cpp/blob/"
    "311c2c9f0ebd6e08f5b20e8827c654cebb7a41d6/tools/quantize/README.md"
)
V3_FILES = (
    "bytes of the weight files at Hugging Face, "
    "https://huggingface.co/deepseek-ai/DeepSeek-V3/tree/afb92e1fa402c2be2a9eb085312bb02e0384d6c7"
)


@dataclass(frozen=True)
class Published:
    """A figure that somebody printed, the hand-worked one beside it, and the worth of its last digit.

    Some round and some cut off, so the two may differ by less than one unit of that digit.
    """

    what: str
    worked: float
    figure: float
    unit: float
    source: str


@dataclass(frozen=True)
class Context:
    """Bytes that one sequence keeps, and bytes that one step moves of them; in BF16, recurrent state in FP32."""

    held: float
    read: float


def even(per_token: float) -> dict[int, Context]:
    """Every token leaves the same, and every step reads it all."""
    return {tokens: Context(tokens * per_token, tokens * per_token) for tokens in (SHORT, LONG)}


@dataclass(frozen=True)
class Golden:
    """One model, worked by hand from the numbers in its configuration file.

    ``groups`` are parameters; ``chosen`` those of the routed experts that one token takes. ``weights`` are bytes by
    quantization, ``expert`` the bytes of one routed expert in the first of them. ``within`` gives a figure more room
    than rounding, ``disagrees`` names a figure that the code or the record does not meet; both say why.
    ``formula`` is why the shape alone does not give the sums, where it does not. ``besides`` are bytes of a sequence
    that no record speaks of, by length: where they are too many to be passed over, the sum with them is expected to
    fail until there is a field for them.
    """

    id: str
    config: str
    groups: Mapping[str, int]
    weights: Mapping[str, float]
    context: Mapping[int, Context]
    chosen: int = 0
    expert: float | None = None
    published: tuple[Published, ...] = ()
    within: Mapping[str, tuple[float, str]] = field(default_factory=dict)
    disagrees: Mapping[str, str] = field(default_factory=dict)
    formula: str = ""
    besides: Mapping[int, float] = field(default_factory=dict)
    besides_are: str = ""

    @property
    def total(self) -> int:
        """Return all parameters of the text model, without multi-token prediction."""
        return sum(self.groups.values())

    @property
    def active(self) -> int:
        """Return the parameters of one token, both embedding tables included."""
        return self.total - self.groups.get("routed_experts", 0) + self.chosen

    @property
    def figures(self) -> dict[str, float]:
        """Return every figure by name, as tests are named."""
        found: dict[str, float] = {f"group {name}": count for name, count in self.groups.items()}
        found |= {"total": self.total, "active": self.active, "weights bf16": 2.0 * self.total}
        found |= {f"weights {name}": size for name, size in self.weights.items()}
        if self.expert is not None:
            found["expert"] = self.expert
        for tokens, context in self.context.items():
            found |= {f"held {tokens}": context.held, f"read {tokens}": context.read}
        for tokens, size in self.besides.items():
            found[f"held {tokens} whole"] = self.context[tokens].held + size
        if not self.formula:
            found |= {"total by shape": self.total, "active by shape": self.active}
        return found

    def why_not(self, figure: str) -> str | None:
        """Return why the code does not meet a figure, or None where it has to."""
        if not figure.endswith(" whole"):
            return self.disagrees.get(figure)
        tokens = int(figure.split()[1])
        few = self.besides[tokens] <= MOST * self.context[tokens].held
        return self.disagrees.get(f"held {tokens}") if few else self.besides_are

    def room(self, figure: str) -> float:
        """Return how far the code may be from a figure, relatively."""
        if figure.endswith(" whole"):
            return MOST
        if figure.endswith(" by shape") and figure not in self.within:
            # Norms and biases inside attention, and router biases, have no field in a record's shape.
            return MOST
        return self.within[figure][0] if figure in self.within else EXACT


def vectors(*names: str) -> dict[str, tuple[float, str]]:
    """Give weights room for vectors: a record counts norms and biases inside a group at the bits of its matrices."""
    return dict.fromkeys(names, (0.0002, "norms and biases of a quantized group stay at 16 bits"))


def router_bias(*names: str) -> dict[str, tuple[float, str]]:
    """Give room for the bias that some routers add before they choose; not every record counts it."""
    why = "the record leaves the biases of the router out"
    return dict.fromkeys(("group router", "total", "active", "weights bf16", *names), (0.0005, why))


def sizes(model: str, total: float, total_said: float, active: float, active_said: float) -> Iterable[Published]:
    """Return what the vLLM recipes print of a model, in billions to the last digit."""
    return (
        Published("total", total, total_said * 1e9, 1e9, f"{RECIPES}{model}.yaml, parameter_count"),
        Published("active", active, active_said * 1e9, 1e9, f"{RECIPES}{model}.yaml, active_parameters"),
    )
