"""Owners, forms and their submissions, behaviour events, mail events, campaigns, API usage.

Belongs here: the read-only marketing side. Must not: know contacts' rules.
"""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from sandbox.clock import epoch_milliseconds, iso_milliseconds, parse_instant
from sandbox.exchange import Call, json_answer
from sandbox.hubspot import errors
from sandbox.hubspot.account import DAILY_CALLS, Account
from sandbox.hubspot.gate import Gate, names_of, page_body, page_limit, versioned
from sandbox.tables import Row

PORTAL_ID = 20_000_001


def routes(gate: Gate) -> list[Route]:
    """Return the routes of the marketing side."""
    submissions = ["/form-integrations/v1/submissions/forms/{form}"]
    events = ["/events/{version}/events"]
    usage = ["/account-info/v3/api-usage/daily/private-apps"]
    return [
        *gate.routes(versioned("crm", "owners"), ["GET"], list_owners),
        *gate.routes([path + "/" for path in versioned("crm", "owners")], ["GET"], list_owners),
        *gate.routes(versioned("crm", "owners", "/{owner}"), ["GET"], read_owner),
        *gate.routes(versioned("marketing", "forms"), ["GET"], list_forms),
        *gate.routes([path + "/" for path in versioned("marketing", "forms")], ["GET"], list_forms),
        *gate.routes(versioned("marketing", "forms", "/{form}"), ["GET"], read_form),
        *gate.routes(submissions, ["GET"], list_submissions),
        *gate.routes([path + "/event-types" for path in events], ["GET"], list_event_types),
        *gate.routes(events, ["GET"], list_events),
        *gate.routes([path + "/" for path in events], ["GET"], list_events),
        *gate.routes(["/email/public/v1/events"], ["GET"], list_email_events),
        *gate.routes(versioned("marketing", "campaigns"), ["GET"], list_campaigns),
        *gate.routes(versioned("marketing", "campaigns", "/{campaign}"), ["GET"], read_campaign),
        *gate.routes(usage, ["GET"], api_usage),
        *gate.routes(["/account-info/v3/details"], ["GET"], account_details),
    ]


def _offset(text: str) -> int:
    """Read an opaque paging token that this module has given out."""
    if not text:
        return 0
    try:
        return int(base64.urlsafe_b64decode(text.encode()).decode())
    except ValueError:
        raise errors.validation(f"Invalid paging cursor: {text}") from None


def _token(offset: int) -> str:
    return base64.urlsafe_b64encode(str(offset).encode()).decode()


def _page(rows: list[Any], call: Call, limit: int) -> Response:
    start = _offset(call.query.get("after", ""))
    end = start + limit
    after = _token(end) if end < len(rows) else None
    return json_answer(page_body(rows[start:end], after, call))


def list_owners(account: Account, call: Call) -> Response:
    """List the account's users who own records."""
    archived = call.query.get("archived", "false").lower() == "true"
    rows = [row for row in account.table("owners").rows() if bool(row.get("archived")) is archived]
    return _page(rows, call, page_limit(call, 100, 500))


def read_owner(account: Account, call: Call) -> Response:
    """Read one owner."""
    row = account.table("owners").get(call.params["owner"])
    if row is None:
        raise errors.missing()
    return json_answer(row)


def list_forms(account: Account, call: Call) -> Response:
    """List forms."""
    archived = call.query.get("archived", "false").lower() == "true"
    wanted = set(names_of(call, "formTypes"))
    rows = [
        row
        for row in account.table("forms").rows()
        if bool(row.get("archived")) is archived
        and (not wanted or "all" in wanted or row.get("formType") in wanted)
    ]
    return _page(rows, call, page_limit(call, 50, 500))


def read_form(account: Account, call: Call) -> Response:
    """Read one form."""
    row = account.table("forms").get(call.params["form"])
    if row is None:
        raise errors.missing()
    return json_answer(row)


def list_submissions(account: Account, call: Call) -> Response:
    """List the submissions of one form, newest first."""
    form_id = call.params["form"]
    if form_id not in account.table("forms"):
        raise errors.missing()
    limit = page_limit(call, 20, 50)
    ids = account.table("form_submissions").find("formId", form_id)
    found = [account.table("form_submissions").get(row_id) or {} for row_id in ids]
    found.sort(key=lambda row: (row["submittedAt"], row["conversionId"]), reverse=True)
    shown = [{name: row[name] for name in row if name != "formId"} for row in found]
    return _page(shown, call, limit)


