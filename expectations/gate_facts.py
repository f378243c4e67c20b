"""What the gate must know of this run before it judges: time, label thresholds, row floors.

Belongs here: facts read from the warehouse, the agreement and the mart published last. Does not:
expectations themselves (gate_suite).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from expectations.frames import table_exists

GATED_TABLES = ("persons", "accounts", "opportunities")
# A mart that lost more than this share of its rows since yesterday has lost a source, not leads.
TOLERATED_LOSS = 0.15
# What sources got wrong passes up to this share, and up to this many rows in a small mart.
TOLERATED_DIRT = 0.1
TOLERATED_DIRTY_ROWS = 10
DEFAULT_NG_REASONS = (
    "test_data",
    "student",
    "competitor",
    "personal_email",
    "existing_customer",
    "sales_rejected",
)
# Live source records that must show up as rows: (schema, table, flag of a deleted record).
DELIVERIES: dict[str, tuple[tuple[str, str, str | None], ...]] = {
    "persons": (
        ("raw_salesforce", "lead", "is_deleted"),
        ("raw_salesforce", "contact", "is_deleted"),
        ("raw_hubspot", "contact", "archived"),
        ("raw_marketo", "lead", "is_deleted"),
        ("raw_typeform", "response", "is_deleted"),
        ("raw_sansan", "biz_card", "is_deleted"),
        ("raw_card_files", "row", None),
        ("raw_web_forms", "submission", None),
    ),
    "accounts": (
        ("raw_salesforce", "account", "is_deleted"),
        ("raw_hubspot", "company", "archived"),
    ),
    "opportunities": (("raw_salesforce", "opportunity", "is_deleted"),),
}


@dataclass(frozen=True)
class ScoreLabels:
    """Labels with the score from which on they hold, best first, and the label below them all."""

    thresholds: tuple[tuple[str, float], ...] = (("高", 30), ("中", 15))
    lowest: str = "低"

    def as_sql(self, score: str) -> str:
        """The label of a score, as an SQL expression over the score's column.

        >>> ScoreLabels().as_sql("score")
        "case when score >= 30 then '高' when score >= 15 then '中' else '低' end"
        """
        cases = " ".join(
            f"when {score} >= {minimum:g} then {_quoted(label)}"
            for label, minimum in self.thresholds
        )
        return f"case {cases} else {_quoted(self.lowest)} end"


@dataclass(frozen=True)
class RowFloor:
    """The fewest rows a table may have, and why in one Japanese sentence."""

    rows: int
    description: str


@dataclass(frozen=True)
class GateFacts:
    """Everything a gate suite depends on besides the audited tables."""

    as_of: datetime
    labels: ScoreLabels
    ng_reasons: tuple[str, ...]
    floors: dict[str, RowFloor]


def gather_facts(
    connection: duckdb.DuckDBPyConnection, published: Path, as_of: datetime | None
) -> GateFacts:
    """Collects the facts of this run.

    Args:
        connection: The open warehouse.
        published: The mart file published last; it may be absent.
        as_of: The time input of the run; None means the present moment.
    """
    counts = published_counts(published)
    return GateFacts(
        as_of=as_of or datetime.now(UTC),
        labels=score_labels(connection),
        ng_reasons=ng_reasons(connection),
        floors={
            table: row_floor(counts.get(table, 0), delivered_rows(connection, table))
            for table in GATED_TABLES
        },
    )


def dirt_share(rows: int) -> float:
    """The share of values that must hold what only the sources can keep.

    A few that their sources got wrong must not stop everything else; more than a tenth means that
    a load or a mapping is broken.

    >>> dirt_share(10_000), dirt_share(20), dirt_share(5)
    (0.9, 0.5, 0.0)
    """
    if rows <= TOLERATED_DIRTY_ROWS:
        return 0.0
    return min(1 - TOLERATED_DIRT, 1 - TOLERATED_DIRTY_ROWS / rows)


def row_floor(published: int, delivered: int) -> RowFloor:
    """How many rows a table needs.

    An empty mart is fine only when the one before was empty too and no source delivered a record.
    One row less is never a collapse, however small the mart.

    >>> row_floor(published=1000, delivered=5).rows
    850
    >>> row_floor(published=0, delivered=5).rows
    1
    >>> row_floor(published=0, delivered=0).rows
    0
    """
    if published:
        tolerated = max(1, math.floor(published * TOLERATED_LOSS))
        floor = max(1, published - tolerated)
        return RowFloor(floor, f"前回公開した{published}行から15%を超えて減っていない")
    if delivered:
        return RowFloor(1, "データ元に記録があるので空ではない")
    return RowFloor(0, "データ元にも前回公開にも記録がない")


def score_labels(connection: duckdb.DuckDBPyConnection) -> ScoreLabels:
    """The thresholds of the agreement; the defaults where the warehouse holds no agreement."""
    if not table_exists(connection, "agreement", "score_labels"):
        return ScoreLabels()
    rows = connection.execute(
        "select label, minimum_score from agreement.score_labels order by minimum_score desc"
    ).fetchall()
    lowest = [label for label, minimum in rows if minimum is None]
    return ScoreLabels(
        thresholds=tuple((label, float(low)) for label, low in rows if low is not None),
        lowest=lowest[0] if lowest else "",
    )


def ng_reasons(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The reasons that the agreement knows; the defaults where the warehouse holds none."""
    if not table_exists(connection, "agreement", "ng_rules"):
        return DEFAULT_NG_REASONS
    rows = connection.execute(
        "select distinct ng_reason from agreement.ng_rules where ng_reason is not null order by 1"
    ).fetchall()
    return tuple(reason for (reason,) in rows)


def published_counts(published: Path) -> dict[str, int]:
    """Rows per gated table in the mart published last; none when no such file can be read."""
    if not published.exists():
        return {}
    try:
        with duckdb.connect(str(published), read_only=True) as connection:
            return {
                table: _count(connection, f'select count(*) from mart."{table}"')
                for table in GATED_TABLES
                if table_exists(connection, "mart", table)
            }
    except duckdb.Error:
        # A file that no reader can open has nothing to lose; the publication to come replaces it.
        return {}


def delivered_rows(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """Live source records from which rows of a mart table are made."""
    total = 0
    for schema, raw_table, deleted_flag in DELIVERIES[table]:
        if table_exists(connection, schema, raw_table):
            live = f"where not coalesce({deleted_flag}, false)" if deleted_flag else ""
            total += _count(connection, f'select count(*) from "{schema}"."{raw_table}" {live}')
    return total


def _count(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
