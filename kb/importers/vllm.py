"""vLLM: the result of ``vllm bench serve --save-result``, and the summary of ``vllm bench sweep``, a list of those.

Keys that are not the tool's own are options of the sweep or ``--metadata``; they are kept with the point. A file does
not say on which cards the server ran, which version it was, or how the weights were stored.
"""

from pathlib import Path
from typing import Any

from kb.importers.benchmark import Run, draft_case, grouped, imported
from kb.importers.failure import ImportFailed
from kb.importers.head import has_keys, keys
from kb.importers.json_input import Reader
from kb.importers.names import Library
from kb.importers.present import present
from kb.importers.raw_file import RawFile, read_raw
from kb.importers.report import Imported
from kb.importers.serving import Dialect, day_of, runs_in, serving_point, settings
from kb.importers.tool_run import same_stack

# Names of back ends that are engines; "openai" and the like are protocols that any server speaks.
ENGINES = {
    "vllm": "vllm",
    "vllm-chat": "vllm",
    "sglang": "sglang",
    "sglang-native": "sglang",
    "sglang-oai": "sglang",
    "sglang-oai-chat": "sglang",
    "tensorrt-llm": "tensorrt-llm",
    "trt": "tensorrt-llm",
    "lmdeploy": "lmdeploy",
    "lmdeploy-chat": "lmdeploy",
    "deepspeed-mii": "deepspeed-mii",
    "llama.cpp": "llama.cpp",
}
_PARALLEL = {"tensor_parallel_size": "tp", "pipeline_parallel_size": "pp", "data_parallel_size": "dp"}
_TOOLS_OWN = """
    best_of burstiness endpoint_type errors generated_texts input_lens itls max_concurrent_requests
    max_output_tokens_per_s output_lens request_goodput request_goodput: rtfx start_times tokenizer_id ttfts
    benchmark_start_time_unix benchmark_end_time_unix total_token_throughput ramp_up_strategy ramp_up_start_rps
    ramp_up_end_rps good_completed input_throughput spec_decode_acceptance_rate spec_decode_num_drafts
    spec_decode_draft_tokens spec_decode_accepted_tokens spec_decode_per_position_acceptance_rates steady_state
"""
_KNOWN = frozenset(_TOOLS_OWN.split())
# Lengths of two files that are nearer than this are those of one load; a tokenizer makes 1,021 or 1,026 of 1,024.
_SAME_LENGTH = 0.05


def recognises(head: bytes, name: str) -> bool:
    """Tell whether a file that begins with ``head`` is a result of this tool."""
    ours = has_keys(head, "model_id", "tokenizer_id", "request_throughput")
    return ours and not keys(head) & {"benchmark_start_time_unix", "good_completed"}


def read(path: Path, library: Library | None = None) -> Imported:
    """Return a draft of each deployment in the file; the runs of a sweep are its points.

    Raises:
        ImportFailed: the file as a whole is no such result.
    """
    raw = read_raw(path)
    runs, failures = runs_in(raw, _run)
    return imported(grouped(runs), raw, library, failures)


def read_together(paths: list[Path], library: Library | None = None) -> list[Imported]:
    """Return drafts of several files; those of one deployment, as far as they tell, become one with a sweep of points.

    They do when model, back end, parallelism and lengths are the same, and nothing but the load differs.
    """
    found: list[Imported] = []
    groups: list[list[tuple[Run, RawFile]]] = []
    for path in paths:
        try:
            raw = read_raw(path)
            runs, failures = runs_in(raw, _run)
        except ImportFailed as failure:
            found.append(Imported(failures=(str(failure),)))
            continue
        found.append(Imported(failures=tuple(failures)))
        if len(runs) != 1:
            found.append(imported(grouped(runs), raw, library))
            continue
        group = next((group for group in groups if _belongs(runs[0], group[0][0])), None)
        if group is None:
            groups.append([(runs[0], raw)])
        elif same := [other.name for _, other in group if other.sha256 == raw.sha256]:
            found.append(Imported(remarks=(f"{raw.name} is the same file as {same[0]}, and counts once",)))
        else:
            group.append((runs[0], raw))
    return found + [_joined(group, library) for group in groups]


def _belongs(run: Run, other: Run) -> bool:
    if not same_stack(run, other):
        return False
    mine, theirs = run.points[0]["scenario"], other.points[0]["scenario"]
    pairs = [(mine.get(key), theirs.get(key)) for key in ("input_tokens", "output_tokens")]
    return all(a == b or (a and b and abs(a / b - 1) <= _SAME_LENGTH) for a, b in pairs)


def _joined(group: list[tuple[Run, RawFile]], library: Library | None) -> Imported:
    first, raw = group[0]
    if len(group) == 1:
        return imported([first], raw, library)
    names = ", ".join(other.name for _, other in group)
    first.missing.insert(0, f"that {names} are runs of one deployment: they agree in model, back end and lengths")
    remarks = [remark for run, _ in group for remark in run.remarks]
    first.remarks = list(dict.fromkeys(remarks))
    try:
        draft = draft_case(first, raw, library, further=group[1:])
        draft.text()
    except ImportFailed as failure:
        return Imported(failures=(f"{names}: {failure}",))
    return Imported((draft,))


def _run(reader: Reader, where: str) -> Run:
    sweep = where.startswith("[")
    return client_run(reader, "vllm bench sweep" if sweep else "vllm bench serve", Dialect(), where)


def client_run(reader: Reader, tool: str, dialect: Dialect, where: str = "") -> Run:
    """Return one run as the client that made the load saw it.

    Args:
        reader: the object that the client wrote.
        tool: the client's name.
        dialect: how it spells latencies.
        where: what leads to the object in its file; empty where it is the file.

    Raises:
        ImportFailed: it measured nothing, or a figure is none; the message names the key.
    """
    backend = reader.text("backend") or reader.text("endpoint_type")
    model = reader.needed_text("model_id")
    parallelism = {ours: count for key, ours in _PARALLEL.items() if (count := _count(reader, key))}
    most = _count(reader, "max_num_seqs")
    point = serving_point(reader, dialect, where or None)
    if most:
        point["scenario"]["max_batch"] = most
    day = day_of(reader)
    repeat = reader.number("run_number", whole=True)
    label = [reader.text("label"), f"run {repeat}" if repeat is not None else None]
    point = present(label=", ".join(filter(None, label))[:200]) | point
    options = settings(reader, _KNOWN)
    if options:
        point["remark"] = ". ".join([*([point["remark"]] if point.get("remark") else []), f"set: {', '.join(options)}"])
    run = Run(
        tool=tool,
        points=[point],
        model=model,
        engine=ENGINES.get(backend or ""),
        parallelism=parallelism,
        measured=day,
        locator=where or None,
    )
    if run.engine is None and backend:
        run.remarks.append(f"the back end is {ascii(backend)[:60]}, a protocol that more than one engine speaks")
    return run


def _count(reader: Reader, key: str) -> int | None:
    """Return a count that a sweep writes as a number, and ``--metadata`` as text."""
    value: Any = reader.peek(key)
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 10:
        reader.value(key)
        return int(value) or None
    return reader.count(key) if isinstance(value, int) and value else None
