"""Reads what people did at HubSpot: forms and submissions, page visits, mail events, campaigns.

Here belong the cursors of dated things. Not here: contacts and companies (``objects``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from ingestion.config import OVERLAP
from ingestion.resources import Batch, shaped
from ingestion.shaping import Cursor, instant_of_ms, iso_of_ms, json_of, ms_of, text_of
from ingestion.sources.hubspot.contract import CAMPAIGN_PROPERTIES
from vendors.errors import Fault, VendorError
from vendors.hubspot import PAGE, HubSpotClient

VISITS = "e_visited_page"
SUBMISSIONS_PAGE = 50
EMAIL_EVENTS_PAGE = 1_000
_URLS = ("hs_url", "url", "hs_page_url", "page_url")


class Forms:
    """The portal's forms, listed once for the two resources that need them."""

    def __init__(self, client: HubSpotClient) -> None:
        self._client = client
        self._pages: list[list[dict[str, Any]]] | None = None

    def pages(self) -> list[list[dict[str, Any]]]:
        """Return all pages of live and archived forms."""
        if self._pages is None:
            self._pages = [*self._listed(archived=False), *self._listed(archived=True)]
        return self._pages

    def _listed(self, *, archived: bool) -> Iterator[list[dict[str, Any]]]:
        path = self._client.path("marketing", "forms")
        params = {"limit": PAGE, "formTypes": "all", "archived": str(archived).lower()}
        for page in self._client.pages(path, params):
            yield [{"archived": archived, **form} for form in page]

    def read(self, state: dict[str, Any]) -> Iterator[Batch]:
        """Yield all forms."""
        for page in self.pages():
            yield shaped(page, _form, "id")


def _form(form: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": text_of(form.get("id")),
        "name": form.get("name"),
        "form_type": form.get("formType"),
        "created_at": form.get("createdAt"),
        "updated_at": form.get("updatedAt"),
        "archived": form["archived"],
    }


def read_submissions(
    client: HubSpotClient, forms: Forms, as_of: datetime, state: dict[str, Any]
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
    path = f"/form-integrations/v1/submissions/forms/{form_id}"
    for page in client.pages(path, {"limit": SUBMISSIONS_PAGE}):
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
    """Yield page visits that occurred since the cursor."""
    cursor = Cursor(state.get("cursor"), as_of)
    since = cursor.since(OVERLAP)
    params: dict[str, Any] = {"eventType": VISITS, "limit": PAGE}
    if since is not None:
        params["occurredAfter"] = iso_of_ms(since)
    # the events API has no dated version yet
    for page in client.pages("/events/v3/events", params):
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
    since = cursor.since(OVERLAP)
    params: dict[str, Any] = {"limit": EMAIL_EVENTS_PAGE}
    if since is not None:
        params["startTimestamp"] = since
    while True:
        answer = client.get("/email/public/v1/events", params)
        rows = answer.get("events") or []
        batch = shaped(rows, _email_event, "id")
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


def read_campaigns(client: HubSpotClient, state: dict[str, Any]) -> Iterator[Batch]:
    """Yield all marketing campaigns; their properties must be asked for by name."""
    names = ",".join(CAMPAIGN_PROPERTIES.split())
    path = client.path("marketing", "campaigns")
    for page in client.pages(path, {"limit": PAGE, "properties": names}):
        yield shaped(page, _campaign, "id")


def _campaign(row: Mapping[str, Any]) -> dict[str, Any]:
    properties = row.get("properties") or {}
    return {
        **{name: text_of(properties.get(name)) for name in CAMPAIGN_PROPERTIES.split()},
        "id": text_of(row.get("id")),
        "created_at": row.get("createdAt"),
        "updated_at": row.get("updatedAt"),
    }
