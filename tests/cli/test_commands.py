"""Every command: what it prints, with which exit code."""

import csv
import io
import json
import re
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kb import Corpus
from kb._version import VERSION
from kb.checks import rules
from kb.checks.finding import Finding
from kb.cli.app import COMMANDS
from kb.cli.findings_view import render
from kb.records import KINDS
from tests.cli.conftest import Command

DSR1 = "case-dsr1-asc910bx16-mindie-001"


def data(text: str) -> Any:
    return json.loads(text)


class TestHelp:
    """Help and version."""

    def test_the_commands_of_the_contract_are_there(self) -> None:
        named = "check query show list compare explain estimate import build sql site schema fmt"
        assert not [name for name in named.split() if name not in COMMANDS]

    @pytest.mark.parametrize("name", COMMANDS)
    def test_each_command_helps_with_an_example(self, kb: Command, name: str) -> None:
        done = kb(name, "--help")
        assert done.code == 0
        assert f"\nExamples:\n  kb {name}" in done.out

    def test_help_lists_every_command(self, kb: Command) -> None:
        done = kb("--help")
        assert done.code == 0
        assert all(re.search(rf"^  {name} ", done.out, re.MULTILINE) for name in COMMANDS)

    def test_no_command_is_bad_usage(self, kb: Command) -> None:
        assert kb().code == 2

    def test_version_beside_other_options(self, kb: Command) -> None:
        assert kb("--version", "list").out == f"kb {VERSION}\n"

    def test_version_alone(self, kb: Command) -> None:
        assert kb("--version") == kb("--version")
        assert kb("--version").out == f"kb {VERSION}\n"


class TestBadUsage:
    """Each gets a sentence and exit 2."""

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (["qury", "x"], "Did you mean 'query'"),
            (["buidl"], "Did you mean 'build'"),
            (["check", "--formt", "json"], "--format"),
            (["check", "--format", "xml"], "xml"),
            (["check", "nowhere.yaml"], "no such file or folder"),
            (["query", ""], "an empty query"),
            (["query", "?!"], "an empty query"),
            (["query", "h100", "--limit", "0"], "--limit is 0; it is at least 1"),
            (["query", "h100", "--limit", "many"], "--limit"),
            (["query", "h100", "--kind", "gadgets"], "unknown kind 'gadgets'"),
            (["query", "h100", "--json", "--csv"], "exclude each other"),
            (["list", "modles"], "did you mean 'models'?"),
            (["show", "deepseek-r1x"], "did you mean deepseek-r1"),
            (["show", "h200"], "h200-sxm-141gb"),
            (["show", "x" * 500], "unknown record 'xxx"),
            (["compare", "mi300x"], "at least two different"),
            (["compare", "mi300x", "mi300"], "unknown record 'mi300'"),
            (["compare", "mi300x", "dsr1"], "only records of one kind"),
            (["explain", "KB999"], "unknown check 'KB999'"),
            (["explain", "memory-doesnt-fit"], "did you mean memory-does-not-fit"),
            (["estimate"], "needs --model and --hardware"),
            (["estimate", "--model", "dsr1"], "needs --hardware"),
            (["estimate", "--model", "nothing-like-it", "--hardware", "mi300x"], "unknown model"),
            (["estimate", "--model", "mi300x", "--hardware", "mi300x"], "unknown model"),
            (["estimate", "--model", "dsr1", "--hardware", "mi300x", "--count", "0"], "count is 0"),
            (["estimate", "--model", "dsr1", "--hardware", "mi300x", "--batch", "-1"], "batch is -1"),
            (["estimate", "--model", "dsr1", "--hardware", "mi300x", "--count", "9" * 30], "count is"),
            (["estimate", "--model", "dsr1", "--hardware", "mi300x", "--tp", "1.5"], "--tp"),
            (["estimate", "--model", "dsr1", "--hardware", "mi300x", "--speculative", "1000"], "speculative is 1,000"),
            (["estimate", "--model", "dsr1", "--hardware", "mi300x", "--kv-cache", "gold"], "gold"),
            (["estimate", "--from", "nowhere.jsonl"], "No such file"),
            (["estimate", "--from", "x", "--model", "dsr1"], "takes no other options"),
            (["sql", "DROP TABLE cases"], "read-only"),
            (["sql", ""], "holds 0"),
            (["sql", "SELECT * FROM '/etc/passwd'"], "cannot be answered"),
            (["import", "auto"], "FILE"),
        ],
        ids=lambda value: " ".join(value)[:50] if isinstance(value, list) else "",
    )
    def test_is_told_in_one_sentence(self, kb: Command, arguments: list[str], says: str) -> None:
        done = kb(*arguments)
        assert done.code == 2
        assert says in done.err
        assert done.out == ""
        assert done.err.startswith(("kb: ", "Usage: "))


