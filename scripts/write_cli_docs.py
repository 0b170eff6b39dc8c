"""Write the reference of the command line, ``site/pages/cli``, from what the commands tell of themselves.

One page per command, like a page of a manual, and an index with what all of them share. Of some examples the real
output is shown: of those that the same records always answer alike. ``tests/test_cli_docs.py`` guards against drift.

Usage: make docs
"""

import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import typer

from kb.cli.app import COMMANDS, GROUPS, loaded
from kb.cli.help import BAD_USAGE, WELL, Help
from scripts import refresh_docs

ROOT = Path(__file__).resolve().parent.parent
PAGES = Path("site") / "pages" / "cli"
# Of the first example of these, so many lines are shown.
SHOWN = {"show": 12, "list": 6, "compare": 10, "estimate": 9, "fit": 8, "disputes": 8, "explain": 8}

ENVIRONMENT = {
    "KB_ROOT": "the folder that holds `data/`; else the current folder or one above it, else where the package lies",
    "KB_BUNDLE": "the folder of the bundle; else `dist` in the folder above",
    "KB_TRACEBACK": "set to anything, an internal error shows where in the code it arose",
    "COLUMNS": "how wide tables are; else as wide as the terminal, and 100 columns in a pipe",
    "NO_COLOR": "set to anything, no colours are printed",
    "FORCE_COLOR": "set to anything but 0, colours are printed in a pipe as well; `NO_COLOR` is stronger",
    "TERM": "on a terminal called `dumb` no colours are printed",
    "PYTHONIOENCODING": "the encoding of what is printed; a letter that it lacks is shown by its number, as `\\xd7`",
}
FILES = {
    "data/": "the records, one YAML file each",
    "schema/": "JSON Schema of each kind of record, written by `kb schema`",
    "dist/": "the bundle, written by `kb build`: `kb.duckdb`, `search.sqlite`, `parquet/`, `json/`, checksums",
    "site/build/": "the site, written by `kb site`",
}
EXITS = {
    WELL[0]: WELL[1],
    1: "findings, or failures: the page of the command says which",
    BAD_USAGE[0]: BAD_USAGE[1],
    70: "an internal error; set `KB_TRACEBACK=1` to see where, and report it",
    130: "interrupted by Ctrl-C",
}
_INDEX = """\
# The command line

<!-- Written by scripts/write_cli_docs.py: run make docs. -->

`kb` answers questions from the bundle, and looks after the records. Wherever an id is taken, an alias, a former id, a
nickname or a Hugging Face id is taken too: `dsr1` is `deepseek-r1`. `kb COMMAND --help`, or `kb help COMMAND`, prints
what these pages say.

{commands}

## Exit status

{exits}

## Environment

{environment}

## Files

{files}

A path may be written with slashes or, as on Windows, with backslashes; findings show slashes on every system. A file
whose name begins with a hyphen stands behind `--`, as in `kb check -- -x.yaml`.

## The Tab key

```sh
kb --install-completion bash    # or zsh, fish, powershell
kb --show-completion bash       # prints what that would write
```

From then on the Tab key completes commands, options, ids of records, names of checks and of formats. Another name that
is begun becomes the id of its record: `dsr1` becomes `deepseek-r1`. It reads the bundle that is there, and never builds
one.

## Terminals and pipes

Tables are as wide as the terminal; what is too long is folded, and where there is no room for a table, each row is
printed as a list. Colours are for terminals only. What a record holds cannot steer the terminal. A reader that stops
early, as in `kb list cases | head -3`, is no error.
"""


def pages(answer: Callable[[str], str]) -> dict[str, str]:
    """Return all pages by their path in ``site/pages/cli``; ``answer`` gives the output of a command line."""
    found = {f"{name}.md": _page(name, answer) for name in COMMANDS}
    groups = [
        f"## {group}\n\n"
        + _table(("command", "what it does"), [(f"[`kb {n}`]({n}.md)", _text(_help(n).summary)) for n in names])
        for group, names in GROUPS.items()
    ]
    found["index.md"] = _INDEX.format(
        commands="\n\n".join(groups),
        exits=_table(("code", "when"), [(str(code), when) for code, when in EXITS.items()]),
        environment=_table(("variable", "what it sets"), [(f"`{name}`", what) for name, what in ENVIRONMENT.items()]),
        files=_table(("path", "what it holds"), [(f"`{name}`", what) for name, what in FILES.items()]),
    )
    return found


