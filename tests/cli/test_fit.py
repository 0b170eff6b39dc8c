"""``kb fit``: what it prints, with which exit code."""

import csv
import io
import json
import os
from typing import Any

import pytest

from tests.cli.conftest import Command


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")


def _data(text: str) -> Any:
    return json.loads(text)


class TestTerminal:
    """A table for people, and a line for each thing that is not in it."""

    def test_a_model_on_all_cards(self, kb: Command) -> None:
        done = kb("fit", "dsr1", "--batch", "32", "--limit", "5")
        assert done.code == 0
        lines = done.out.splitlines()
        assert lines[0].split()[:3] == ["hardware", "cards", "format"]
        assert "more fit; a higher --limit shows them" in done.out
        assert "in a format that the card does not compute in" in done.out
        assert "not checkable for want of hardware memory.capacity_gb: " in done.out
        assert "apple-m1" in done.out

    def test_models_on_a_card(self, kb: Command) -> None:
        done = kb("fit", "--hardware", "rtx-4090", "--count", "1", "--limit", "3")
        assert done.code == 0
        assert done.out.split()[:3] == ["model", "cards", "format"]
        assert "combinations are too large" in done.out

    def test_one_format_on_cards_of_one_vendor(self, kb: Command) -> None:
        done = kb("fit", "dsr1", "--vendor", "AMD", "--quantization", "bf16", "--limit", "500")
        assert done.code == 0
        assert "mi300x" in done.out
        assert "h100" not in done.out
        assert "awq" not in done.out

    def test_a_format_that_no_card_of_it_computes_in(self, kb: Command) -> None:
        done = kb("fit", "dsr1", "--hardware", "a100-sxm4-80gb", "--quantization", "fp8-block-128")
        assert done.code == 0
        assert "does not compute in" in done.out
        assert "fp8-block-128 " not in done.out

    def test_more_cards_than_one_domain_has(self, kb: Command) -> None:
        done = kb("fit", "kimi-k2.5", "--hardware", "h200-sxm", "--count", "64")
        assert done.code == 0
        assert "64, over domains of 8" in done.out
        assert "64, over several hosts" in kb("fit", "dsr1", "--hardware", "rtx-4090", "--count", "64").out

    def test_a_speed_that_is_not_known(self, kb: Command) -> None:
        done = kb("fit", "dsr1", "--hardware", "h20-sxm5-141gb")
        assert done.code == 0
        assert "bandwidth" in done.out

    def test_every_hidden_fact_is_counted(self, kb: Command, monkeypatch: pytest.MonkeyPatch) -> None:
        from kb.cli import fitting

        monkeypatch.setattr(fitting, "_MOST_NAMED", 1)
        done = kb("fit", "dsr1")
        assert done.code == 0
        assert "memory.bandwidth_gb_s: h20-sxm5-141gb and " in done.out
        assert "more facts; --json names all of them" in done.out


