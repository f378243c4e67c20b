"""What the sandbox's Salesforce holds, and what people do in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from dlt.common.normalizers.naming.snake_case import NamingConvention

from tests.faults.comparison import Cells, Holding
from tests.faults.vendor_side import HALF, VendorSide, holding, wild_text

OBJECTS = (
    *("Lead", "Contact", "Account", "Opportunity", "OpportunityContactRole", "Campaign"),
    *("CampaignMember", "Task", "Event", "User", "UserRole", "LeadHistory", "ContactHistory"),
    *("OpportunityFieldHistory", "OpportunityHistory"),
)
TEXTS = {
    "Lead": ("LastName", "Company", "Title", "Street", "Interest_Theme__c", "Sales_Comment__c"),
    "Contact": ("LastName", "Title", "Department", "MailingStreet", "Sales_Comment__c"),
    "Account": ("Name", "BillingCity", "Phone"),
    "Opportunity": ("Name", "Loss_Reason__c"),
    "Task": ("Subject",),
    "Campaign": ("Name",),
}
OTHERS: dict[str, tuple[tuple[str, Callable[[Random], Any]], ...]] = {
    "Lead": (
        ("AnnualRevenue", lambda rng: rng.choice([None, 0.0, 0.1, 12345678.0, 1e15 + 0.5, -1.5])),
        ("NumberOfEmployees", lambda rng: rng.choice([None, 0, 300, 2**31 - 1])),
        ("Lead_Score__c", lambda rng: rng.choice([None, 35.0, 30.5])),
        ("HasOptedOutOfEmail", lambda rng: rng.random() < 0.5),
        ("MQL_At__c", lambda rng: rng.choice([None, "2026-09-30T15:00:00.000+0000"])),
        ("ConvertedDate", lambda rng: rng.choice([None, "2026-10-01"])),
    ),
    "Opportunity": (
        ("Amount", lambda rng: rng.choice([None, 0.0, 99_999_999.99, 1.21e7])),
        ("CloseDate", lambda rng: f"2026-{rng.randint(1, 12):02d}-28"),
    ),
}
_NAMES = NamingConvention()
_NUMBERS = {"double", "currency", "percent"}


def column(name: str) -> str:
    """Return the column of a field, as dlt spells it."""
    return _NAMES.normalize_path(name)


def typed(value: Any, kind: str) -> Any:
    """Return a stored value in the type that its field has by the describe."""
    if value is None or value == "":
        return None
    if kind in _NUMBERS:
        return float(value)
    if kind == "int":
        return int(value)
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "datetime":
        return datetime.fromisoformat(value)
    if kind == "anyType" and not isinstance(value, str):
        return json.dumps(value)
    return value


class SalesforceSide(VendorSide):
    """Salesforce."""

    source = "salesforce"
    paths = (
        "^/services/oauth2/token",
        "^/services/data/[^/]+/sobjects/[A-Za-z]+/describe",
        "^/services/data/[^/]+/query",
        "^/services/data/[^/]+/jobs/query",
        "^/services/data/",
    )
    counted = ("^/services/data/[^/]+/query", "^/services/data/[^/]+/jobs/query/[^/]+/results")

    def __init__(self, place: Any) -> None:
        super().__init__(place)
        self.unseen: dict[str, set[str]] = {}

    def holdings(self) -> list[Holding]:
        """Return every object with every field that describe shows, compound ones aside."""
        return [self._holding(name) for name in OBJECTS]

    def _holding(self, name: str) -> Holding:
        types = self.admin.fields("salesforce", name)
        rows = [self._cells(types, row) for row in self.admin.records("salesforce", name)]
        unseen = frozenset(map(column, self.unseen.get(name, ())))
        return holding(column(name), ("id",), rows, self.memories[name], unseen=unseen)

    def _cells(self, types: Mapping[str, str], row: Mapping[str, Any]) -> Cells:
        return {
            column(name): typed(row.get(name), kind)
            for name, kind in types.items()
            if kind != "address"
        }

    def changes(self) -> Mapping[str, Callable[[Random], None]]:
        """Return what salespeople and administrators do."""
        return {
            "edit a text": self._edit_text,
            "edit another field": self._edit_other,
            "write a long comment": self._write_long,
            "delete": self._delete,
            "undelete": self._undelete,
            "add a lead": self._add_lead,
            "add a task": self._add_task,
            "merge leads": partial(self._merge, "Lead"),
            "merge contacts": partial(self._merge, "Contact"),
            "convert a lead": self._convert,
            "paste half a character": self._break,
            "mend half a character": self._mend,
        }

    def edits(self, rng: Random) -> list[list[Any]]:
        """Edit, delete or add records behind the back of a load that reads."""
        row = self._pick(rng, "Lead")
        if row is None:
            return []
        self._remember("Lead", row)
        page = f"records/salesforce/Lead/{row['Id']}"
        task = {"Subject": wild_text(rng), "WhoId": row["Id"], "Status": "Completed"}
        edit = rng.choice([["PATCH", page, {"Title": wild_text(rng)}], ["DELETE", page, None]])
        return [edit, ["POST", "records/salesforce/Task", task]]

    def _pick(self, rng: Random, name: str, *, deleted: bool = False) -> dict[str, Any] | None:
        rows = self.admin.records("salesforce", name, IsDeleted=str(deleted))
        return rng.choice(sorted(rows, key=lambda row: row["Id"])) if rows else None

    def _change(self, name: str, row: Mapping[str, Any], fields: dict[str, Any]) -> None:
        self._remember(name, row)
        self.admin.change_record("salesforce", name, row["Id"], fields)

    def _remember(self, name: str, row: Mapping[str, Any]) -> None:
        cells = self._cells(self.admin.fields("salesforce", name), row)
        self.memories[name].saw((row["Id"],), cells)

    def _edit_text(self, rng: Random) -> None:
        name = rng.choice(sorted(TEXTS))
        if row := self._pick(rng, name):
            self._change(name, row, {rng.choice(TEXTS[name]): wild_text(rng, 80)})

    def _edit_other(self, rng: Random) -> None:
        name = rng.choice(sorted(OTHERS))
        if row := self._pick(rng, name):
            field, make = rng.choice(OTHERS[name])
            self._change(name, row, {field: make(rng)})

    def _write_long(self, rng: Random) -> None:
        if row := self._pick(rng, "Lead"):
            self._change("Lead", row, {"Sales_Comment__c": "架電メモ。\n" * 5_000})

    def _delete(self, rng: Random) -> None:
        name = rng.choice(["Lead", "Contact", "Task", "CampaignMember", "Opportunity"])
        if row := self._pick(rng, name):
            self._remember(name, row)
            self.admin.delete_record("salesforce", name, row["Id"])

    def _undelete(self, rng: Random) -> None:
        if row := self._pick(rng, "Lead", deleted=True):
            self._change("Lead", row, {"IsDeleted": False, "MasterRecordId": None})

    def _add_lead(self, rng: Random) -> None:
        row = {"LastName": wild_text(rng, 80), "Company": wild_text(rng), "Status": "Open"}
        self.admin.add_record("salesforce", "Lead", row)

    def _add_task(self, rng: Random) -> None:
        lead = self._pick(rng, "Lead") or {}
        row = {"Subject": wild_text(rng), "WhoId": lead.get("Id"), "Status": "Completed"}
        self.admin.add_record("salesforce", "Task", row)

    def _merge(self, name: str, rng: Random) -> None:
        winner, loser = self._pick(rng, name), self._pick(rng, name)
        if winner and loser and winner["Id"] != loser["Id"]:
            merged = {"IsDeleted": True, "MasterRecordId": winner["Id"]}
            self._change(name, loser, merged)
            self._change(name, winner, {"Phone": loser.get("Phone")})

    def _convert(self, rng: Random) -> None:
        lead = self._pick(rng, "Lead")
        if lead is None or lead["IsConverted"]:
            return
        contact = self.admin.add_record("salesforce", "Contact", {"LastName": lead["LastName"]})
        today = (self.now() + timedelta(hours=9)).date().isoformat()
        done = {"IsConverted": True, "ConvertedContactId": contact["Id"], "ConvertedDate": today}
        self._change("Lead", lead, done)

    def _break(self, rng: Random) -> None:
        if row := self._pick(rng, "Lead"):
            self._change("Lead", row, {"Title": f"部長{HALF}"})

    def _mend(self, rng: Random) -> None:
        for row in self.admin.records("salesforce", "Lead"):
            if HALF in str(row["Title"] or ""):
                self._change("Lead", row, {"Title": "部長👍"})
