"""What fields of Leads and Contacts held when, and who owned them, by hand from raw history."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime

from tests.by_hand.facts import TOKYO, Facts, Row, midnight

OWNER_FIELDS = ("Owner", "ownerAssignment", "ownerAccepted")
FOREVER = datetime.max.replace(tzinfo=UTC)


class Histories:
    """Field history of all Leads and Contacts; every sandbox org tracks the fields asked here."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.records: dict[str, Row] = {}
        self.changes: dict[tuple[str, str], list[Row]] = defaultdict(list)
        self.tracked: set[tuple[str, str]] = set()
        for thing in ("lead", "contact"):
            for row in facts.rows(f"raw_salesforce.{thing}"):
                self.records[f"salesforce:{thing}:{row['id']}"] = row
            for row in facts.rows(f"raw_salesforce.{thing}_history"):
                name = "Owner" if row["field"] in OWNER_FIELDS else row["field"]
                if name == "Owner" and str(row["new_value"] or row["old_value"])[:3] not in (
                    "005", "00G",
                ):  # fmt: skip
                    continue
                self.changes[f"salesforce:{thing}:{row[f'{thing}_id']}", name].append(row)
                self.tracked.add((thing, name))
        for rows in self.changes.values():
            rows.sort(key=lambda row: (row["created_date"], row["id"]))

    def value(self, record: str, name: str, column: str, at: datetime) -> str | None:
        """The value a field held at an instant; None before it was known."""
        row = self.records[record]
        thing = record.split(":")[1]
        rows = self.changes.get((record, name), [])
        if (thing, name) not in self.tracked:
            since = row["created_date"] if name == "Owner" else row["last_modified_date"]
            return _text(row[column]) if since <= at else None
        if at < row["created_date"]:
            return None
        past = [change for change in rows if change["created_date"] <= at]
        if past:
            return past[-1]["new_value"]
        return rows[0]["old_value"] if rows else _text(row[column])

    def instants(self, record: str, *names: str) -> list[datetime]:
        """When any of the fields may have changed: creation, first sight and history rows."""
        row = self.records[record]
        rows = [change for name in names for change in self.changes.get((record, name), [])]
        return [row["created_date"], row["last_modified_date"],
                *(change["created_date"] for change in rows)]  # fmt: skip

    def ended_at(self, record: str) -> datetime:
        """When a record stopped being anybody's: converted or deleted."""
        row = self.records[record]
        ends = [row["system_modstamp"]] if row["is_deleted"] else []
        if row.get("is_converted"):
            ends.append(self._converted_at(record, row))
        return min(ends, default=FOREVER)

    def _converted_at(self, record: str, row: Row) -> datetime:
        rows = self.changes.get((record, "leadConverted"), [])
        if rows:
            return rows[-1]["created_date"]
        contact = self.records.get(f"salesforce:contact:{row['converted_contact_id']}")
        if contact and contact["created_date"].astimezone(TOKYO).date() == row["converted_date"]:
            return contact["created_date"]
        return midnight(row["converted_date"]) or FOREVER

    def feedbacks(self, record: str) -> list[tuple[datetime, str]]:
        """What sales said when, up to as_of."""
        row = self.records[record]
        rows = self.changes.get((record, "Sales_Feedback__c"), [])
        present = row["sales_feedback__c"]
        said = [(change["created_date"], change["new_value"]) for change in rows]
        if rows and rows[-1]["new_value"] == present:
            said.pop()
        if present:
            fallback = rows[-1]["created_date"] if rows else row["created_date"]
            said.append((row["sales_feedback_at__c"] or fallback, present))
        return [(at, value) for at, value in said if value and at <= self.facts.as_of]


def _text(value: object) -> str | None:
    return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)
