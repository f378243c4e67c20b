"""What the sandbox's Marketo holds, and what marketing people do in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from random import Random
from typing import Any

import requests
from dlt.common.normalizers.naming.snake_case import NamingConvention

from sandbox.marketo.activities import TYPES
from tests.faults.comparison import Cells, Holding, Json, Maybe
from tests.faults.vendor_side import HALF, VendorSide, holding, wild_text

# kinds of activity that tell what people did; the others only tell of changed fields
LANDED = {1, 2, 6, 7, 8, 9, 10, 11, 32, 104}
_NAMES = NamingConvention()
_WHOLE, _BROKEN = {"integer", "score"}, {"float", "currency", "percent"}
_FLAGS = {"true": True, "false": False}
_NOTHING: Cells = {"deleted_at": None, "merged_into": None}


class MarketoSide(VendorSide):
    """Marketo."""

    source = "marketo"
    paths = (
        "^/identity/",
        "^/rest/v1/leads",
        "^/rest/v1/activities",
        "^/rest/asset/",
        "^/rest/v1/programs/",
        "^/bulk/v1/[a-z/]+/export/",
        "/file.json$",
        "/status.json$",
        "^/",
    )

    def holdings(self) -> list[Holding]:
        """Return leads, what they did, programs and who is in them."""
        types = self.admin.fields("marketo", "leads")
        leads = [_lead(types, row) for row in self.admin.records("marketo", "leads")]
        acts = self.admin.records("marketo", "activities")
        done = [_activity(row) for row in acts if row["activityTypeId"] in LANDED]
        programs = [_program(row) for row in self.admin.records("marketo", "programs")]
        return [
            holding("lead", ("id",), leads, self.memories["leads"]),
            Holding("activity_type", ("id",), [*map(_type, TYPES)]),
            holding("activity", ("marketo_guid",), done, self.memories["activities"]),
            holding("program", ("id",), programs, self.memories["programs"]),
            self._memberships({row["id"] for row in leads}),
        ]

    def _memberships(self, leads: set[Any]) -> Holding:
        rows = map(_member, self.admin.records("marketo", "members"))
        there = [row for row in rows if row["lead_id"] in leads]
        key = ("program_id", "lead_id")
        return holding("program_membership", key, there, self.memories["members"])

    def changes(self) -> Mapping[str, Callable[[Random], None]]:
        """Return what marketing people and visitors do."""
        return {
            "edit a lead": self._edit,
            "edit a field of our own": self._edit_own,
            "add a lead": self._add,
            "delete a lead": self._delete,
            "merge leads": self._merge,
            "visit a page": self._visit,
            "rename a program": self._rename,
            "paste half a character": self._break,
            "mend half a character": self._mend,
        }

    def edits(self, rng: Random) -> list[list[Any]]:
        """Edit a lead behind the back of a load that reads."""
        row = self._pick(rng)
        if row is None:
            return []
        self._remember(row)
        return [["PATCH", f"records/marketo/leads/{row['id']}", {"title": self._text(rng)}]]

    def _text(self, rng: Random) -> str:
        text = wild_text(rng)
        # in a bulk file this text means that there is none
        return "無" if text == "null" else text

    def _pick(self, rng: Random) -> dict[str, Any] | None:
        rows = self.admin.records("marketo", "leads")
        return rng.choice(sorted(rows, key=lambda row: row["id"])) if rows else None

    def _remember(self, row: Mapping[str, Any]) -> None:
        types = self.admin.fields("marketo", "leads")
        self.memories["leads"].saw((str(row["id"]),), _lead(types, row))

    def _change(self, row: Mapping[str, Any], fields: dict[str, Any]) -> None:
        self._remember(row)
        self.admin.change_record("marketo", "leads", str(row["id"]), fields)

    def _edit(self, rng: Random) -> None:
        if row := self._pick(rng):
            field = rng.choice(["title", "company", "department", "address"])
            number = {"annualRevenue": rng.choice([None, 0.1, 1e7]), "leadScore": rng.randrange(99)}
            self._change(row, {field: self._text(rng), **number, "unsubscribed": True})

    def _edit_own(self, rng: Random) -> None:
        """Edit a custom field, which does not move the stamp that people see."""
        if row := self._pick(rng):
            self._change(row, {"memoText": self._text(rng), "dateOfBirth": "1990-02-28"})

    def _add(self, rng: Random) -> None:
        email = f"n{rng.randrange(10**9)}@example.test"
        self.admin.add_record("marketo", "leads", {"email": email, "lastName": self._text(rng)})

    def _delete(self, rng: Random) -> None:
        row = self._pick(rng)
        if row is None:
            return
        self._remember(row)
        was_loaded = self.place.raw_holds("marketo", "lead", "id", str(row["id"]))
        self._forget_memberships(row["id"])
        self.admin.delete_record("marketo", "leads", str(row["id"]))
        # Marketo tells for a fortnight when a lead went; later raw holds when that was noticed
        gone = {"is_deleted": True, "merged_into": None}
        self._left(row["id"], gone, was_loaded=was_loaded)

    def _merge(self, rng: Random) -> None:
        winner, loser = self._pick(rng), self._pick(rng)
        if not winner or not loser or winner["id"] == loser["id"]:
            return
        self._remember(winner)
        self._remember(loser)
        was_loaded = self.place.raw_holds("marketo", "lead", "id", str(loser["id"]))
        self._forget_memberships(loser["id"])
        self._ask_to_merge(winner["id"], loser["id"])
        gone = {"is_deleted": True, "merged_into": Maybe(str(winner["id"]))}
        self._left(loser["id"], gone, was_loaded=was_loaded)

    def _left(self, lead_id: int, flags: Cells, *, was_loaded: bool) -> None:
        memory, aside = self.memories["leads"], frozenset({"deleted_at"})
        memory.left((str(lead_id),), flags, was_loaded=was_loaded, open=aside)

    def _ask_to_merge(self, winner: int, loser: int) -> None:
        """Merge as the API does; the sandbox has no other way."""
        known = self.place.sandbox.environment
        root, verify = known["MARKETO_BASE_URL"], known.get("REQUESTS_CA_BUNDLE", True)
        given = {name: known[f"MARKETO_{name.upper()}"] for name in ("client_id", "client_secret")}
        asked = {"grant_type": "client_credentials", **given}
        with requests.Session() as session:
            session.trust_env, session.verify = False, verify
            answer = session.get(f"{root}/identity/oauth/token", params=asked, timeout=10)
            headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
            path = f"{root}/rest/v1/leads/{winner}/merge.json"
            done = session.post(path, params={"leadId": str(loser)}, headers=headers, timeout=10)
            assert done.json()["success"], done.text

    def _forget_memberships(self, lead_id: int) -> None:
        """Memberships of a lead that is gone are told by nobody; raw keeps them as they were."""
        memory = self.memories["members"]
        for row in self.admin.records("marketo", "members", leadId=str(lead_id)):
            cells = _member(row)
            key = (cells["program_id"], cells["lead_id"])
            memory.saw(key, cells)
            memory.left(key, {}, was_loaded=False)

    def _visit(self, rng: Random) -> None:
        lead = self._pick(rng) or {}
        attributes = [{"name": "Webpage URL", "value": "/?q=𠮷"}]
        attributes += [{"name": "Referrer URL", "value": self._text(rng)}]
        row = {"leadId": lead.get("id", 1), "activityTypeId": 1, "attributes": attributes}
        self.admin.add_record("marketo", "activities", row)

    def _rename(self, rng: Random) -> None:
        row = rng.choice(self.admin.records("marketo", "programs"))
        self.admin.change_record("marketo", "programs", str(row["id"]), {"name": self._text(rng)})

    def _break(self, rng: Random) -> None:
        if row := self._pick(rng):
            self._change(row, {"department": f"営業{HALF}"})

    def _mend(self, rng: Random) -> None:
        for row in self.admin.records("marketo", "leads"):
            if HALF in str(row.get("department") or ""):
                self._change(row, {"department": "営業👍"})


def typed(value: Any, kind: str) -> Any:
    """Return a stored value in the type that its field has by the describe."""
    if value is None:
        return None
    if kind in _WHOLE:
        return int(value)
    if kind in _BROKEN:
        return float(value)
    if kind == "datetime":
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if kind == "date" else value


def _lead(types: Mapping[str, str], row: Mapping[str, Any]) -> Cells:
    cells = {
        _NAMES.normalize_path(name): typed(row.get(name), kind) for name, kind in types.items()
    }
    return {**cells, **_NOTHING, "id": str(row["id"]), "is_deleted": False}


def _type(one: tuple[int, str, str, str]) -> Cells:
    name = one[1]
    return {"id": str(one[0]), "name": name, "api_name": name.replace(" ", ""), "description": name}


def _activity(row: Mapping[str, Any]) -> Cells:
    values = {one["name"]: one["value"] for one in row["attributes"]}
    named = {
        "webpage_url": "Webpage URL",
        "query_parameters": "Query Parameters",
        "referrer_url": "Referrer URL",
        "link": "Link",
        "new_status": "New Status",
        "old_status": "Old Status",
        "merge_ids": "Merge IDs",
    }
    is_bot = values.get("Is Bot Activity")
    return {
        "marketo_guid": row["marketoGUID"],
        **{column: _text_of(row.get(name)) for column, name in _ACTIVITY.items()},
        "activity_date": datetime.fromisoformat(row["activityDate"]),
        **{column: _text_of(values.get(name)) for column, name in named.items()},
        "is_bot_activity": _FLAGS.get(str(is_bot).lower()),
        "attributes_json": Json(values),
    }


_ACTIVITY = {
    "lead_id": "leadId",
    "activity_type_id": "activityTypeId",
    "campaign_id": "campaignId",
    "primary_attribute_value_id": "primaryAttributeValueId",
    "primary_attribute_value": "primaryAttributeValue",
}


def _text_of(value: Any) -> str | None:
    return None if value is None else str(value)


def _program(row: Mapping[str, Any]) -> Cells:
    texts = ("name", "description", "type", "channel", "status", "workspace", "url")
    return {
        "id": str(row["id"]),
        **{name: row.get(name) for name in texts},
        "sfdc_id": row.get("sfdcId"),
        "sfdc_name": row.get("sfdcName"),
        **_instants(row, ("startDate", "endDate", "createdAt", "updatedAt")),
        "folder_json": _json(row.get("folder")),
        "tags_json": _json(row.get("tags")),
        "costs_json": _json(row.get("costs")),
        "is_deleted": False,
    }


def _member(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "program_id": str(row["programId"]),
        "lead_id": str(row["leadId"]),
        "status_name": row["statusName"],
        "reached_success": row["reachedSuccess"],
        "acquired_by": row["acquiredBy"],
        **_instants(row, ("membershipDate", "reachedSuccessDate", "updatedAt")),
        "is_deleted": False,
    }


def _instants(row: Mapping[str, Any], names: Iterable[str]) -> Cells:
    return {
        _NAMES.normalize_path(name): datetime.fromisoformat(row[name]) if row.get(name) else None
        for name in names
    }


def _json(value: Any) -> Json | None:
    return None if value is None else Json(value)
