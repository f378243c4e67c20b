"""Judges the tables that give leads to people: routes, exceptions, absences, escalations.

Belongs here: rows that can never win, leads that no row catches, spans that overlap. Does not:
what a cell shows by itself (cells), or whether a rep exists in Salesforce (users).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

from expectations.agreement.cells import is_day, is_integer, is_number, items
from expectations.agreement.faults import Fault, shown
from expectations.agreement.table import Row, Table

LISTS = ("prefectures", "industries", "interest_themes")
ALWAYS = ("0001-01-01", "9999-12-31")


def _routing_rules(table: Table) -> Iterator[Fault]:
    """Every lead is caught by some row, and every row can catch one."""
    tried = sorted(
        (row for row in table.rows if is_integer(row["priority"])),
        key=lambda row: int(row["priority"]),
    )
    for number, row in enumerate(tried):
        wider = next((earlier for earlier in tried[:number] if _covers(earlier, row)), None)
        if wider is not None:
            message = (
                f"{shown(row['priority'])}とありますが、先に調べる {wider.line} 行目が同じ人に"
                "すべて当てはまるので、この行は使われません。もっと小さい数にしてください。"
            )
            yield table.fault(row, "priority", message)
    if tried and not any(_covers(row, None) for row in tried):
        message = (
            "条件のない行がありません。どの行にも当てはまらない人が担当者なしになるので、"
            "条件をすべて空欄にした行を 1 行書いてください。"
        )
        yield table.fault(None, "priority", message)
    yield from _queues(table)


def _covers(wide: Row, narrow: Row | None) -> bool:
    """Whether a row matches everybody that another one matches (None: everybody)."""
    for column in LISTS:
        wanted = set(items(narrow[column])) if narrow and narrow[column].strip() else None
        if wide[column].strip() and (wanted is None or not wanted <= set(items(wide[column]))):
            return False
    lowest = _rank(wide)
    return lowest == 0 or (narrow is not None and lowest <= _rank(narrow))


def _rank(row: Row) -> int:
    return int(row["minimum_title_rank"]) if is_integer(row["minimum_title_rank"]) else 0


def _queues(table: Table) -> Iterator[Fault]:
    first: dict[str, Row] = {}
    for row in table.rows:
        earlier = first.setdefault(row["team"], row)
        if row["queue"].strip() and row["queue"] != earlier["queue"]:
            message = (
                f"{shown(row['queue'])}とありますが、同じチームの {earlier.line} 行目は"
                f"「{earlier['queue']}」です。1 つのチームには 1 つのキューだけ使えます。"
            )
            yield table.fault(row, "queue", message)


def _routing_exceptions(table: Table) -> Iterator[Fault]:
    """From one day to a later one, and one rep at a time for a record."""
    for row in table.rows:
        start, end = row["valid_from_on"], row["valid_to_on"]
        if is_day(start) and is_day(end) and end <= start:
            message = f"{shown(end)}とありますが、valid_from_on({start})より後の日にしてください。"
            yield table.fault(row, "valid_to_on", message)
    for earlier, later in _same(table, "record"):
        span, other = _valid(earlier), _valid(later)
        if span[0] < other[1] and other[0] < span[1]:
            message = (
                f"{shown(later['record'])}の期間が {earlier.line} 行目と重なります。"
                "どちらかの期間を変えるか、片方を消してください。"
            )
            yield table.fault(later, "valid_from_on", message)


def _valid(row: Row) -> tuple[str, str]:
    start, end = row["valid_from_on"], row["valid_to_on"]
    return (start if is_day(start) else ALWAYS[0], end if is_day(end) else ALWAYS[1])


def _rep_absences(table: Table) -> Iterator[Fault]:
    days = ("absent_from_on", "absent_until_on")
    for row in table.rows:
        start, end = (row[column] for column in days)
        if is_day(start) and is_day(end) and end < start:
            message = f"{shown(end)}とありますが、absent_from_on({start})以後の日にしてください。"
            yield table.fault(row, "absent_until_on", message)
    for earlier, later in _same(table, "rep"):
        if not all(is_day(row[column]) for row in (earlier, later) for column in days):
            continue
        if (
            earlier["absent_from_on"] <= later["absent_until_on"]
            and later["absent_from_on"] <= earlier["absent_until_on"]
        ):
            message = (
                f"{shown(later['rep'])}の不在が {earlier.line} 行目と重なります。"
                "1 行にまとめてください。"
            )
            yield table.fault(later, "absent_from_on", message)


def _same(table: Table, column: str) -> Iterator[tuple[Row, Row]]:
    for earlier, later in combinations(table.rows, 2):
        if earlier[column].strip().lower() == later[column].strip().lower() != "":
            yield earlier, later


def _escalation_rules(table: Table) -> Iterator[Fault]:
    for row in table.rows:
        limit = row["limit_value"]
        if row["measure"] == "violation_rate" and is_number(limit) and float(limit) > 1:
            message = f"{shown(limit)}とありますが、率は 0 から 1 で書いてください(10% は 0.10)。"
            yield table.fault(row, "limit_value", message)
        if row["measure"] == "losses_in_a_row":
            if is_number(limit) and not (float(limit).is_integer() and float(limit) >= 1):
                message = f"{shown(limit)}とありますが、連敗の数は 1 以上の整数で書いてください。"
                yield table.fault(row, "limit_value", message)
            if row["consequence"] == "allocation_stopped":
                message = "連敗は担当者ではなく競合ごとに数えるので、配分停止は使えません。"
                yield table.fault(row, "consequence", message)


JUDGES: dict[str, Callable[[Table], Iterator[Fault]]] = {
    "escalation_rules": _escalation_rules,
    "rep_absences": _rep_absences,
    "routing_exceptions": _routing_exceptions,
    "routing_rules": _routing_rules,
}
