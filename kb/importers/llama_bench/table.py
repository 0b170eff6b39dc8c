"""The table that llama-bench prints, as people paste it: with the command, the lines that name devices, the build."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from kb.importers.benchmark import Run, grouped
from kb.importers.failure import ImportFailed
from kb.importers.json_input import MAX_DOCUMENTS, shown
from kb.importers.llama_bench.names import (
    add_cards,
    cache_format,
    model_of_file,
    offload_caveat,
    quantization_of_words,
)
from kb.importers.llama_bench.test import Test, as_point
from kb.importers.names import Library

_COMMAND = re.compile(r"(?:^|[\s$#>❯])((?:\S*/)?llama-bench(?:\.exe)?\s+-\S.*)$")
_DEVICE = re.compile(r"^\s*Device \d+: (.+?), (?:compute capability|gfx|VMM)|^ggml_vulkan: \d+ = (.+?)(?: \(| \|)")
_BUILD = re.compile(r"^\s*build: ([0-9a-f]{6,40}) \((\d{1,7})\)")
_TEST = re.compile(r"(?:pp ?(\d{1,9}))?\+?(?:tg ?(\d{1,9}))?(?: ?@ ?d(\d{1,9}))?")
_SPEED = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)(?: ?(?:±|\+/?-) ?([0-9]{1,12}(?:\.[0-9]{1,6})?))?")
_SIZE = re.compile(r"([0-9]{1,7}(?:\.[0-9]{1,3})?) ?(GiB|MiB)")
_MODEL_OPTION = re.compile(r"(?:^|\s)(?:-m|--model)[ =]([^\s,]+\.gguf)(?=\s|$)")
_HEAD = frozenset(("model", "size", "test", "t/s"))
# Nobody prints longer ones, and the expressions above are for lines.
_LONGEST = 2000
_UNITS = {"GiB": 2**30, "MiB": 2**20}
# Columns that a point's remark tells of, by what the JSON calls them.
_SETTINGS = {"ngl": "n_gpu_layers", "threads": "n_threads", "fa": "flash_attn", "sm": "split_mode", "mmap": "use_mmap"}
_PLACED = frozenset(("model", "size", "params", "backend", "test", "t/s", "type_k", "type_v"))


@dataclass
class _Paste:
    """A table with what stands around it."""

    command: str | None = None
    devices: list[str] = field(default_factory=list)
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    build: tuple[str, str] | None = None


def is_table(text: bytes) -> bool:
    """Tell whether ``text`` holds the head of such a table."""
    lines = (line.decode("utf-8", "replace") for line in text.split(b"\n") if b"t/s" in line and b"model" in line)
    return any(set(_cells(line) or ()) >= _HEAD for line in lines)


def table_runs(content: bytes, name: str, library: Library | None) -> tuple[list[Run], list[str]]:
    """Return the runs of all tables in a text, the tests of one deployment as points of one, and what failed.

    Raises:
        ImportFailed: the text is not UTF-8, or its tables have no rows.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportFailed(f"{name} is not UTF-8 text: the byte at offset {error.start} does not fit") from None
    runs: list[Run] = []
    failures: list[str] = []
    pastes = _pastes(text)
    rows = sum(len(paste.rows) for paste in pastes)
    if rows > MAX_DOCUMENTS:
        raise ImportFailed(f"{name} holds {rows} rows, and {MAX_DOCUMENTS} at most are read: split it")
    for paste in pastes:
        models: dict[str, list[Run]] = {}
        for number, row in paste.rows:
            try:
                models.setdefault(row.get("model", ""), []).append(_run(row, number, paste, name, library))
            except ImportFailed as failure:
                failures.append(str(failure))
        runs.extend(run for of_model in models.values() for run in grouped(of_model))
    if not runs and not failures:
        raise ImportFailed(f"{name} has the head of a table of llama-bench, and no row below it")
    return runs, failures


