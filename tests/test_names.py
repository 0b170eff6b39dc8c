"""Names are compared without what people do not see or care about, and lead to one record or to candidates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.corpus import Corpus
from kb.errors import KbError, UnknownName
from kb.names import Name, NameIndex, fold

INDEX = NameIndex(
    [
        Name("h100-sxm5-80gb", "hardware", "h100-sxm5-80gb", "id"),
        Name("h100-sxm5", "hardware", "h100-sxm5-80gb", "former id"),
        Name("H100", "hardware", "h100-sxm5-80gb", "alias"),
        Name("h100-pcie", "hardware", "h100-pcie", "id"),
        Name("H100", "hardware", "h100-pcie", "alias"),
        Name("昇腾 910B", "hardware", "ascend-910b", "name"),
        Name("ascend-910b", "hardware", "ascend-910b", "id"),
        Name("mistral", "engine", "mistral", "id"),
        Name("mistral", "model", "mistral", "id"),
        Name("llama.cpp", "engine", "llama.cpp", "id"),
        # The id of one record, folded, is the alias of another.
        Name("a-b", "source", "a-b", "id"),
        Name("A B", "source", "c", "alias"),
        # The former id differs from the id by a hyphen only.
        Name("xy-z", "source", "xy-z", "id"),
        Name("xyz", "source", "xy-z", "former id"),
        Name("xyz", "source", "d", "alias"),
    ]
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("H100-SXM5", "h100 sxm5"),
        ("H100_SXM5", "h100sxm5"),
        ("Ｈ１００", "h100"),
        ("DeepSeek\u2011R1", "deepseek-r1"),
        ("DeepSeek – R1", "deepseek-r1"),
        ("a·b", "AB"),
        ("STRASSE", "straße"),
        (" h100 ", "h100"),
        ("昇腾 910B", "昇腾910b"),
    ],
)
def test_names_that_are_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("qwen2.5", "qwen25"), ("a/b", "ab"), ("a+", "a"), ("910b", "910b1")])
def test_names_that_are_not_the_same(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.lists(st.text("abz019.昇腾", min_size=1), min_size=1), st.text(" -_–·", max_size=3))
def test_how_words_are_joined_and_written_does_not_matter(words: list[str], joiner: str) -> None:
    assert fold(joiner.join(words)) == fold("".join(words).upper()) == "".join(words)


def _ids(text: str, kind: str | None = None) -> list[str]:
    return [name.id for name in INDEX.find(text, kind)]


def test_a_record_is_found_once_by_any_of_its_names() -> None:
    assert _ids("H100 SXM5 80GB") == ["h100-sxm5-80gb"]
    assert _ids("H100-SXM5") == ["h100-sxm5-80gb"]
    assert _ids("昇腾910B") == ["ascend-910b"]
    assert _ids("h100") == ["h100-pcie", "h100-sxm5-80gb"]
    assert _ids("h200") == []


def test_an_exact_id_wins_over_other_names() -> None:
    assert _ids("a-b") == ["a-b"]
    assert sorted(_ids("a b")) == ["a-b", "c"]
    # The former id is found though the id folds to the same.
    assert _ids("xyz") == ["xy-z"]
    assert sorted(_ids("XYZ")) == ["d", "xy-z"]


def test_a_kind_narrows() -> None:
    assert [name.kind for name in INDEX.find("mistral")] == ["engine", "model"]
    assert [name.kind for name in INDEX.find("mistral", "model")] == ["model"]
    assert _ids("h100", "model") == []


@pytest.mark.parametrize("text", ["", " ", "-", "_-_", "\u2014"])
def test_nothing_is_no_name(text: str) -> None:
    index = NameIndex([Name("-", "source", "dash", "alias")])
    assert index.find(text) == []
    assert index.near(text) == []
    with pytest.raises(UnknownName, match="kb list shows what there is"):
        index.resolve(text)


def test_resolving_gives_the_one_record() -> None:
    assert INDEX.resolve("H100-SXM5").id == "h100-sxm5-80gb"
    assert INDEX.resolve("mistral", "engine").kind == "engine"


def test_an_ambiguous_name_lists_its_candidates() -> None:
    with pytest.raises(UnknownName) as caught:
        INDEX.resolve("h100", "hardware")
    assert caught.value.candidates == ("h100-pcie", "h100-sxm5-80gb")
    assert caught.value.ambiguous
    assert str(caught.value) == (
        "'h100' can mean more than one hardware: h100-pcie, h100-sxm5-80gb; use one of these ids"
    )


def test_an_unknown_name_offers_what_is_near() -> None:
    with pytest.raises(UnknownName) as caught:
        INDEX.resolve("lama.cpp")
    assert (caught.value.text, caught.value.kind, caught.value.ambiguous) == ("lama.cpp", None, False)
    assert caught.value.candidates[0] == "llama.cpp"
    assert str(caught.value).startswith("unknown record 'lama.cpp'; did you mean llama.cpp")
    assert isinstance(caught.value, KbError)


def test_near_names_are_few_and_of_the_kind_asked_for() -> None:
    assert INDEX.near("h100-sxm") == ["h100-sxm5-80gb", "h100-pcie"]
    assert INDEX.near("h100-sxm", most=1) == ["h100-sxm5-80gb"]
    assert INDEX.near("h100-sxm", "engine") == []
    assert INDEX.near("zzzzzz") == []


def test_an_unknown_name_with_no_neighbour_and_a_long_one() -> None:
    assert str(UnknownName("zz", "model", [])) == "unknown model 'zz'; kb list shows what there is"
    long = UnknownName("x" * 500, None, ())
    assert len(str(long)) < 150
    assert long.text == "x" * 500
    assert "\n" not in str(UnknownName("a\nb", None, ()))


def test_all_names_come_in_one_order(corpus: Corpus) -> None:
    names = INDEX.all()
    assert names == sorted(names)
    assert Name("h100-sxm5", "hardware", "h100-sxm5-80gb", "former id") in names
    assert NameIndex(reversed(names)).all() == names
    again = NameIndex(corpus.names.all())
    assert again.all() == corpus.names.all()


def test_every_id_of_the_corpus_resolves_to_itself(corpus: Corpus) -> None:
    for record in corpus.records():
        assert corpus.names.resolve(record.id).id == record.id
        assert corpus.names.resolve(record.id.upper(), record.kind).id == record.id
