"""The system description of a submission: which cards, how many, which software."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import shorten
from typing import Any

from kb.importers.failure import ImportFailed
from kb.importers.json_input import Reader, parse_json
from kb.importers.measures import whole
from kb.importers.mlperf.naming import Name
from kb.importers.present import present
from kb.importers.raw_file import read_raw

KEYS = ("accelerator_model_name", "accelerators_per_node", "number_of_nodes")
_BESIDE = ("system.json", "system_desc*.json", "*_system_desc.json")
# "vLLM 0.9.0.2.dev108+g71faa1880, Pytorch 2.7.0, ROCm 6.4.1": the engine stands first, if one is named at all.
_SOFTWARE = re.compile(r"\s*([A-Za-z][A-Za-z0-9._-]*(?: [A-Za-z][A-Za-z0-9._-]*)?)(?:[ :=]+v?([0-9][^\s,;]*))?\s*")
_UNSAID = {"", "n/a", "none", "-", "tbd", "todo"}
# Submissions name the library of TensorRT-LLM by this, with a version that is not the engine's.
_LIBRARY = "tensorrt"


@dataclass(frozen=True)
class System:
    """What a description says; ``source`` names the file and its checksum."""

    hardware: str | None = None
    count: int | None = None
    engine: str | None = None
    engine_version: str | None = None
    stack: dict[str, Any] = field(default_factory=dict)
    division: str | None = None
    submitter: str | None = None
    source: str | None = None
    missing: tuple[str, ...] = ()


def read_system(path: Path) -> System:
    """Return what the description at ``path`` says; raise ImportFailed when it is none."""
    raw = read_raw(path)
    data = parse_json(raw.content, raw.name)
    if not isinstance(data, dict) or "accelerator_model_name" not in data:
        raise ImportFailed(f"{raw.name} is no system description: it gives no accelerator_model_name")
    top = Reader(data, raw.name)
    framework, name = _said(top, "framework"), _said(top, "system_name")
    software = software_of(framework)
    return System(
        hardware=_said(top, "accelerator_model_name"),
        count=cards(top.value("accelerators_per_node"), top.value("number_of_nodes")),
        engine=software[0],
        engine_version=software[1],
        missing=software[2],
        stack=stack_of(framework, name, _said(top, "operating_system")),
        division=_said(top, "division"),
        submitter=_said(top, "submitter"),
        source=f"{raw.name} (sha256 {raw.sha256})",
    )


def find_system(path: Path, name: Name) -> Path | None:
    """Return the description of the log at ``path``: the one beside it, or where a results repository has it.

    Raises:
        ImportFailed: several lie beside the log.
    """
    beside = sorted({found for pattern in _BESIDE for found in path.parent.glob(pattern)})
    if len(beside) > 1:
        raise ImportFailed(f"{len(beside)} system descriptions lie beside the log; leave the one that is meant")
    if not beside and name.system:
        # .../<submitter>/results/<system>/<benchmark>/<scenario>/performance/run_1/<log>
        beside = [path.absolute().parents[6] / "systems" / f"{name.system}.json"]
    return next((found for found in beside if found.is_file()), None)


def cards(per_node: Any, nodes: Any) -> int | None:
    """Return how many cards a system has, None where one of the two factors is not told."""
    each, many = whole(per_node), whole(nodes)
    return each * many if each and many and each * many < 10**9 else None


def software_of(framework: str | None) -> tuple[str | None, str | None, tuple[str, ...]]:
    """Return engine, version, and what is missing, from a list of software such as a description gives."""
    first = _SOFTWARE.fullmatch((framework or "").split(",")[0])
    if first is None:
        return None, None, ()
    engine, version = first.groups()
    if engine.casefold() == _LIBRARY:
        doubt = f"whether the engine is TensorRT-LLM, and its version: the software is {framework}"
        return "tensorrt-llm", None, (doubt[:300],)
    return engine, version, ()


def stack_of(framework: str | None, system: str | None, operating_system: str | None) -> dict[str, Any]:
    """Return the further fields of a case's stack."""
    told = {"software": framework, "system": system}
    return present(
        os=shorten(operating_system or "", 200, placeholder=" ...") or None,
        environment=[shorten(f"{what}: {text}", 200, placeholder=" ...") for what, text in told.items() if text],
    )


def _said(top: Reader, key: str) -> str | None:
    text = top.text(key)
    return None if text is None or text.casefold() in _UNSAID else text
