"""Records whose every text field tries to break out of its page."""

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kb.records import KINDS

PAYLOADS = (
    "<script>alert(1)</script>",
    "</title><script>alert(2)</script>",
    "</code></pre></td></table><script>alert(3)</script>",
    "<img src=x onerror=alert(4)>",
    '"><svg onload=alert(5)>',
    "'><svg/onload=alert(6)>",
    "[x](javascript:alert(7))",
    "![x](javascript:alert(8))",
    "<javascript:alert(9)>",
    "[x]: javascript:alert(10)",
    "[x][x] [y](<javascript:alert(11)>)",
    "` `` ``` <b>` ~~~",
    "| a | b | \\| c",
    "{: onclick=alert(12) } { onmouseover=alert(13) }",
    "# heading {#x onclick=alert(14)}",
    "!!! danger\n    <script>alert(15)</script>",
    "```html\n<script>alert(16)</script>\n```",
    "<!--html-->\n<script>alert(17)</script>\n<!--/html-->",
    "--> <script>alert(18)</script> <!-- kb:counts -->",
    "]]> <![CDATA[<script>alert(19)</script>]]>",
    "&lt;script&gt;alert(20)&lt;/script&gt; &#60;img src=x onerror=alert(21)&#62;",
    "{{ config }} {% raw %} ${alert(22)} #{alert(23)}",
    "<iframe srcdoc='<script>alert(24)</script>'></iframe>",
    "<iframe src=javascript:alert(25)></iframe>",
    "<object data=javascript:alert(26)></object><embed src=javascript:alert(27)>",
    "<a href=javascript:alert(28) autofocus onfocus=alert(29)>x</a>",
    "<details open ontoggle=alert(30)>x</details>",
    "<body onload=alert(31)><input autofocus onfocus=alert(32)>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<base href=https://evil.example/>",
    "<form action=https://evil.example/><button>x</button></form>",
    "<math><mi xlink:href='javascript:alert(33)'>x</mi></math>",
    "<svg><animate onbegin=alert(34) attributeName=x dur=1s></svg>",
    "<video><source onerror=alert(35)></video><audio src=x onerror=alert(36)>",
    "<template><script>alert(37)</script></template><noscript><p title='</noscript><img src=x onerror=alert(38)>'>",
    "1. one\n2. two\n- three\n> four\n---\n***bold*** __b__ ~~s~~ ==m== ^^i^^",
    "https://evil.example/ <https://evil.example/> www.evil.example evil@evil.example",
    "*[HTML]: x\n[^1]: x\n[TOC]\n--8<-- '/etc/passwd'\n:smile: ++ctrl+c++ $x$ \\(x\\)",
)
# What fields with a form of their own are filled with; the first that fits.
_FORMED = (
    "hostile",
    "ev-x",
    "2026-01-01",
    "https://evil.example/a_b_c/*d*/(e)?f=g&lt;h=[i](j)#~k~",
    "owner/name",
    "raw/a.json",
    "0" * 64,
)
_NAMED = {
    "intra_node": "interconnect",
    "inter_node": "interconnect",
    "native_quantization": "quantization",
    **{kind: kind for kind in ("hardware", "server", "interconnect", "model", "engine", "quantization")},
}


def write_hostile(data: Path) -> int:
    """Write one hostile record of each kind below ``data``; return how many texts they hold."""
    supply = itertools.count()
    for kind in KINDS.values():
        record = _fill(kind.model.model_json_schema(), supply)
        record |= {"kind": kind.name, "id": f"hostile-{kind.name}", "former_ids": [], "default_evidence": "ev-x"}
        for evidence in record["evidence"]:
            evidence["artifact"].pop("path")
        folder = data / kind.folder
        if kind.name in ("hardware", "model"):
            folder /= "hostile"
        if kind.name == "case":
            folder /= "2026"
        kind.model.model_validate(record)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"hostile-{kind.name}.yaml").write_text("\n".join(_yaml(record, 0)) + "\n", encoding="utf-8")
    return next(supply)


def _fill(schema: dict[str, Any], supply: Iterator[int]) -> dict[str, Any]:
    definitions = schema.get("$defs", {})

    def value(part: dict[str, Any], name: str) -> Any:
        if "$ref" in part:
            return value(definitions[part["$ref"].rpartition("/")[2]], name)
        if "const" in part:
            return part["const"]
        if "enum" in part:
            return part["enum"][0]
        if "properties" in part:
            return thing(part)
        if "anyOf" in part or "oneOf" in part:
            given = part["anyOf"] if "anyOf" in part else part["oneOf"]
            options = [option for option in given if option.get("type") != "null"]
            # The long form of a number, and an inline source: what holds more texts.
            return value(options[-1], name)
        if part.get("type") == "array":
            return [value(part["items"], name)]
        if part.get("type") == "boolean":
            return True
        if part.get("type") in ("number", "integer"):
            return 1
        if "pattern" in part:
            text = next(text for text in _FORMED if re.match(part["pattern"], text))
            return f"hostile-{_NAMED[name]}" if text == "hostile" and name in _NAMED else text
        number = next(supply)
        text = PAYLOADS[number % len(PAYLOADS)]
        # Names lead to one record each, so no two are alike.
        return f"{text} {number}" if name in ("aliases", "zh", "ja") else text

    def thing(part: dict[str, Any]) -> dict[str, Any]:
        filled = {key: value(inner, key) for key, inner in part["properties"].items()}
        if {"value", "low", "high"} <= filled.keys():
            del filled["low"], filled["high"]
        return filled

    return thing(schema)


def _yaml(data: Any, depth: int) -> Iterator[str]:
    """Yield YAML in block style; a text in JSON's quotes is one in YAML's."""
    pad = "  " * depth
    for key, value in data.items():
        if isinstance(value, dict) and value:
            yield f"{pad}{key}:"
            yield from _yaml(value, depth + 1)
        elif isinstance(value, list) and value:
            yield f"{pad}{key}:"
            for entry in value:
                if isinstance(entry, dict):
                    first, *rest = _yaml(entry, depth + 2)
                    yield f"{pad}  - {first.strip()}"
                    yield from rest
                else:
                    yield f"{pad}  - {json.dumps(entry, ensure_ascii=False)}"
        elif not isinstance(value, list | dict):
            yield f"{pad}{key}: {json.dumps(value, ensure_ascii=False)}"
