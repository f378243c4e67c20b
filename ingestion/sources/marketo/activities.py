"""Reads what leads did: bulk extract at first, then the feed.

Here belong which kinds of activity are read, the cursor and the shape of a row. Not here: what
an activity means (dbt) and the activities that only tell of changed leads (``leads``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from ingestion.resources import Batch, Load, shaped
from ingestion.shaping import EPOCH, json_of, ms_of, text_of
from ingestion.sources.marketo.exported import Extract, Wish
from ingestion.sources.marketo.history import CLOCKS_APART, FEED, History, names_of
from ingestion.sources.marketo.values import attributes_of, instant, iso, without_nul
from vendors.marketo import MAX_TYPES, MarketoClient

# Marketo keeps no activity for longer
LONGEST_KEPT = timedelta(days=760)
# a feed read from further back than this costs more calls than a file
LONGEST_FEED = timedelta(days=30)
WANTED_IDS = frozenset({"1", "2", "6", "7", "8", "9", "10", "11"})
WANTED_NAMES = frozenset(
    {
        "visitwebpage", "filloutform", "sendemail", "emaildelivered",
        "emailbounced", "unsubscribeemail", "openemail", "clickemail", "mergeleads",
        "changestatusinprogression",
    }
)  # fmt: skip
FIELDS = (
    "marketoGUID", "leadId", "activityDate", "activityTypeId", "campaignId",
    "primaryAttributeValueId", "primaryAttributeValue", "attributes",
)  # fmt: skip
_FLAGS = {"true": True, "false": False, "1": True, "0": False}


def wanted_types(history: History) -> list[str]:
    """Return the ids of the kinds that tell what people did."""
    return [
        str(one["id"])
        for one in history.types()
        if str(one["id"]) in WANTED_IDS or names_of(one) & WANTED_NAMES
    ]


def read_types(history: History, state: dict[str, Any]) -> Iterator[Batch]:
    """Yield the instance's own list of kinds of activity."""
    yield shaped(history.types(), _type, "id")


def _type(row: Mapping[str, Any]) -> dict[str, Any]:
    named = {"name": row.get("name"), "api_name": row.get("apiName")}
    return {"id": text_of(row.get("id")), **named, "description": row.get("description")}


def read_activities(
    client: MarketoClient, history: History, load: Load, state: dict[str, Any]
) -> Iterator[Batch]:
    """Yield activities since the last complete read, a little of it again.

    Args:
        client: Marketo.
        history: kinds of activity and the beginning of the instance.
        load: the running load.
        state: ``cursor`` is the instant of the last complete read, as epoch milliseconds.
    """
    as_of, kinds = load.context.as_of, wanted_types(history)
    since = None
    if state.get("cursor") is not None:
        since = EPOCH + timedelta(milliseconds=state["cursor"]) - CLOCKS_APART
    if not kinds:
        pages: Iterator[list[dict[str, Any]]] = iter(())
    elif since is None or as_of - since > LONGEST_FEED:
        start = since or max(history.start(), as_of - LONGEST_KEPT)
        extract = Extract(client, "activities", "activity", load)
        chosen = {"activityTypeIds": [int(one) for one in kinds]}
        spans = extract.windows("createdAt", start, as_of)
        pages = extract.rows(Wish(FIELDS, {**span, **chosen}) for span in spans)
    else:
        pages = _feeds(client, iso(since), kinds)
    for page in pages:
        yield shaped(page, shape_activity, "marketoGUID")
    state["cursor"] = ms_of(as_of)


def _feeds(client: MarketoClient, since: str, kinds: list[str]) -> Iterator[list[dict[str, Any]]]:
    for first in range(0, len(kinds), MAX_TYPES):
        some = ",".join(kinds[first : first + MAX_TYPES])
        yield from client.feed(FEED, since, {"activityTypeIds": some})


def shape_activity(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the raw row of an activity, from the feed or from a bulk file."""
    values = attributes_of(row.get("attributes"))
    is_bot = values.get("Is Bot Activity")
    return {
        "marketo_guid": row.get("marketoGUID"),
        "lead_id": text_of(row.get("leadId")),
        "activity_date": instant(row.get("activityDate")),
        "activity_type_id": text_of(row.get("activityTypeId")),
        "campaign_id": text_of(row.get("campaignId")),
        "primary_attribute_value_id": text_of(row.get("primaryAttributeValueId")),
        "primary_attribute_value": _text(row.get("primaryAttributeValue")),
        "webpage_url": _text(values.get("Webpage URL")),
        "query_parameters": _text(values.get("Query Parameters")),
        "referrer_url": _text(values.get("Referrer URL")),
        "link": _text(values.get("Link")),
        "new_status": _text(values.get("New Status")),
        "old_status": _text(values.get("Old Status")),
        "merge_ids": _text(values.get("Merge IDs")),
        "is_bot_activity": None if is_bot is None else _FLAGS.get(str(is_bot).lower(), is_bot),
        "attributes_json": json_of(values),
    }


def _text(value: Any) -> Any:
    found = json_of(value) if isinstance(value, list | dict) else text_of(value)
    return without_nul(found) if isinstance(found, str) else found
