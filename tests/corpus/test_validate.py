"""What is said of a record that is not as its model wants it: the fault, its place, what was found, how to mend it."""

import copy
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from kb.canonical.yaml_writer import to_yaml
from kb.corpus import Corpus, Fault, open_corpus
from kb.corpus.expected import choices, expected, fields, takes_number
from kb.corpus.pointer import split
from kb.corpus.validate import complaints
from kb.records import KINDS
from kb.records.scalars import Plain
from tests.corpus.files import SOURCE, opened, write

ABSENT = object()
H100 = "hardware/h100-sxm5-80gb"
DSR1 = "model/deepseek-r1"
EIGHT_H200 = "case/first"


def _real(corpus: Corpus, which: str) -> dict[str, Any]:
    kind, _, name = which.partition("/")
    shelf = corpus.shelf(kind)
    record = shelf[name] if name in shelf else next(iter(shelf.values()))
    return copy.deepcopy(record.plain())


def _set(data: dict[str, Any], at: str, value: Any) -> None:
    *steps, last = split(at)
    node: Any = data
    for step in steps:
        if isinstance(node, dict) and step not in node:
            node[step] = {}
        node = node[int(step)] if isinstance(node, list) else node[step]
    key: Any = int(last) if isinstance(node, list) else last
    if value is ABSENT:
        del node[key]
    else:
        node[key] = value


