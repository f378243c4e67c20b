"""HubSpot: the marketing automation with its contacts, companies, forms, visits and mails.

    first load    list (live, archived) ─┐
    later loads   search by window ──────┼▶ raw_hubspot.contact, company
                  list archived ─────────┘
    forms ─▶ submissions of each form, newest first, back to the cursor
    events, email events by instant; campaigns whole

Run standalone: ``python -m ingestion.sources.hubspot``.
"""

from __future__ import annotations

from functools import partial

import dlt
from dlt.extract import DltSource

from ingestion.config import LoadContext
from ingestion.mappings import mapped_fields
from ingestion.resources import Load, Reader
from ingestion.sources.hubspot import engagement, objects
from ingestion.sources.hubspot.contract import TABLES
from vendors.hubspot import HubSpotClient, HubSpotSettings, connect

__all__ = ["build_source", "hubspot", "is_configured"]


def is_configured(context: LoadContext) -> bool:
    """Whether a HubSpot token is set."""
    return HubSpotSettings.from_environment().is_configured


def build_source(load: Load) -> DltSource:
    """Return the dlt source; the token is first used while reading."""
    client = connect(HubSpotSettings.from_environment())
    load.api_calls = lambda: client.calls
    return hubspot(load, client)


@dlt.source(name="hubspot")
def hubspot(load: Load, client: HubSpotClient) -> list[object]:
    """Return the resources."""
    mapped = mapped_fields("hubspot", load.context.agreement_dir)
    forms = engagement.Forms(client)
    as_of = load.context.as_of
    readers: dict[str, Reader] = {
        "form": forms.read,
        "form_submission": partial(engagement.read_submissions, client, forms, as_of),
        "event": partial(engagement.read_events, client, as_of),
        "email_event": partial(engagement.read_email_events, client, as_of),
        "campaign": partial(engagement.read_campaigns, client),
    }
    for contract in TABLES[:2]:
        readers[contract.resource] = partial(
            objects.read_objects, client, contract, mapped.get(contract.resource, {}), load
        )
    return [load.resource(contract, readers[contract.resource]) for contract in TABLES]
