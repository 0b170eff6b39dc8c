"""``summary_results.json`` of a round: one row for each result that MLCommons published.

A figure is of the whole system, as its row has it; none is divided by cards, since that would be no MLPerf result.
"""

from typing import Any

from kb.importers.benchmark import Run, draft_case
from kb.importers.draft import Draft, RawFile
from kb.importers.failure import ImportFailed
from kb.importers.figures import figure
from kb.importers.json_input import Reader, shown
from kb.importers.measures import caveat
from kb.importers.mlperf.naming import (
    PUBLISHED,
    UNVERIFIED,
    Name,
    card,
    caveat_of,
    is_language_model,
    model_of,
    named,
)
from kb.importers.mlperf.system import cards, software_of, stack_of
from kb.importers.names import Library
from kb.importers.present import present
from kb.importers.report import Imported

KEYS = ("ID", "Submitter", "Suite", "Scenario", "Performance_Result", "Performance_Units")
_FIELDS = {"Tokens/s": "decode_tok_s", "Samples/s": "requests_s", "Queries/s": "requests_s"}
_DOUBTED = "samples or queries per second by the row; some submitters print tokens under these units"
_KINDS = {"Offline": "offline", "Server": "serving", "Interactive": "serving", "SingleStream": "serving"}


class _OtherBenchmark(Exception):
    """A row of a benchmark that is not of a language model."""


def read_rows(rows: list[Any], raw: RawFile, library: Library | None) -> Imported:
    """Return a draft for each row of a language model, a sentence for each that gives none, and what was passed over.

    Raises:
        ImportFailed: no row is of a language model.
    """
    drafts: list[Draft] = []
    failures: list[str] = []
    others: dict[str, int] = {}
    for number, data in enumerate(rows, 1):
        try:
            drafts.append(_draft(Reader(data, f"{raw.name}, row {number}"), number, raw, library))
        except _OtherBenchmark as other:
            others[str(other)] = others.get(str(other), 0) + 1
        except ImportFailed as failure:
            failures.append(str(failure))
    if not drafts and not failures:
        raise ImportFailed(f"{raw.name}: none of its {len(rows)} rows is of a language model")
    passed = f"{raw.name}: {sum(others.values())} rows of other benchmarks were left out: {', '.join(sorted(others))}"
    return Imported(tuple(drafts), tuple(failures), remarks=(passed[:500],) if others else ())


def _draft(row: Reader, number: int, raw: RawFile, library: Library | None) -> Draft:
    benchmark, unit = row.needed_text("Model"), row.text("Performance_Units")
    if unit != "Tokens/s" and not is_language_model(benchmark):
        raise _OtherBenchmark(shown(benchmark)[1:-1])
    name = Name(
        round=row.text("version"),
        division=row.text("Category"),
        submitter=row.text("Submitter"),
        system=row.text("Platform"),
        benchmark=benchmark,
        scenario=row.needed_text("Scenario"),
        id=row.needed_text("ID"),
        suite=row.text("Suite"),
    )
    if row.value("inferred") not in (None, 0, False, ""):
        raise ImportFailed(f"{row.path} ({name.text}): its result is inferred from another entry, and was not measured")
    value = figure(row, "Performance_Result")
    if unit not in _FIELDS or value is None:
        raise ImportFailed(
            f"{row.path} ({name.text}): {shown(unit)} of {shown(value)} is no throughput that can be read"
        )
    draft = named(
        draft_case(_run(row, name, {_FIELDS[unit]: value}, library), raw, library, str(number)),
        name,
        _evidence(row, name),
    )
    draft.text()
    return draft


def _run(row: Reader, name: Name, results: dict[str, Any], library: Library | None) -> Run:
    software = row.text("Software")
    engine, version, missing = software_of(software)
    used = row.text("UsedModel")
    changed = used if used not in (None, name.benchmark) else None
    missing_too = [] if _published(row) else [f"whether the result is one that MLCommons published: {UNVERIFIED}"]
    faults = row.number("errors")
    caveats = [
        f"the row counts {faults} errors" if faults else None,
        _DOUBTED if "decode_tok_s" not in results else None,
        caveat_of(name.benchmark),
    ]
    return Run(
        f"MLPerf Inference {name.round or ''}".strip(),
        [
            {
                "label": name.scenario,
                "scenario": present(
                    kind=_KINDS.get(name.scenario or ""), concurrency=1 if name.scenario == "SingleStream" else None
                ),
                "results": results,
            }
            | present(caveat=caveat(caveats))
        ],
        model=changed or model_of(name.benchmark),
        hardware=card(library, row.text("Accelerator")),
        count=cards(row.value("a#"), row.value("Nodes")),
        engine=engine,
        engine_version=version,
        quantization=row.text("weight_data_types"),
        stack=stack_of(software, row.text("System"), row.text("operating_system")),
        locator=f"row with {name.text}",
        missing=[*missing, *missing_too],
    )


def _published(row: Reader) -> bool:
    return (row.text("Details") or "").startswith(PUBLISHED)


def _evidence(row: Reader, name: Name) -> dict[str, Any]:
    """Return publisher and address of a published row; of any other, that MLCommons did not verify it."""
    ran_by = present(ran_by=name.submitter)
    if not _published(row):
        return ran_by | {"note": UNVERIFIED}
    source = {"title": f"MLPerf Inference {name.round or ''} results".replace("  ", " "), "publisher": "MLCommons"}
    return ran_by | {"source": source | {"url": row.text("Details"), "kind": "audited-benchmark"}}