# A real record, what is set in it where, and the fault that comes of it: name, words of the message, words of the hint.
TABLE: list[tuple[str, str, Any, str, str, str]] = [
    (H100, "/bandwith", 8, "unknown-field", "unknown field 'bandwith'", "known here: default_evidence, kind, id"),
    (H100, "/vendr", "nvidia", "unknown-field", "'vendr'", "did you mean 'vendor'?"),
    (H100, "/memory/capcity_gb", 80, "unknown-field", "'capcity_gb'", "did you mean 'capacity_gb'?"),
    (H100, "/memory/capacity_gb/valu", 80, "unknown-field", "'valu'", "did you mean 'value'?"),
    (H100, "/memory/zzz", 1, "unknown-field", "'zzz'", "known here: capacity_gb, type, bandwidth_gb_s"),
    (H100, "/name", ABSENT, "missing-field", "name is missing", "add name: text of at most 200 characters"),
    (H100, "/vendor", ABSENT, "missing-field", "vendor is missing", "as in h100-sxm5-80gb"),
    (H100, "/memory/capacity_gb/value", ABSENT, "missing-field", "value is missing", "add value: a number above zero"),
    (H100, "/evidence/0/source", ABSENT, "missing-field", "source is missing", "or a mapping with title, url, kind"),
    (H100, "/tdp_w", -700, "invalid-value", "tdp_w is -700: should be 0 or more", "a number, zero or more"),
    (H100, "/memory/capacity_gb", 0, "invalid-value", "capacity_gb is 0: should be above 0", "a number above zero"),
    (H100, "/memory/capacity_gb/value", "80 GB", "invalid-value", "'80 GB': should be a number", "a number above zero"),
    (H100, "/memory/capacity_gb", "80 GB", "invalid-value", "'80 GB': should be a number", "or a mapping with value"),
    (H100, "/memory/capacity_gb", "80", "invalid-value", "'80': should be a number", "without quotes"),
    (H100, "/memory/capacity_gb", Plain("080"), "invalid-value", "'080': should be a number", "a number above zero"),
    (H100, "/memory/capacity_gb", True, "invalid-value", "is true: should be a number", "a number above zero"),
    (H100, "/memory/capacity_gb", [80], "invalid-value", "capacity_gb: should be a number", "a number above zero"),
    (
        H100,
        "/memory/capacity_gb",
        1e19,
        "invalid-value",
        "should be a finite number of at most 1e18",
        "a number above zero",
    ),
    (H100, "/memory", 80, "invalid-value", "memory is 80: should be a mapping", "capacity_gb, type"),
    (H100, "/memory", ["a"], "invalid-value", "memory: should be a mapping", "a mapping with capacity_gb"),
    (H100, "/scale_up/domain", 8.5, "invalid-value", "8.5: should be a whole number", "a whole number, one or more"),
    (H100, "/aliases", "H100", "invalid-value", "aliases is 'H100': should be a list", "a list, each entry text"),
    (H100, "/aliases/1", "", "invalid-value", "aliases[1] is empty", "leave out what is unknown"),
    (H100, "/aliases", ["a"] * 41, "invalid-value", "has 41 entries, should have at most 40", "a list"),
    (H100, "/aliases/0", {"a": "b"}, "invalid-value", "aliases[0]: should be text", "text of at most 200"),
    (H100, "/note", "x" * 2001, "invalid-value", "should have at most 2000 characters", "text of at most 2000"),
    (H100, "/status", "availible", "invalid-value", "'availible'", "did you mean 'available'?"),
    (H100, "/status", "sold", "invalid-value", "status is 'sold'", "one of announced, available"),
    (H100, "/formats/fp8", Plain("yes"), "invalid-value", "fp8 is yes", "one of supported, unsupported"),
    (H100, "/evidence/0/claimed_tier", "Measured", "invalid-value", "'Measured'", "did you mean 'measured'?"),
    (H100, "/evidence/0/id", "source-1", "invalid-value", "id is 'source-1'", "ev- and a name"),
    (H100, "/evidence/0/source", "Some Page", "invalid-value", "'Some Page'", "lower-case letters"),
    (H100, "/evidence/0/artifact", {"sha256": "a" * 64}, "invalid-value", "either a url or a path", "sha256"),
    (H100, "/default_evidence", "llm-calc", "invalid-value", "'llm-calc'", "ev- and a name"),
    (H100, "/released", "2022-13", "invalid-date", "'2022-13'", "YYYY, YYYY-MM or YYYY-MM-DD, in quotes"),
    (H100, "/released", "2022-02-30", "invalid-date", "'2022-02-30'", "a day of the calendar"),
    (H100, "/released", "Q3 2022", "invalid-date", "'Q3 2022'", "YYYY, YYYY-MM or YYYY-MM-DD"),
    (H100, "/released", "0000", "invalid-date", "'0000'", "from 1900 to 2099"),
    (H100, "/evidence/0/accessed", "2025", "invalid-date", "accessed is not a date: '2025'", "write YYYY-MM-DD"),
    (DSR1, "/open_weights", Plain("yes"), "invalid-value", "yes: should be true or false", "write true or false"),
    (DSR1, "/open_weights", "true", "invalid-value", "'true': should be true or false", "write true or false"),
    (DSR1, "/hugging_face/0", "DeepSeek-R1", "invalid-value", "hugging_face[0] is 'DeepSeek-R1'", "owner/name"),
    (DSR1, "/attention/0/kind", "mla", "invalid-value", "kind is 'mla'", "one of full, sliding-window"),
    (
        DSR1,
        "/moe/experts",
        -256,
        "invalid-value",
        "experts is -256: should be 1 or more",
        "a whole number, one or more",
    ),
    (DSR1, "/moe/shared", -1, "invalid-value", "shared is -1: should be 0 or more", "a whole number, zero or more"),
    (EIGHT_H200, "/points", [], "invalid-value", "has 0 entries, should have at least 1", "a list of at least 1"),
    (EIGHT_H200, "/points", ABSENT, "missing-field", "points is missing", "each entry a mapping with results"),
    (EIGHT_H200, "/points/0/results/decode_tok_s", -5, "invalid-value", "decode_tok_s is -5", "a number above zero"),
    (EIGHT_H200, "/points/0/results/ttft_ms", {"p51": 3}, "unknown-field", "'p51'", "did you mean 'p"),
    (EIGHT_H200, "/stack/pools/0/count", 0, "invalid-value", "count is 0", "a whole number, one or more"),
    (EIGHT_H200, "/stack/pools/0/hardware", "H200 SXM", "invalid-value", "'H200 SXM'", "lower-case letters"),
    (EIGHT_H200, "/stack/pools/0/role", "both", "invalid-value", "role is 'both'", "one of serve, prefill, decode"),
    ("source/first", "/url", "file:///etc/passwd", "invalid-url", "'file:///etc/passwd'", "http:// or https://"),
    ("source/first", "/url", "javascript:alert(1)", "invalid-url", "'javascript:alert(1)'", "http:// or https://"),
    ("source/first", "/url", "https://lab.org/a b", "invalid-url", "'https://lab.org/a b'", "no spaces"),
    ("source/first", "/source_kind", "blog", "invalid-value", "source_kind is 'blog'", "one of audited-benchmark"),
    ("claim/first", "/values/0", {"value": 1, "low": 2}, "invalid-value", "either value, or low and high", "a mapping"),
    ("claim/first", "/values/0", {"approximate": True}, "invalid-value", "values[0]: ", "value, low, high"),
    ("claim/first", "/form", "rato", "invalid-value", "form is 'rato'", "did you mean 'ratio'?"),
    ("quantization/first", "/stored/0/covers", ["attn"], "invalid-value", "covers[0] is 'attn'", "one of embedding"),
    ("server/first", "/hardware", "h100", "invalid-value", "'h100': should be a list", "a list of at least 1"),
    ("interconnect/first", "/scope", "scaleup", "invalid-value", "scope is 'scaleup'", "did you mean 'scale-up'?"),
    (
        "engine/first",
        "/releases",
        [{"version": "1", "date": "soon"}],
        "invalid-date",
        "date is not a date: 'soon'",
        "YYYY",
    ),
]


