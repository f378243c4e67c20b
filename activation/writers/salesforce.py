"""Writes planned values into Salesforce by collections of records; reads them back.

Belongs here: which records are closed to us, how Salesforce's row results are read. Does not:
sign-in, retries of HTTP, paging (vendors.salesforce), decisions (activation.apply).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from activation.writer import RecordState, WriteResult
from vendors.errors import Fault, VendorError
from vendors.salesforce import COLLECTION_LIMIT, RowResult, SalesforceClient, connect

API_NAMES = {"lead": "Lead", "contact": "Contact"}
LOCKED = "UNABLE_TO_LOCK_ROW"
_NOTHING_WORKS = (Fault.LIMIT, Fault.CREDENTIALS, Fault.UNREACHABLE)


class SalesforceWriter:
    """Speaks the writer protocol for one signed-in Salesforce."""

    batch_size = COLLECTION_LIMIT

    def __init__(self, client: SalesforceClient) -> None:
        self._client = client

    @classmethod
    def from_environment(cls) -> SalesforceWriter:
        """Signs in with what the environment configures.

        Raises:
            VendorError: Settings are incomplete or the sign-in failed.
        """
        return cls(connect())

    @property
    def api_calls(self) -> int:
        """HTTP calls made, sign-in and retries included."""
        return self._client.api_calls

    def calls_left(self) -> int | None:
        """What remains of the org's daily API requests; None for a user who may not see it."""
        try:
            limits = self._client.limits()
        except VendorError as error:
            if error.fault in _NOTHING_WORKS:
                raise
            return None
        remaining = limits.get("DailyApiRequests", {}).get("Remaining")
        return int(remaining) if remaining is not None else None

    def unwritable_fields(self, object_name: str, fields: Sequence[str]) -> dict[str, str]:
        """Fields that the org lacks, or that the signed-in user may not edit."""
        described = self._client.describe(API_NAMES[object_name])
        editable = {
            field["name"]: bool(field.get("updateable", True)) for field in described["fields"]
        }
        return {
            field: "FIELD_NOT_EDITABLE" if field in editable else "MISSING_FIELD"
            for field in fields
            if not editable.get(field)
        }

    def read(
        self, object_name: str, record_ids: Sequence[str], fields: Sequence[str]
    ) -> dict[str, RecordState]:
        """Current values; a converted lead is closed, only its contact goes on."""
        extra = ("IsConverted",) if object_name == "lead" else ()
        rows = self._client.read_records(API_NAMES[object_name], record_ids, (*fields, *extra))
        return {
            record_id: RecordState(row, "CONVERTED_LEAD" if row.get("IsConverted") else None)
            for record_id, row in rows.items()
        }

    def write(self, object_name: str, rows: Sequence[Mapping[str, Any]]) -> list[WriteResult]:
        """Updates at most 200 records in one call."""
        results = self._client.update_records(API_NAMES[object_name], [dict(row) for row in rows])
        return [
            _write_result(str(row["Id"]), result) for row, result in zip(rows, results, strict=True)
        ]


def _write_result(record_id: str, result: RowResult) -> WriteResult:
    return WriteResult(
        record_id=record_id,
        success=result.success,
        code=result.error_code,
        fields=result.fields,
        answered=result.answered,
        is_locked=result.error_code == LOCKED,
    )
