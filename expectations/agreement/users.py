"""Compares the users that the tables name with those that Salesforce had when it was last read.

Belongs here: who is not known or not active. A note, never a fault that stops a run: somebody who
joined today is known only after the next load, and a run that stops before it would never load.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from expectations.agreement.faults import Fault, near, shown
from expectations.agreement.references import Tables
from expectations.agreement.table import Row, Table

_ID_LENGTH = 15  # ids are written with 15 characters or with 18
_BY = {"user_id", "email"}


@dataclass(frozen=True)
class KnownUser:
    """A user of Salesforce."""

    user_id: str
    email: str | None
    is_active: bool


def user_notes(tables: Tables, users: Sequence[KnownUser]) -> Iterator[Fault]:
    """Cells that name nobody, or somebody who left; none as long as no users were ever read."""
    if not users:
        return
    for table in tables.values():
        for row, column in _named(table):
            message = _message(row[column], users)
            if message:
                yield table.fault(row, column, message)


def _named(table: Table) -> Iterator[tuple[Row, str]]:
    """The cells of a table that name a user."""
    columns = [c.name for c in table.description.columns if c.written_as == "user"]
    for row in table.rows:
        for column in columns:
            if table.has(column) and row[column].strip():
                yield row, column
        is_list = table.description.name == "sales_users" and table.has("match_on", "match_value")
        if is_list and row["match_on"] in _BY and row["match_value"].strip():
            yield row, "match_value"


def _message(cell: str, users: Sequence[KnownUser]) -> str | None:
    is_mail = "@" in cell
    found = [user for user in users if _key(_written(user, is_mail)) == _key(cell)]
    if any(user.is_active for user in found):
        return None
    if found:
        return f"{shown(cell)}とありますが、Salesforce で無効になったユーザーです。"
    active = [_written(user, is_mail) for user in users if user.is_active]
    what = "メールアドレス" if is_mail else "ユーザー ID"
    return (
        f"{shown(cell)}とありますが、前回の取り込みの時点で Salesforce にいないユーザーです。"
        f"使えるのは、有効なユーザー {len(active)} 人の{what}です。"
        f"{near(cell, filter(None, active))}"
    )


def _written(user: KnownUser, is_mail: bool) -> str:
    return (user.email or "") if is_mail else user.user_id


def _key(name: str) -> str:
    return name.strip().lower() if "@" in name else name.strip()[:_ID_LENGTH]
