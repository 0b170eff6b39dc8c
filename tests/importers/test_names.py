import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.corpus import Corpus
from kb.importers.desk import Desk
from kb.importers.failure import ImportFailed
from kb.importers.names import find, slug


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("H100 SXM5", "h100-sxm5"),
        ("InfiniBand-NDR", "infiniband-ndr"),
        ("qwen2.5_Coder", "qwen2.5-coder"),
        ("..a..b-.c.", "a-b-c"),
        ("ＭＬＵ５９０", "mlu590"),
        ("昇腾", ""),
    ],
)
def test_slug(text: str, expected: str) -> None:
    assert slug(text) == expected


@given(st.text("aB1.-_ /é昇", max_size=130))
def test_a_slug_is_an_id_or_empty(text: str) -> None:
    assert re.fullmatch(r"([a-z0-9]+([.-][a-z0-9]+)*)?", slug(text))
    assert len(slug(text)) <= 100


def test_find(library: Corpus) -> None:
    record = find(library, "hardware", "h200-sxm")
    assert record is not None
    assert record.id == "h200-sxm-141gb"
    assert find(library, "hardware", "deepseek-r1") is None
    assert find(None, "hardware", "l40s") is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("none", None),
        (None, None),
        ("PCIe-Gen4", "pcie-4-x16"),
        ("ib-ndr", "infiniband-ndr"),
        ("InfiniBand-NDR", "infiniband-ndr"),
        ("HCCS", "hccs"),
        ("MetaXLink", "metaxlink"),
    ],
)
def test_links(name: str | None, expected: str | None, library: Corpus) -> None:
    assert Desk().link(name, "p") == expected
    assert Desk(library).link(name, "p") == expected


def test_without_a_corpus_a_changed_id_is_remarked() -> None:
    desk = Desk()
    assert desk.id("hardware", "l40s", "p") == "l40s"
    assert desk.id("hardware", "L40S PCIe", "p") == "l40s-pcie"
    assert desk.remarks == ['p: "L40S PCIe" became the id l40s-pcie']
    assert desk.missing == []


def test_with_a_corpus_an_unknown_id_is_missing(library: Corpus) -> None:
    desk = Desk(library)
    assert desk.id("hardware", "L40X", "p") == "l40x"
    assert len(desk.missing) == 1
    assert desk.missing[0].startswith("p: unknown hardware 'L40X'")


def test_a_name_with_nothing_of_an_id_in_it() -> None:
    with pytest.raises(ImportFailed, match="p: no id can be made of"):
        Desk().id("hardware", "昇腾", "p")
