"""The stack of a case: model, engine, formats, cards, and what was started."""

from collections.abc import Iterator

from kb.site.library import Here, Item, Library
from kb.site.parts import said
from kb.site.text import blocks, code, code_block, definitions, escape

_RANKS = {"tp": "tensor", "pp": "pipeline", "ep": "expert", "dp": "data", "sp": "sequence"}


def stack_section(item: Item, library: Library, here: Here) -> str:
    """Return everything that runs, as a table, and the command."""
    stack = item["stack"]
    command = f"<p>Command:</p>\n\n{code_block(stack['command'])}" if stack.get("command") else ""
    return blocks("## Stack", definitions(_pairs(stack, library, here)), command)


def _pairs(stack: Item, library: Library, here: Here) -> Iterator[tuple[str, str]]:
    yield "Model", library.link(here, "model", stack["model"])
    if engine := stack.get("engine"):
        built = [escape(engine["version"])] if engine.get("version") else []
        built += [f"{key} {code(engine[key])}" for key in ("image", "commit", "backend") if engine.get(key)]
        yield "Engine", " ".join((library.link(here, "engine", engine["id"]), ", ".join(built)))
    yield "Weights", library.link(here, "quantization", stack.get("quantization"))
    yield "Activations", said(stack, "activations")
    yield "KV cache", said(stack, "kv_cache")
    if speculation := stack.get("speculation"):
        drafted = f", {speculation['draft_tokens']} tokens drafted" if speculation.get("draft_tokens") else ""
        yield "Speculative decoding", escape(speculation["method"]) + drafted
    for pool in stack["pools"]:
        yield "Cards" if pool["role"] == "serve" else f"Cards for {escape(pool['role'])}", _pool(pool, library, here)
    for key, what in (("driver", "Driver"), ("os", "Operating system"), ("benchmark_tool", "Measured with")):
        yield what, said(stack, key)
    yield "Environment", "<br>".join(code(entry) for entry in stack["environment"])
    yield "Configuration files", "<br>".join(code(entry) for entry in stack["config_files"])


def _pool(pool: Item, library: Library, here: Here) -> str:
    lines = [f"{pool['count']} × {library.link(here, 'hardware', pool['hardware'])}"]
    if pool.get("server"):
        lines.append(f"in {library.link(here, 'server', pool['server'])}")
    ranks = [f"{_RANKS[key]} {count}" for key, count in pool["parallelism"].items()]
    if ranks:
        lines.append(f"parallel: {', '.join(ranks)}")
    for key, what in (("intra_node", "inside a node"), ("inter_node", "between nodes")):
        if pool.get(key):
            lines.append(f"{what}: {library.link(here, 'interconnect', pool[key])}")
    if pool.get("topology"):
        lines.append(escape(pool["topology"]))
    return "<br>".join(lines)
