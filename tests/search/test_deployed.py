"""Reading the cases of all models at once changes the time it takes, and nothing else."""

from pathlib import Path

import pytest

from kb import open_bundle
from kb.search.deployed import deployed, keep_deployed


@pytest.mark.parametrize(
    ("models", "hardware", "cases"),
    [
        (["deepseek-r1"], None, []),
        (["deepseek-r1", "deepseek-r1-0528"], "b200-sxm-180gb", []),
        ([], None, ["case-dsr1-asc910bx16-mindie-001"]),
        (["llama-3-1-8b"], None, ["case-dsr1-asc910bx16-mindie-001", "no-such-case"]),
        (["no-such-model"], None, []),
    ],
)
def test_kept_cases_are_those_that_would_be_read(
    models: list[str], hardware: str | None, cases: list[str], bundle: Path
) -> None:
    with open_bundle(bundle) as opened, open_bundle(bundle) as keeping:
        keep_deployed(keeping)
        found = deployed(opened, models, hardware, cases)
        assert deployed(keeping, models, hardware, cases) == found
        assert bool(found) == ("no-such-model" not in models)
