"""Run a notebook as Jupyter would, cell after cell, and keep what each prints. No server and no kernel are needed."""

import ast
import contextlib
import io
import json
import pprint
from typing import Any

WIDTH = 100


def refreshed(text: str) -> str:
    """Return a notebook with the output of each of its cells, run in order in the current folder.

    Raises:
        Exception: whatever a cell raises; a note says which cell it was.
    """
    notebook = json.loads(text)
    names: dict[str, Any] = {"__name__": "__main__"}
    number = 0
    for index, cell in enumerate(notebook["cells"], 1):
        cell["id"] = f"cell-{index}"
        if cell["cell_type"] != "code":
            continue
        number += 1
        cell["execution_count"] = number
        try:
            cell["outputs"] = _run("".join(cell["source"]), names, number)
        except Exception as error:
            error.add_note(f"in cell {index} of the notebook")
            raise
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _run(source: str, names: dict[str, Any], number: int) -> list[dict[str, Any]]:
    """Return what a cell prints, and the value of its last line where that is an expression."""
    tree = ast.parse(source, f"cell {number}")
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    value = None
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(tree, f"cell {number}", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), names)
    outputs: list[dict[str, Any]] = []
    if printed.getvalue():
        outputs.append({"output_type": "stream", "name": "stdout", "text": _lines(printed.getvalue())})
    if value is not None:
        shown = {"text/plain": _lines(pprint.pformat(value, width=WIDTH, sort_dicts=False))}
        outputs.append({"output_type": "execute_result", "execution_count": number, "data": shown, "metadata": {}})
    return outputs


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)
