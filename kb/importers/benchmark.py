"""The draft case that is made of what a benchmark tool measured.

A reader of a tool's output puts what the file says into a :class:`Run`; the draft then states what only a person knows:
the cards, who ran it, which command, where the raw output can be opened.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from kb.importers.desk import UNNAMED, Desk
from kb.importers.draft import Draft, RawFile
from kb.importers.failure import ImportFailed
from kb.importers.names import Library, slug
from kb.importers.present import present
from kb.importers.report import Imported
from kb.importers.spellings import best_name
from kb.importers.tool_run import Run, common_day, grouped

__all__ = ["NO_ADDRESS", "Run", "draft_case", "grouped", "imported"]

# Nobody completes more by hand, and a hostile file could hold a million.
MAX_DRAFTS = 500
MAX_POINTS = 2000
# The checks call it a placeholder until somebody gives the real one.
NO_ADDRESS = "https://example.org/where-the-raw-output-can-be-opened"


def imported(
    runs: Sequence[Run], raw: RawFile, library: Library | None = None, failures: Iterable[str] = ()
) -> Imported:
    """Return a draft of each run of one file, and a sentence for each that makes none; they count from 1.

    Raises:
        ImportFailed: there are more than :data:`MAX_DRAFTS`.
    """
    if len(runs) > MAX_DRAFTS:
        raise ImportFailed(f"{raw.name} holds {len(runs)} deployments, and {MAX_DRAFTS} at most are drafted: split it")
    drafts: list[Draft] = []
    failed = list(failures)
    for number, run in enumerate(runs, 1):
        try:
            if len(run.points) > MAX_POINTS:
                raise ImportFailed(f"{len(run.points)} points of one deployment; a record has {MAX_POINTS} at most")
            draft = draft_case(run, raw, library, str(number) if len(runs) > 1 else "")
            draft.text()
            drafts.append(draft)
        except ImportFailed as failure:
            failed.append(f"{raw.name}: {failure}")
    return Imported(tuple(drafts), tuple(failed))


def draft_case(
    run: Run,
    raw: RawFile,
    library: Library | None = None,
    suffix: str = "",
    further: Sequence[tuple[Run, RawFile]] = (),
) -> Draft:
    """Return the draft of one run.

    Args:
        run: what the file says.
        raw: the file; its checksum holds the figures fast, and names the draft.
        library: the corpus to look names up in.
        suffix: tells the runs of one file apart.
        further: more runs of the same stack, each in a file of its own; their points follow, with their own evidence.

    Raises:
        ImportFailed: no id can be made of a name.
    """
    desk = Desk(library)
    desk.missing.extend(run.missing)
    desk.remarks.extend(run.remarks)
    stack = _stack(run, desk)
    card = stack["pools"][0]
    name = "-".join(
        part
        for part in (stack["model"], f"{card['hardware']}x{card['count']}", slug(run.engine or run.tool.split()[0]))
        if part
    )
    points = list(run.points)
    evidence = [_evidence(run, raw, desk)]
    for number, (other, other_raw) in enumerate(further, 2):
        entry = _evidence(other, other_raw, desk) | {"id": f"ev-raw-output-{number}"}
        evidence.append(entry)
        points.extend(point | {"default_evidence": entry["id"]} for point in other.points)
    _who(desk, run, [raw, *(other for _, other in further)])
    key = f"case-{name}"[:80].rstrip("-.") + f"-{raw.sha256[:8]}" + (f"-{suffix}" if suffix else "")
    record = {"kind": "case", "id": key, "title": _title(stack)[:200]} | present(
        default_evidence="ev-raw-output",
        measured=common_day([run.measured, *(other.measured for other, _ in further)]),
        stack=stack,
        weights_gb=run.weights_gb,
        points=points,
        evidence=evidence,
    )
    return Draft(
        record,
        tuple(dict.fromkeys(desk.missing)),
        tuple(dict.fromkeys(desk.remarks)),
        raw=raw,
        further=tuple(other for _, other in further),
    )


def _stack(run: Run, desk: Desk) -> dict[str, Any]:
    def named(kind: str, name: str | None, what: str) -> str | None:
        if name is None:
            desk.missing.append(what)
            return None
        return desk.id(kind, best_name(desk.library, kind, name), what)

    model = named("model", run.model, "which model ran (stack/model)") or UNNAMED
    engine = named("engine", run.engine, "which engine served (stack/engine/id)")
    if engine and not (run.engine_version or run.engine_commit or run.engine_image):
        desk.missing.append("the version of the engine (stack/engine/version)")
    quantization = named("quantization", run.quantization, "how the weights were stored (stack/quantization)")
    pools = [
        pool | {"hardware": named("hardware", pool.get("hardware"), f"stack/pools/{index}/hardware") or UNNAMED}
        for index, pool in enumerate(run.pools)
    ]
    if not pools:
        hardware = named("hardware", run.hardware, "which card it ran on (stack/pools/0/hardware)") or UNNAMED
        if run.count is None:
            desk.missing.append("how many cards it ran on (stack/pools/0/count); 1 stands there until then")
        pools = [present(role="serve", hardware=hardware, count=run.count or 1, parallelism=run.parallelism)]
    if run.command is None:
        desk.missing.append("the command that was run (stack/command)")
    return present(
        model=model,
        engine=present(
            id=engine,
            version=run.engine_version,
            image=run.engine_image,
            commit=run.engine_commit,
            backend=run.backend,
        )
        if engine
        else None,
        quantization=quantization,
        activations=run.activations,
        kv_cache=run.kv_cache,
        speculation=run.speculation,
        pools=pools,
        command=run.command,
        benchmark_tool=run.tool,
        **run.stack,
    )


def _title(stack: dict[str, Any]) -> str:
    cards = " and ".join(f"{pool['count']}x {pool['hardware']}" for pool in stack["pools"])
    engine = f" with {stack['engine']['id']}" if "engine" in stack else ""
    return f"{stack['model']} on {cards}{engine}"


def _evidence(run: Run, raw: RawFile, desk: Desk) -> dict[str, Any]:
    desk.missing.append(
        f"where {raw.name} can be opened: an address (evidence/source/url), or, kept in this repository,"
        f" the file {raw.home} as it stands beside the draft"
    )
    return present(
        id="ev-raw-output",
        source={"title": f"Output of {run.tool}"[:200], "url": NO_ADDRESS, "kind": "benchmark-repository"},
        locator=f"{raw.name}{', ' + run.locator if run.locator else ''}",
        exactness="exact",
        artifact={"sha256": raw.sha256, "path": raw.home},
    )


def _who(desk: Desk, run: Run, raws: Sequence[RawFile]) -> None:
    each = "each" if len(raws) > 1 else "it"
    desk.missing.append(f"who ran {each} (evidence/ran_by), and who answers for {each} (evidence/source/publisher)")
    if run.measured is None:
        desk.missing.append("the day of the run (measured)")
