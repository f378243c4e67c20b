"""Creates, changes and deletes records under the org's rules.

Belongs here: validation of whole records, stamps, upsert. Must not: know HTTP or CSV.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.faults.locks import is_locked
from sandbox.salesforce import errors
from sandbox.salesforce.derivations import with_derived_fields
from sandbox.salesforce.errors import SalesforceFault
from sandbox.salesforce.history import write_history
from sandbox.salesforce.org import Org, blank_record
from sandbox.salesforce.schema import ObjectType
from sandbox.salesforce.values import full_id, objects_of_id, stored_value
from sandbox.tables import Row
from sandbox.world.schema import FieldSpec

_DEFAULTS: dict[str, dict[str, Any]] = {
    "Lead": {"Status": "Open - Not Contacted"},
    "Task": {"Status": "Not Started", "Priority": "Normal"},
    "CampaignMember": {"Status": "送信済み"},
    "User": {"UserType": "Standard", "IsActive": True},
}


class SeveralMatches(Exception):
    """An upsert found more than one record with the external id."""

    def __init__(self, object_name: str, record_ids: list[str]) -> None:
        super().__init__(f"{len(record_ids)} records match")
        self.object_name = object_name
        self.record_ids = record_ids


def insert(org: Org, kind: ObjectType, data: Mapping[str, Any]) -> str:
    """Create a record and return its id.

    Raises:
        SalesforceFault: the org refuses it.
    """
    _check_writable(kind)
    values = _accepted(org, kind, data, is_insert=True)
    row = {**blank_record(kind), **_DEFAULTS.get(kind.name, {})}
    if "OwnerId" in kind.fields:
        row["OwnerId"] = org.integration_user_id
    row |= values
    missing = [name for name in kind.required if row[name] is None]
    if missing:
        listed = ", ".join(missing)
        raise SalesforceFault(
            400, "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{listed}]", (*missing,)
        )
    at = org.now_stamp()
    row["Id"] = org.new_id(kind)
    _set(row, CreatedDate=at, CreatedById=org.integration_user_id)
    _store(org, kind, None, row, at)
    return str(row["Id"])


def update(org: Org, kind: ObjectType, record_id: str, data: Mapping[str, Any]) -> None:
    """Change fields of a live record. A write without change moves its stamps all the same.

    Raises:
        SalesforceFault: the org refuses it.
    """
    _check_writable(kind)
    before = org.record(kind, record_id)
    if is_locked(before["Id"]):
        raise errors.row_locked(before["Id"])
    if before.get("IsConverted"):
        message = "cannot reference converted lead"
        raise SalesforceFault(400, "CANNOT_UPDATE_CONVERTED_LEAD", message, ())
    values = _accepted(org, kind, data, is_insert=False)
    emptied = [name for name in kind.required if name in values and values[name] is None]
    if emptied:
        listed = ", ".join(emptied)
        raise SalesforceFault(
            400, "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{listed}]", (*emptied,)
        )
    _store(org, kind, before, {**before, **values}, org.now_stamp())


def upsert(
    org: Org, kind: ObjectType, field: str, value: str, data: Mapping[str, Any]
) -> tuple[str, bool]:
    """Update the record with this external id, or create it; return (id, was created).

    Raises:
        SalesforceFault: the org refuses it.
        SeveralMatches: the external id is not unique.
    """
    spec = external_id_field(kind, field)
    found = matching_ids(org, kind, spec, value)
    if len(found) > 1:
        raise SeveralMatches(kind.name, found)
    rest = {name: given for name, given in data.items() if name.lower() != spec.name.lower()}
    if found:
        update(org, kind, found[0], rest)
        return found[0], False
    if spec.type == "id":
        raise errors.resource_missing()
    return insert(org, kind, {**rest, spec.name: value}), True


def delete(org: Org, kind: ObjectType, record_id: str) -> None:
    """Put a record into the bin: queries no longer show it, queryAll does.

    Raises:
        SalesforceFault: the org refuses it.
    """
    _check_writable(kind)
    before = org.record(kind, record_id)
    if is_locked(before["Id"]):
        raise errors.row_locked(before["Id"])
    if "IsDeleted" not in kind.fields:
        message = f"entity type {kind.name} does not support delete"
        raise SalesforceFault(400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message, ())
    row = {**before, "IsDeleted": True}
    _set(row, SystemModstamp=org.now_stamp(), LastModifiedDate=org.now_stamp())
    org.table(kind.name).put(row["Id"], row)


def external_id_field(kind: ObjectType, name: str) -> FieldSpec:
    """Return the external id field of this name (Id counts as one).

    Raises:
        SalesforceFault: NOT_FOUND.
    """
    spec = kind.by_lower_name.get(name.lower())
    if spec is None or not (spec.external_id or spec.type == "id"):
        message = "Provided external ID field does not exist or is not accessible: " + name
        raise SalesforceFault(404, "NOT_FOUND", message)
    return spec


def matching_ids(org: Org, kind: ObjectType, spec: FieldSpec, value: str) -> list[str]:
    """Return the ids of live records with this external id."""
    table = org.table(kind.name)
    if spec.type == "id":
        found = [full_id(value)] if full_id(value) in table else []
    else:
        found = table.find(spec.name, value)
    return [record_id for record_id in found if not (table.get(record_id) or {}).get("IsDeleted")]


def _check_writable(kind: ObjectType) -> None:
    if not kind.is_writable:
        message = f"entity type {kind.name} does not support create, update or delete"
        raise SalesforceFault(400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message, ())


def _accepted(
    org: Org, kind: ObjectType, data: Mapping[str, Any], *, is_insert: bool
) -> dict[str, Any]:
    """Return the given fields in stored form, or refuse them."""
    values: dict[str, Any] = {}
    denied = []
    for name, value in data.items():
        if name.lower() in {"attributes", "id"}:
            continue
        spec = kind.by_lower_name.get(name.lower())
        if spec is None:
            message = f"No such column '{name}' on sobject of type {kind.name}"
            raise SalesforceFault(400, "INVALID_FIELD", message)
        allowed = kind.is_createable(spec) if is_insert else kind.is_updateable(spec)
        if not allowed:
            denied.append(spec.name)
            continue
        values[spec.name] = stored_value(spec, value)
        _check_reference(org, spec, values[spec.name])
    if denied:
        raise SalesforceFault(
            400,
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            f"Unable to create/update fields: {', '.join(denied)}. Please check the security "
            "settings of this field and verify that it is read/write for your profile or "
            "permission set.",
            tuple(denied),
        )
    return values


def _check_reference(org: Org, spec: FieldSpec, value: Any) -> None:
    if spec.type != "reference" or value is None:
        return
    found = [row for name in objects_of_id(value) if (row := org.fetch(name, value))]
    if not found:
        message = f"invalid cross reference id: {value}"
        raise SalesforceFault(400, "INVALID_CROSS_REFERENCE_KEY", message, (spec.name,))
    if found[0].get("IsDeleted"):
        raise SalesforceFault(400, "ENTITY_IS_DELETED", "entity is deleted", (spec.name,))


def _store(org: Org, kind: ObjectType, before: Row | None, row: Row, at: str) -> None:
    derived = with_derived_fields(kind.name, before, row, at, org.fetch)
    after = {name: derived[name] for name in row}
    _set(
        after,
        LastModifiedDate=at,
        LastModifiedById=org.integration_user_id,
        SystemModstamp=at,
    )
    org.table(kind.name).put(after["Id"], after)
    write_history(org, kind, before, after, org.integration_user_id)


def _set(row: Row, **values: Any) -> None:
    """Set those system fields that the object has."""
    row.update({name: value for name, value in values.items() if name in row})
