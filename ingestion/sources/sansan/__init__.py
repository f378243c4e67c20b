"""Sansan: the business cards that a company had digitised.

    GET /bizCards updatedFrom = cursor − overlap ─▶ pages ─▶ raw_sansan.biz_card
                  once a week from the first card on ─▶ not listed, not known ─▶ is_deleted

Run standalone: ``python -m ingestion.sources.sansan``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import dlt
from dlt.extract import DltSource

from ingestion.config import OVERLAP, LoadContext
from ingestion.naming import column_name
from ingestion.resources import Batch, Load, shaped
from ingestion.shaping import Cursor, iso_of_ms, json_of, ms_of, text_of
from ingestion.sources.sansan.contract import TABLES
from vendors.sansan import STATUSES, SansanClient, SansanSettings, connect

__all__ = ["build_source", "is_configured", "sansan"]

# the window must end somewhere, and a vendor's clock may run ahead of ours
AHEAD = timedelta(days=31)
FIRST_CARD = "2007-01-01T00:00:00Z"
_SHAPED = {"owner_id", "owner_name", "tags_json", "is_deleted"}
# Sansan reports no deletions, so what is there is looked at as a whole now and then
SWEEP_EVERY = timedelta(days=7)
# a minute and a half at the vendor's rate
MOST_ASKED = 1_000
_MS = timedelta(milliseconds=1)


def is_configured(context: LoadContext) -> bool:
    """Whether a Sansan key is set."""
    return SansanSettings.from_environment().is_configured


def build_source(load: Load) -> DltSource:
    """Return the dlt source; the key is first used while reading."""
    client = connect(SansanSettings.from_environment())
    load.api_calls = lambda: client.calls
    return sansan(load, client)


@dlt.source(name="sansan")
def sansan(load: Load, client: SansanClient) -> list[object]:
    """Return the one resource."""
    return [load.resource(TABLES[0], partial(read_cards, client, load))]


def read_cards(client: SansanClient, load: Load, state: dict[str, Any]) -> Iterator[Batch]:
    """Yield cards updated since the last complete read; once a week all, and those that are gone.

    Args:
        client: Sansan.
        load: the running load.
        state: the cursor, and when all cards were last looked at.
    """
    cursor = Cursor(state.get("cursor"), load.context.as_of)
    since = cursor.since(OVERLAP)
    now = ms_of(load.context.as_of) or 0
    before = ms_of(state.get("swept_at"))
    sweeps = since is None or before is None or now - before >= SWEEP_EVERY // _MS
    start = FIRST_CARD if sweeps or since is None else iso_of_ms(since)[:19] + "Z"
    # what is only being typed in again is not gone
    statuses = STATUSES if sweeps else client.statuses
    until = iso_of_ms(now + AHEAD // _MS)[:19] + "Z"
    there: set[str] = set()
    for page in client.cards(start, until, statuses):
        there.update(str(card.get("id")) for card in page if isinstance(card, dict))
        batch = shaped([one for one in page if _is_wanted(one, client)], shape_card, "id")
        for row in batch.rows:
            cursor.see(row["updated_time"] or row["registered_time"])
        yield batch
    if sweeps:
        yield _gone(client, load, there)
        state["swept_at"] = iso_of_ms(now)
    state["cursor"] = cursor.newest


def _is_wanted(card: Any, client: SansanClient) -> bool:
    status = card.get("entryStatus") if isinstance(card, dict) else None
    return status is None or status in client.statuses


def _gone(client: SansanClient, load: Load, there: set[str]) -> Batch:
    """Return the cards that were not listed and that Sansan, asked one by one, does not know."""
    live = load.raw["biz_card"].rows("NOT coalesce(is_deleted, false)")
    missing = [row for row in live if row["id"] not in there]
    if len(missing) > MOST_ASKED:
        load.outcome("biz_card").told.append(
            f"{len(missing):,} cards were not listed; {MOST_ASKED} of them were looked up, the"
            " rest follow in the next week."
        )
    gone = [row for row in missing[:MOST_ASKED] if not client.has_card(str(row["id"]))]
    return Batch([{**row, "is_deleted": True} for row in gone], is_counted=False)


def shape_card(card: Mapping[str, Any]) -> dict[str, Any]:
    """Return the raw row of a card."""
    columns = set(TABLES[0].columns) - _SHAPED
    row = {column_name(name): value for name, value in card.items()}
    owner = card.get("owner") or {}
    return {
        **{column: row.get(column) for column in columns},
        "id": text_of(card.get("id")),
        "person_id": text_of(card.get("personId")),
        "company_id": text_of(card.get("companyId")),
        "owner_id": text_of(owner.get("id")),
        "owner_name": owner.get("name"),
        "tags_json": json_of(card.get("tags")),
        "is_deleted": False,
    }
