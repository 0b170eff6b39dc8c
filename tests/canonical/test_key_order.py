from kb.canonical.key_order import in_order


def test_header_first_evidence_last_and_nested_fields_as_in_the_model() -> None:
    record = {
        "evidence": [{"source": {"kind": "paper", "url": "u", "title": "t", "publisher": "p"}, "id": "ev-a"}],
        "note": "n",
        "points": [
            {"results": {"ttft_ms": {"p99": 2, "p50": 1}, "decode_tok_s": {"evidence": [], "value": 1}}, "label": "x"}
        ],
        "surprise": 1,
        "stack": {"pools": [{"count": 1, "hardware": "h", "parallelism": {"pp": 1, "tp": 2}}], "model": "m"},
        "default_evidence": "ev-a",
        "submitted": "2026-01-01",
        "title": "t",
        "id": "i",
        "kind": "case",
    }
    ordered = in_order(record)
    assert ordered == record
    assert list(ordered) == [
        *("kind", "id", "title", "default_evidence", "submitted", "stack", "points", "note", "evidence", "surprise"),
    ]
    assert list(ordered["stack"]) == ["model", "pools"]
    assert list(ordered["stack"]["pools"][0]) == ["hardware", "count", "parallelism"]
    assert list(ordered["stack"]["pools"][0]["parallelism"]) == ["tp", "pp"]
    assert list(ordered["points"][0]) == ["label", "results"]
    assert list(ordered["points"][0]["results"]) == ["decode_tok_s", "ttft_ms"]
    assert list(ordered["points"][0]["results"]["decode_tok_s"]) == ["value", "evidence"]
    assert list(ordered["points"][0]["results"]["ttft_ms"]) == ["p50", "p99"]
    assert list(ordered["evidence"][0]["source"]) == ["publisher", "title", "url", "kind"]


def test_an_unknown_kind_is_left_alone() -> None:
    assert list(in_order({"id": "a", "kind": "recipe"})) == ["id", "kind"]


def test_an_object_where_the_model_has_none_is_left_alone() -> None:
    assert in_order({"kind": "case", "title": {"b": 1, "a": 2}}) == {"kind": "case", "title": {"b": 1, "a": 2}}
