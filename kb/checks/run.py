"""Run the rules over a corpus."""

from collections.abc import Iterable, Iterator

from kb.checks.context import Context
from kb.checks.finding import Finding, Problem
from kb.checks.registry import rules
from kb.checks.rule import Entry, Rule
from kb.corpus import Corpus, Fault, Origin
from kb.records import Record


def check_corpus(corpus: Corpus, files: Iterable[str] | None = None) -> list[Finding]:
    """Return all findings, in order of file and place.

    Args:
        corpus: the records, and the faults met while reading them.
        files: only findings on these files (as the corpus shows them); None means all.
    """
    wanted = None if files is None else frozenset(files)
    context = Context(corpus)
    by_subject: dict[str, list[Entry]] = {}
    for entry in rules():
        by_subject.setdefault(entry.rule.on, []).append(entry)
    findings = [_of_fault(fault, by_subject["file"]) for fault in corpus.faults if _is_wanted(fault.file, wanted)]
    for record in corpus.records():
        origin = corpus.origin(record)
        if _is_wanted(origin.file, wanted):
            entries = [*by_subject.get("record", ()), *by_subject.get(record.kind, ())]
            findings.extend(_of_record(record, origin, entries, context))
    return sorted(findings, key=lambda finding: finding.order)


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
            yield _finding(entry.rule, record, origin, problem, reason)
    if stale is not None and stale.check is not None:
        unused = [index for index in range(len(record.acknowledged)) if index not in used]
        for problem in stale.check(record, unused):
            yield _finding(stale.rule, record, origin, problem, None)


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
