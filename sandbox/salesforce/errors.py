"""Salesforce's errors as it spells them.

Belongs here: error codes, messages, bodies. Must not: decide when they happen.
"""

from __future__ import annotations

from typing import Any


class SalesforceFault(Exception):
    """A refusal with the HTTP status, code and message that Salesforce gives."""

    def __init__(
        self, status: int, code: str, message: str, fields: tuple[str, ...] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.fields = fields

    def body(self) -> list[dict[str, Any]]:
        """Return the JSON body of a refused REST call."""
        entry: dict[str, Any] = {"message": self.message, "errorCode": self.code}
        if self.fields is not None:
            entry["fields"] = list(self.fields)
        return [entry]

    def row_error(self) -> dict[str, Any]:
        """Return the error of one row of a collection call."""
        return {
            "statusCode": self.code,
            "message": self.message,
            "fields": list(self.fields or ()),
        }

    def bulk_error(self) -> str:
        """Return the text of the sf__Error column of a Bulk API result."""
        return f"{self.code}:{self.message}:{','.join(self.fields or ())} --"


def session_invalid() -> SalesforceFault:
    """Return the refusal of an unknown or expired session."""
    return SalesforceFault(401, "INVALID_SESSION_ID", "Session expired or invalid")


def malformed_query(message: str) -> SalesforceFault:
    """Return the refusal of a query that cannot be read."""
    return SalesforceFault(400, "MALFORMED_QUERY", message)


def invalid_field(message: str) -> SalesforceFault:
    """Return the refusal of a field that the object has not."""
    return SalesforceFault(400, "INVALID_FIELD", message)


def no_such_column(column: str, object_name: str) -> SalesforceFault:
    """Return the refusal of an unknown column."""
    return invalid_field(
        f"No such column '{column}' on entity '{object_name}'. If you are attempting to use a "
        "custom field, be sure to append the '__c' after the custom field name. Please reference "
        "your WSDL or the describe call for the appropriate names."
    )


def unknown_object(name: str) -> SalesforceFault:
    """Return the refusal of a query on an unknown object."""
    return SalesforceFault(
        400,
        "INVALID_TYPE",
        f"sObject type '{name}' is not supported. If you are attempting to use a custom object, "
        "be sure to append the '__c' after the entity name. Please reference your WSDL or the "
        "describe call for the appropriate names.",
    )


def resource_missing() -> SalesforceFault:
    """Return the refusal of an address or record that does not exist."""
    return SalesforceFault(404, "NOT_FOUND", "The requested resource does not exist")


def entity_deleted() -> SalesforceFault:
    """Return the refusal to touch a deleted record."""
    return SalesforceFault(404, "ENTITY_IS_DELETED", "entity is deleted", ())


def row_locked(record_id: str) -> SalesforceFault:
    """Return the refusal to write a record that another transaction holds."""
    return SalesforceFault(
        400,
        "UNABLE_TO_LOCK_ROW",
        f"unable to obtain exclusive access to this record or 1 records: {record_id}",
        (),
    )
