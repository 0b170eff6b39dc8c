"""Import MLPerf Inference results: LoadGen's ``mlperf_log_summary.txt``, or rows of ``summary_results.json``.

A log names neither model nor cards. Both come from the folders of a results repository, and the cards and the software
from a system description: one given in the same call, one beside the log (``system.json``, ``system_desc*.json``,
``*_system_desc.json``), or the one of the repository.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kb.importers.benchmark import Run, draft_case
from kb.importers.failure import ImportFailed
from kb.importers.head import has_keys
from kb.importers.json_input import parse_json
from kb.importers.measures import caveat
from kb.importers.mlperf import rows, summary_log, system
from kb.importers.mlperf.naming import UNVERIFIED, Name, card, caveat_of, model_of, name_by_place, named
from kb.importers.names import Library
from kb.importers.present import present
from kb.importers.raw_file import read_raw
from kb.importers.raw_file import shown as shown_path
from kb.importers.report import Imported


def recognises(head: bytes, name: str) -> bool:
    """Return whether a file that begins with ``head`` (up to 64 KiB) is a log, a description or a table of results."""
    del name
    return summary_log.TITLE.encode() in head or has_keys(head, *system.KEYS) or has_keys(head, *rows.KEYS)


def read(path: Path, library: Library | None = None) -> Imported:
    """Return the draft of a log, or one for each row of a table.

    Raises:
        ImportFailed: the file is neither, breaks off, or its result is not valid.
    """
    return _read(path, library, None)


def read_together(paths: Sequence[Path], library: Library | None = None) -> list[Imported]:
    """Return what each file holds; a system description among them is that of every log.

    With several descriptions each log takes the one of its own place.
    """
    descriptions = [path for path in paths if _is_description(path)]
    logs = [path for path in paths if path not in descriptions]
    given = descriptions[0] if len(descriptions) == 1 else None
    read_so_far: list[Imported] = []
    for path in logs or descriptions:
        try:
            read_so_far.append(_read(path, library, given if logs else None))
        except ImportFailed as failure:
            read_so_far.append(Imported(failures=(str(failure),)))
    if len(descriptions) > 1 and logs:
        several = f"{len(descriptions)} system descriptions were given; each log took the one beside it, if any"
        read_so_far.append(Imported(remarks=(several,)))
    return read_so_far


def _is_description(path: Path) -> bool:
    try:
        return has_keys(read_raw(path).content[: 64 * 1024], *system.KEYS)
    except ImportFailed:
        return False


def _read(path: Path, library: Library | None, given: Path | None) -> Imported:
    raw = read_raw(path)
    start = raw.content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"[":
        return rows.read_rows(parse_json(raw.content, shown_path(path)), raw, library)
    if start == b"{":
        data = parse_json(raw.content, shown_path(path))
        if "accelerator_model_name" in data:
            raise ImportFailed(
                f"{shown_path(path)} describes a system and holds no result: import the mlperf_log_summary.txt"
                " with it in the same call, or with it beside"
            )
        raise ImportFailed(f"{shown_path(path)} is neither a table of MLPerf results, which is a list, nor a log")
    log = summary_log.read_log(raw.content.decode("utf-8-sig", "replace"), shown_path(path))
    name = name_by_place(path)
    name = replace(name, scenario=name.scenario or log.scenario)
    described, remarks = _system(path, name, given)
    name = replace(name, division=name.division or described.division, submitter=name.submitter or described.submitter)
    run = _run(log, name, described, [*log.remarks, *remarks], library)
    draft = named(draft_case(run, raw, library), name, present(ran_by=name.submitter) | {"note": UNVERIFIED})
    draft.text()
    return Imported((draft,))


def _system(path: Path, name: Name, given: Path | None) -> tuple[system.System, list[str]]:
    """Return the description of a log, an empty one where there is none, and remarks on where it comes from."""
    try:
        found = given or system.find_system(path, name)
        if found is None:
            return system.System(), []
        described = system.read_system(found)
    except ImportFailed as failure:
        return system.System(), [f"no system description was taken: {failure}"]
    said = f"cards and software are those of {described.source}"
    if given is None and found.parent == path.parent:
        # A folder of logs may hold the description of another machine.
        doubt = f"whether the log is of the system described beside it: {said}"
        return replace(described, missing=(*described.missing, doubt)), []
    return described, [said]


def _run(
    log: summary_log.Log, name: Name, described: system.System, remarks: list[str], library: Library | None
) -> Run:
    missing = [f"whether the result is one that MLCommons published: {UNVERIFIED}"]
    if name.unknown:
        missing.append(f"the result's {', '.join(name.unknown)}: the log does not name them (title, evidence/locator)")
    if log.scenario == "Server" and name.scenario == "Server" and name.benchmark is None:
        missing.append("whether the scenario is Server or Interactive: the log says Server for both")
    return Run(
        "MLPerf LoadGen",
        [log.point | present(label=name.scenario, caveat=caveat([log.point.get("caveat"), caveat_of(name.benchmark)]))],
        model=model_of(name.benchmark),
        hardware=card(library, described.hardware),
        count=described.count,
        engine=described.engine,
        engine_version=described.engine_version,
        stack=described.stack,
        locator=name.text,
        missing=[*missing, *described.missing],
        remarks=remarks,
    )
