"""Edits of a Marketo instance past the API's rules, with the stamps a real edit leaves.

Belongs here: what the sandbox's admin pages do to leads and memberships. Must not: know HTTP.
"""

from __future__ import annotations

from sandbox.marketo.instance import HIDDEN, Instance
from sandbox.marketo.leads import remove_lead, write_lead
from sandbox.marketo.programs import change_status
from sandbox.tables import Row


def add(instance: Instance, kind: str, given: Row) -> Row:
    """Add a row; ids and stamps that are not given are made."""
    if kind == "leads":
        return write_lead(instance, None, given)
    if kind == "activities":
        blank: Row = {
            "primaryAttributeValueId": None,
            "primaryAttributeValue": None,
            "attributes": [],
        }
        lead, type_id = int(given["leadId"]), int(given["activityTypeId"])
        made = instance.note_activity(lead, type_id, (None, None))
        instance.table(kind).remove(made["marketoGUID"])
        row = {**made, **blank, **given}
        return _put(instance, kind, row["marketoGUID"], row)
    if kind == "members":
        program = instance.table("programs").get(str(given["programId"]))
        return change_status(instance, program or {}, int(given["leadId"]), given["statusName"])
    if kind == "programs":
        at = instance.now()
        row = {"id": given.get("id") or instance.new_id(kind), "createdAt": at, "updatedAt": at}
        row |= given
        return _put(instance, kind, str(row["id"]), row)
    raise KeyError(kind)


def change(instance: Instance, kind: str, before: Row, given: Row) -> Row:
    """Change a row; a lead's stamps move and its activities tell of it.

    With ``_silent`` a lead changes as by an import that the activity log leaves out.
    """
    if kind == "leads" and given.pop("_silent", False):
        return {**before, **given, HIDDEN: instance.now()}
    if kind == "leads":
        return write_lead(instance, before, given)
    row = {**before, **given}
    if "updatedAt" in before and "updatedAt" not in given:
        row["updatedAt"] = instance.now()
    return row


def remove(instance: Instance, row: Row) -> None:
    """Delete a lead as a marketer does."""
    remove_lead(instance, row)


def _put(instance: Instance, kind: str, row_id: str, row: Row) -> Row:
    instance.table(kind).put(row_id, row)
    return row
