"""The question as a query over the bundle's tables, for who wants to take it further with ``kb sql``."""

import re

from kb.bundle.points_in_brief import STATISTICS
from kb.search.matching import fields_of, is_number, is_of_point, named_models
from kb.search.understood import Filter, Understood
from kb.search.vocabulary import Vocabulary
from kb.search.words.vendors import CHINESE_VENDORS

_LENGTHS = ("input_tokens", "output_tokens")
_TIMES = ("ttft_ms", "tpot_ms", "itl_ms", "e2e_ms")
_ORDER = (
    "list_position(['measured', 'reported', 'official', 'derived', 'estimated'], cases.tier),\n"
    "    cases.verdict IN ('impossible', 'does-not-fit'), cases.day DESC NULLS LAST, cases.id"
)
_STEP = f"coalesce({', '.join(f'points.tpot_ms_{statistic}' for statistic in STATISTICS)})"


def as_sql(asked: Understood, known: Vocabulary) -> str:
    """Return a statement whose rows are the cases that have everything that was asked for."""
    conditions = list(_records(asked, known))
    of_points = [_point_condition(c) for c in asked.filters if is_of_point(c) and c.op != "!="]
    conditions += [_case_condition(name, found) for name, found in _grouped(asked.filters)]
    conditions += [_not(c) for c in asked.filters if c.op == "!="]
    conditions += [_word(word) for word in asked.unmatched]
    if of_points:
        inner = "\n        AND ".join(of_points)
        conditions.append(f"EXISTS (SELECT 1 FROM points WHERE points.case_id = cases.id\n        AND {inner})")
    where = "\nWHERE " + "\n    AND ".join(conditions) if conditions else ""
    columns = "cases.id, cases.title, cases.tier, cases.verdict, cases.decode_tok_s, cases.day"
    return f"SELECT {columns}\nFROM cases{where}\nORDER BY {_ORDER}"


def _word(word: str) -> str:
    """Return a test for a whole word of the title."""
    alone = r"[^\p{L}\p{N}.]"
    return f"regexp_matches(lower(cases.title), {_text(f'(^|{alone}){re.escape(word)}([.]?$|{alone}|[.]{alone})')})"


def _records(asked: Understood, known: Vocabulary) -> list[str]:
    found = []
    if asked.models:
        found.append(f"cases.model IN ({_texts(named_models(asked, known))})")
    if asked.hardware:
        found.append(f"list_has_any(cases.hardware_ids, [{_texts(asked.hardware)}])")
    if asked.vendors:
        cards = sorted(
            card
            for card, traits in known.hardware.items()
            if traits["vendor"] in asked.vendors
            and (
                not any(of == traits["vendor"] for of, _ in asked.lines)
                or any(of == traits["vendor"] and line in card for of, line in asked.lines)
            )
        )
        narrowed = any(asked.lines)
        found.append(f"list_has_any(cases.hardware_ids, [{_texts(cards)}])" if narrowed else _of_vendor(asked.vendors))
    for column, ids in (("engine", asked.engines), ("quantization", asked.quantizations), ("server", asked.servers)):
        if ids:
            found.append(f"cases.{column} IN ({_texts(ids)})")
    return found


def _of_vendor(vendors: list[str] | tuple[str, ...]) -> str:
    return _of_hardware("vendor", list(vendors))


def _of_hardware(column: str, values: list[str]) -> str:
    cards = f"SELECT list(id) FROM hardware WHERE {column} IN ({_texts(values)})"
    return f"list_has_any(cases.hardware_ids, ({cards}))"


def _grouped(filters: list[Filter]) -> list[tuple[str, list[Filter]]]:
    groups: dict[str, list[Filter]] = {}
    for condition in filters:
        if condition.op != "!=" and not is_of_point(condition):
            key = condition.field if condition.op == "=" and not is_number(condition.field) else repr(condition)
            groups.setdefault(key, []).append(condition)
    return [(conditions[0].field, conditions) for conditions in groups.values()]


def _case_condition(field: str, conditions: list[Filter]) -> str:
    values = [str(condition.value) for condition in conditions]
    if field == "region":
        return _of_vendor(CHINESE_VENDORS)
    if field in ("architecture", "vendor"):
        return _of_hardware(field, values)
    if field in ("lab", "family"):
        return f"cases.model IN (SELECT id FROM models WHERE {field} IN ({_texts(values)}))"
    if field == "moe":
        test = "IS NOT NULL" if conditions[0].value else "IS NULL"
        return f"cases.model IN (SELECT id FROM models WHERE moe_experts {test})"
    if field == "speculation":
        return f"cases.speculation IS {'NOT ' if conditions[0].value else ''}NULL"
    if field == "disaggregated":
        return f"cases.disaggregated = {str(conditions[0].value).lower()}"
    if field == "engine_version":
        return " OR ".join(map(_version, values)) if len(values) == 1 else f"({' OR '.join(map(_version, values))})"
    if field == "kv_cache":
        tests = [f"list_contains(string_split(cases.kv_cache, '-'), {_text(value)})" for value in values]
        return f"({' OR '.join(tests)})"
    if field == "day":
        return f"cases.day {conditions[0].op} {_text(values[0])}"
    if field == "hardware":
        return f"list_has_any(cases.hardware_ids, [{_texts(values)}])"
    if is_number(field):
        return f"cases.{field} {conditions[0].op} {conditions[0].value}"
    return f"cases.{field} IN ({_texts(values)})"


def _version(value: str) -> str:
    wanted = value.removeprefix("v").casefold().replace("'", "''")
    length = len(wanted) + 1
    bare = "regexp_replace(lower(cases.engine_version), '^v', '')"
    return f"(starts_with({bare}, '{wanted}') AND NOT regexp_matches(substr({bare}, {length}, 1), '[0-9]'))"


def _not(condition: Filter) -> str:
    return f"NOT coalesce({_case_condition(condition.field, [condition])}, false)"


def _point_condition(condition: Filter) -> str:
    tests = [_number_condition(field, condition) for field in fields_of(condition)]
    return tests[0] if len(tests) == 1 else f"({' OR '.join(tests)})"


def _number_condition(field: str, condition: Filter) -> str:
    column = _column(field)
    if condition.op == "=" and field in _LENGTHS:
        return f"abs({column} - {condition.value}) <= 0.025 * {condition.value}"
    return f"{column} {condition.op} {condition.value}"


def _column(field: str) -> str:
    if field in _TIMES:
        return f"coalesce({', '.join(f'points.{field}_{statistic}' for statistic in STATISTICS)})"
    if field == "per_user_tok_s":
        return f"coalesce(points.per_user_tok_s, 1000 / nullif({_STEP}, 0))"
    if field == "tokens_per_joule":
        return "(points.decode_tok_s / nullif(points.power_per_card_w * points.cards, 0))"
    return f"points.{field}"


def _texts(values: list[str] | tuple[str, ...]) -> str:
    return ", ".join(map(_text, values))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
