"""The org while it is being filled: ids, system fields, users, field history.

Belongs here: what every Salesforce object has. Must not: know people or journeys.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.world.identifiers import IdSequence
from sandbox.world.schema import empty_record, salesforce_fields
from sandbox.world.timing import sf_datetime
from sandbox.world.truth.sales_team import INTEGRATION_USER, ROLES, TEAM

Record = dict[str, Any]

_HISTORY_OF = {
    "Lead": ("LeadHistory", "LeadId"),
    "Contact": ("ContactHistory", "ContactId"),
    "Opportunity": ("OpportunityFieldHistory", "OpportunityId"),
}


@dataclass
class Org:
    """All records of the org by object, with the means to add to them."""

    now: datetime
    ids: IdSequence = field(default_factory=IdSequence)
    records: dict[str, list[Record]] = field(
        default_factory=lambda: {name: [] for name in salesforce_fields()}
    )
    user_ids: dict[str, str] = field(default_factory=dict)
    user_names: dict[str, str] = field(default_factory=dict)

    def new(self, object_name: str, at: datetime, by: str, **fields: Any) -> Record:
        """Add a record created at a moment by a user (a team key)."""
        record = empty_record(object_name)
        created, user = sf_datetime(at), self.user_ids.get(by)
        stamps = {
            "Id": self.ids.new(object_name),
            "CreatedDate": created,
            "CreatedById": user,
            "LastModifiedDate": created,
            "LastModifiedById": user,
            "SystemModstamp": created,
        }
        record.update({name: value for name, value in stamps.items() if name in record})
        unknown = fields.keys() - record.keys()
        if unknown:
            raise KeyError(f"{object_name} has no field {sorted(unknown)}")
        record.update(fields)
        self.records[object_name].append(record)
        return record

    def touch(self, record: Record, at: datetime, by: str) -> None:
        """Move the modification stamps of a record forward, never back and never past now."""
        moment = sf_datetime(min(at, self.now - timedelta(seconds=1)))
        if moment > record["LastModifiedDate"]:
            record["LastModifiedDate"] = moment
            if "LastModifiedById" in record:
                record["LastModifiedById"] = self.user_ids[by]
        record["SystemModstamp"] = max(record["SystemModstamp"], moment)

    def change(
        self, object_name: str, record: Record, name: str, value: Any, at: datetime, by: str
    ) -> None:
        """Change a tracked field: the record, its stamps and a history row."""
        old = record[name]
        if old == value or at >= self.now:
            return
        if name == "OwnerId":
            self._owner_history(object_name, record, str(value), at, by)
        else:
            self.history(object_name, record, name, old, value, at, by)
        record[name] = value
        self.touch(record, at, by)

    def history(
        self,
        object_name: str,
        record: Record,
        name: str,
        old: Any,
        new: Any,
        at: datetime,
        by: str,
    ) -> None:
        """Add one row of field history."""
        history, parent = _HISTORY_OF[object_name]
        fields = {parent: record["Id"], "Field": name, "OldValue": old, "NewValue": new}
        self.new(history, at, by, **fields)

    def _owner_history(
        self, object_name: str, record: Record, owner: str, at: datetime, by: str
    ) -> None:
        """Add the two rows Salesforce keeps of an owner change: the ids and the names."""
        old = record["OwnerId"]
        self.history(object_name, record, "Owner", old, owner, at, by)
        names = (self.user_names[old], self.user_names[owner])
        self.history(object_name, record, "Owner", *names, at, by)

    def hire_team(self, at: datetime) -> None:
        """Add roles and users of our own company."""
        role_ids: dict[str, str] = {}
        for number, (role, parent) in enumerate(ROLES.items()):
            record = self.new("UserRole", at, "", Name=role, DeveloperName=f"Role{number}")
            role_ids[role] = record["Id"]
            record["ParentRoleId"] = role_ids.get(parent or "")
        for member in TEAM:
            self.user_ids[member.key] = ""
            record = self.new(
                "User",
                at,
                INTEGRATION_USER.key,
                Username=f"{member.key}@org.hashiwatashi.test",
                LastName=member.family,
                FirstName=member.given or None,
                Name=member.name,
                Email=member.email,
                Department=member.department,
                Title=member.title or None,
                IsActive=member.is_active,
                UserRoleId=role_ids[member.role],
                UserType="Standard",
                ManagerId=self.user_ids.get(member.manager or ""),
            )
            self.user_ids[member.key] = record["Id"]
            self.user_names[record["Id"]] = member.name
        for record in self.records["User"]:
            record["CreatedById"] = record["LastModifiedById"] = self.user_ids["integration"]
