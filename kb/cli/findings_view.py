"""Findings as text, JSON, GitHub annotations and SARIF."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from kb._version import VERSION
from kb.checks import SEVERITIES, Finding, rules
from kb.cli.json_text import json_text

# Of one rule, as many as a reader looks at. Errors that nobody acknowledged are all printed: each of them blocks.
_OF_ONE_RULE = 8


def render(findings: Sequence[Finding], checked: int, output: str, *, everything: bool = False) -> str:
    """Return ``findings`` on ``checked`` files as ``text``, ``json``, ``github`` or ``sarif``.

    Text leaves out what repeats of one rule, and says how many, unless ``everything`` is asked for.
    """
    if output == "text":
        return _text(findings, checked, everything=everything)
    forms = {"json": _json, "github": _github, "sarif": _sarif}
    return forms[output](findings, checked)


def _text(findings: Sequence[Finding], checked: int, *, everything: bool) -> str:
    lines = []
    met: Counter[str] = Counter()
    for finding in findings:
        if not finding.blocks:
            met[finding.code] += 1
            if met[finding.code] > _OF_ONE_RULE and not everything:
                continue
        place = f"{finding.file}:{finding.line}:{finding.column}"
        lines.append(f"{place} {finding.severity} {finding.code} {finding.name}: {_one_line(finding.message)}")
        if finding.acknowledged is not None:
            lines.append(f"    acknowledged: {_one_line(finding.acknowledged)}")
        else:
            lines.append(f"    {_one_line(finding.hint)}  (kb explain {finding.code})")
    if not everything:
        names = {finding.code: finding.name for finding in findings}
        lines += [
            f"and {times - _OF_ONE_RULE:,} more {code} {names[code]}; kb check --all prints them"
            for code, times in sorted(met.items())
            if times > _OF_ONE_RULE
        ]
    summary = _summary(findings)
    counted = ", ".join(
        f"{summary[severity]} {severity}{'s' if summary[severity] != 1 else ''}" for severity in SEVERITIES
    )
    noun = "record" if checked == 1 else "records"
    lines.append(f"{checked} {noun} checked: {counted}, {summary['acknowledged']} acknowledged")
    return "\n".join(lines) + "\n"


def _json(findings: Sequence[Finding], checked: int) -> str:
    report = {"checked": checked, "findings": [f.plain() for f in findings], "summary": _summary(findings)}
    return json_text(report) + "\n"


def _github(findings: Sequence[Finding], checked: int) -> str:
    levels = {"error": "error", "warning": "warning", "info": "notice"}
    lines = []
    for f in findings:
        level = "notice" if f.acknowledged is not None else levels[f.severity]
        suffix = f" (acknowledged: {f.acknowledged})" if f.acknowledged is not None else f" - {f.hint}"
        where = f"file={_property(f.file)},line={f.line},col={f.column},title={_property(f'{f.code} {f.name}')}"
        lines.append(f"::{level} {where}::{_escape(f.message + suffix)}")
    lines.append(f"{checked} records checked, {len(findings)} findings")
    return "\n".join(lines) + "\n"


def _sarif(findings: Sequence[Finding], checked: int) -> str:
    known = list(rules())
    index = {entry.rule.code: number for number, entry in enumerate(known)}
    levels = {"error": "error", "warning": "warning", "info": "note"}
    driver = {
        "name": "kb",
        "semanticVersion": VERSION,
        "rules": [
            {
                "id": entry.rule.code,
                "name": entry.rule.name,
                "shortDescription": {"text": entry.summary},
                "fullDescription": {"text": entry.summary},
                "help": {"text": entry.page.strip(), "markdown": entry.page.strip()},
                "defaultConfiguration": {"level": levels[entry.rule.severity]},
            }
            for entry in known
        ],
    }
    results = [_sarif_result(finding, index[finding.code], levels[finding.severity]) for finding in findings]
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {"checked": checked},
    }
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json_text(document) + "\n"


def _sarif_result(finding: Finding, rule: int, level: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": level,
        "message": {"text": f"{finding.message}. {finding.hint}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": finding.file},
                    "region": {"startLine": finding.line, "startColumn": finding.column},
                },
                "logicalLocations": [{"fullyQualifiedName": finding.pointer or "/"}],
            }
        ],
        "properties": {"record": finding.record, "data": finding.data},
    }
    if finding.acknowledged is not None:
        result["suppressions"] = [{"kind": "inSource", "justification": finding.acknowledged}]
    return result


def _summary(findings: Sequence[Finding]) -> dict[str, int]:
    counts = Counter(f.severity for f in findings if f.acknowledged is None)
    summary: dict[str, int] = {severity: counts[severity] for severity in SEVERITIES}
    summary["acknowledged"] = sum(f.acknowledged is not None for f in findings)
    return summary


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
