"""Reads what HubSpot lists whole at every run: owners, forms and marketing campaigns.

Here belong short lists without a cursor. What a listing no longer holds is asked for by its id,
and only when HubSpot does not know it any more it is flagged. Not here: records and acts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ingestion.raw_tables import RawTable
from ingestion.resources import Batch, shaped
from ingestion.shaping import text_of
from ingestion.sources.hubspot.contract import CAMPAIGN_PROPERTIES
from vendors.errors import Fault, VendorError
from vendors.hubspot import PAGE, HubSpotClient

# a portal that lists less than before is asked about at most so many per run
ASKED_AT_ONCE = 50
Row = dict[str, Any]


@dataclass
class Listing:
    """One short list of the portal, read once per run.

    Attributes:
        client: HubSpot.
        area: first part of its path.
        kind: second part of its path.
        shape: turns an item into column values.
        params: sent with every page.
        has_archived: whether archived items are listed apart.
    """

    client: HubSpotClient
    area: str
    kind: str
    shape: Callable[[Any], Row]
    params: Mapping[str, Any] = field(default_factory=dict)
    has_archived: bool = True
    _pages: list[list[Row]] | None = None

    def pages(self) -> list[list[Row]]:
        """Return all pages, live items first."""
        if self._pages is None:
            states = (False, True) if self.has_archived else (False,)
            self._pages = [page for archived in states for page in self._listed(archived)]
        return self._pages

    def _listed(self, archived: bool) -> Iterator[list[Row]]:
        params = {"limit": PAGE, **self.params}
        if self.has_archived:
            params["archived"] = str(archived).lower()
        for page in self.client.pages(self.client.path(self.area, self.kind), params):
            yield [{"archived": archived, **item} for item in page]

    def read(self, raw: RawTable, state: dict[str, Any]) -> Iterator[Batch]:
        """Yield all items, then those of raw that HubSpot no longer knows."""
        listed: set[Any] = set()
        for page in self.pages():
            batch = shaped(page, self.shape, "id")
            listed.update(row["id"] for row in batch.rows)
            yield batch
        yield self._gone(raw, listed)

    def _gone(self, raw: RawTable, listed: set[Any]) -> Batch:
        held = raw.rows("NOT coalesce(archived, false)")
        gone = [row for row in held if row["id"] not in listed][:ASKED_AT_ONCE]
        flagged = [{**row, "archived": True} for row in gone if not self._is_known(row["id"])]
        return Batch(flagged, raw.kinds, is_counted=False)

    def _is_known(self, item_id: object) -> bool:
        try:
            self.client.get(f"{self.client.path(self.area, self.kind)}/{item_id}")
        except VendorError as error:
            if error.fault is not Fault.MISSING:
                raise
            return False
        return True


def owners(client: HubSpotClient) -> Listing:
    """Return the portal's users who own records."""
    return Listing(client, "crm", "owners", _owner)


def forms(client: HubSpotClient) -> Listing:
    """Return the portal's forms of every type."""
    return Listing(client, "marketing", "forms", _form, {"formTypes": "all"})


def campaigns(client: HubSpotClient) -> Listing:
    """Return the marketing campaigns; their properties must be asked for by name."""
    names = ",".join(CAMPAIGN_PROPERTIES.split())
    params = {"properties": names}
    return Listing(client, "marketing", "campaigns", _campaign, params, has_archived=False)


def _owner(owner: Mapping[str, Any]) -> Row:
    return {
        "id": text_of(owner.get("id")),
        "email": owner.get("email"),
        "first_name": owner.get("firstName"),
        "last_name": owner.get("lastName"),
        "user_id": text_of(owner.get("userId") or owner.get("userIdIncludingInactive")),
        "archived": owner["archived"],
        "created_at": owner.get("createdAt"),
        "updated_at": owner.get("updatedAt"),
    }


def _form(form: Mapping[str, Any]) -> Row:
    return {
        "id": text_of(form.get("id")),
        "name": form.get("name"),
        "form_type": form.get("formType"),
        "created_at": form.get("createdAt"),
        "updated_at": form.get("updatedAt"),
        "archived": form["archived"],
    }


def _campaign(campaign: Mapping[str, Any]) -> Row:
    properties = campaign.get("properties") or {}
    return {
        **{name: text_of(properties.get(name)) for name in CAMPAIGN_PROPERTIES.split()},
        "id": text_of(campaign.get("id")),
        "created_at": campaign.get("createdAt"),
        "updated_at": campaign.get("updatedAt"),
        "archived": False,
    }
