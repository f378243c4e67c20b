"""Sansan: the business cards that a company had digitised.

    GET /bizCards updatedFrom = cursor − overlap ─▶ pages ─▶ raw_sansan.biz_card

Sansan reports no deletions: a deleted card stays in raw as it was last seen.
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
from vendors.sansan import SansanClient, SansanSettings, connect

__all__ = ["build_source", "is_configured", "sansan"]

# the window must end somewhere, and a vendor's clock may run ahead of ours
AHEAD = timedelta(days=31)
FIRST_CARD = "2007-01-01T00:00:00Z"
_SHAPED = {"owner_id", "owner_name", "tags_json"}


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
    """Yield cards updated since the last complete read."""
    cursor = Cursor(state.get("cursor"), load.context.as_of)
    since = cursor.since(OVERLAP)
    until = iso_of_ms(ms_of(load.context.as_of + AHEAD) or 0)[:19] + "Z"
    start = FIRST_CARD if since is None else iso_of_ms(since)[:19] + "Z"
    for page in client.cards(start, until):
        batch = shaped(page, shape_card, "id")
        for row in batch.rows:
            cursor.see(row["updated_time"] or row["registered_time"])
        yield batch
    state["cursor"] = cursor.newest


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
    }
