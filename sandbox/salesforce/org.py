"""The org: its schema, records, sessions, clock and API counter in one place.

Belongs here: what every Salesforce handler needs. Must not: know HTTP paths or rules of writing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sandbox.clock import SandboxClock
from sandbox.salesforce import errors
from sandbox.salesforce.schema import ObjectType, object_types
from sandbox.salesforce.sessions import Sessions
from sandbox.salesforce.values import canonical_instant, full_id, is_id, stamp
from sandbox.settings import Credentials
from sandbox.tables import Estate, Row, Table
from sandbox.world.identifiers import id_checksum
from sandbox.world.schema import FieldSpec

DAILY_API_CALLS = 100_000
ORGANIZATION_ID = "00D5j0000000001EAA"
_STAMPS = ("CreatedDate", "LastModifiedDate", "SystemModstamp")
INTEGRATION_ROLE = "API 連携"
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Org:
    """One Salesforce org over the estate's tables."""

    def __init__(
        self,
        estate: Estate,
        clock: SandboxClock,
        fields: Mapping[str, Sequence[FieldSpec]],
        credentials: Credentials,
    ) -> None:
        self.estate = estate
        self.clock = clock
        self.credentials = credentials
        self.types = object_types(fields)
        self.sessions = Sessions(clock, credentials.salesforce_session_id)
        self.api_calls = 0
        self._numbers = itertools.count(1)

    def table(self, object_name: str) -> Table:
        """Return the table of an object."""
        return self.estate.table(f"salesforce.{object_name}")

    def fetch(self, object_name: str, record_id: str) -> Row | None:
        """Return a record, deleted or not, or None."""
        return self.table(object_name).get(record_id)

    def kind(self, object_name: str) -> ObjectType:
        """Return an object type for a REST path.

        Raises:
            SalesforceFault: NOT_FOUND, as REST paths answer for unknown objects.
        """
        for name, kind in self.types.items():
            if name.lower() == object_name.lower():
                return kind
        raise errors.resource_missing()

    def record(self, kind: ObjectType, record_id: str) -> Row:
        """Return a live record.

        Raises:
            SalesforceFault: MALFORMED_ID, NOT_FOUND or ENTITY_IS_DELETED.
        """
        if not is_id(record_id):
            message = f"Id value of incorrect type: {record_id}"
            raise errors.SalesforceFault(400, "MALFORMED_ID", message, ("Id",))
        row = self.table(kind.name).get(full_id(record_id))
        if row is None:
            raise errors.resource_missing()
        if row.get("IsDeleted"):
            raise errors.entity_deleted()
        return row

    def now_stamp(self) -> str:
        """Return the present as a record's stamp."""
        return stamp(self.clock.now())

    def new_id(self, kind: ObjectType) -> str:
        """Return an id that no record of this object has."""
        while True:
            number, digits = next(self._numbers), ""
            while number:
                number, rest = divmod(number, 62)
                digits = _BASE62[rest] + digits
            id15 = f"{kind.prefix}5j0000K{digits.rjust(5, '0')}"
            record_id = id15 + id_checksum(id15)
            if record_id not in self.table(kind.name):
                return record_id

    @property
    def integration_user_id(self) -> str:
        """Id of the user as whom the API signs in."""
        found = self.table("User").find("Username", self.credentials.salesforce_username)
        return found[0] if found else ""

    def ensure_integration_user(self) -> None:
        """Make the user of the API connection when the org has none of that name."""
        if self.integration_user_id:
            return
        kind = self.types["User"]
        at = self.now_stamp()
        record_id = self.new_id(kind)
        row = {
            **blank_record(kind),
            "Id": record_id,
            "Username": self.credentials.salesforce_username,
            "LastName": "Kakehashi 連携",
            "Name": "Kakehashi 連携",
            "Email": self.credentials.salesforce_username,
            "Department": INTEGRATION_ROLE,
            "IsActive": True,
            "UserType": "Standard",
            "CreatedDate": at,
            "LastModifiedDate": at,
            "SystemModstamp": at,
            "CreatedById": record_id,
            "LastModifiedById": record_id,
        }
        self.table("User").put(record_id, {name: row[name] for name in row if name in kind.fields})

    def load(self, object_name: str, records: Iterable[Mapping[str, Any]]) -> None:
        """Take over records of a world; stamps that are not given are those of now.

        Raises:
            ValueError: a record has a field that the object has not.
        """
        kind = self.types[object_name]
        now = self.now_stamp()
        blank = blank_record(kind)
        blank |= {name: now for name in _STAMPS if name in blank}
        instants = [spec.name for spec in kind.fields.values() if spec.type == "datetime"]
        table = self.table(object_name)
        for record in records:
            row = {**blank, **record}
            if len(row) > len(blank):
                raise ValueError(f"{object_name} has no field {sorted(set(row) - set(blank))}")
            for name in instants:
                if row[name] is not None:
                    row[name] = canonical_instant(row[name])
            table.put(row["Id"], row)


def blank_record(kind: ObjectType) -> Row:
    """Return a record of an object with nothing in it: checkboxes false, the rest null."""
    return {
        spec.name: False if spec.type == "boolean" else None
        for spec in kind.fields.values()
        if spec.type != "address"
    }


def modified_at(row: Row) -> datetime:
    """Return when a record was last modified."""
    return datetime.fromisoformat(row["LastModifiedDate"])
