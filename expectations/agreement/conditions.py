"""Judges the conditions of scoring_rules and stage_rules: can they hold, do they say one thing?

Belongs here: measure, operator and value of a row, rules that count twice. Does not:
thresholds out of reach (thresholds), the other tables (rules).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from expectations.agreement.cells import allowed_by_row, is_day, is_integer, is_number, items
from expectations.agreement.description import SORTS
from expectations.agreement.faults import Fault, choice_of, near, not_allowed, shown
from expectations.agreement.references import Tables
from expectations.agreement.table import Row, Table

OPERATORS = {
    "number": (">=", ">", "=", "<=", "<", "in", "not_in"),
    "text": ("=", "in", "not_in"),
    "flag": ("=",),
    "count": (">=",),
}
SORTS_JA = {
    "number": "数の属性",
    "text": "言葉の属性",
    "flag": "はい・いいえの属性",
    "count": "接点の種類",
}
COUNT_ONLY = ("window_days", "session_gap_minutes")
ALWAYS = ("0001-01-01", "9999-12-31")


def condition_faults(table: Table) -> Iterator[Fault]:
    """Rows whose operator or value can never hold for their measure."""
    if not table.has("measure", "operator", "value"):
        return
    for row in table.rows:
        sort = _sort(table, row)
        if sort is None:
            continue
        operator = row["operator"]
        if operator in OPERATORS["number"] and operator not in OPERATORS[sort]:
            where = f"measure が {row['measure']}({SORTS_JA[sort]})の行です。"
            yield table.fault(row, "operator", not_allowed(operator, OPERATORS[sort]) + where)
        elif row["value"].strip():
            yield from _value_faults(table, row, sort)
        yield from _count_only_faults(table, row, sort)


def kind_faults(tables: Tables) -> Iterator[Fault]:
    """Conditions on a kind of touchpoint that no row of touchpoint_kinds brings about."""
    kinds = tables.get("touchpoint_kinds")
    if kinds is None or not kinds.has("kind"):
        return
    made = sorted({row["kind"] for row in kinds.rows if row["kind"].strip()})
    for table in _rule_tables(tables):
        for row in table.rows if table.has("measure") else ():
            if _sort(table, row) == "count" and row["measure"] not in made:
                message = f"{kinds.path.name} のどの行もこの種類を作らないので、満たされません。"
                yield table.fault(row, "measure", not_allowed(row["measure"], made) + message)


def twice_counted_faults(tables: Tables) -> Iterator[Fault]:
    """Scoring rules in force with one condition at one time, and validity back to front.

    Two rows with one `rule_id` are already a fault of the key.
    """
    table = tables.get("scoring_rules")
    if table is None or not table.has(*table.description.column_names):
        return
    dated = [row for row in table.rows if has_days(row)]
    for row in dated:
        begin, end = validity(row)
        if end <= begin:
            message = f"{shown(row['valid_to_on'])}とありますが、valid_from_on({begin})より"
            message += "後の日付にしてください。"
            yield table.fault(row, "valid_to_on", message)
    in_force = [row for row in dated if row["is_in_force"].lower() == "true"]
    for earlier, later in combinations(in_force, 2):
        if _condition(earlier) == _condition(later) and _overlap(earlier, later):
            message = (
                f"{earlier.line} 行目の {earlier['rule_id']} と同じ条件が同じ期間に有効で、二重に"
                "加点されます。どちらかの is_in_force を false にするか、期間をずらしてください。"
            )
            yield table.fault(later, "valid_from_on", message)


def stage_rule_faults(tables: Tables) -> Iterator[Fault]:
    """Rows of one stage rule that lead to different stages."""
    table = tables.get("stage_rules")
    if table is None or not table.has("rule_id", "to_stage"):
        return
    first: dict[str, Row] = {}
    for row in table.rows:
        earlier = first.setdefault(row["rule_id"], row)
        if row["rule_id"].strip() and row["to_stage"] != earlier["to_stage"]:
            message = (
                f"{shown(row['to_stage'])}とありますが、同じ {row['rule_id']} の"
                f" {earlier.line} 行目は「{earlier['to_stage']}」です。"
                "1 つの rule_id は 1 つのステージに進めます。"
            )
            yield table.fault(row, "to_stage", message)


def _rule_tables(tables: Tables) -> list[Table]:
    return [tables[name] for name in ("scoring_rules", "stage_rules") if name in tables]


def _sort(table: Table, row: Row) -> str | None:
    """Which sort the measure is; None when it is none or may not stand in this row."""
    measure = next(column for column in table.description.columns if column.name == "measure")
    allowed = allowed_by_row(measure, row)
    for sort in SORTS:
        if row["measure"] in measure.sorts.get(sort, ()):
            return sort if allowed is None or row["measure"] in allowed else None
    return None


def _value_faults(table: Table, row: Row, sort: str) -> Iterator[Fault]:
    for item in items(row["value"]):
        if sort == "count" and not (is_integer(item) and int(item) >= 1):
            message = f"{shown(item)}とありますが、回数を 1 以上の整数で書いてください。"
        elif sort == "number" and not is_number(item):
            message = f"{shown(item)}とありますが、数で書いてください。"
        elif sort == "flag" and item not in ("true", "false"):
            message = f"{shown(item)}とありますが、{choice_of(['true', 'false'])}"
            message += near(item, ("true", "false"))
        else:
            continue
        yield table.fault(row, "value", f"{message}measure が {row['measure']} の行です。")
        return


def _count_only_faults(table: Table, row: Row, sort: str) -> Iterator[Fault]:
    if sort == "count":
        return
    for column in COUNT_ONLY:
        if row.cells.get(column, "").strip():
            message = f"{shown(row[column])}とありますが、空欄にしてください。"
            yield table.fault(row, column, f"{message}期間を限れるのは接点の種類だけです。")
    if row.cells.get("is_per_event", "").lower() == "true":
        message = f"{shown(row['is_per_event'])}とありますが、false にしてください。"
        yield table.fault(
            row, "is_per_event", f"{message}1 件ごとに加点できるのは接点の種類だけです。"
        )


def has_days(row: Row) -> bool:
    """Whether the validity of a scoring rule can be read."""
    given = (row["valid_from_on"], row["valid_to_on"])
    return all(not cell.strip() or is_day(cell) for cell in given)


def validity(row: Row) -> tuple[str, str]:
    """The first day on which a scoring rule is valid, and the first one on which it is not."""
    return row["valid_from_on"].strip() or ALWAYS[0], row["valid_to_on"].strip() or ALWAYS[1]


def _overlap(one: Row, other: Row) -> bool:
    (begin, end), (other_begin, other_end) = validity(one), validity(other)
    return max(begin, other_begin) < min(end, other_end)


def _condition(row: Row) -> tuple[str, ...]:
    values = "|".join(sorted(items(row["value"])))
    return row["measure"], row["operator"], values, row["window_days"]
