"""What a load reports, and how that is kept in ``raw_landing``.

Here belong the two records handed to the caller and their two tables. One row per source ×
resource is always there, also for a source that is off. Not here: running a load.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from ingestion.contracts import LOADED_AT, TableContract
from ingestion.resources import Load

_LOAD = '"raw_landing"."resource_load"'
_REJECTED = '"raw_landing"."rejected_row"'
_KEPT = ("source_id", "column", "reason", "row_json")


@dataclass(frozen=True)
class ResourceLoad:
    """What became of one resource."""

    resource: str
    status: str
    rows_loaded: int
    rows_total: int
    rejected: int
    newest_record_at: datetime | None
    error: str | None
    fault: str | None = None


@dataclass(frozen=True)
class LoadReport:
    """What became of one source: ``ok``, ``off``, ``failed`` or ``partial``."""

    source: str
    status: str
    resources: tuple[ResourceLoad, ...]
    error: str | None
    api_calls: int = 0


def report(
    warehouse: Path, source: str, tables: Iterable[TableContract], load: Load, *, status: str = ""
) -> LoadReport:
    """Count what is there now and say how each resource went.

    Args:
        warehouse: the database that was loaded.
        source: name of the source.
        tables: its declared tables.
        load: what happened.
        status: one status for all resources (``off``, or ``failed`` for the whole source).
    """
    resources = []
    with duckdb.connect(str(warehouse)) as con:
        for contract in tables:
            outcome = load.outcome(contract.resource)
            total, newest = _counted(con, source, contract)
            resources.append(
                ResourceLoad(
                    resource=contract.resource,
                    status=status or outcome.status,
                    rows_loaded=0 if status else outcome.rows_loaded,
                    rows_total=total,
                    rejected=len({row.source_id for row in outcome.rejected}),
                    newest_record_at=newest,
                    error=outcome.error or outcome.remark,
                    fault=outcome.fault,
                )
            )
    told = [sentence for outcome in load.outcomes.values() for sentence in outcome.told]
    errors = dict.fromkeys([*(one.error for one in resources if one.error), *told])
    return LoadReport(
        source=source,
        status=status or _overall({one.status for one in resources}),
        resources=tuple(resources),
        error=" ".join(errors) or None,
        api_calls=load.api_calls(),
    )


def rejected_before(warehouse: Path, source: str) -> dict[str, set[str]]:
    """Return resource → ids of the rows that earlier loads rejected and none has healed."""
    found: dict[str, set[str]] = {}
    with duckdb.connect(str(warehouse)) as con:
        rows = con.execute(
            f"SELECT resource, source_id FROM {_REJECTED} WHERE source = ?", [source]
        ).fetchall()
    for resource, source_id in rows:
        found.setdefault(resource, set()).add(source_id)
    return found


def keep(warehouse: Path, done: LoadReport, load: Load) -> None:
    """Write a report and the rejected rows into ``raw_landing``."""
    with duckdb.connect(str(warehouse)) as con:
        con.begin()
        for one in done.resources:
            _keep_resource(con, done.source, one, load.context.as_of)
            _keep_rejected(con, done.source, one.resource, load)
        con.commit()


def _keep_rejected(con: duckdb.DuckDBPyConnection, source: str, resource: str, load: Load) -> None:
    """Replace the rejections of rows that came again; in bulk, as a whole list may be bad."""
    outcome, as_of = load.outcome(resource), load.context.as_of
    new = {row.source_id: row for row in outcome.rejected}
    gone = pa.table({"source_id": pa.array({*outcome.healed, *new}, pa.string())})
    kept = {name: [getattr(row, name) for row in new.values()] for name in _KEPT}
    con.register("gone_rejections", gone)
    con.register(
        "new_rejections", pa.table({name: pa.array(kept[name], pa.string()) for name in kept})
    )
    con.execute(
        f"DELETE FROM {_REJECTED} WHERE source = ? AND resource = ?"
        " AND source_id IN (SELECT source_id FROM gone_rejections)",
        [source, resource],
    )
    con.execute(
        f"INSERT INTO {_REJECTED} (source, resource, source_id, column_name, reason, row_json,"
        f' rejected_at, "{LOADED_AT}") SELECT ?, ?, source_id, "column", reason, row_json, ?, ?'
        " FROM new_rejections",
        [source, resource, as_of, as_of],
    )


def _keep_resource(
    con: duckdb.DuckDBPyConnection, source: str, one: ResourceLoad, as_of: datetime
) -> None:
    before = con.execute(
        f"SELECT last_loaded_at FROM {_LOAD} WHERE source = ? AND resource = ?",
        [source, one.resource],
    ).fetchone()
    loaded_at = as_of if one.status in ("ok", "partial") else (before[0] if before else None)
    con.execute(f"DELETE FROM {_LOAD} WHERE source = ? AND resource = ?", [source, one.resource])
    con.execute(
        f"INSERT INTO {_LOAD} (source, resource, last_loaded_at, rows_total, rows_last_load,"
        f' newest_record_at, status, error, fault, "{LOADED_AT}")'
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(source, one.resource, loaded_at, one.rows_total, one.rows_loaded),
            *(one.newest_record_at, one.status, one.error, one.fault, as_of),
        ],
    )


def _counted(
    con: duckdb.DuckDBPyConnection, source: str, contract: TableContract
) -> tuple[int, datetime | None]:
    newest = f'max("{contract.newest}")' if contract.newest else "NULL"
    row = con.execute(
        f'SELECT count(*), {newest} FROM "raw_{source}"."{contract.resource}"'
    ).fetchone()
    return (row[0], row[1]) if row else (0, None)


def _overall(statuses: set[str]) -> str:
    if statuses <= {"ok"}:
        return "ok"
    return "failed" if statuses == {"failed"} else "partial"
