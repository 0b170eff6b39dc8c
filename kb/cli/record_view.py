"""One record for a person: its figures with tiers, its evidence, its findings."""

from typing import Any

from kb.bundle.reader import Bundle
from kb.cli.table import number, print_table
from kb.search.lookup import figures

_HEADER = ("title", "name", "vendor", "lab", "released", "submitted", "licence", "url", "statement", "note")


def print_record(bundle: Bundle, record: dict[str, Any]) -> None:
    """Print a record as it stands in the bundle."""
    found = figures(bundle, record["kind"], record["id"])
    verdict = f", verdict {record['verdict']}" if record.get("verdict") else ""
    print(f"{record['id']} ({record['kind']}, tier {record['tier'] or 'none'}{verdict})")
    for key in _HEADER:
        if isinstance(record.get(key), str):
            print(f"  {key}: {record[key]}")
    if record["kind"] == "case":
        _print_stack(record["stack"])
        if record["reproduced_by"]:
            parties = sorted({other["party"] for other in record["reproduced_by"]})
            print(f"  reproduced within 10 % by: {', '.join(parties)}")
        _print_points(record, found["verdicts"])
    _print_facts(found["facts"])
    _print_evidence(record["evidence"])
    _print_observations(record.get("observations", ()))
    _print_findings(record["findings"])
    print(f"\nfile: {record['file']}")


def _print_stack(stack: dict[str, Any]) -> None:
    engine = stack.get("engine", {})
    print(f"  model: {stack['model']}")
    print(f"  engine: {engine.get('id', 'not stated')} {engine.get('version', '')}".rstrip())
    print(f"  weights: {stack.get('quantization', 'not stated')}")
    for pool in stack["pools"]:
        spread = ", ".join(f"{key} {value}" for key, value in pool["parallelism"].items())
        print(f"  {pool['role']}: {pool['count']}x {pool['hardware']}" + (f" ({spread})" if spread else ""))


def _print_points(record: dict[str, Any], verdicts: list[str]) -> None:
    """Print the load of each operating point, without which its figures say little, and what physics says of it."""
    for index, (point, verdict) in enumerate(zip(record["points"], verdicts, strict=True)):
        load = ", ".join(
            f"{key.replace('_', ' ')} {number(value) if isinstance(value, int | float) else value}"
            for key, value in point.get("scenario", {}).items()
        )
        label = f" ({point['label']})" if point.get("label") else ""
        print(f"  point {index}{label}: {load or 'load not stated'}; {verdict}")
        if point.get("caveat"):
            print(f"    caveat: {point['caveat']}")
        if point.get("locator"):
            print(f"    at: {point['locator']}")


def _print_facts(rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    print()
    shown = [
        (
            "  disputed" if row["disputed"] else row["pointer"].lstrip("/"),
            number(row["value"]),
            row["tier"] or "no evidence",
            row["why"] or "",
        )
        for row in rows
    ]
    print_table(("figure", "value", "tier", ""), shown)


def _print_evidence(evidence: list[dict[str, Any]]) -> None:
    for entry in evidence:
        source = entry["source"]
        where = source if isinstance(source, str) else f"{source['title']} <{source['url']}>"
        print(f"\n{entry['id']}: {where}")
        if entry.get("locator"):
            print(f"  at: {entry['locator']}")
        claimed = f", claimed {entry['claimed_tier']}" if "claimed_tier" in entry else ""
        print(f"  tier: {entry['supported_tier']}{claimed}: {entry['supported_because']}")
        for key in ("note", "attestation", "formula"):
            if entry.get(key):
                print(f"  {key}: {entry[key]}")


def _print_observations(observations: Any) -> None:
    for observation in observations:
        print(f"\nobserved: {observation['en']}")
        if observation.get("original"):
            print(f"  {observation['original']}")


def _print_findings(findings: list[dict[str, Any]]) -> None:
    for finding in findings:
        print(f"\n{finding['severity']} {finding['code']} {finding['name']}: {finding['message']}")
        print(f"  {'acknowledged: ' + finding['reason'] if finding['acknowledged'] else finding['hint']}")
