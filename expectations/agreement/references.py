"""Compares rows with rows and tables with tables: keys, references, values that must be there.

Belongs here: what every table's description asks for. Does not: the meaning of one table (rules,
conditions). A table that could not be read or lacks a column is not judged by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from expectations.agreement.cells import items
from expectations.agreement.description import Column
from expectations.agreement.faults import Fault, not_allowed, shown
from expectations.agreement.table import Row, Table

Tables = Mapping[str, Table]


def key_faults(table: Table) -> Iterator[Fault]:
    """Rows that share what only one row may have."""
    for key in table.description.keys:
        if not table.has(*key):
            continue
        first: dict[tuple[str, ...], Row] = {}
        for row in table.rows:
            values = tuple(row[column].strip().lower() for column in key)
            if not all(values):
                continue
            earlier = first.setdefault(values, row)
            if earlier is not row:
                same = "、".join(shown(row[column]) for column in key)
                message = f"{same}は {earlier.line} 行目にもあります。どちらかを消してください。"
                yield table.fault(row, "、".join(key), message)


def reference_faults(tables: Tables) -> Iterator[Fault]:
    """Cells that name something that the other table does not hold."""
    for table in tables.values():
        for column in table.description.columns:
            if not table.has(column.name):
                continue
            for row in table.rows:
                yield from _unfound(tables, table, column, row)


def missing_value_faults(table: Table) -> Iterator[Fault]:
    """Values that some row must have and none has."""
    for column, values in table.description.every.items():
        if table.has(column):
            present = {row[column] for row in table.rows}
            for value in values:
                if value not in present:
                    yield table.fault(None, column, f"{shown(value)}の行が 1 行は必要です。")
    for described in table.description.columns:
        for by, lists in described.every_when.items():
            if table.has(described.name, by):
                yield from _missing_with(table, described.name, by, lists)


def _missing_with(
    table: Table, column: str, by: str, lists: Mapping[str, tuple[str, ...]]
) -> Iterator[Fault]:
    present = {(row[by], row[column]) for row in table.rows}
    for value, wanted in lists.items():
        for name in wanted:
            if (value, name) not in present:
                message = f"{by} が {value} で {column} が {name} の行が 1 行は必要です。"
                yield table.fault(None, column, message)


def _unfound(tables: Tables, table: Table, column: Column, row: Row) -> Iterator[Fault]:
    target = column.found_in
    for by, targets in column.found_when.items():
        target = targets.get(row.cells.get(by, ""), target)
    if target is None or not row[column.name].strip():
        return
    name, held_column = target.split(".")
    held = tables.get(name)
    if held is None or not held.has(held_column):
        return
    present = [other[held_column] for other in held.rows if other[held_column].strip()]
    for item in items(row[column.name]):
        if item.strip() and item not in present:
            message = f"{held.path.name} の {held_column} 列にありません。"
            yield table.fault(row, column.name, not_allowed(item, sorted(set(present))) + message)
            return
