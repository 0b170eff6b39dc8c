"""Write the reference of the Python library, ``site/pages/python-api.md``, from its docstrings, and run its notebook.

``tests/test_python_docs.py`` guards both against drift.

Usage: make docs
"""

import ast
import contextlib
import importlib
import inspect
import re
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

import kb
from scripts import notebook
from scripts.write_cli_docs import workshop

ROOT = Path(__file__).resolve().parent.parent
PAGE = Path("site") / "pages" / "python-api.md"
NOTEBOOK = Path("site") / "assets" / "python-api.ipynb"

_HEAD = """\
# The Python library

<!-- Written by scripts/write_python_docs.py: run make docs. -->

{about}

All of it is typed, for mypy and editors alike. Whatever is the caller's business is raised as a
[`KbError`](#kberror), whose text is a sentence for people. A [notebook](assets/python-api.ipynb) shows how it is used;
its output is real.
"""
_SECTION = re.compile(r"^(Args|Attributes|Raises|Returns|Yields):$")
_ENTRY = re.compile(r"^    (\w+): (.*)$")


def page() -> str:
    """Return the page: functions, what they are asked with, what they answer, errors."""
    names = [name for name in kb.__all__ if name != "__version__"]
    functions = [name for name in names if inspect.isfunction(getattr(kb, name))]
    classes = [name for name in names if name not in functions]
    about = re.sub(r"\n    ", "\n", _code(inspect.getdoc(kb) or ""))
    parts = [_HEAD.format(about=about), "## Functions"]
    parts += [_function(f"kb.{name}", getattr(kb, name)) for name in functions]
    parts.append("## Classes")
    parts += [_class(f"kb.{name}", getattr(kb, name)) for name in classes]
    parts.append("## Answers\n\nWhat the functions return, as data.")
    parts += [_class(f"{one.__module__}.{one.__name__}", one) for one in _answers(functions)]
    parts.append(f"## Errors\n\n```text\n{_tree()}\n```")
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _code(text: str) -> str:
    """Return a docstring with its session in a fence, and its code as Markdown writes it."""
    paragraphs = [
        # ruff formats what stands in fences: two spaces before a comment.
        "```pycon\n" + re.sub(r" {2,}#", "  #", textwrap.dedent(paragraph)) + "\n```"
        if paragraph.lstrip().startswith(">>>")
        else _inline(paragraph)
        for paragraph in text.split("\n\n")
    ]
    return "\n\n".join(paragraphs)


def _inline(text: str) -> str:
    text = re.sub(r":\w+:`~?(?:[\w.]*\.)?(\w+)`", r"`\1`", text)
    return text.replace("``", "`").replace("::", ":")


def _answers(functions: list[str]) -> list[type]:
    """Return the classes of ours that functions return and that cannot be had by name, in order of name."""
    found = set()
    for name in functions:
        function = getattr(kb, name)
        home = importlib.import_module(function.__module__)
        returned = _definition(function).returns
        for word in re.findall(r"\w+", ast.unparse(returned) if returned else ""):
            one = getattr(home, word, None)
            if inspect.isclass(one) and one.__module__.startswith("kb.") and one.__name__ not in kb.__all__:
                found.add(one)
    return sorted(found, key=lambda one: one.__name__)


def _function(name: str, function: FunctionType, level: int = 3) -> str:
    node = _definition(function)
    return f"{'#' * level} {_title(name)}\n\n```python\n{_signature(name, node)}\n```\n\n{_documented(function)}"


def _class(name: str, one: type) -> str:
    (node,) = [n for n in ast.parse(textwrap.dedent(inspect.getsource(one))).body if isinstance(n, ast.ClassDef)]
    shown = [f"class {name}"]
    shown += [f"    {ast.unparse(line)}" for line in node.body if isinstance(line, ast.AnnAssign) and _public(line)]
    parts = [f"### {_title(name)}", "```python\n" + "\n".join(shown) + "\n```", _documented(one)]
    methods = [
        f"- `{_signature(line.name, line)}`: {_first_sentence(ast.get_docstring(line) or '')}"
        for line in node.body
        if isinstance(line, ast.FunctionDef) and not line.name.startswith("_")
    ]
    return "\n\n".join([*parts, *(["**Methods**", "\n".join(methods)] if methods else [])])


def _public(line: ast.AnnAssign) -> bool:
    return isinstance(line.target, ast.Name) and not line.target.id.startswith("_")


def _title(name: str) -> str:
    return name.rpartition(".")[2]


def _definition(function: FunctionType) -> ast.FunctionDef:
    node = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    assert isinstance(node, ast.FunctionDef)
    return node


def _signature(name: str, node: ast.FunctionDef) -> str:
    """Return the head of a function as its source has it: how Python prints types differs between its versions."""
    arguments = re.sub(r"^(self|cls)(, )?", "", ast.unparse(node.args))
    if any(isinstance(one, ast.Name) and one.id in ("property", "cached_property") for one in node.decorator_list):
        head = name
    else:
        head = f"{name}({arguments})"
    return head + (f" -> {ast.unparse(node.returns)}" if node.returns else "").replace("'", "")


def _documented(one: Any) -> str:
    """Return a docstring as Markdown, its sections as lists."""
    return "\n".join(_lines((inspect.getdoc(one) or "").splitlines())).strip()


def _lines(lines: list[str]) -> Iterator[str]:
    in_section = False
    for line in lines:
        if heading := _SECTION.match(line):
            in_section = True
            yield f"**{heading[1]}**\n"
        elif in_section and (entry := _ENTRY.match(line)):
            yield f"- `{entry[1]}`: {_inline(entry[2])}"
        else:
            yield f"  {_inline(line.strip())}" if in_section and line else _inline(line)


def _first_sentence(text: str) -> str:
    sentence = re.match(r".*?\.(?=\s|$)", text, re.DOTALL)
    return _inline(" ".join((sentence[0] if sentence else text).split()))


def _tree() -> str:
    lines = (inspect.getdoc(importlib.import_module("kb.errors")) or "").splitlines()
    return "\n".join(line.removeprefix("    ") for line in lines if line.startswith("    "))


def main() -> None:
    """Write both anew, and say which changed."""
    with tempfile.TemporaryDirectory() as scratch, contextlib.chdir(workshop(Path(scratch), ROOT, ROOT / "dist")):
        kept = (ROOT / NOTEBOOK).read_text(encoding="utf-8")
        wanted = {PAGE: page(), NOTEBOOK: notebook.refreshed(kept)}
    for path, text in wanted.items():
        if not (ROOT / path).exists() or (ROOT / path).read_text(encoding="utf-8") != text:
            (ROOT / path).write_text(text, encoding="utf-8", newline="\n")
            sys.stdout.write(f"{path.as_posix()}: written\n")


if __name__ == "__main__":
    main()
