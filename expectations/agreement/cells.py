"""Judges each cell by its column alone: filled, type, range, form, allowed values.

Belongs here: what one row shows. Does not: comparing rows or tables (references, rules).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime

from expectations.agreement.description import Column
from expectations.agreement.faults import Fault, near, not_allowed, shown
from expectations.agreement.table import Row, Table

KINDS_JA = {
    "integer": "整数(例: 30)",
    "number": "数(例: 48、0.25)",
    "boolean": "true か false",
    "date": "日付(例: 2026-10-01)",
}
FORMS_JA = {
    "domain": "ドメイン(例: example.co.jp)",
    "corporate_number": "13 桁の数字の法人番号",
    "instant": "日時(例: 2026-10-05 09:00、2026-10-05T00:00:00Z)",
    "record": "人物 ID か「システム:オブジェクト:ID」(例: salesforce:lead:00Q5g00000AbCdEEAX)",
    "user": "005 で始まる Salesforce のユーザー ID か、メールアドレス",
}
_FORMS = {
    "domain": re.compile(r"(?!-)[^\s@/:,]+(\.[^\s@/:,.]+)+"),
    "corporate_number": re.compile(r"[0-9]{13}"),
    "record": re.compile(r"[^\s:]+|[a-z_]+:[a-z_]+:\S.*"),
    "user": re.compile(r"005[0-9A-Za-z]{12}([0-9A-Za-z]{3})?|[^\s@]+@[^\s@]+\.[^\s@]+"),
}


def cell_faults(table: Table) -> Iterator[Fault]:
    """Every fault that a cell shows by itself, at most one per cell."""
    for column in table.description.columns:
        if not table.has(column.name):
            continue
        for row in table.rows:
            message = _cell_message(column, row)
            if message:
                yield table.fault(row, column.name, message)


def items(cell: str) -> list[str]:
    """The texts of a cell that parts them by a bar."""
    return cell.split("|")


def _cell_message(column: Column, row: Row) -> str | None:
    cell = row[column.name]
    if not cell.strip():
        return _empty_message(column, row)
    if cell != cell.strip():
        return f"{shown(cell)}の前後に空白があります。空白を消してください。"
    checks = (_kind_message, _range_message, _form_message, _allowed_message)
    for check in checks:
        message = check(column, row)
        if message:
            return message
    return _dependent_message(column, row)


def _empty_message(column: Column, row: Row) -> str | None:
    asked = any(row.cells.get(by) in values for by, values in column.required_when.items())
    if not column.is_required and not asked:
        return None
    allowed = column.allowed or allowed_by_row(column, row) or ()
    may_be = f"使えるのは {'、'.join(allowed)} です。" if allowed else ""
    return f"空欄です。値を書いてください({column.purpose})。{may_be}"


def _kind_message(column: Column, row: Row) -> str | None:
    is_right = _READERS.get(column.kind)
    if is_right is None or is_right(row[column.name]):
        return None
    choices = ("true", "false") if column.kind == "boolean" else ()
    wanted = KINDS_JA[column.kind]
    return f"{shown(row[column.name])}とありますが、{wanted}で書いてください。" + near(
        row[column.name], choices
    )


def _range_message(column: Column, row: Row) -> str | None:
    if column.kind not in ("integer", "number"):
        return None
    number = float(row[column.name])
    if column.above is not None and number <= column.above:
        return f"{shown(row[column.name])}とありますが、{column.above:g} より大きい数だけ使えます。"
    if column.at_least is not None and number < column.at_least:
        return f"{shown(row[column.name])}とありますが、{column.at_least:g} 以上の数だけ使えます。"
    if column.at_most is not None and number > column.at_most:
        return f"{shown(row[column.name])}とありますが、{column.at_most:g} 以下の数だけ使えます。"
    return None


def _form_message(column: Column, row: Row) -> str | None:
    if column.written_as is None:
        return None
    cell = row[column.name]
    form = _FORMS.get(column.written_as)
    if (form.fullmatch(cell) is not None) if form else _is_instant(cell):
        return None
    return f"{shown(cell)}とありますが、{FORMS_JA[column.written_as]}の形で書いてください。"


def _allowed_message(column: Column, row: Row) -> str | None:
    cell = row[column.name]
    if column.allowed and cell not in column.allowed:
        return not_allowed(cell, column.allowed)
    for item in items(cell) if column.allowed_items else ():
        if item not in column.allowed_items:
            return not_allowed(item, column.allowed_items)
    return None


def _dependent_message(column: Column, row: Row) -> str | None:
    """Judges by what another cell of the row says; a cell that names nothing known is silent."""
    allowed = allowed_by_row(column, row)
    if allowed is None:
        return None
    by = next(iter(column.allowed_when))
    where = f"{by} が {row[by]} の行です。"
    if not allowed:
        return f"{shown(row[column.name])}とありますが、空欄にしてください。{where}"
    wrong = [item for item in items(row[column.name]) if item not in allowed]
    return not_allowed(wrong[0], allowed) + where if wrong else None


def allowed_by_row(column: Column, row: Row) -> tuple[str, ...] | None:
    """The values that another cell of the row leaves to a cell; None when none has a say."""
    for by, lists in column.allowed_when.items():
        if row.cells.get(by) in lists:
            return lists[row.cells[by]]
    return None


def is_integer(cell: str) -> bool:
    """Whether a cell is an integer that dbt reads as one."""
    return re.fullmatch(r"[+-]?[0-9]{1,9}", cell) is not None


def is_number(cell: str) -> bool:
    """Whether a cell is a decimal number."""
    return re.fullmatch(r"[+-]?([0-9]{1,15}(\.[0-9]*)?|\.[0-9]+)", cell) is not None


def is_day(cell: str) -> bool:
    """Whether a cell is a day of the calendar, written YYYY-MM-DD."""
    try:
        return date.fromisoformat(cell).isoformat() == cell
    except ValueError:
        return False


def _is_instant(cell: str) -> bool:
    try:
        datetime.fromisoformat(cell)
    except ValueError:
        return False
    return re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]|$)", cell) is not None


_READERS: dict[str, Callable[[str], bool]] = {
    "integer": is_integer,
    "number": is_number,
    "boolean": lambda cell: cell.lower() in ("true", "false"),
    "date": is_day,
}
