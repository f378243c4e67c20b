"""Reads what people did at HubSpot: form submissions, page visits, mail events.

Here belong the cursors of dated things. Not here: records (``objects``), short lists (``listed``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from ingestion.config import OVERLAP
from ingestion.resources import Batch, shaped
from ingestion.shaping import Cursor, instant_of_ms, iso_of_ms, json_of, ms_of, text_of
from ingestion.sources.hubspot.listed import Listing
from vendors.errors import Fault, VendorError
from vendors.hubspot import HubSpotClient
from vendors.hubspot_paths import EMAIL_EVENTS, EVENTS, SUBMISSIONS

VISITS = "e_visited_page"
EVENTS_PAGE = 100
# visits and mail events may be known to the API an hour after they happened
EVENT_OVERLAP = timedelta(hours=1)
SUBMISSIONS_PAGE = 50
EMAIL_EVENTS_PAGE = 1_000
_URLS = ("hs_url", "url", "hs_page_url", "page_url")


def read_submissions(
    client: HubSpotClient, forms: Listing, as_of: datetime, state: dict[str, Any]
) -> Iterator[Batch]:
    """Yield the submissions of every form back to its own cursor; they come newest first."""
    cursors = dict(state.get("cursors") or {})
    for form_id in dict.fromkeys(str(form.get("id")) for page in forms.pages() for form in page):
        cursor = Cursor(cursors.get(form_id), as_of)
        try:
            yield from _submissions_of(client, form_id, cursor)
        except VendorError as error:
            # kinds of forms that take no submissions are unknown at this path
            if error.fault is not Fault.MISSING:
                raise
        cursors[form_id] = cursor.newest
    state["cursors"] = cursors


def _submissions_of(client: HubSpotClient, form_id: str, cursor: Cursor) -> Iterator[Batch]:
    since = cursor.since(OVERLAP)
    for page in client.pages(f"{SUBMISSIONS}/{form_id}", {"limit": SUBMISSIONS_PAGE}):
        batch = shaped(page, lambda row: _submission(form_id, row), "conversionId")
        stamps = [ms_of(row["submitted_at"]) for row in batch.rows]
        known = [stamp for stamp in stamps if stamp is not None]
        for stamp in known:
            cursor.see(stamp)
        yield batch
        if since is not None and known and min(known) < since:
            return


def _submission(form_id: str, row: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for one in row.get("values") or ():
        values.setdefault(str(one.get("name")), one.get("value"))
    named = ("email", "lastname", "firstname", "company", "phone", "jobtitle")
    return {
        "conversion_id": row.get("conversionId"),
        "form_id": form_id,
        "submitted_at": instant_of_ms(row.get("submittedAt")),
        "page_url": row.get("pageUrl"),
        **{f"value_{name}": text_of(values.get(name)) for name in named},
        "values_json": json_of(row.get("values")),
    }


def read_events(client: HubSpotClient, as_of: datetime, state: dict[str, Any]) -> Iterator[Batch]:
    """Yield page visits that occurred since the cursor, oldest first.

    A read that breaks off unnoticed then leaves nothing out: the next one goes on where it ended.
    """
    cursor = Cursor(state.get("cursor"), as_of)
    since = cursor.since(EVENT_OVERLAP)
    params: dict[str, Any] = {"eventType": VISITS, "limit": EVENTS_PAGE, "sort": "occurredAt"}
    if since is not None:
        params["occurredAfter"] = iso_of_ms(since)
    for page in client.pages(EVENTS, params):
        batch = shaped(page, _event, "id")
        for row in batch.rows:
            cursor.see(row["occurred_at"])
        yield batch
    state["cursor"] = cursor.newest


def _event(row: Mapping[str, Any]) -> dict[str, Any]:
    properties = row.get("properties") or {}
    return {
        "id": text_of(row.get("id")),
        "event_type": row.get("eventType"),
        "object_type": row.get("objectType"),
        "object_id": text_of(row.get("objectId")),
        "occurred_at": row.get("occurredAt"),
        "url": next((properties[name] for name in _URLS if properties.get(name)), None),
        "properties_json": json_of(properties),
    }


def read_email_events(
    client: HubSpotClient, as_of: datetime, state: dict[str, Any]
) -> Iterator[Batch]:
    """Yield mail events created since the cursor."""
    cursor = Cursor(state.get("cursor"), as_of)
    since = cursor.since(EVENT_OVERLAP)
    params: dict[str, Any] = {"limit": EMAIL_EVENTS_PAGE}
    if since is not None:
        params["startTimestamp"] = since
    while True:
        answer = client.listed("GET", EMAIL_EVENTS, "events", params=params)
        batch = shaped(answer["events"], _email_event, "id")
        for row in batch.rows:
            cursor.see(row["created_at"])
        yield batch
        following = answer.get("offset")
        if not answer.get("hasMore") or not following or following == params.get("offset"):
            break
        params["offset"] = following
    state["cursor"] = cursor.newest


def _email_event(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": text_of(row.get("id")),
        "created_at": instant_of_ms(row.get("created")),
        "type": row.get("type"),
        "recipient": row.get("recipient"),
        "email_campaign_id": text_of(row.get("emailCampaignId")),
        "filtered_event": row.get("filteredEvent"),
        "url": row.get("url"),
    }