class TestPrograms:
    """JSON and CSV."""

    def test_json(self, kb: Command) -> None:
        answer = _data(kb("fit", "dsr1", "--batch", "32", "--json", "--limit", "7").out)
        assert set(answer) == {"inputs", "total", "rows", "others", "not_checkable"}
        assert answer["inputs"]["model"] == "deepseek-r1"
        assert len(answer["rows"]) == 7 < answer["total"]
        rates = [row["high"] for row in answer["rows"]]
        assert None not in rates
        assert {row["outcome"] for row in answer["rows"]} == {"fits"}
        assert "fits" not in {row["outcome"] for row in answer["others"]}
        for row in answer["rows"]:
            assert row["per_card_gb"] <= row["card_gb"]
            assert row["low"] <= row["high"]
            assert row["ceiling_tok_s"] > 0
        named = {fact["fact"]: fact["records"] for fact in answer["not_checkable"]}
        assert "apple-m1" in named["hardware memory.capacity_gb"]

    def test_it_says_what_kb_estimate_says(self, kb: Command) -> None:
        asked = ("--hardware", "h200-sxm", "--count", "8", "--quantization", "fp8-block-128", "--batch", "16", "--json")
        (row,) = _data(kb("fit", "dsr1", *asked).out)["rows"]
        answer = _data(kb("estimate", "--model", "dsr1", *asked).out)
        expected = answer["expected"]
        assert (row["low"], row["high"], row["class"]) == (expected["low"], expected["high"], expected["class"])
        assert row["decode_tok_s"] == expected["decode_tok_s"]
        assert row["per_card_gb"] == answer["memory"]["per_card_gb"]
        assert row["ceiling_tok_s"] == answer["ceiling"]["decode_tok_s"]

    def test_csv(self, kb: Command) -> None:
        done = kb("fit", "--hardware", "h100-sxm5", "--csv", "--limit", "4")
        rows = list(csv.DictReader(io.StringIO(done.out)))
        assert len(rows) >= 4
        assert {"model", "cards", "format", "tok/s", "low", "high"} <= set(rows[0])

    @pytest.mark.parametrize("order", ["speed", "per-card", "cards"])
    def test_orders(self, kb: Command, order: str) -> None:
        options = ("--sort", order, "--json", "--limit", "1000", "--vendor", "nvidia")
        rows = [row for row in _data(kb("fit", "dsr1", *options).out)["rows"] if not row["beyond_domain"]]
        if order == "cards":
            assert [row["cards"] for row in rows] == sorted(row["cards"] for row in rows)
        else:
            key = "decode_tok_s" if order == "speed" else "decode_tok_s_per_card"
            rates = [row[key] for row in rows if row[key] is not None]
            assert rates == sorted(rates, reverse=True)


class TestBadInput:
    """Each gets a sentence and exit 2."""

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            ([], "name a model, or a card with --hardware"),
            (["deepseek-r1x"], "did you mean deepseek-r1"),
            (["--hardware", "h100-sxm6"], "unknown hardware 'h100-sxm6'; did you mean"),
            (["dsr1", "--quantization", "fp8-blok-128"], "did you mean fp8-block-128"),
            (["dsr1", "--vendor", "nvida"], "unknown vendor 'nvida'; did you mean nvidia?"),
            (["dsr1", "--vendor", "zzz"], "unknown vendor 'zzz'; did you mean amd"),
            (["--hardware", "mi300x", "--vendor", "amd"], "--vendor chooses among cards"),
            (["dsr1", "--count", "0"], "count is 0"),
            (["dsr1", "--batch", "0"], "batch is 0"),
            (["dsr1", "--input-tokens", "-1"], "input_tokens is -1"),
            (["dsr1", "--limit", "0"], "limit is 0"),
            (["dsr1", "--input-tokens", "9000000"], "are more than deepseek-r1 takes"),
            (["dsr1", "--sort", "price"], "price"),
            (["dsr1", "--json", "--csv"], "exclude each other"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else "",
    )
    def test_is_told_in_one_sentence(self, kb: Command, arguments: list[str], says: str) -> None:
        done = kb("fit", *arguments)
        assert done.code == 2
        assert says in done.err
        assert done.out == ""


def test_an_order_that_there_is_not(kb: Command) -> None:
    from kb import BundleLibrary, FitQuestion, open_bundle, what_fits
    from kb.errors import BadRequest

    with (
        open_bundle(os.environ["KB_BUNDLE"]) as opened,
        pytest.raises(BadRequest, match=r"unknown order 'price'; one of speed"),
    ):
        what_fits(BundleLibrary(opened), FitQuestion("dsr1", order="price"))  # type: ignore[arg-type]


def test_the_names_of_a_vendor(kb: Command) -> None:
    for name in ("huawei", "Huawei", "华为"):
        rows = _data(kb("fit", "qwen3-8b", "--vendor", name, "--json").out)["rows"]
        assert {row["vendor"] for row in rows} == {"huawei"}
