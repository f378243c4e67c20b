"""Salesforce: the SFA, fifteen objects, four of them histories.

    describe ─▶ fields the user may read ─▶ queryAll, stamp ≥ cursor − overlap
                                              └─▶ pages or a bulk query ─▶ raw_salesforce.<object>

Deleted and merged records come as rows with ``is_deleted`` and ``master_record_id``; records that
are gone for good are flagged by us; nothing is ever removed from raw.
Run standalone: ``python -m ingestion.sources.salesforce``.
"""

from __future__ import annotations

from functools import partial

import dlt
from dlt.extract import DltSource

from ingestion.config import LoadContext
from ingestion.mappings import mapped_fields
from ingestion.resources import Load
from ingestion.sources.salesforce.contract import TABLES
from ingestion.sources.salesforce.objects import read_object
from vendors.salesforce import SalesforceClient, SalesforceSettings, connect

__all__ = ["build_source", "is_configured", "salesforce"]


def is_configured(context: LoadContext) -> bool:
    """Whether any Salesforce credential is set."""
    return SalesforceSettings.from_environment().is_configured


def build_source(load: Load) -> DltSource:
    """Sign in and return the dlt source.

    Raises:
        VendorError: settings are incomplete or the sign-in fails.
    """
    settings = SalesforceSettings.from_environment()
    client = connect(settings, settings.budget_share)
    load.api_calls = lambda: client.api_calls
    return salesforce(load, client)


@dlt.source(name="salesforce")
def salesforce(load: Load, client: SalesforceClient) -> list[object]:
    """Return one resource per object, each read by its own cursor."""
    mapped = mapped_fields("salesforce", load.context.agreement_dir)
    return [
        load.resource(
            contract,
            partial(read_object, client, contract, mapped.get(contract.resource, {}), load),
        )
        for contract in TABLES
    ]
