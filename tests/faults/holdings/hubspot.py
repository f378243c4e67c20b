"""What the sandbox's HubSpot holds, and what people do in it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from sandbox.hubspot.associations import link_row
from tests.faults.comparison import Cells, Holding, Json
from tests.faults.vendor_side import HALF, VendorSide, holding, wild_text

# of the properties that HubSpot itself defines, those that a load must bring
_CONTACT = """
    email firstname lastname company jobtitle phone mobilephone website city state zip address
    industry numemployees annualrevenue lifecyclestage hs_lead_status hubspot_owner_id
    associatedcompanyid hs_analytics_source hs_email_optout hs_merged_object_ids createdate
    lastmodifieddate
"""
_COMPANY = """
    name domain phone industry numberofemployees annualrevenue city state zip address website
    corporate_number hs_merged_object_ids createdate hs_lastmodifieddate
"""
_DEAL = """
    dealname amount dealstage pipeline closedate createdate hs_lastmodifieddate hubspot_owner_id
    hs_is_closed hs_is_closed_won hs_merged_object_ids
"""
WANTED = {
    "contacts": set(_CONTACT.split()),
    "companies": set(_COMPANY.split()),
    "deals": set(_DEAL.split()),
}
RESOURCES = {"contacts": "contact", "companies": "company", "deals": "deal"}
EDITED = {
    "contacts": ("jobtitle", "company", "lastname", "city"),
    "companies": ("name", "address"),
    "deals": ("dealname", "amount"),
}
LINK_KEY = ("from_object", "from_id", "to_object", "to_id", "category", "type_id")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(text: str | None) -> datetime | None:
    """Return HubSpot's ISO text as an instant."""
    return None if text is None else datetime.fromisoformat(text)


def of_ms(value: int) -> datetime:
    """Return epoch milliseconds as an instant."""
    return _EPOCH + timedelta(milliseconds=value)


