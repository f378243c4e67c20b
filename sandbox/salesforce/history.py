"""Field history: one row per change of a tracked field, as the org writes it by itself.

Belongs here: history rows. Must not: decide whether a write is allowed.
"""

from __future__ import annotations

from typing import Any

from sandbox.salesforce.org import Org, blank_record
from sandbox.salesforce.schema import ObjectType
from sandbox.tables import Row

_HISTORY_OF = {
    "Lead": ("LeadHistory", "LeadId"),
    "Contact": ("ContactHistory", "ContactId"),
    "Opportunity": ("OpportunityFieldHistory", "OpportunityId"),
}
_STAGE_FIELDS = ("StageName", "Amount", "Probability", "CloseDate")


def write_history(org: Org, kind: ObjectType, before: Row | None, after: Row, user_id: str) -> None:
    """Write the history rows of one insert (before is None) or update."""
    if kind.name == "Opportunity" and _stage_moved(before, after):
        staged = {name: after[name] for name in _STAGE_FIELDS}
        _add(org, "OpportunityHistory", {"OpportunityId": after["Id"], **staged}, after, user_id)
    if kind.name not in _HISTORY_OF:
        return
    history, parent = _HISTORY_OF[kind.name]
    if before is None:
        _add(org, history, {parent: after["Id"], "Field": "created"}, after, user_id)
        return
    for spec in kind.fields.values():
        if spec.tracked and before[spec.name] != after[spec.name]:
            for field, old, new in _pairs(org, spec.name, before, after):
                change = {parent: after["Id"], "Field": field, "OldValue": old, "NewValue": new}
                _add(org, history, change, after, user_id)


def _stage_moved(before: Row | None, after: Row) -> bool:
    return before is None or any(before[name] != after[name] for name in _STAGE_FIELDS)


def _pairs(org: Org, field: str, before: Row, after: Row) -> list[tuple[str, Any, Any]]:
    """Return (field, old, new) rows; an owner change gives one row of ids and one of names."""
    old, new = before[field], after[field]
    if field != "OwnerId":
        return [(field, old, new)]
    names = [(org.fetch("User", user) or {}).get("Name") for user in (old or "", new or "")]
    return [("Owner", old, new), ("Owner", names[0], names[1])]


def _add(org: Org, history: str, values: Row, after: Row, user_id: str) -> None:
    kind = org.types[history]
    at = after["SystemModstamp"]
    row = {
        **blank_record(kind),
        **values,
        "Id": org.new_id(kind),
        "CreatedDate": at,
        "CreatedById": user_id,
    }
    if "SystemModstamp" in kind.fields:
        row["SystemModstamp"] = at
    org.table(history).put(row["Id"], row)
