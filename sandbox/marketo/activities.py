"""Activities: types, paging tokens, the feed, the feeds of changed and of deleted leads.

Belongs here: what happened to leads, read in order of time. Must not: write activities.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from starlette.routing import Route

from sandbox.clock import iso_seconds, parse_instant
from sandbox.exchange import Call
from sandbox.marketo.errors import MarketoFault, envelope, invalid
from sandbox.marketo.gate import Gate, batch_size, names_in
from sandbox.marketo.instance import CHANGED_VALUE, DELETED, NEW_LEAD, Instance, instant_of
from sandbox.tables import Row

MOST_TYPES = 10
MOST_LEADS = 30
PRUNED_AFTER = timedelta(days=14)
# (id, name, primary attribute, other attributes)
TYPES: tuple[tuple[int, str, str, str], ...] = (
    (1, "Visit Webpage", "Webpage ID", "Webpage URL|Query Parameters|Referrer URL|User Agent"),
    (2, "Fill Out Form", "Webform ID", "Form Fields|Query Parameters|Referrer URL|Webpage ID"),
    (6, "Send Email", "Mailing ID", "Campaign Run ID|Has Predictive"),
    (7, "Email Delivered", "Mailing ID", "Campaign Run ID|Has Predictive"),
    (8, "Email Bounced", "Mailing ID", "Category|Details|Email"),
    (9, "Unsubscribe Email", "Mailing ID", "Client IP Address|Form Fields"),
    (10, "Open Email", "Mailing ID", "Is Bot Activity|Is Mobile Device|User Agent"),
    (11, "Click Email", "Mailing ID", "Is Bot Activity|Link|Link ID|User Agent"),
    (12, "New Lead", "Lead ID", "Source Type|Created Date"),
    (13, "Change Data Value", "Attribute Name", "New Value|Old Value|Reason|Source"),
    (32, "Merge Leads", "Lead ID", "Merge IDs|Merge Source|Master Updated"),
    (37, "Delete Lead", "Lead ID", "Campaign|Remove from CRM"),
    (104, "Change Status in Progression", "Program ID", "New Status|Old Status|Reason|Success"),
)


def routes(gate: Gate) -> list[Route]:
    """Return the routes of activities."""
    root = "/rest/v1/activities"
    return [
        gate.route(f"{root}/types.json", ["GET"], types),
        gate.route(f"{root}/pagingtoken.json", ["GET"], paging_token),
        gate.route(f"{root}/leadchanges.json", ["GET"], lead_changes),
        gate.route(f"{root}/deletedleads.json", ["GET"], deleted_leads),
        gate.route(f"{root}.json", ["GET"], feed),
    ]


def types(instance: Instance, call: Call) -> dict[str, Any]:
    """List the kinds of activity."""
    rows = [
        {
            "id": number,
            "name": name,
            "apiName": name.replace(" ", ""),
            "description": name,
            "primaryAttribute": {"name": primary, "dataType": "integer"},
            "attributes": [{"name": one, "dataType": "string"} for one in attributes.split("|")],
        }
        for number, name, primary, attributes in TYPES
    ]
    return envelope(rows)


def paging_token(instance: Instance, call: Call) -> dict[str, Any]:
    """Return the token of an instant."""
    since = instant_of(call.query.get("sinceDatetime"), "sinceDatetime")
    return envelope(nextPageToken=_token(iso_seconds(since), ""))


def feed(instance: Instance, call: Call) -> dict[str, Any]:
    """List activities of up to ten kinds after a token."""
    kinds = names_in(call, "activityTypeIds")
    if not kinds:
        raise invalid("activityTypeIds is required")
    if len(kinds) > MOST_TYPES:
        raise invalid(f"Up to {MOST_TYPES} activity type ids are allowed")
    if not all(one.isdigit() for one in kinds):
        raise invalid("Invalid activityTypeIds")
    wanted = {int(one) for one in kinds}
    return _page(instance, call, lambda row: row["activityTypeId"] in wanted, _shown)


def lead_changes(instance: Instance, call: Call) -> dict[str, Any]:
    """List new leads and changes of the named fields after a token."""
    names = set(names_in(call, "fields"))
    if not names:
        raise invalid("fields is required")
    unknown = names - set(instance.fields)
    if unknown:
        raise MarketoFault("1006", f"Field '{min(unknown)}' not found")

    def is_wanted(row: Row) -> bool:
        kind = row["activityTypeId"]
        is_change = kind == CHANGED_VALUE and row["primaryAttributeValue"] in names
        return kind == NEW_LEAD or is_change

    return _page(instance, call, is_wanted, _shown_change)


def deleted_leads(instance: Instance, call: Call) -> dict[str, Any]:
    """List leads deleted after a token; older deletions than a fortnight are forgotten."""
    oldest = iso_seconds(instance.clock.now() - PRUNED_AFTER)

    def is_wanted(row: Row) -> bool:
        return bool(row["activityTypeId"] == DELETED and row["activityDate"] >= oldest)

    return _page(instance, call, is_wanted, _shown)


def _page(
    instance: Instance,
    call: Call,
    is_wanted: Callable[[Row], bool],
    show: Callable[[Row], Row],
) -> dict[str, Any]:
    """Look at a page's worth of activities and return those wanted of them.

    So pages are short or empty while more follows, as Marketo's are.
    """
    at, guid = _position(call)
    leads = set(names_in(call, "leadIds"))
    if len(leads) > MOST_LEADS:
        raise invalid(f"Up to {MOST_LEADS} lead ids are allowed")
    rows = _in_order(instance, at, guid)
    size = batch_size(call)
    looked_at = rows[:size]
    found = [
        show(row)
        for row in looked_at
        if is_wanted(row) and (not leads or str(row["leadId"]) in leads)
    ]
    last = looked_at[-1] if looked_at else None
    token = _token(last["activityDate"], last["marketoGUID"]) if last else _token(at, guid)
    body = envelope(nextPageToken=token, moreResult=len(rows) > size)
    return {**body, "result": found} if found else body


def _in_order(instance: Instance, at: str, guid: str) -> list[Row]:
    now = instance.now()
    later = [
        row
        for row in instance.table("activities").rows()
        if (at, guid) < (row["activityDate"], row["marketoGUID"]) and row["activityDate"] <= now
    ]
    return sorted(later, key=lambda row: (row["activityDate"], row["marketoGUID"]))


def _shown(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None}


def _shown_change(row: Row) -> Row:
    shown = {
        name: row[name] for name in ("marketoGUID", "leadId", "activityDate", "activityTypeId")
    }
    values = {one["name"]: one["value"] for one in row["attributes"]}
    fields = []
    if row["activityTypeId"] == CHANGED_VALUE:
        change = {"name": row["primaryAttributeValue"], "id": 0}
        fields = [{**change, "newValue": values["New Value"], "oldValue": values["Old Value"]}]
    return {**shown, "fields": fields, "attributes": row["attributes"]}


def _token(at: str, guid: str) -> str:
    return base64.b64encode(json.dumps([at, guid]).encode()).decode()


def _position(call: Call) -> tuple[str, str]:
    text = call.query.get("nextPageToken")
    if not text:
        raise invalid("nextPageToken is required")
    try:
        at, guid = json.loads(base64.b64decode(text.encode(), validate=True))
        parse_instant(at)
    except (ValueError, TypeError):
        raise invalid("Invalid nextPageToken") from None
    return str(at), str(guid)
