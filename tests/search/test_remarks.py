"""What there is to say of an answer is the same for a terminal and a page."""

from typing import Any

import pytest

from kb import Bundle, query
from kb.cli.query_view import print_answer
from kb.search.remarks import Remark, day_and_age, remarks_on_case, remarks_on_sentence, stack_in_words
from kb.search.understood import Filter, Phrase, Sort, Understood
from kb.site.in_browser.asking import ask
from kb.site.in_browser.reply import Root
from kb.site.text import escape

ROW: dict[str, Any] = {
    "pools": "8 x h100",
    "engine": None,
    "engine_version": None,
    "quantization": None,
    "kv_cache": None,
    "speculation": None,
    "verdict": "plausible",
    "verdict_because": "it is below the ceiling",
    "missed": [],
    "caveat": None,
    "errors": 0,
    "independently_reproduced": None,
    "day": None,
    "age_days": None,
}


def test_nothing_is_said_of_a_sentence_that_says_nothing() -> None:
    assert remarks_on_sentence(Understood()) == ()


def test_all_that_was_understood_is_there_once() -> None:
    asked = Understood(
        models=["a"],
        vendors=["v", "w"],
        quantizations=["q"],
        filters=[Filter("disaggregated", "=", True), Filter("cards", ">=", 8)],
        sort=Sort("tpot_ms", "asc"),
        versus=True,
        phrases=[Phrase("h200", "hardware", ("h200-sxm", "h200-nvl")), Phrase("a", "model", ("a",))],
        notes=["read 'b' as 'a'"],
        unmatched=["blorp", "zz"],
    )
    assert remarks_on_sentence(asked) == (
        Remark("model", "model", ("a",), "model"),
        Remark("vendor", "vendor", ("v", "w")),
        Remark("format", "format", ("q",), "quantization"),
        Remark("filter", "disaggregated = true"),
        Remark("filter", "cards >= 8"),
        Remark("sort", "by tpot_ms, lowest first"),
        Remark("versus", "one against the other"),
        Remark("ambiguous", "h200", ("h200-sxm", "h200-nvl"), "hardware"),
        Remark("note", "read 'b' as 'a'"),
        Remark("unmatched", "not understood", ("blorp", "zz")),
    )


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({}, []),
        ({"verdict": "impossible"}, ["it is below the ceiling"]),
        ({"verdict": "does-not-fit"}, ["it is below the ceiling"]),
        ({"missed": ["hardware", "cards"]}, ["but not: hardware, cards"]),
        ({"caveat": "batch not stated"}, ["caveat: batch not stated"]),
        ({"errors": 1}, ["1 error found"]),
        ({"errors": 2}, ["2 errors found"]),
        ({"independently_reproduced": 1}, []),
        ({"independently_reproduced": 3}, ["3 parties agree"]),
    ],
)
def test_what_is_said_of_a_case(entries: dict[str, Any], said: list[str]) -> None:
    assert [one.text for one in remarks_on_case({**ROW, **entries})] == said


def test_what_is_not_stated_is_said_of_a_stack() -> None:
    assert stack_in_words(ROW) == "8 x h100, engine not stated, format not stated"
    known = {"engine": "vllm", "engine_version": "0.9", "quantization": "fp8", "kv_cache": "fp8", "speculation": "mtp"}
    assert stack_in_words({**ROW, **known}) == "8 x h100, vllm 0.9, fp8, KV cache fp8, speculation mtp"


def test_terminal_and_page_say_all_of_it(opened: Bundle, capsys: pytest.CaptureFixture[str]) -> None:
    seen: set[str] = set()
    for sentence in ("deepsek r1 on h200 blorp", "dsr1 on ascend", "impossible deepseek", "gpt-oss b200 newest"):
        answer = query(opened, sentence, limit=40)
        print_answer(answer, "terminal")
        printed = " ".join(capsys.readouterr().out.split())
        shown = ask(opened, Root("../"), sentence, limit=40).html
        said = list(remarks_on_sentence(answer.understood))
        said += [one for row in answer.results if row["kind"] == "case" for one in remarks_on_case(row)]
        for one in said:
            seen.add(one.topic)
            for text in (one.text[1:], *one.names[:4]):
                assert " ".join(text.split()) in printed, one
                assert escape(text) in shown, one
    assert seen >= {"model", "hardware", "ambiguous", "note", "unmatched", "verdict", "missed", "caveat", "errors"}


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "new"), (30, "new"), (31, "1 month old"), (70, "2 months old"), (729, "23 months old"), (800, "2 years old")],
)
def test_how_old_a_case_is(days: int, words: str) -> None:
    assert day_and_age({"day": "2026-01-02", "age_days": days}) == f"2026-01-02 ({words})"
    assert day_and_age({"day": None, "age_days": None}) == "no date"