class HubSpotSide(VendorSide):
    """HubSpot."""

    source = "hubspot"
    paths = (
        "^/crm/[^/]+/objects/(contacts|companies|deals)$",
        "^/crm/[^/]+/associations/",
        "^/crm/[^/]+/owners",
        "^/crm/[^/]+/properties/",
        "/search$",
        "^/marketing/[^/]+/(forms|campaigns)",
        "^/form-integrations/",
        "^/events/",
        "^/email/",
        "^/",
    )
    counted = ("/search$",)

    def holdings(self) -> list[Holding]:
        """Return contacts, companies, deals, what hangs on what, and what people did."""
        return [
            *(self._objects(kind) for kind in RESOURCES),
            self._links(),
            *(self._listed(*one) for one in _LISTED),
        ]

    def _objects(self, kind: str) -> Holding:
        rows = [_object(row) for row in self.admin.records("hubspot", kind)]
        names = self.admin.fields("hubspot", kind)
        own = {name for name in names if name.startswith("kakehashi_")}
        optional = frozenset(names.keys() - own - WANTED[kind])
        memory = self.memories[kind]
        return holding(RESOURCES[kind], ("id",), rows, memory, optional=optional)

    def _links(self) -> Holding:
        """Links between records that live; raw flags the others where it ever held them."""
        live = {
            f"{kind}:{row['id']}"
            for kind in RESOURCES
            for row in self.admin.records("hubspot", kind, archived="False")
        }
        memory, rows = self.memories["associations"], []
        for row in self.admin.records("hubspot", "associations"):
            cells = _link(row)
            if {row["start"], row["end"]} <= live:
                rows.append(cells)
            else:
                self._unlinked(cells)
        return holding("association", LINK_KEY, rows, memory)

    def _unlinked(self, cells: Cells) -> None:
        key = tuple(cells[name] for name in LINK_KEY)
        self.memories["associations"].saw(key, cells)
        self.memories["associations"].left(key, {"archived": True}, was_loaded=False)

    def _listed(
        self, resource: str, kind: str, key: tuple[str, ...], shape: Callable[[Any], Cells]
    ) -> Holding:
        rows = [shape(row) for row in self.admin.records("hubspot", kind)]
        return holding(resource, key, rows, self.memories[kind])

    def changes(self) -> Mapping[str, Callable[[Random], None]]:
        """Return what marketing people and visitors do."""
        return {
            "edit": self._edit,
            "archive": self._archive,
            "restore": self._restore,
            "add a contact": self._add_contact,
            "merge contacts": partial(self._merge, "contacts"),
            "merge companies": partial(self._merge, "companies"),
            "merge deals": partial(self._merge, "deals"),
            "link": self._link,
            "unlink": self._unlink,
            "submit a form": self._submit,
            "visit a page": self._visit,
            "open a mail": self._open_mail,
            "rename a campaign": self._rename_campaign,
            "archive a form": self._archive_form,
            "paste half a character": self._break,
            "mend half a character": self._mend,
        }

    def edits(self, rng: Random) -> list[list[Any]]:
        """Edit or archive a contact behind the back of a load that reads."""
        row = self._pick(rng, "contacts")
        if row is None:
            return []
        self._remember("contacts", row)
        page = f"records/hubspot/contacts/{row['id']}"
        title = {"properties": {"jobtitle": wild_text(rng)}}
        return [rng.choice([["PATCH", page, title], ["DELETE", page, None]])]

    def _pick(self, rng: Random, kind: str, *, archived: bool = False) -> dict[str, Any] | None:
        rows = self.admin.records("hubspot", kind, archived=str(archived))
        return rng.choice(sorted(rows, key=lambda row: row["id"])) if rows else None

    def _remember(self, kind: str, row: Mapping[str, Any]) -> None:
        self.memories[kind].saw((row["id"],), _object(row))

    def _change(self, kind: str, row: Mapping[str, Any], properties: dict[str, Any]) -> None:
        self._remember(kind, row)
        self.admin.change_record("hubspot", kind, row["id"], {"properties": properties})

    def _edit(self, rng: Random) -> None:
        kind = rng.choice(sorted(EDITED))
        if row := self._pick(rng, kind):
            self._change(kind, row, {rng.choice(EDITED[kind]): wild_text(rng)})

    def _archive(self, rng: Random) -> None:
        kind = rng.choice(sorted(RESOURCES))
        if row := self._pick(rng, kind):
            self._remember(kind, row)
            self.admin.delete_record("hubspot", kind, row["id"])

    def _restore(self, rng: Random) -> None:
        if row := self._pick(rng, "contacts", archived=True):
            self._remember("contacts", row)
            self.admin.change_record("hubspot", "contacts", row["id"], {"archived": False})

    def _add_contact(self, rng: Random) -> None:
        properties = {"email": f"n{rng.randrange(10**9)}@example.test", "lastname": wild_text(rng)}
        self.admin.add_record("hubspot", "contacts", {"properties": properties})

    def _merge(self, kind: str, rng: Random) -> None:
        winner, loser = self._pick(rng, kind), self._pick(rng, kind)
        if not winner or not loser or winner["id"] == loser["id"]:
            return
        self._remember(kind, loser)
        merged = [one["properties"].get("hs_merged_object_ids") for one in (winner, loser)]
        listed = ";".join(filter(None, [merged[0], loser["id"], merged[1]]))
        was_loaded = self.place.raw_holds("hubspot", RESOURCES[kind], "id", loser["id"])
        self.admin.delete_record("hubspot", kind, loser["id"], hard=True)
        self._change(kind, winner, {"hs_merged_object_ids": listed})
        memory = self.memories[kind]
        memory.left((loser["id"],), {"archived": True}, was_loaded=was_loaded)

    def _link(self, rng: Random) -> None:
        start, end, type_id = rng.choice(_LINKED)
        one, other = self._pick(rng, start), self._pick(rng, end)
        if one and other:
            row = link_row(start, one["id"], end, other["id"], type_id)
            self.admin.add_record("hubspot", "associations", row)

    def _unlink(self, rng: Random) -> None:
        rows = self.admin.records("hubspot", "associations")
        row = rng.choice(sorted(rows, key=lambda one: one["id"]))
        self._unlinked(_link(row))
        self.admin.delete_record("hubspot", "associations", row["id"])

    def _submit(self, rng: Random) -> None:
        form = rng.choice(self.admin.records("hubspot", "forms"))
        values = [{"name": "email", "value": f"f{rng.randrange(10**6)}@example.test"}]
        values += [{"name": "lastname", "value": wild_text(rng)}]
        values += [{"name": "check", "value": "a"}, {"name": "check", "value": "b"}]
        row = {"formId": form["id"], "conversionId": str(uuid.UUID(int=rng.getrandbits(128)))}
        row |= {"submittedAt": self._ms(), "values": values, "pageUrl": "https://www.example.test/"}
        self.admin.add_record("hubspot", "form_submissions", row)

    def _visit(self, rng: Random) -> None:
        properties = {"hs_url": "https://www.example.test/?q=𠮷", "hs_title": wild_text(rng)}
        row = {"id": f"v{rng.randrange(10**9)}", "eventType": "e_visited_page"}
        row |= {"objectType": "CONTACT", "objectId": "50000001", "properties": properties}
        occurred = self.admin.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.admin.add_record("hubspot", "events", row | {"occurredAt": occurred})

    def _open_mail(self, rng: Random) -> None:
        row = {"id": f"m{rng.randrange(10**9)}", "created": self._ms(), "type": "OPEN"}
        row |= {"recipient": "a@example.test", "emailCampaignId": 330000007}
        self.admin.add_record("hubspot", "email_events", row | {"filteredEvent": True})

    def _rename_campaign(self, rng: Random) -> None:
        row = rng.choice(self.admin.records("hubspot", "campaigns"))
        properties = {**row["properties"], "hs_name": wild_text(rng)}
        fields = {"properties": properties, "updatedAt": self.now().isoformat()}
        self.admin.change_record("hubspot", "campaigns", row["id"], fields)

    def _archive_form(self, rng: Random) -> None:
        row = rng.choice(self.admin.records("hubspot", "forms"))
        fields = {"archived": not row["archived"], "updatedAt": self.now().isoformat()}
        self.admin.change_record("hubspot", "forms", row["id"], fields)

    def _break(self, rng: Random) -> None:
        if row := self._pick(rng, "contacts"):
            self._change("contacts", row, {"jobtitle": f"部長{HALF}"})

    def _mend(self, rng: Random) -> None:
        for row in self.admin.records("hubspot", "contacts", archived="False"):
            if HALF in str(row["properties"]["jobtitle"] or ""):
                self._change("contacts", row, {"jobtitle": "部長👍"})

    def _ms(self) -> int:
        return int(self.admin.now().timestamp() * 1000)


