"""What ``kb fmt`` promises of any record: same data, same comments, one form."""

import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from kb.canonical import FormRefused, canonical
from kb.canonical.files import format_file
from kb.canonical.layout import Layout
from kb.corpus.yaml_text import load
from kb.records import KINDS
from kb.records.scalars import Plain

ROOT = Path(__file__).resolve().parents[2]
# A few of each kind: enough shapes, and quick.
FILES = [path for kind in KINDS.values() for path in sorted((ROOT / "data" / kind.folder).rglob("*.yaml"))[::25]]


def opened(value: Any) -> Any:
    """Make Plain and quoted text tell themselves apart."""
    if isinstance(value, dict):
        return {key: opened(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [opened(entry) for entry in value]
    return ("plain", str(value)) if isinstance(value, Plain) else value


def shuffled(value: Any, draw: random.Random) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        draw.shuffle(keys)
        return {key: shuffled(value[key], draw) for key in keys}
    return [shuffled(entry, draw) for entry in value] if isinstance(value, list) else value


class _Careless(yaml.SafeDumper):
    """Writes as a person in a hurry does: flow and block mixed, lists flush with their key, narrow lines."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _plain(dumper: yaml.SafeDumper, text: Plain) -> yaml.ScalarNode:
    tag: str = dumper.resolve(yaml.ScalarNode, str(text), (True, False))  # type: ignore[no-untyped-call]
    return dumper.represent_scalar(tag, str(text))


_Careless.add_representer(Plain, _plain)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Careless.add_representer(str, _text)


def with_comments(text: str, draw: random.Random) -> tuple[str, list[str]]:
    """Put comments wherever YAML takes one, on lines of their own and behind what stands there; return them too."""
    layout = Layout(text)
    heads = {entry.end[0] for entry in layout.entries if entry.is_block_text}
    block = {
        n
        for e in layout.entries
        if e.is_block_text
        for n in range(e.line + 1, layout.last_line(layout.entries.index(e)) + 1)
    }
    inside = {n for first, last in layout._texts for n in range(first[0] + (first[1] > 0), last[0] + (last[1] > 0))}
    added: list[str] = []

    def note() -> str:
        added.append(f"# note {len(added)}: with {{odd}} [signs]")
        return added[-1]

    out: list[str] = []
    for number, line in enumerate(layout.lines):
        if number not in inside and draw.random() < 0.2:
            out.append(" " * draw.randrange(9) + note())
        may_end_so = number in heads or (number not in block and number + 1 not in inside)
        out.append(f"{line}  {note()}" if line and may_end_so and draw.random() < 0.2 else line)
    return "\n".join(out), added


@given(st.sampled_from(FILES), st.randoms(use_true_random=False), st.sampled_from([None, False]), st.integers(40, 160))
def test_same_data_same_comments_one_form(path: Path, draw: random.Random, flow: bool | None, width: int) -> None:
    data = load(path.read_text(encoding="utf-8"))
    careless = yaml.dump(
        shuffled(data, draw),
        Dumper=_Careless,
        default_flow_style=flow,
        width=width,
        sort_keys=False,
        allow_unicode=True,
    )
    text, added = with_comments(careless, draw)
    # Behind a block of text that ends the way a comment begins, what was added is more of that text.
    assume(opened(load(text)) == opened(data))
    formed = canonical(text)
    assert opened(load(formed)) == opened(data)
    modeline, *rest = (comment.text for comment in Layout(formed).comments)
    assert modeline.startswith("# yaml-language-server: ")
    # Two behind one value become one.
    assert sorted(part for text in rest for part in text[2:].split(" # ")) == sorted(text[2:] for text in added)
    assert canonical(formed) == formed
    assert canonical(careless) == canonical(path.read_text(encoding="utf-8"))


COMMENTED = """\
# A remark on the whole file.
id: a-thing   # its id

title: 'It''s a title: with a colon'
# about the publisher
# in two lines
publisher: "Somebody"
kind: source
url: https://example.org/paper?x=1#page   # not a comment: #page
note: |-
  first line
    # no comment but text
  last line
  # neither this
source_kind: paper
aliases: [one, two]  # both
# the end
"""
FORMED = """\
# yaml-language-server: $schema=../../schema/draft-07/source.json
kind: source
# A remark on the whole file.
id: a-thing  # its id
title: "It's a title: with a colon"
aliases:  # both
  - one
  - two
# about the publisher
# in two lines
publisher: Somebody
url: https://example.org/paper?x=1#page  # not a comment: #page
source_kind: paper
note: |-
  first line
    # no comment but text
  last line
  # neither this
# the end
"""


def test_comments_go_where_their_keys_go() -> None:
    assert canonical(COMMENTED) == FORMED
    assert canonical(COMMENTED.replace("\n", "\r\n")) == FORMED
    assert canonical(FORMED) == FORMED


CASE = """\
kind: case
id: case-x
title: x
stack:
  model: deepseek-r1
  engine:
    id: vllm
    version: "0.9"   # seen in the log
    # the flags are not known
  pools:
  - hardware: h200-sxm-141gb
    count: 8
    # no parallelism stated
  # a second pool is planned
points:
- # first and only
  default_evidence: ev-a
  results:
    decode_tok_s: 12.20
      # as printed
evidence:
- id: ev-a   # inline
  source: {publisher: P, title: T, url: "https://example.org/a/b", kind: paper}  # the paper
"""


def test_comments_in_odd_places_are_kept() -> None:
    text = "---  # the start\n? # the key\n  kind\n: source\n" + FORMED.partition("kind: source\n")[2]
    formed = canonical(text.replace("# the end", " # the end"))
    assert canonical(formed) == formed
    for comment in ("# the start", "# the key", "# the end"):
        assert f"\n{comment}\n" in formed


def test_what_cannot_be_kept_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.canonical.form.carry_over", lambda old, new, skip: "\n".join(new.lines))
    with pytest.raises(FormRefused, match="comments stand where they cannot be kept"):
        canonical(COMMENTED)


def test_an_item_that_is_no_mapping_keeps_its_comments() -> None:
    text = FORMED.replace("  - one\n  - two\n", "  - one  # first\n  # between\n  -  # below\n    two\n   # after\n")
    assert "aliases:  # both\n  - one  # first\n  # between\n  # below\n  - two\n  # after\n#" in canonical(text)


def test_comments_at_the_end_of_a_block_stay_in_it() -> None:
    formed = canonical(CASE)
    assert canonical(formed) == formed
    assert '    version: "0.9"  # seen in the log\n    # the flags are not known\n  pools:\n' in formed
    assert "      count: 8\n      # no parallelism stated\n    # a second pool is planned\npoints:\n" in formed
    assert "points:\n  # first and only\n  - default_evidence: ev-a\n" in formed
    assert "      decode_tok_s: 12.20\n      # as printed\nevidence:\n" in formed
    assert "  - id: ev-a  # inline\n    source:  # the paper\n      publisher: P\n" in formed


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("kind: source\nkind: source\n", "2:1 the key 'kind' stands here a second time"),
        ("kind: recipe\n", "1:1 no record of a known kind"),
        ("- a\n", "1:1 no record of a known kind"),
        (COMMENTED.replace("source_kind", "sort"), "2:1 source_kind is missing"),
        (COMMENTED.replace("publisher:", "publishers:"), "7:1 unknown field 'publishers'; did you mean 'publisher'"),
        ("kind: source\n\tid: a\n", "2:1 a tab character"),
    ],
)
def test_what_is_no_record_is_refused_and_left_alone(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "a-thing.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FormRefused) as refusal:
        format_file(path)
    assert f"{refusal.value.line}:{refusal.value.column} {refusal.value}".startswith(sentence)
    assert path.read_text(encoding="utf-8") == text


def test_a_file_is_written_only_when_it_must_be(tmp_path: Path) -> None:
    path = tmp_path / "a-thing.yaml"
    path.write_text(COMMENTED, encoding="utf-8")
    assert format_file(path, check_only=True)
    assert path.read_text(encoding="utf-8") == COMMENTED
    assert format_file(path)
    assert path.read_text(encoding="utf-8") == FORMED
    before = path.stat()
    assert not format_file(path)
    assert path.stat() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["a-thing.yaml"]


def test_the_modeline_leads_from_the_file_to_the_schema(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "sources" / "deep"
    folder.mkdir(parents=True)
    path = folder / "a-thing.yaml"
    path.write_text("#yaml-language-server:  $schema=nowhere.json\n" + COMMENTED, encoding="utf-8")
    format_file(path, tmp_path)
    first, rest = path.read_text(encoding="utf-8").split("\n", 1)
    assert first == "# yaml-language-server: $schema=../../../schema/draft-07/source.json"
    assert rest == FORMED.split("\n", 1)[1]


def test_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"kind: \xff\n")
    link = tmp_path / "b.yaml"
    link.symlink_to(path)
    with pytest.raises(FormRefused, match="not UTF-8"):
        format_file(path)
    with pytest.raises(FormRefused, match="symbolic link"):
        format_file(link)
