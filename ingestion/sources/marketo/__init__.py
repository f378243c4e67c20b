"""Adobe Marketo Engage: leads, what they did, programs and who stands where in them.

    first load    bulk extract: leads and activities by window, memberships by program
    later loads   feeds of activities ─▶ changed leads by id, moved memberships by program
                  feed of deleted leads, merges ─▶ flags
                  once a day, where allowed: bulk extract of leads by their true last change

Run standalone: ``python -m ingestion.sources.marketo``.
"""

from __future__ import annotations

from functools import partial

import dlt
from dlt.extract import DltSource

from ingestion.config import LoadContext
from ingestion.mappings import mapped_fields
from ingestion.resources import Load, Reader
from ingestion.sources.marketo import activities, programs
from ingestion.sources.marketo.contract import TABLES
from ingestion.sources.marketo.history import History
from ingestion.sources.marketo.leads import Leads
from vendors.marketo import MarketoClient, MarketoSettings, connect

__all__ = ["build_source", "is_configured", "marketo"]


def is_configured(context: LoadContext) -> bool:
    """Whether any of Marketo's sign-in settings is set."""
    return MarketoSettings.from_environment().is_configured


def build_source(load: Load) -> DltSource:
    """Return the dlt source; the credentials are first used while reading.

    Raises:
        VendorError: settings are incomplete.
    """
    client = connect(MarketoSettings.from_environment())
    load.api_calls = lambda: client.calls
    return marketo(load, client)


@dlt.source(name="marketo")
def marketo(load: Load, client: MarketoClient) -> list[object]:
    """Return the resources."""
    mapped = mapped_fields("marketo", load.context.agreement_dir).get("lead", {})
    history = History(client, load.context.as_of)
    readers: dict[str, Reader] = {
        "lead": Leads(client, TABLES[0], mapped, load, history).read,
        "activity_type": partial(activities.read_types, history),
        "activity": partial(activities.read_activities, client, history, load),
        "program": partial(programs.read_programs, history, load),
        "program_membership": programs.Memberships(client, history, load).read,
    }
    return [load.resource(contract, readers[contract.resource]) for contract in TABLES]