def _read(folder: Path, data: dict[str, Any]) -> tuple[Fault, ...]:
    write(folder, "data/record.yaml", to_yaml(data))
    return tuple(f for f in open_corpus(folder).faults if f.name not in ("file-name-mismatch", "wrong-folder"))


@pytest.mark.parametrize(("which", "at", "value", "name", "message", "hint"), TABLE)
def test_one_change_is_one_fault(
    corpus: Corpus, tmp_path: Path, which: str, at: str, value: Any, name: str, message: str, hint: str
) -> None:
    data = _real(corpus, which)
    _set(data, at, value)
    (fault,) = _read(tmp_path, data)
    assert fault.name == name
    assert message in fault.message
    assert hint in fault.hint
    assert fault.record == data["id"]
    assert fault.pointer == at or fault.pointer.startswith(f"{at}/")
    lines = (tmp_path / "data/record.yaml").read_text(encoding="utf-8").splitlines()
    line = lines[fault.line - 1]
    assert 1 <= fault.column <= len(line) + 1
    if name == "unknown-field":
        assert line[fault.column - 1 :].startswith(split(fault.pointer)[-1])
    elif isinstance(value, str) and len(value) < 50:
        assert str(value) in line[fault.column - 1 :]
    for words in (fault.message, fault.hint):
        # Python's words are no use to someone who writes YAML.
        assert not any(word in words for word in ("tuple", "Tuple", "dictionary", "instance", "Input", "validation"))
        assert len(words) < 500


def test_what_was_found_is_kept_as_data(corpus: Corpus, tmp_path: Path) -> None:
    data = _real(corpus, H100)
    data["tdp_w"] = -700
    (fault,) = _read(tmp_path, data)
    assert fault.data == {"found": "-700"}
    data["tdp_w"] = {"value": 700, "note": "x" * 3000}
    (fault,) = _read(tmp_path, data)
    assert fault.data == {"found": "x" * 77 + "..."}


def test_several_slips_are_several_faults_up_to_a_screenful(corpus: Corpus, tmp_path: Path) -> None:
    data = _real(corpus, H100)
    data |= {"tdp_w": -1, "status": "sold", "robot": 1}
    assert sorted(fault.name for fault in _read(tmp_path, data)) == ["invalid-value", "invalid-value", "unknown-field"]
    data |= {f"robot_{number}": 1 for number in range(100)}
    assert len(_read(tmp_path, data)) == 25


def test_a_list_with_bad_entries_only_is_not_also_too_short(corpus: Corpus, tmp_path: Path) -> None:
    data = _real(corpus, EIGHT_H200)
    data["points"] = [{"results": {"decode_tok_s": 0}}, {"results": {"robot": 1}}]
    assert [fault.pointer for fault in _read(tmp_path, data)] == [
        "/points/0/results/decode_tok_s",
        "/points/1/results/robot",
    ]


