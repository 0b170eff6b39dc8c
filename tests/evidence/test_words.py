import pytest

from kb.evidence.words import says_not_run, sounds_rough

ROUGH = [
    "figures approximate from public Ascend docs",
    "DeepSeek V4 release benchmark notes; figures approximate",
    "numbers approximated from L40S inference benchmarks",
    "numbers are approximate",
    "numbers consistent with public vLLM benchmarks",
    "Synthesized from public vLLM benchmark threads",
    "synthesised from three tables",
    "results estimated from a plot",
    "extrapolated from the four-card run",
    "a ballpark figure",
    "数值为估算",
    "粗略值",
]
VAGUE = [
    "approx. 180 tok/s",
    "approximately what the page shows",
    "roughly 2x",
    "consistent with the page",
    "about: ~ 180",
    "decode (~180 tok/s)",
    "±10% variance expected",
    "约180",
    "大约 180",
    "近似值",
    "180 左右",
]
PLAIN = [
    "Printed as the median of the steady-decode samples.",
    "49.2 ± 0.3 tok/s",
    "about the third table",
    "the /~user/ page",
    "Numbers as printed in table 3.",
    "synthetic prompts of random tokens",
]
NOT_RUN = [
    "Numbers extracted from public docs; not independently re-run by submitter.",
    "not re-run",
    "was not rerun",
    "Never been tested by me",
    "copied from the blog",
    "taken directly from the table",
    "未独立复现",
]


@pytest.mark.parametrize("text", ROUGH)
def test_figures_called_rough_are_rough(text: str) -> None:
    assert sounds_rough(text)
    assert sounds_rough(text, stated_exact=True)


@pytest.mark.parametrize("text", VAGUE)
def test_a_vague_word_counts_unless_the_figure_is_stated_exact(text: str) -> None:
    assert sounds_rough(text)
    assert sounds_rough(text, stated_exact=True) is None


@pytest.mark.parametrize("text", PLAIN)
def test_plain_words_are_left_alone(text: str) -> None:
    assert sounds_rough(text) is None


@pytest.mark.parametrize("text", NOT_RUN)
def test_words_of_a_copyist(text: str) -> None:
    assert says_not_run(text)


@pytest.mark.parametrize("text", ["I ran it on 2026-04-02.", "run by me on eight cards", "not compressed"])
def test_words_of_one_who_ran_it(text: str) -> None:
    assert says_not_run(text) is None
