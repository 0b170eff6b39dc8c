"""A rule, its code, and how one is written.

A rule is a module in a folder named for its family. Its docstring is its page in the documentation;
it holds ``RULE`` and a function ``check``::

    \"\"\"One line that says what is wrong.

    ## What it does
    ...
    ## Why
    ...
    ## Example
    ```yaml
    ...bad...
    ```
    Use instead:
    ```yaml
    ...good...
    ```
    ## Mend
    ...
    \"\"\"

    RULE = Rule("KB501", "memory-does-not-fit", "error", on="case")

    def check(case: Case, context: Context) -> Iterator[Problem]:
        ...

``on`` names the kind of record that ``check`` is called with; ``"record"`` stands for every kind,
``"file"`` for the faults that the loader met (see :mod:`kb.checks.form`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from kb.checks.finding import Problem, Severity

Subject = Literal[
    "file",
    "record",
    "hardware",
    "server",
    "interconnect",
    "model",
    "engine",
    "quantization",
    "case",
    "claim",
    "source",
]


@dataclass(frozen=True)
class Rule:
    """The identity of a rule; codes and names are never given to another rule."""

    code: str
    name: str
    severity: Severity
    on: Subject


@dataclass(frozen=True)
class Entry:
    """A rule with its page and its function, as the registry holds it."""

    rule: Rule
    page: str
    family: str
    check: Callable[[Any, Any], Iterable[Problem]] | None

    @property
    def summary(self) -> str:
        """Return the first line of the page."""
        return self.page.strip().partition("\n")[0]