def test_data_from_elsewhere_than_a_file_is_judged_too() -> None:
    # YAML has no null and no lists of nulls left when it comes this far; JSON may.
    raw: dict[str, Any] = {
        "kind": "source",
        "id": "a",
        "title": None,
        "evidence": [{"id": "ev-a", "source": "b", "note": None}],
    }
    with pytest.raises(ValidationError) as caught:
        KINDS["source"].model.model_validate(raw)
    found = list(complaints(caught.value, raw, KINDS["source"]))
    assert [(c.name, c.message) for c in found] == [("null-value", "title is null")]
    with pytest.raises(ValidationError) as caught:
        KINDS["source"].model.model_validate([raw])
    (whole,) = complaints(caught.value, [raw], KINDS["source"])
    assert (whole.pointer, whole.message) == ("", "the record: should be a mapping")
    raw = {
        "kind": "source",
        "id": ["a"],
        "title": "T",
        "url": "https://a.org",
        "source_kind": "press",
        "aliases": [[1]],
    }
    with pytest.raises(ValidationError) as caught:
        KINDS["source"].model.model_validate(raw)
    assert [c.message for c in complaints(caught.value, raw, KINDS["source"])] == [
        "id: should be text",
        "aliases[0]: should be text",
    ]


def test_an_id_that_cannot_be_shown_is_cut(tmp_path: Path) -> None:
    corpus = opened(tmp_path, SOURCE.replace("id: report", f"id: {'x' * 5000}"))
    (fault,) = corpus.faults
    assert fault.record == "x" * 100
    assert len(fault.message) < 150


def test_a_field_with_an_odd_name_is_one_line(tmp_path: Path) -> None:
    (fault,) = opened(tmp_path, SOURCE + f'"a\\n::error::{"b" * 200}": 1\n').faults
    assert fault.name == "unknown-field"
    assert "\n" not in fault.message + fault.hint


def _places(node: Any, schema: Any, at: tuple[str, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the steps to every field below a node of a schema, through lists and references."""
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        # Facts look alike everywhere, and subjects refer to nothing below themselves.
        return [at] if name in at else _places(schema["$defs"][name], schema, at)
    found: list[tuple[str | int, ...]] = [at]
    for branch in (*node.get("anyOf", ()), *node.get("oneOf", ())):
        if "required" not in branch or "properties" in branch:
            found += [place for place in _places(branch, schema, at) if place != at]
    for field, inner in node.get("properties", {}).items():
        if isinstance(inner, dict):
            found += _places(inner, schema, (*at, field))
    if "items" in node:
        found += _places(node["items"], schema, (*at, 0))  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_place_of_a_schema_can_be_described(kind: str) -> None:
    from kb.schema import schema_of

    schema = schema_of(KINDS[kind])
    places = _places(schema, schema)
    assert len(places) > 20
    for steps in places:
        words = expected(KINDS[kind], steps)
        assert words
        assert "None" not in words
        assert words != "what the schema describes", steps


def test_what_the_schema_says_of_a_place() -> None:
    hardware, case = KINDS["hardware"], KINDS["case"]
    assert fields(hardware, ["memory"])[:2] == ["capacity_gb", "type"]
    assert fields(hardware, ["memory", "capacity_gb"]) == ["value", "evidence", "disputed", "note"]
    assert fields(hardware, ["robot", "memory"]) == []
    assert fields(hardware, ["evidence", 0, "source"])[:2] == ["publisher", "title"]
    assert choices(hardware, ["formats", "fp8"]) == ["supported", "unsupported"]
    assert choices(hardware, ["kind"]) == ["hardware"]
    assert choices(hardware, ["name"]) == []
    assert takes_number(hardware, ["tdp_w"])
    assert not takes_number(hardware, ["name"])
    assert expected(hardware, ["kind"]) == "hardware"
    assert expected(case, ["points", 0, "results", "decode_tok_s"]) == "a number above zero, or a mapping with value"
    assert expected(hardware, ["nowhere"]) == expected(hardware, ["name", 0]) == "what the schema describes"