class TestCheck:
    """``kb check``."""

    def test_the_corpus(self, kb: Command, sample: Corpus) -> None:
        done = kb("check", "--format", "json")
        report = data(done.out)
        assert set(report) == {"checked", "findings", "summary"}
        assert report["checked"] == sample.files
        keys = [
            "code",
            "name",
            "severity",
            "acknowledged",
            "file",
            "line",
            "column",
            "pointer",
            "record",
            "message",
            "hint",
            "data",
        ]
        for finding in report["findings"]:
            assert set(keys) <= set(finding)
        errors = [f for f in report["findings"] if f["severity"] == "error" and not f["acknowledged"]]
        assert done.code == (1 if errors else 0)
        assert report["summary"]["error"] == len(errors)
        assert report["summary"]["acknowledged"] == sum(f["acknowledged"] for f in report["findings"])

    def test_one_file_of_the_corpus(self, kb: Command, sample_root: Path) -> None:
        path = sample_root / f"data/cases/2026/{DSR1}.yaml"
        report = data(kb("check", str(path), "--format", "json").out)
        assert report["checked"] == 1
        assert {f["record"] for f in report["findings"]} == {DSR1}
        assert "memory-does-not-fit" in {f["name"] for f in report["findings"]}
        assert {f["file"] for f in report["findings"]} == {f"data/cases/2026/{DSR1}.yaml"}

    def test_a_folder_of_the_corpus(self, kb: Command, sample_root: Path) -> None:
        files = len(list((sample_root / "data/engines").glob("*.yaml")))
        assert data(kb("check", str(sample_root / "data/engines"), "--format", "json").out)["checked"] == files

    def test_text_has_place_fault_and_remedy(self, kb: Command, sample_root: Path) -> None:
        done = kb("check", str(sample_root / f"data/cases/2026/{DSR1}.yaml"))
        assert re.search(
            r"^data/cases/2026/\S+\.yaml:\d+:\d+ error KB501 memory-does-not-fit: ", done.out, re.MULTILINE
        )
        assert re.search(r"^1 record checked: \d+ errors?, ", done.out.splitlines()[-1])
        assert "acknowledged" in done.out

    def test_a_copy_outside_is_checked_as_if_submitted(self, kb: Command, sample_root: Path, tmp_path: Path) -> None:
        shutil.copy(sample_root / f"data/cases/2026/{DSR1}.yaml", tmp_path)
        report = data(kb("check", str(tmp_path), "--format", "json").out)
        assert report["checked"] == 1
        assert "memory-does-not-fit" in {f["name"] for f in report["findings"]}

    def test_a_folder_without_records_is_refused(self, kb: Command, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        done = kb("check", str(tmp_path / "empty"))
        assert (done.code, "no .yaml file" in done.err) == (2, True)

    @pytest.mark.parametrize(
        "content", [b"", b"\xff\xfe", b"\0", b"[" * 5000, b"a: &x [*x]", b"kind: case\n", b"- 1\n"]
    )
    def test_what_is_no_record_is_a_finding(self, kb: Command, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "odd.yaml").write_bytes(content)
        done = kb("check", "odd.yaml")
        assert done.code == 1
        assert done.out.startswith("odd.yaml:")

    def test_a_link_to_nowhere_is_a_finding(self, kb: Command, tmp_path: Path) -> None:
        (tmp_path / "link.yaml").symlink_to("nowhere")
        assert kb("check", "link.yaml").code == 1

    def test_one_bad_file_does_not_hide_the_others(self, kb: Command, sample_root: Path, tmp_path: Path) -> None:
        shutil.copy(sample_root / f"data/cases/2026/{DSR1}.yaml", tmp_path)
        (tmp_path / "bad.yaml").write_text("{", encoding="utf-8")
        files = {f["file"] for f in data(kb("check", ".", "--format", "json").out)["findings"]}
        assert {Path(file).name for file in files} == {"bad.yaml", f"{DSR1}.yaml"}

    def test_sarif_has_what_2_1_0_asks_for(self, kb: Command) -> None:
        report = data(kb("check", "--format", "sarif").out)
        assert report["version"] == "2.1.0"
        assert report["$schema"].endswith("sarif-2.1.0.json")
        (run,) = report["runs"]
        driver = run["tool"]["driver"]
        assert driver["name"] == "kb"
        codes = [rule["id"] for rule in driver["rules"]]
        assert len(set(codes)) == len(codes) == len(list(rules()))
        for rule in driver["rules"]:
            assert rule["shortDescription"]["text"]
            assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
        assert run["results"]
        for result in run["results"]:
            assert codes[result["ruleIndex"]] == result["ruleId"]
            assert result["level"] in ("error", "warning", "note")
            assert result["message"]["text"]
            place = result["locations"][0]["physicalLocation"]
            assert not place["artifactLocation"]["uri"].startswith("/")
            assert place["region"]["startLine"] >= 1
            assert place["region"]["startColumn"] >= 1
            for suppression in result.get("suppressions", ()):
                assert suppression["kind"] == "inSource"
                assert suppression["justification"]

    def test_github_annotations_are_one_line_each(self, kb: Command) -> None:
        lines = kb("check", "--format", "github").out.splitlines()
        pattern = r"::(error|warning|notice) file=[^,:]+,line=\d+,col=\d+,title=KB\d{3} [a-z0-9-]+::\S.*"
        assert all(re.fullmatch(pattern, line) for line in lines[:-1])
        assert "records checked" in lines[-1]

    def test_github_annotations_cannot_be_forged(self) -> None:
        finding = Finding(
            code="KB501",
            name="memory-does-not-fit",
            severity="error",
            file="a,b:c%.yaml",
            line=1,
            column=2,
            pointer="",
            record=None,
            message="50%\n::error::forged\r",
            hint="none",
        )
        first, *rest = render([finding], 1, "github").splitlines()
        assert first.startswith("::error file=a%2Cb%3Ac%25.yaml,line=1,col=2,title=KB501 memory-does-not-fit::50%25%0A")
        assert len(rest) == 1


class TestQuery:
    """``kb query``."""

    def test_dsr1_on_ascend(self, kb: Command) -> None:
        done = kb("query", "dsr1 on ascend")
        assert done.code == 0
        assert done.out.startswith("understood: model deepseek-r1; vendor huawei\n")
        assert DSR1 in done.out
        assert "does-not-fit" in done.out
        assert "(claimed measured)" in done.out

    def test_words_need_no_quotes(self, kb: Command) -> None:
        assert kb("query", "dsr1", "on", "ascend").out == kb("query", "dsr1 on ascend").out

    def test_json(self, kb: Command) -> None:
        answer = data(kb("query", "dsr1 on ascend", "--json").out)
        assert answer["results"][0]["id"] == DSR1
        assert answer["estimate"] is None

    def test_csv(self, kb: Command) -> None:
        rows = list(csv.DictReader(io.StringIO(kb("query", "h100", "--csv").out)))
        assert rows
        assert {"id", "tier", "verdict"} <= set(rows[0])

    def test_markdown(self, kb: Command) -> None:
        lines = kb("query", "h100", "--markdown").out.splitlines()
        assert len({re.sub(r"\\\|", "", line).count("|") for line in lines}) == 1

    def test_limit(self, kb: Command) -> None:
        done = kb("query", "h100", "--limit", "2")
        assert "2 of" in done.out
        assert "--limit shows more" in done.out

    def test_nothing_matching_shows_the_nearest_and_an_estimate(self, kb: Command) -> None:
        done = kb("query", "deepseek-r1 on mi300x")
        assert "no case answers this wholly; the nearest:" in done.out
        assert "an estimate, not a measurement:" in done.out

    def test_nothing_known(self, kb: Command) -> None:
        done = kb("query", "xyzzy")
        assert done.code == 0
        assert "not understood: xyzzy" in done.out
        assert "no case answers this wholly\n" in done.out

    def test_a_slip_is_told(self, kb: Command) -> None:
        assert "read 'deepsek' as 'deepseek'" in kb("query", "deepsek r1").out

    def test_other_kinds(self, kb: Command) -> None:
        assert "tpu-v6e" in kb("query", "trillium", "--kind", "hardware").out

    def test_an_estimate_that_cannot_be_made_says_why(self, kb: Command, monkeypatch: pytest.MonkeyPatch) -> None:
        from kb.search import estimates

        monkeypatch.setattr(estimates, "_LARGEST", 1)
        assert "no estimate: deepseek-r1 does not fit" in kb("query", "deepseek-r1 on mi300x").out


class TestRecords:
    """``kb show``, ``list``, ``compare``, ``explain``."""

    def test_show(self, kb: Command) -> None:
        done = kb("show", DSR1)
        assert done.out.startswith(f"{DSR1} (case, tier estimated, verdict does-not-fit)\n")
        assert "point 0: input tokens 1,024, output tokens 256, batch 32, concurrency 64; does-not-fit" in done.out
        assert "KB501 memory-does-not-fit" in done.out
        assert f"file: data/cases/2026/{DSR1}.yaml" in done.out

    @pytest.mark.parametrize("name", ["dsr1", "deepseek-ai/DeepSeek-R1", "DeepSeek R1"])
    def test_show_takes_any_name(self, kb: Command, name: str) -> None:
        assert kb("show", name).out.startswith("deepseek-r1 (model")

    def test_show_as_json_has_the_id_on_top(self, kb: Command) -> None:
        done = kb("show", "h100-sxm5", "--json")
        assert done.out.splitlines()[1].strip() == '"id": "h100-sxm5-80gb",'
        assert data(done.out)["tier"]

    def test_every_record_can_be_shown(self, kb: Command, sample: Corpus) -> None:
        for kind in KINDS.values():
            first = min(record.id for record in sample.records() if record.kind == kind.name)
            assert kb("show", first).out.startswith(first)
        for case in list(sample.cases)[::3]:
            assert kb("show", case).code == 0

    @pytest.mark.parametrize("plural", [kind.plural for kind in KINDS.values()])
    def test_list(self, kb: Command, plural: str) -> None:
        rows = data(kb("list", plural, "--json").out)
        assert all(row["id"] for row in rows)
        assert kb("list", plural).out.rstrip().endswith(f"{len(rows)} records")

    def test_compare(self, kb: Command) -> None:
        done = kb("compare", "h100-sxm5", "h200-sxm-141gb")
        assert re.search(r"\* memory_capacity_gb\s+80\s+141", done.out)
        assert data(kb("compare", "h100-sxm5", "h200-sxm-141gb", "--json").out)["kind"] == "hardware"

    def test_compare_models_and_cases(self, kb: Command) -> None:
        assert kb("compare", "deepseek-r1", "deepseek-v3").code == 0
        assert kb("compare", "mxfp4", "nvfp4").code == 0
        done = kb("compare", DSR1, "case-llama33-a100x8-vllm-001")
        assert done.out.startswith("not like for like")

    @pytest.mark.parametrize("code", ["KB501", "memory-does-not-fit", "kb501"])
    def test_explain(self, kb: Command, code: str) -> None:
        assert kb("explain", code).out.startswith("KB501 memory-does-not-fit (error)\n")

    def test_every_check_can_be_explained(self, kb: Command) -> None:
        for entry in rules():
            assert kb("explain", entry.rule.code).out.startswith(f"{entry.rule.code} {entry.rule.name}")


class TestEstimate:
    """``kb estimate``."""

    def test_one(self, kb: Command) -> None:
        done = kb("estimate", "--model", "dsr1", "--hardware", "h200-sxm", "--count", "8", "--batch", "32")
        assert done.code == 0
        assert "fits" in done.out
        assert "ceiling:" in done.out

    def test_json_is_the_contract(self, kb: Command) -> None:
        answer = data(kb("estimate", "--model", "dsr1", "--hardware", "h200-sxm", "--count", "8", "--json").out)
        assert {"id", "inputs", "memory", "traffic", "ceiling", "expected", "assumptions"} <= set(answer)
        assert {"weights_gb", "kv_cache_gb", "needed_gb", "per_card_gb", "capacity_gb", "fits"} <= set(answer["memory"])
        assert {"weights_gb_per_step", "kv_gb_per_step", "distinct_experts"} <= set(answer["traffic"])
        assert {"decode_tok_s", "bound_by"} <= set(answer["ceiling"])
        assert {"decode_tok_s", "low", "high", "basis"} <= set(answer["expected"])

    def test_all_options(self, kb: Command) -> None:
        options = "--quantization fp8-e4m3 --kv-cache fp8-e4m3 --batch 16 --input-tokens 512 --output-tokens 128"
        spread = "--tp 8 --pp 1 --ep 8 --dp 1 --speculative 1 --count 8"
        done = kb("estimate", "--model", "dsr1", "--hardware", "h200-sxm", *options.split(), *spread.split())
        assert done.code == 0, done.err

    def test_does_not_fit(self, kb: Command) -> None:
        assert "DOES NOT FIT" in kb("estimate", "--model", "dsr1", "--hardware", "l40s").out

    def test_a_file_of_requests_is_answered_in_order(self, kb: Command, tmp_path: Path) -> None:
        lines = [
            '{"id": "a", "model": "dsr1", "hardware": "h200-sxm", "count": 8}',
            "nonsense",
            "",
            '{"id": "b", "model": "nothing", "hardware": "h200-sxm"}',
            '{"id": "c", "model": "dsr1", "hardware": "h200-sxm", "cout": 8}',
            "[1]",
            '"text"',
            "null",
            '{"id": "d"}',
            '{"id": "e", "model": "dsr1", "hardware": "h200-sxm", "count": "8"}',
            '{"id": "f", "model": "dsr1", "hardware": "h200-sxm", "count": 1e400}',
            '{"id": "g", "model": "dsr1", "hardware": "h200-sxm", "batch": NaN}',
            "[" * 100_000,
            '{"id": "long", "model": "' + "x" * 100_000 + '"}',
            '{"id": "h", "model": "llama-3.3-70b", "hardware": "h100-sxm5", "count": 4, "quantization": "fp8-e4m3"}',
        ]
        (tmp_path / "requests.jsonl").write_bytes("\n".join(lines).encode() + b"\n\xff\xfe\n")
        done = kb("estimate", "--from", "requests.jsonl")
        assert done.code == 1
        answers = [data(line) for line in done.out.splitlines()]
        assert len(answers) == len(lines)  # one line is empty, one more is not UTF-8
        assert [a["id"] for a in answers] == [
            "a",
            None,
            "b",
            "c",
            None,
            None,
            None,
            "d",
            "e",
            "f",
            "g",
            None,
            None,
            "h",
            None,
        ]
        good = [a for a in answers if "error" not in a]
        assert [a["id"] for a in good] == ["a", "h"]
        assert all(set(a) == {"id", "error"} for a in answers if a not in good)
        assert answers[1]["error"].startswith("line 2: ")

    def test_good_lines_only(self, kb: Command) -> None:
        done = kb("estimate", "--from", "-", stdin=b'{"model": "dsr1", "hardware": "h200-sxm", "count": 8}\n')
        assert done.code == 0
        assert data(done.out)["id"] is None

    def test_nothing_on_standard_input(self, kb: Command) -> None:
        assert kb("estimate", "--from", "-").code == 0


class TestSql:
    """``kb sql``."""

    VALUES = (
        "SELECT 1 AS a, NULL AS b, [1, NULL] AS c, 1.5::DECIMAL(5, 2) AS d, 'nan'::DOUBLE AS e, '-inf'::DOUBLE AS f,"
        " DATE '2026-01-02' AS g, 170141183460469231731687303715884105727::HUGEINT AS h, {'x': 1} AS i, 'é昇' AS j,"
        " '\\x01'::BLOB AS k, TIMESTAMP '2026-01-02 03:04:05' AS l, 0.1234567890123456789::DECIMAL(20, 19) AS m,"
        " MAP {1: 'a'} AS n, INTERVAL 1 DAY AS o, 2 AS a, 2.00::DECIMAL(5, 2) AS p, 'inf'::DOUBLE AS q"
    )

    def test_json_is_a_list_of_objects_with_every_type(self, kb: Command) -> None:
        (row,) = data(kb("sql", self.VALUES, "--format", "json").out)
        assert row == {
            "a": 1,
            "b": None,
            "c": [1, None],
            "d": 1.5,
            "e": "NaN",
            "f": "-Infinity",
            "g": "2026-01-02",
            "h": 170141183460469231731687303715884105727,
            "i": {"x": 1},
            "j": "é昇",
            "k": "01",
            "l": "2026-01-02T03:04:05",
            "m": "0.1234567890123456789",
            "n": {"1": "a"},
            "o": "1 day, 0:00:00",
            "a_1": 2,
            "p": 2,
            "q": "Infinity",
        }

    def test_no_rows(self, kb: Command) -> None:
        assert data(kb("sql", "SELECT * FROM cases WHERE false", "--format", "json").out) == []
        assert kb("sql", "SELECT id FROM cases WHERE false", "--format", "csv").out == "id\n"
        assert kb("sql", "SELECT id FROM cases WHERE false").code == 0

    def test_csv_is_quoted(self, kb: Command) -> None:
        done = kb("sql", "SELECT 'a,b\nc\"' AS x, NULL AS y, [1, 2] AS z", "--format", "csv")
        assert list(csv.reader(io.StringIO(done.out))) == [["x", "y", "z"], ['a,b\nc"', "", "1, 2"]]

    def test_a_table(self, kb: Command) -> None:
        assert DSR1 in kb("sql", f"SELECT id, tier FROM cases WHERE id = '{DSR1}'").out

    def test_what_steers_a_terminal_is_not_printed(self, kb: Command) -> None:
        assert "\x1b" not in kb("sql", "SELECT chr(27) || '[31mred' AS x").out

    def test_a_table_of_types(self, kb: Command) -> None:
        assert kb("sql", self.VALUES).code == 0


class TestBuilding:
    """``kb build``, ``schema``, ``import``, ``fmt``, ``site``; where the records and the bundle are looked for."""

    @pytest.fixture
    def small(self, tmp_path: Path, sample_root: Path, monkeypatch: pytest.MonkeyPatch, kb: Command) -> Path:
        home = tmp_path / "small"
        shutil.copytree(sample_root / "data/engines", home / "data/engines")
        shutil.copytree(sample_root / "schema", home / "schema")
        monkeypatch.delenv("KB_BUNDLE")
        monkeypatch.setenv("KB_ROOT", str(home))
        return home

    def test_build_says_what_it_did(self, kb: Command, small: Path) -> None:
        done = kb("build")
        assert done.code == 0
        assert re.match(r"\S*small/dist: \d+ records, \d+ findings, \d+ of them open errors\n", done.out)
        assert (small / "dist/kb.duckdb").is_file()

    def test_a_question_builds_the_bundle_first_and_says_so(self, kb: Command, small: Path) -> None:
        done = kb("list", "engines")
        assert done.code == 0
        assert "no bundle in" in done.err
        assert "building it" in done.err
        assert "building" not in kb("list", "engines").err

    def test_an_empty_kind_is_said(self, kb: Command, small: Path) -> None:
        assert kb("list", "cases").out == "no record of this kind\n"

    def test_the_folder_is_found_from_below(self, kb: Command, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("KB_ROOT")
        kb("--version")
        monkeypatch.chdir(small / "data/engines")
        assert data(kb("check", "--format", "json").out)["checked"] == len(list((small / "data/engines").iterdir()))

    def test_far_from_any_the_package_s_own_is_taken(
        self, kb: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, corpus: Corpus
    ) -> None:
        monkeypatch.delenv("KB_ROOT")
        from kb.cli import places

        assert (places.root() / "data").is_dir()
        monkeypatch.setattr(places, "_PACKAGE_HOME", tmp_path)
        done = kb("check")
        assert (done.code, "no data folder here or above" in done.err) == (2, True)

    @pytest.mark.parametrize("empty", [True, False])
    @pytest.mark.parametrize("command", ["check", "build", "query x"])
    def test_an_absent_or_empty_data_folder_is_refused(
        self, kb: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty: bool, command: str
    ) -> None:
        (tmp_path / "home").mkdir()
        if empty:
            (tmp_path / "home/data").mkdir()
        monkeypatch.setenv("KB_ROOT", str(tmp_path / "home"))
        monkeypatch.delenv("KB_BUNDLE")
        done = kb(*command.split())
        assert done.code == 2
        assert done.err.splitlines()[-1].startswith("kb: ")
        assert not (tmp_path / "home/dist").exists()

    def test_a_foreign_folder_is_refused(self, kb: Command, small: Path, tmp_path: Path) -> None:
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine/x").write_text("x", encoding="utf-8")
        done = kb("build", "--out", str(tmp_path / "mine"))
        assert (done.code, "left alone" in done.err) == (2, True)

    @pytest.mark.parametrize("kind", ["text", "cut", "sqlite", "other", "version"])
    def test_a_broken_bundle_is_told(
        self, kb: Command, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
    ) -> None:
        database = tmp_path / "broken/kb.duckdb"
        database.parent.mkdir()
        if kind == "text":
            database.write_text("not a database", encoding="utf-8")
        elif kind == "cut":
            database.write_bytes((bundle / "kb.duckdb").read_bytes()[:5000])
        elif kind == "sqlite":
            with sqlite3.connect(database) as lite:
                lite.execute("CREATE TABLE x (y)")
            lite.close()
        else:
            with duckdb.connect(str(database)) as connection:
                connection.execute("CREATE TABLE meta (key VARCHAR, value VARCHAR)")
                if kind == "version":
                    connection.execute("INSERT INTO meta VALUES ('schema_version', '99.0')")
        monkeypatch.setenv("KB_BUNDLE", str(database.parent))
        done = kb("query", "h100")
        assert done.code == 2
        assert "run kb build" in done.err
        assert done.err.count("\n") == 1

    def test_schema_is_up_to_date(self, kb: Command, small: Path) -> None:
        assert kb("schema", "--check").code == 0
        (small / "schema/case.json").write_text("{}", encoding="utf-8")
        done = kb("schema", "--check")
        assert (done.code, done.err) == (1, "schema/case.json is out of date; run: kb schema\n")
        assert kb("schema").code == 0
        assert kb("schema", "--check").code == 0

    def test_import_of_what_is_not_there(self, kb: Command) -> None:
        done = kb("import", "evokernel", "nowhere.json", "-o", "drafts")
        assert done.code == 1
        assert "nowhere.json" in done.err

    def test_import_of_an_unknown_format(self, kb: Command, tmp_path: Path) -> None:
        (tmp_path / "x.json").write_text("{}", encoding="utf-8")
        assert kb("import", "gold", "x.json", "-o", "drafts").code in (1, 2)

    @pytest.mark.parametrize("source", ["auto", "evokernel"])
    def test_import_writes_drafts_and_says_what_is_missing(
        self, kb: Command, tmp_path: Path, root: Path, source: str
    ) -> None:
        export = root / "tests/importers/fixtures/evokernel-three-cases.json"
        done = kb("import", source, str(export), "-o", "drafts")
        assert done.code == 0, done.err
        assert list((tmp_path / "drafts").rglob("*.yaml"))
        assert "complete them, then run: kb check drafts" in done.out
        again = kb("import", source, str(export), "-o", "drafts")
        assert "unchanged" in again.out

    def test_import_without_records_to_look_up(
        self, kb: Command, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("KB_ROOT", str(tmp_path / "nowhere"))
        export = root / "tests/importers/fixtures/evokernel-three-cases.json"
        assert kb("import", "auto", str(export), "-o", "drafts").code == 0

    def test_fmt_of_the_corpus_changes_nothing(self, kb: Command, small: Path) -> None:
        done = kb("fmt", "--check")
        assert done.code == 0, done.out

    def test_fmt_mends_and_tells(self, kb: Command, small: Path) -> None:
        path = small / "data/engines/vllm.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("id: vllm\n", "id:   vllm\n"), encoding="utf-8")
        assert kb("fmt", "--check").code == 1
        assert kb("fmt").code == 0
        assert path.read_text(encoding="utf-8") == text