def _object(row: Mapping[str, Any]) -> Cells:
    return {
        **row["properties"],
        "id": row["id"],
        "created_at": instant(row["createdAt"]),
        "updated_at": instant(row["updatedAt"]),
        "archived": row["archived"],
    }


def _link(row: Mapping[str, Any]) -> Cells:
    start, _, start_id = row["start"].partition(":")
    end, _, end_id = row["end"].partition(":")
    return {
        "from_object": RESOURCES[start],
        "from_id": start_id,
        "to_object": RESOURCES[end],
        "to_id": end_id,
        "category": row["category"],
        "type_id": row["typeId"],
        "label": row["label"],
        "archived": False,
    }


def _owner(row: Mapping[str, Any]) -> Cells:
    return {
        "id": row["id"],
        "email": row["email"],
        "first_name": row["firstName"],
        "last_name": row["lastName"],
        "user_id": str(row["userId"]),
        "archived": row["archived"],
        "created_at": instant(row["createdAt"]),
        "updated_at": instant(row["updatedAt"]),
    }


def _form(row: Mapping[str, Any]) -> Cells:
    return {
        "id": row["id"],
        "name": row["name"],
        "form_type": row["formType"],
        "created_at": instant(row["createdAt"]),
        "updated_at": instant(row["updatedAt"]),
        "archived": row["archived"],
    }


def _submission(row: Mapping[str, Any]) -> Cells:
    first: dict[str, Any] = {}
    for one in row["values"]:
        first.setdefault(one["name"], one["value"])
    asked = ("email", "lastname", "firstname", "company", "phone", "jobtitle")
    return {
        "conversion_id": row["conversionId"],
        "form_id": row["formId"],
        "submitted_at": of_ms(row["submittedAt"]),
        "page_url": row["pageUrl"],
        **{f"value_{name}": first.get(name) for name in asked},
        "values_json": Json(row["values"]),
    }


def _event(row: Mapping[str, Any]) -> Cells:
    return {
        "id": row["id"],
        "event_type": row["eventType"],
        "object_type": row["objectType"],
        "object_id": row["objectId"],
        "occurred_at": instant(row["occurredAt"]),
        "url": row["properties"].get("hs_url"),
        "properties_json": Json(row["properties"]),
    }


def _email_event(row: Mapping[str, Any]) -> Cells:
    return {
        "id": row["id"],
        "created_at": of_ms(row["created"]),
        "type": row["type"],
        "recipient": row["recipient"],
        "email_campaign_id": str(row["emailCampaignId"]),
        "filtered_event": row.get("filteredEvent"),
        "url": row.get("url"),
    }


def _campaign(row: Mapping[str, Any]) -> Cells:
    return {
        **row["properties"],
        "id": row["id"],
        "created_at": instant(row["createdAt"]),
        "updated_at": instant(row["updatedAt"]),
        "archived": False,
    }


_LINKED = (("contacts", "companies", 279), ("deals", "contacts", 3), ("deals", "companies", 341))
_LISTED: tuple[tuple[str, str, tuple[str, ...], Callable[[Any], Cells]], ...] = (
    ("owner", "owners", ("id",), _owner),
    ("form", "forms", ("id",), _form),
    ("form_submission", "form_submissions", ("conversion_id",), _submission),
    ("event", "events", ("id",), _event),
    ("email_event", "email_events", ("id", "created_at"), _email_event),
    ("campaign", "campaigns", ("id",), _campaign),
)