def _pastes(text: str) -> list[_Paste]:
    pastes = [_Paste()]
    columns: list[str] | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > _LONGEST:
            continue
        cells = _cells(line)
        if cells is None:
            columns = None
        if command := _COMMAND.search(line):
            pastes.append(_Paste(command=command.group(1).strip()))
        elif device := _DEVICE.search(line):
            if pastes[-1].rows:
                pastes.append(_Paste())
            pastes[-1].devices.append(device.group(1) or device.group(2))
        elif build := _BUILD.search(line):
            pastes[-1].build = (build.group(1), build.group(2))
            pastes.append(_Paste())
        elif cells and set(cells) >= _HEAD:
            columns = cells
        elif cells and columns and not all(set(cell) <= set("-: ") for cell in cells):
            pastes[-1].rows.append((number, dict(zip(columns, cells, strict=False))))
    return [paste for paste in pastes if paste.rows]


def _cells(line: str) -> list[str] | None:
    plain = line.strip().lstrip("> ") if len(line) <= _LONGEST else ""
    if not plain.startswith("|") or plain.count("|") < 3:
        return None
    return [cell.strip() for cell in plain[1:].removesuffix("|").split("|")]


def _run(row: dict[str, str], number: int, paste: _Paste, name: str, library: Library | None) -> Run:
    where = f"{name}:{number}"
    words = row.get("model", "")
    if not words.isprintable() or not words:
        raise ImportFailed(f"{where}: the model is {shown(words)}")
    option = _MODEL_OPTION.findall(paste.command or "")
    model = model_of_file(option[0]) if len(option) == 1 and paste.command and "," not in option[0] else None
    keys, values = row.get("type_k", "f16"), row.get("type_v", "f16")
    run = Run(
        tool="llama-bench",
        points=[as_point(_test(row, where, model, library), f"line {number}")],
        model=model,
        engine="llama.cpp",
        engine_version=f"b{paste.build[1]}" if paste.build else None,
        engine_commit=paste.build[0] if paste.build else None,
        backend=_plain(row.get("backend")),
        quantization=quantization_of_words(words),
        kv_cache=cache_format(keys) if keys == values else None,
        command=_plain(paste.command),
        locator=f"line {number}",
    )
    run.remarks.append(f"llama-bench calls the model {words!r}")
    if size := _SIZE.fullmatch(row.get("size", "")):
        run.weights_gb = float(Decimal(size.group(1)) * _UNITS[size.group(2)] / 10**9)
        run.remarks.append(f"weights_gb: {size.group(0)} as printed, times {_UNITS[size.group(2)]} / 1e9")
    if model is None:
        run.missing.append(f"the table has only the architecture and the size of the model: {words!r}")
    add_cards(run, paste.devices)
    return run


def _plain(text: str | None) -> str | None:
    return text if text and text.isprintable() else None


def _test(row: dict[str, str], where: str, model: str | None, library: Library | None) -> Test:
    test = _TEST.fullmatch(row.get("test", ""))
    speed = _SPEED.fullmatch(row.get("t/s", ""))
    if test is None or not (test.group(1) or test.group(2)):
        raise ImportFailed(
            f"{where}: the test is {shown(row.get('test', ''))}, and should be as pp512 or tg128 @ d4096"
        )
    if speed is None or not float(speed.group(1)):
        raise ImportFailed(f"{where}: the speed is {shown(row.get('t/s', ''))}, and should be as 85.50 ± 0.05")
    told = [
        f"{_SETTINGS.get(key, key)} {value}"
        for key, value in row.items()
        if key not in _PLACED and value and (key + value).isprintable()
    ]
    layers, experts = (
        int(row.get(key, "")) if re.fullmatch(r"-?\d{1,5}", row.get(key, "")) else None for key in ("ngl", "n_cpu_moe")
    )
    prompt, written, depth = (int(count or 0) for count in test.groups())
    if not prompt + written:
        raise ImportFailed(f"{where}: the test is {shown(row['test'])}, of no token")
    return Test(
        prompt,
        written,
        depth,
        float(speed.group(1)),
        float(speed.group(2)) if speed.group(2) else None,
        ", ".join(told)[:800],
        offload_caveat(layers, model, library, host_experts=experts, host_cache=row.get("nkvo") == "1"),
    )
