"""Judges what only one table can get wrong: labels, clocks, shares, kinds, targets, sales users.

Belongs here: one function per table. Does not: routes and escalations (routing), conditions of
scores and stages (conditions), and what the descriptions say of every table (cells, references).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

from expectations.agreement import routing
from expectations.agreement.cells import is_integer, is_number
from expectations.agreement.faults import Fault, shown
from expectations.agreement.table import Row, Table

SHARES = ("first_pct", "mql_pct", "last_pct", "others_pct")
MATCH = ("match_field", "match_operator", "match_value")
OTHER_CLOCKS = ("hand_off", "feedback")
USER_ID = re.compile(r"005[0-9A-Za-z]{12}([0-9A-Za-z]{3})?")
MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


def rule_faults(table: Table) -> Iterator[Fault]:
    """The faults that only this table can have; none when a column it needs is missing."""
    judge = _JUDGES.get(table.description.name)
    if judge is not None and table.has(*table.description.column_names):
        yield from judge(table)


def _score_labels(table: Table) -> Iterator[Fault]:
    """Minimum scores fall from 高 to 低, and only the lowest label is without one."""
    order = next(c.allowed for c in table.description.columns if c.name == "label")
    labelled = sorted(
        (row for row in table.rows if row["label"] in order), key=lambda r: order.index(r["label"])
    )
    for row in labelled[:-1]:
        if not row["minimum_score"].strip():
            message = (
                f"空欄です。空欄にできるのは、いちばん低い「{labelled[-1]['label']}」だけです。"
            )
            yield table.fault(row, "minimum_score", message)
    scored = [row for row in labelled if is_integer(row["minimum_score"])]
    for higher, lower in pairwise(scored):
        if int(lower["minimum_score"]) >= int(higher["minimum_score"]):
            message = (
                f"「{lower['label']}」が{shown(lower['minimum_score'])}、「{higher['label']}」が"
                f"{shown(higher['minimum_score'])}です。高、中、低の順に小さくしてください。"
            )
            yield table.fault(lower, "minimum_score", message)


def _sla_policies(table: Table) -> Iterator[Fault]:
    """A clock is met by something that comes after its start."""
    for row in table.rows:
        if row["starts_at"].strip() and row["starts_at"] == row["met_by"]:
            message = f"{shown(row['met_by'])}は starts_at と同じです。"
            message += "始まりより後の出来事を書いてください。"
            yield table.fault(row, "met_by", message)
        if row["untouched_after_hours"].strip() and row["policy"] in OTHER_CLOCKS:
            message = f"{shown(row['untouched_after_hours'])}とありますが、空欄にしてください。"
            yield table.fault(
                row, "untouched_after_hours", f"{message}書けるのは first_contact の行だけです。"
            )


def _attribution_models(table: Table) -> Iterator[Fault]:
    """The shares of a model add up to 100, or it has a half-life instead."""
    for row in table.rows:
        if not all(is_integer(row[share]) for share in SHARES):
            continue
        total = sum(int(row[share]) for share in SHARES)
        wanted = 0 if row["half_life_days"].strip() else 100
        if total != wanted:
            because = "half_life_days を使う行では" if wanted == 0 else ""
            message = (
                f"{'、'.join(SHARES)} の合計が {total} です。{because}{wanted} にしてください。"
            )
            yield table.fault(row, SHARES[0], message)


def _touchpoint_kinds(table: Table) -> Iterator[Fault]:
    channels = _usual_channels(table)
    catch_all: dict[tuple[str, str], Row] = {}
    for row in sorted(table.rows, key=_order_of_trial):
        yield from _match_faults(table, row)
        if row["kind"].strip():
            yield from _channel_faults(table, row, channels.get(row["kind"]))
        elif row["channel"].strip():
            message = (
                f"{shown(row['channel'])}とありますが、kind が空欄の行では空欄にしてください。"
            )
            yield table.fault(row, "channel", message)
        source = (row["source_system"], row["source_object"])
        if source in catch_all:
            message = (
                f"{shown(row['priority'])}とありますが、先に調べる {catch_all[source].line} 行目が"
                "すべてに当てはまるので、この行は使われません。もっと小さい数にしてください。"
            )
            yield table.fault(row, "priority", message)
        elif not any(row[column].strip() for column in ("act_type", *MATCH)):
            catch_all[source] = row


def _order_of_trial(row: Row) -> tuple[int, int]:
    return (int(row["priority"]) if is_integer(row["priority"]) else 0, row.line)


def _match_faults(table: Table, row: Row) -> Iterator[Fault]:
    """The three match columns are filled together or not at all."""
    filled = [column for column in MATCH if row[column].strip()]
    for column in MATCH if 0 < len(filled) < len(MATCH) else ():
        if column not in filled:
            message = f"空欄です。{'、'.join(filled)} を書いた行では、この列も書いてください。"
            yield table.fault(row, column, message)


def _usual_channels(table: Table) -> dict[str, Row]:
    """Each kind's first row with the channel that most of its rows have."""
    filled = [row for row in table.rows if row["channel"].strip()]
    counts = Counter((row["kind"], row["channel"]) for row in filled)
    usual: dict[str, Row] = {}
    for row in filled:
        leading = usual.setdefault(row["kind"], row)
        if counts[row["kind"], row["channel"]] > counts[row["kind"], leading["channel"]]:
            usual[row["kind"]] = row
    return usual


