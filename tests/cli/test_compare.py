"""``kb compare``: columns that fit, ratios, equal loads, CSV and Markdown."""

import csv
import io
import json
import re

import pytest

from tests.cli.conftest import Command

CASES = ("case-qwen3-235b-fp8-h200x8-sglang-001", "case-qwen3-235b-fp8-b200x8-sglang-001")
CARDS = ("h100-sxm5", "h200-sxm-141gb", "b200-sxm-180gb", "mi300x", "mi325x", "mi355x")


def test_numbers_that_differ_have_a_star_and_a_ratio(kb: Command) -> None:
    out = kb("compare", "h100-sxm5", "h200-sxm-141gb").out
    assert re.search(r"^\* memory_capacity_gb +80 +141 \(1\.76x\)$", out, re.MULTILINE)
    assert re.search(r"^  vendor +nvidia +nvidia$", out, re.MULTILINE)


def test_cases_stand_side_by_side_under_equal_load(kb: Command) -> None:
    out = kb("compare", *CASES).out
    assert out.startswith("like for like but for other cards (h200-sxm-141gb, b200-sxm-180gb)")
    # Long ids stand before the table, and letters in its head.
    assert f"A: {CASES[0]}\nB: {CASES[1]}\n" in out
    assert re.search(r"^static-batch, 4,096 in / 512 out, batch 64 +351\.6 +519\.7 \(1\.48x\)$", out, re.MULTILINE)
    # The best of each case is one of different loads.
    assert re.search(r"^\* decode_tok_s +[\d,.]+ +[\d,.]+$", out, re.MULTILINE)


@pytest.mark.parametrize("columns", ["60", "80", "120", "300"])
def test_six_records_fit_any_terminal(kb: Command, monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    out = kb("compare", *CARDS).out
    assert max(map(len, out.splitlines())) <= int(columns)
    # The first record is in each table, since the others are held to it.
    tables = [line for line in out.splitlines() if line.startswith("field ")]
    assert tables
    first = tables[0].split()[1]
    assert all(line.split()[1] == first for line in tables)
    assert sum(len(line.split()) - 2 for line in tables) == len(CARDS) - 1
    # No star stands without its field.
    assert not re.search(r"^\* *$", out, re.MULTILINE)


def test_csv_and_markdown_hold_fields_loads_and_the_note(kb: Command) -> None:
    rows = list(csv.DictReader(io.StringIO(kb("compare", *CASES, "--csv").out)))
    by_field = {row["field"]: row for row in rows}
    assert by_field["hardware"]["differs"] == "yes"
    assert by_field["model"]["differs"] == "no"
    load = by_field["tok/s per card: static-batch, 4,096 in / 512 out, batch 64"]
    assert float(load[CASES[0]]) == 351.60125
    assert by_field["note"][CASES[0]].startswith("like for like but for other cards")
    out = kb("compare", *CASES, "--markdown").out
    assert out.startswith(f"| field | differs | {CASES[0]} | {CASES[1]} |\n| --- | --- | --- | --- |\n")
    assert len(out.splitlines()) == len(rows) + 2


def test_json_has_the_loads(kb: Command) -> None:
    found = json.loads(kb("compare", *CASES, "--json").out)
    assert [load["in_flight"]["batch"] for load in found["loads"]] == [1, 2, 4, 8, 16, 64]
    assert set(found["loads"][0]["cases"]) == set(CASES)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((*CARDS, "l40s"), "7 records are too many to read side by side; name at most 6"),
        (("mi300x",), "at least two different"),
        (("mi300x", "dsr1"), "only records of one kind"),
        (("mi300x", "mi325x", "--csv", "--markdown"), "exclude each other"),
    ],
)
def test_what_cannot_be_compared(kb: Command, arguments: tuple[str, ...], words: str) -> None:
    done = kb("compare", *arguments)
    assert (done.code, done.out) == (2, "")
    assert words in " ".join(done.err.split())
