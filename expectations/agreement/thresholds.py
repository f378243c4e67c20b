"""Finds thresholds that nobody can reach: of the score, and of the rank of a title.

Belongs here: what all rules together can give, and the highest rank that a title can have. Does
not: what one condition shows by itself (conditions).
"""

from __future__ import annotations

from collections.abc import Iterator

from expectations.agreement.cells import is_integer, is_number
from expectations.agreement.conditions import has_days, validity
from expectations.agreement.faults import Fault, shown
from expectations.agreement.references import Tables
from expectations.agreement.table import Row, Table

OPERATORS_OF_BOUNDS = (">=", ">", "=")


def threshold_faults(tables: Tables) -> Iterator[Fault]:
    """Thresholds of the score that nobody can reach with all points together."""
    reachable = _reachable_points(tables)
    if reachable is None:
        return
    most = (
        f"が、加点をすべて足しても {reachable} 点なので、誰も届きません。"
        f"{reachable} 以下の点にしてください。"
    )
    stages = tables.get("stage_rules")
    if stages is not None and stages.has("measure", "operator", "value"):
        for row in stages.rows:
            if row["measure"] == "score" and _is_out_of_reach(row, reachable):
                yield stages.fault(row, "value", f"{shown(row['value'])}とあります{most}")
    labels = tables.get("score_labels")
    if labels is not None and labels.has("minimum_score"):
        for row in labels.rows:
            if is_integer(row["minimum_score"]) and int(row["minimum_score"]) > reachable:
                message = f"{shown(row['minimum_score'])}とあります{most}"
                yield labels.fault(row, "minimum_score", message)


def rank_faults(tables: Tables) -> Iterator[Fault]:
    """Conditions and routes that ask for a higher rank than title_ranks gives to any title."""
    ranks = tables.get("title_ranks")
    if ranks is None or not ranks.has("title_rank"):
        return
    highest = max(
        (int(row["title_rank"]) for row in ranks.rows if is_integer(row["title_rank"])), default=0
    )
    for table, row, column in _out_of_reach(tables, highest):
        message = (
            f"{shown(row[column])}とありますが、{ranks.path.name} のいちばん高い段階は {highest} "
            "なので、誰も当てはまりません。"
        )
        yield table.fault(row, column, f"{message}{highest} 以下の数にしてください。")


def _out_of_reach(tables: Tables, highest: int) -> Iterator[tuple[Table, Row, str]]:
    """The cells that ask for a higher rank."""
    for name in ("scoring_rules", "stage_rules"):
        table = tables.get(name)
        if table is not None and table.has("measure", "operator", "value"):
            for row in table.rows:
                if row["measure"] == "title_rank" and _is_out_of_reach(row, highest):
                    yield table, row, "value"
    routes = tables.get("routing_rules")
    if routes is not None and routes.has("minimum_title_rank"):
        for row in routes.rows:
            wanted = row["minimum_title_rank"]
            if is_integer(wanted) and int(wanted) > highest:
                yield routes, row, "minimum_title_rank"


def _reachable_points(tables: Tables) -> int | None:
    """The most points that were ever valid together; None when a rule may score without end."""
    table = tables.get("scoring_rules")
    needed = ("points", "is_in_force", "is_per_event", "valid_from_on", "valid_to_on")
    if table is None or not table.has(*needed):
        return None
    in_force = [row for row in table.rows if row["is_in_force"].lower() == "true"]
    readable = all(is_integer(row["points"]) and has_days(row) for row in in_force)
    if not readable or any(row["is_per_event"].lower() == "true" for row in in_force):
        return None
    begins = {validity(row)[0] for row in in_force}
    return max((sum(_points_on(row, day) for row in in_force) for day in begins), default=0)


def _points_on(row: Row, day: str) -> int:
    begin, end = validity(row)
    return max(0, int(row["points"])) if begin <= day < end else 0


def _is_out_of_reach(row: Row, reachable: int) -> bool:
    if row["operator"] not in OPERATORS_OF_BOUNDS or not is_number(row["value"]):
        return False
    needed = float(row["value"])
    return needed >= reachable if row["operator"] == ">" else needed > reachable
