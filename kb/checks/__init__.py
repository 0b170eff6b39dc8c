"""Rules with stable codes over a corpus; each is one small module that yields findings."""

from kb.checks.context import Context
from kb.checks.finding import SEVERITIES, Finding, Problem, Severity
from kb.checks.registry import find_rule, rules
from kb.checks.rule import Entry, Rule
from kb.checks.run import check_corpus

__all__ = [
    "SEVERITIES",
    "Context",
    "Entry",
    "Finding",
    "Problem",
    "Rule",
    "Severity",
    "check_corpus",
    "find_rule",
    "rules",
]
