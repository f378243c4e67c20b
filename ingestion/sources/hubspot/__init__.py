"""HubSpot: the marketing automation with its contacts, companies, deals, forms, visits and mails.

    first load    list (live, archived) ─┐
    later loads   search by time and id ─┼▶ raw_hubspot.contact, company, deal ─▶ their associations
                  count, list archived ──┘
    forms ─▶ submissions of each form, newest first, back to the cursor
    events, email events by instant; owners, forms, campaigns whole

Run standalone: ``python -m ingestion.sources.hubspot``.
"""

from __future__ import annotations

from functools import partial

import dlt
from dlt.extract import DltSource

from ingestion.config import LoadContext
from ingestion.mappings import mapped_fields
from ingestion.resources import Load, Reader
from ingestion.sources.hubspot import associations, engagement, listed, objects
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
    raw, as_of = load.raw, load.context.as_of
    forms = listed.forms(client)
    changes: objects.Changes = {}
    readers: dict[str, Reader] = {
        "association": partial(associations.read_associations, client, load, changes),
        "owner": partial(listed.owners(client).read, raw["owner"]),
        "form": partial(forms.read, raw["form"]),
        "form_submission": partial(engagement.read_submissions, client, forms, as_of),
        "event": partial(engagement.read_events, client, as_of),
        "email_event": partial(engagement.read_email_events, client, as_of),
        "campaign": partial(listed.campaigns(client).read, raw["campaign"]),
    }
    for contract in TABLES:
        if contract.resource in objects.KINDS:
            readers[contract.resource] = partial(
                objects.read_objects,
                client,
                contract,
                mapped.get(contract.resource, {}),
                load,
                changes,
            )
    return [load.resource(contract, readers[contract.resource]) for contract in TABLES]
