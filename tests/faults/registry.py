"""Every source that the random-fault runs know; a new one is one more line here."""

from __future__ import annotations

from tests.faults.holdings.dropped_files import CampaignSpendSide, CardFilesSide, WebFormsSide
from tests.faults.holdings.hubspot import HubSpotSide
from tests.faults.holdings.marketo import MarketoSide
from tests.faults.holdings.salesforce import SalesforceSide
from tests.faults.holdings.sansan import SansanSide
from tests.faults.holdings.typeform import TypeformSide
from tests.faults.vendor_side import VendorSide

SIDES: tuple[type[VendorSide], ...] = (
    SalesforceSide,
    HubSpotSide,
    MarketoSide,
    TypeformSide,
    SansanSide,
    CardFilesSide,
    WebFormsSide,
    CampaignSpendSide,
)