def _channel_faults(table: Table, row: Row, usual: Row | None) -> Iterator[Fault]:
    if not row["channel"].strip():
        message = f"空欄です。kind が {row['kind']} の行では、チャネルを書いてください。"
        yield table.fault(row, "channel", message)
    elif usual is not None and row["channel"] != usual["channel"]:
        message = (
            f"{shown(row['channel'])}とありますが、{row['kind']} は {usual.line} 行目では"
            f"「{usual['channel']}」です。1 つの種類には 1 つのチャネルだけ使えます。"
        )
        yield table.fault(row, "channel", message)


def _kpi_targets(table: Table) -> Iterator[Fault]:
    for row in table.rows:
        is_share = row["unit"] == "ratio" and is_number(row["target"])
        if is_share and float(row["target"]) > 1:
            message = (
                f"{shown(row['target'])}とありますが、率は 0 から 1 で書いてください(25% は 0.25)。"
            )
            yield table.fault(row, "target", message)


def _sales_users(table: Table) -> Iterator[Fault]:
    forms = {
        "user_id": (USER_ID, "005 で始まる 15 桁か 18 桁のユーザー ID"),
        "email": (MAIL, "メールアドレス"),
    }
    for row in table.rows:
        form, wanted = forms.get(row["match_on"], (None, ""))
        if (
            form is not None
            and row["match_value"].strip()
            and not form.fullmatch(row["match_value"])
        ):
            message = f"match_on が {row['match_on']} の行です。{wanted}を書いてください。"
            yield table.fault(row, "match_value", message)


def _competitors(table: Table) -> Iterator[Fault]:
    for row in table.rows:
        if not row["domain"].strip() and not row["corporate_number"].strip():
            message = "domain も corporate_number も空欄です。少なくとも一方を書いてください。"
            yield table.fault(row, "domain", message)


def _stage_status_map(table: Table) -> Iterator[Fault]:
    first: dict[str, Row] = {}
    for row in table.rows:
        earlier = first.setdefault(row["lead_status"], row)
        if row["lead_status"].strip() and row["status_rank"] != earlier["status_rank"]:
            message = (
                f"{shown(row['status_rank'])}とありますが、同じ「{row['lead_status']}」の"
                f" {earlier.line} 行目は「{earlier['status_rank']}」です。"
                "1 つの状況には 1 つの順番だけ使えます。"
            )
            yield table.fault(row, "status_rank", message)


_JUDGES: dict[str, Callable[[Table], Iterator[Fault]]] = {
    **routing.JUDGES,
    "attribution_models": _attribution_models,
    "competitors": _competitors,
    "kpi_targets": _kpi_targets,
    "sales_users": _sales_users,
    "score_labels": _score_labels,
    "sla_policies": _sla_policies,
    "stage_status_map": _stage_status_map,
    "touchpoint_kinds": _touchpoint_kinds,
}