def _page(name: str, answer: Callable[[str], str]) -> str:
    command, told = loaded(name), _help(name)
    context = typer.Context(command, info_name=f"kb {name}")
    synopsis = " ".join(re.sub(r"[{}]", "", piece) for piece in command.collect_usage_pieces(context))
    parts = [
        f"# kb {name}",
        "<!-- Written by scripts/write_cli_docs.py: run make docs. -->",
        f"## Name\n\n`kb {name}`: {_text(told.summary[0].lower() + told.summary[1:])}",
        f"## Synopsis\n\n    kb {name} {synopsis}",
        *([f"## Description\n\n{description}"] if (description := _description(told)) else []),
        *_options(command, context),
        f"## Examples\n\n{_examples(name, told, answer)}",
        "## Exit status\n\n"
        + _table(("code", "when"), [(str(code), _text(when)) for code, when in (WELL, *told.exits, BAD_USAGE)]),
        "## Environment and files\n\n"
        + ", ".join(f"`{variable}`" for variable in ENVIRONMENT)
        + " mean the same for every command: [environment](index.md#environment), [files](index.md#files).",
        "## See also\n\n" + ", ".join(_also(name)),
    ]
    return "\n\n".join(parts) + "\n"


def _help(name: str) -> Help:
    return Help.of(loaded(name).help or "")


def _description(told: Help) -> str:
    """Return all of the text but its first sentence; what is set line by line there is set so here."""
    paragraphs = []
    for paragraph in told.text.removeprefix(told.summary).strip().split("\n\n"):
        if paragraph.startswith("\b"):
            lines = paragraph.splitlines()[1:]
            paragraphs += [_text(lines[0]), "\n".join(f"    {line.strip()}" for line in lines[1:])]
        elif paragraph:
            paragraphs.append(_text(paragraph))
    return "\n\n".join(paragraphs)


def _options(command: Any, context: typer.Context) -> Iterator[str]:
    for heading, kind in (("Arguments", "argument"), ("Options", "option")):
        records = [p.get_help_record(context) for p in command.get_params(context) if p.param_type_name == kind]
        rows = []
        for names, meaning in filter(None, records):
            shown = names.partition(" <")[0] if kind == "argument" else names
            # What may be chosen from stands between bars, which not every reader of Markdown takes as text in a table.
            shown = re.sub(r"<(.+\|.+)>", lambda choice: f"{{{choice[1].replace('|', ',')}}}", shown)
            rows.append((f"`{shown}`", _text(meaning)))
        if rows:
            yield f"## {heading}\n\n" + _table((kind, "meaning"), rows)


def _examples(name: str, told: Help, answer: Callable[[str], str]) -> str:
    first, *others = told.examples
    blocks = []
    if name in SHOWN:
        command = first if " | " in first else f"{first} | head -{SHOWN[name]}"
        blocks.append(f"```console\n$ {command}\n{answer(command)}```")
    if rest := others if name in SHOWN else told.examples:
        blocks.append("```sh\n" + "".join(f"{example}\n" for example in rest) + "```")
    return "\n\n".join(blocks)


def _also(name: str) -> list[str]:
    (group,) = (names for names in GROUPS.values() if name in names)
    return [*(f"[kb {other}]({other}.md)" for other in group if other != name), "[all commands](index.md)"]


def _text(text: str) -> str:
    """Return plain text as Markdown: options and commands as code, and nothing else that Markdown would read."""
    escaped = re.sub(r"([\\`*_<>\[\]|])", r"\\\1", text)
    return re.sub(rf"(?<![\w-])(--[a-z][a-z-]*|kb (?:{'|'.join(COMMANDS)})\b)", r"`\1`", escaped)


def _table(heads: tuple[str, str], rows: list[tuple[str, str]]) -> str:
    lines = [f"| {' | '.join(heads)} |", "|---|---|"]
    return "\n".join(lines + [f"| {first} | {' '.join(second.split())} |" for first, second in rows])


def workshop(folder: Path, home: Path, bundle: Path) -> Path:
    """Lay out in ``folder`` what the examples read: the records of ``home``, and ``bundle``; return the folder."""
    for name, target in (("data", home / "data"), ("schema", home / "schema"), ("dist", bundle)):
        (folder / name).symlink_to(target.resolve())
    return folder


def main() -> None:
    """Write the pages that changed, remove those of commands that are gone, and say which."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = workshop(Path(scratch), ROOT, ROOT / "dist")
        wanted = pages(lambda command: refresh_docs.run(command, folder))
    home = ROOT / PAGES
    home.mkdir(parents=True, exist_ok=True)
    for path in home.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
            print(f"{(PAGES / path.name).as_posix()}: removed")
    for name, text in wanted.items():
        path = home / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            print(f"{(PAGES / name).as_posix()}: written")


if __name__ == "__main__":
    main()
