"""Run the rules over a corpus."""

import concurrent.futures
import multiprocessing
import re
from collections.abc import Iterable, Iterator

from kb.checks.context import Context
from kb.checks.finding import Finding, Problem
from kb.checks.registry import rules
from kb.checks.rule import Entry, Rule
from kb.corpus import Corpus, Fault, Origin
from kb.records import Case, Record

_AT_A_POINT = re.compile(r"/points/(\d+)(?:/|$)")


# Below this many records a second process costs more than it saves.
_WORTH_A_PROCESS = 500


def check_corpus(
    corpus: Corpus, files: Iterable[str] | None = None, *, processes: int = 1, context: Context | None = None
) -> list[Finding]:
    """Return all findings, in order of file and place.

    Args:
        corpus: the records, and the faults met while reading them.
        files: only findings on these files (as the corpus shows them); None means all.
        processes: how many may share the work, where the system can fork; the findings are the same.
        context: answers that were worked out before, and where further ones are kept.
    """
    wanted = None if files is None else frozenset(files)
    by_subject = _by_subject()
    findings = [_of_fault(fault, by_subject["file"]) for fault in corpus.faults if _is_wanted(fault.file, wanted)]
    records = [record for record in corpus.records() if _is_wanted(corpus.origin(record).file, wanted)]
    if processes > 1 and len(records) >= _WORTH_A_PROCESS and "fork" in multiprocessing.get_all_start_methods():
        findings.extend(_shared_out(corpus, records, processes))
    else:
        findings.extend(_of_records(records, context or Context(corpus)))
    return sorted(findings, key=lambda finding: finding.order)


def _by_subject() -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in rules():
        found.setdefault(entry.rule.on, []).append(entry)
    return found


def _of_records(records: Iterable[Record], context: Context) -> Iterator[Finding]:
    by_subject = _by_subject()
    for record in records:
        entries = [*by_subject.get("record", ()), *by_subject.get(record.kind, ())]
        yield from _of_record(record, context.corpus.origin(record), entries, context)


# What a forked process finds in its memory: a corpus is large, and need not be sent.
_inherited: list[tuple[Corpus, list[Record]]] = []


def _shared_out(corpus: Corpus, records: list[Record], processes: int) -> list[Finding]:
    """Check every n-th record in a process of its own, so that long and short ones are dealt evenly."""
    _inherited.append((corpus, records))
    try:
        fork = multiprocessing.get_context("fork")
        with concurrent.futures.ProcessPoolExecutor(processes, mp_context=fork) as pool:
            parts = pool.map(_part, range(processes), [processes] * processes)
            return [finding for part in parts for finding in part]
    finally:
        _inherited.pop()


def _part(first: int, step: int) -> list[Finding]:
    corpus, records = _inherited[-1]
    return list(_of_records(records[first::step], Context(corpus)))


def _is_wanted(file: str, wanted: frozenset[str] | None) -> bool:
    return wanted is None or file in wanted


def _of_fault(fault: Fault, entries: list[Entry]) -> Finding:
    rule = next(entry.rule for entry in entries if entry.rule.name == fault.name)
    return Finding(
        rule.code,
        rule.name,
        rule.severity,
        fault.file,
        fault.line,
        fault.column,
        fault.pointer,
        fault.record,
        fault.message,
        fault.hint,
        fault.data,
    )


def _of_record(record: Record, origin: Origin, entries: list[Entry], context: Context) -> Iterator[Finding]:
    used: set[int] = set()
    stale: Entry | None = None
    for entry in entries:
        if entry.check is None:
            continue
        if entry.rule.name == "acknowledgement-stale":
            stale = entry
            continue
        for problem in entry.check(record, context):
            reason = None
            for index, acknowledgement in enumerate(record.acknowledged):
                same = acknowledgement.code in (entry.rule.code, entry.rule.name)
                if same and acknowledgement.pointer in (None, problem.pointer):
                    reason = acknowledgement.reason
                    used.add(index)
                    break
            if reason is None and isinstance(record, Case):
                reason = _caveat(record, problem.pointer)
            yield _finding(entry.rule, record, origin, problem, reason)
    if stale is not None and stale.check is not None:
        unused = [index for index in range(len(record.acknowledged)) if index not in used]
        for problem in stale.check(record, unused):
            yield _finding(stale.rule, record, origin, problem, None)


def _caveat(case: Case, pointer: str) -> str | None:
    """Return the caveat of the point that a problem stands at: it says already why to doubt the figures."""
    found = _AT_A_POINT.match(pointer)
    return case.points[int(found[1])].caveat if found else None


def _finding(rule: Rule, record: Record, origin: Origin, problem: Problem, reason: str | None) -> Finding:
    line, column = origin.place(problem.pointer).value
    return Finding(
        rule.code,
        rule.name,
        rule.severity,
        origin.file,
        line,
        column,
        problem.pointer,
        record.id,
        problem.message,
        problem.hint,
        problem.data,
        reason,
    )
