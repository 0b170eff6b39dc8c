"""Plain data -> YAML text, in the one form that records are written in.

The text depends on the data only, and loads back to the same data: a string that any YAML reader
could take for a number, a date, a boolean or null is quoted.
"""

import functools
import io
import re
from typing import Any

import yaml

from kb.records.scalars import Plain

WIDTH = 120
# PyYAML breaks a line after the word that went over, so it is given less.
_BREAK_AT = WIDTH - 12

# Wider than what PyYAML itself would guess at: readers of YAML 1.1 and 1.2 differ, and a person reads along.
_AMBIGUOUS = re.compile(
    r"[-+.]?[0-9][0-9a-fox_.,:e+-]*|[-+]?\.(inf|nan)|y|n|yes|no|on|off|true|false|null|nil|none|~|=|<<", re.IGNORECASE
)
# A folded block joins lines by single spaces, so only text with no other space in it comes back unchanged.
_FOLDABLE = re.compile(r"[^\s\x00-\x1f]+( [^\s\x00-\x1f]+)+")
# Line by line as it stands, if it begins with a letter and ends with one line feed at most.
_LITERAL = re.compile(r"[^\s\x00-\x1f][^\n]*(\n[^\n]*)*?[^\s\x00-\x1f]\n?")


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        # PyYAML would set a list flush with its key.
        del indentless
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def analyze_scalar(self, scalar: str) -> Any:
        return _analysis(scalar)

    def choose_scalar_style(self) -> Any:
        style = super().choose_scalar_style()
        if style == "'" and isinstance(self.event, yaml.ScalarEvent) and not {'"', "\\"} & set(self.event.value):
            return '"'
        return style


_LOOKER = yaml.SafeDumper(io.StringIO(), allow_unicode=True)


@functools.lru_cache(maxsize=10_000)
def _analysis(scalar: str) -> Any:
    """Return in which styles a text can be written. Keys and ids come again and again, and PyYAML takes its time."""
    return _LOOKER.analyze_scalar(scalar)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None
    if _AMBIGUOUS.fullmatch(text):
        style = '"'
    elif len(text) > _BREAK_AT - 8 and _FOLDABLE.fullmatch(text):
        style = ">"
    elif "\n" in text and _LITERAL.fullmatch(text):
        # The emitter itself takes to quotes where a block cannot hold the text.
        style = "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _plain(dumper: yaml.SafeDumper, text: Plain) -> yaml.ScalarNode:
    value = str(text)
    # PyYAML states no types for it.
    tag: str = dumper.resolve(yaml.ScalarNode, value, (True, False))  # type: ignore[no-untyped-call]
    return dumper.represent_scalar(tag, value)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(Plain, _plain)


def to_yaml(data: Any) -> str:
    """Return ``data`` (dicts, lists, str, int, float, bool) as block-style YAML; keys keep their order.

    A :class:`Plain` string is written without quotes, as it was read.
    """
    return yaml.dump(
        data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=_BREAK_AT, indent=2
    )
