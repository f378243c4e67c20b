"""What one CRM record of HubSpot becomes in raw.

Here belong the columns of a record and its ids and stamps. Not here: which records are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ingestion.contracts import Kind
from ingestion.naming import column_name
from ingestion.resources import Batch, shaped
from ingestion.shaping import ms_of, text_of

Row = Mapping[str, Any]


def batch_of(rows: Sequence[Any], names: Iterable[str], *, archived: bool = False) -> Batch:
    """Return records as a batch; archived ones are not in HubSpot's count of records.

    Args:
        rows: records as HubSpot sent them.
        names: the properties that were asked for.
        archived: whether they came from the listing of archived records.
    """
    columns = {name: column_name(name) for name in names}

    def shape(row: Row) -> dict[str, Any]:
        properties = row.get("properties") or {}
        return {
            **{column: text_of(properties.get(name)) for name, column in columns.items()},
            "id": text_of(row.get("id")),
            "created_at": row.get("createdAt"),
            "updated_at": updated_at(row),
            "archived": row.get("archived", archived),
        }

    batch = shaped(rows, shape, "id", dict.fromkeys(columns.values(), Kind.TEXT))
    batch.is_counted = not archived
    return batch


def is_regular(row: object) -> bool:
    """Whether a row is a record at all: an object whose properties are one."""
    return isinstance(row, dict) and isinstance(row.get("properties") or {}, dict)


def id_of(row: Row) -> str:
    """Return the record's id as text."""
    return str(row.get("id"))


def modified_at(row: Row, stamp: str) -> int | None:
    """Return the record's modification property, else its stamp, in epoch milliseconds."""
    return ms_of((row.get("properties") or {}).get(stamp)) or ms_of(row.get("updatedAt"))


def updated_at(row: Row) -> Any:
    """Return when the record was last changed, its archiving included.

    A record may be read alive and archived in one load; the later version has to win.
    """
    archived_at, changed_at = row.get("archivedAt"), row.get("updatedAt")
    if row.get("archived") and (ms_of(archived_at) or 0) > (ms_of(changed_at) or 0):
        return archived_at
    return changed_at


def merged_ids(listed: object) -> list[str]:
    """Return the ids of the records that were merged into one.

    >>> merged_ids("12;34"), merged_ids(None)
    (['12', '34'], [])
    """
    return [one.strip() for one in str(listed or "").split(";") if one.strip()]
