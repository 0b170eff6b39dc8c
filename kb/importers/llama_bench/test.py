"""One test of llama-bench, whichever way it was printed, as an operating point."""

from dataclasses import dataclass
from typing import Any

from kb.importers.present import present


@dataclass(frozen=True)
class Test:
    """Tokens read and written, the context before them, and the speed in tokens per second over the repeats.

    ``spread`` is the standard deviation of the speed, ``told`` what else the tool was set to, ``caveat`` why the
    figure may not mean what it seems.
    """

    # It is no test of ours, whatever its name.
    __test__ = False

    prompt: int
    written: int
    depth: int
    speed: int | float
    spread: int | float | None = None
    told: str = ""
    caveat: str | None = None

    @property
    def name(self) -> str:
        """Return the name that the tool's table gives the test: ``pp512``, ``tg128 @ d4096``."""
        parts = [f"{kind}{count}" for kind, count in (("pp", self.prompt), ("tg", self.written)) if count]
        return "+".join(parts) + (f" @ d{self.depth}" if self.depth else "")


def as_point(test: Test, locator: str | None) -> dict[str, Any]:
    """Return the operating point of a test.

    Reading gives ``prefill_tok_s``, writing ``decode_tok_s`` (behind ``depth`` tokens, which are its input), both
    together ``total_tok_s``.
    """
    caveat = test.caveat
    if test.prompt:
        inputs: int | None = test.prompt
        field = "total_tok_s" if test.written else "prefill_tok_s"
        if test.depth and caveat is None:
            caveat = f"the prompt is read behind a context of {test.depth} tokens, which the scenario cannot say"
    else:
        inputs = test.depth or None
        field = "decode_tok_s"
    told = [test.told] if test.told else []
    if test.spread:
        told.append(f"spread_pct: the standard deviation {test.spread} over the mean {test.speed}")
    return present(
        label=test.name,
        locator=locator,
        scenario=present(kind="static-batch", batch=1, input_tokens=inputs, output_tokens=test.written or None),
        results=present(**{field: test.speed}, spread_pct=100 * test.spread / test.speed if test.spread else None),
        caveat=caveat[:200] if caveat else None,
        remark="; ".join(told),
    )