def list_event_types(account: Account, call: Call) -> Response:
    """List the types of behaviour events that have happened."""
    found = {row["eventType"] for row in account.table("events").rows()}
    return json_answer({"eventTypes": sorted(found)})


def list_events(account: Account, call: Call) -> Response:
    """List behaviour events of one object or of one type, newest first unless asked otherwise."""
    query = call.query
    if not query.get("eventType") and not (query.get("objectType") and query.get("objectId")):
        raise errors.validation("objectType and objectId, or eventType, must be given")
    rows = [row for row in _events(account, call) if _is_wanted_event(row, call)]
    oldest_first = query.get("sort", "-occurredAt") == "occurredAt"
    rows.sort(key=lambda row: (row["occurredAt"], row["id"]), reverse=not oldest_first)
    return _page(rows, call, page_limit(call, 100, 1000))


def _events(account: Account, call: Call) -> list[Row]:
    table = account.table("events")
    object_id = call.query.get("objectId")
    if not object_id:
        return table.rows()
    return [table.get(row_id) or {} for row_id in table.find("objectId", object_id)]


def _is_wanted_event(row: Row, call: Call) -> bool:
    query = call.query
    kind = {"0-1": "CONTACT", "contacts": "CONTACT"}.get(
        query.get("objectType", ""), query.get("objectType", "").upper()
    )
    if kind and str(row.get("objectType", "")).upper() != kind:
        return False
    if query.get("eventType") and row.get("eventType") != query["eventType"]:
        return False
    at = parse_instant(row["occurredAt"])
    after, before = query.get("occurredAfter"), query.get("occurredBefore")
    try:
        is_late_enough = not after or at >= parse_instant(after)
        return is_late_enough and (not before or at <= parse_instant(before))
    except ValueError:
        raise errors.validation("occurredAfter and occurredBefore must be ISO 8601") from None


def list_email_events(account: Account, call: Call) -> Response:
    """List mail events within a time span, newest first."""
    query = call.query
    try:
        start = int(query.get("startTimestamp") or 0)
        end = int(query.get("endTimestamp") or epoch_milliseconds(account.clock.now()))
    except ValueError:
        raise errors.validation("startTimestamp and endTimestamp are milliseconds") from None
    wanted = {
        name: query[given]
        for given, name in (("eventType", "type"), ("recipient", "recipient"))
        if query.get(given)
    }
    if query.get("campaignId"):
        wanted["emailCampaignId"] = query["campaignId"]
    rows = [
        row
        for row in account.table("email_events").rows()
        if start <= row["created"] <= end
        and all(str(row.get(name)) == value for name, value in wanted.items())
    ]
    rows.sort(key=lambda row: (row["created"], str(row["id"])), reverse=True)
    first = _offset(query.get("offset", ""))
    last = first + page_limit(call, 100, 1000)
    body: dict[str, Any] = {"hasMore": last < len(rows), "events": rows[first:last]}
    body["offset"] = _token(min(last, len(rows)))
    return json_answer(body)


def list_campaigns(account: Account, call: Call) -> Response:
    """List marketing campaigns with the properties asked for."""
    names = set(names_of(call, "properties"))
    rows = [_campaign(row, names) for row in account.table("campaigns").rows()]
    return _page(rows, call, page_limit(call, 50, 100))


def read_campaign(account: Account, call: Call) -> Response:
    """Read one marketing campaign."""
    row = account.table("campaigns").get(call.params["campaign"])
    if row is None:
        raise errors.missing()
    return json_answer(_campaign(row, set(names_of(call, "properties"))))


def _campaign(row: Row, names: set[str]) -> Row:
    properties = {name: value for name, value in row["properties"].items() if name in names}
    return {**row, "properties": properties}


def account_details(account: Account, call: Call) -> Response:
    """Answer which account the token belongs to."""
    return json_answer(
        {
            "portalId": PORTAL_ID,
            "accountType": "SANDBOX",
            "timeZone": "Asia/Tokyo",
            "companyCurrency": "JPY",
            "utcOffset": "+09:00",
            "utcOffsetMilliseconds": 32_400_000,
        }
    )


def api_usage(account: Account, call: Call) -> Response:
    """Answer how many calls of the day are used."""
    now = account.clock.now()
    return json_answer(
        {
            "results": [
                {
                    "name": "private-apps-api-calls-daily",
                    "usageLimit": DAILY_CALLS,
                    "currentUsage": account.calls,
                    "collectedAt": iso_milliseconds(now),
                    "fetchStatus": "SUCCESS",
                    "resetsAt": iso_milliseconds(now + timedelta(days=1)),
                }
            ]
        }
    )
