"""A column is named as dlt would name it, whatever the vendor calls the field."""

import pytest
from dlt.common.normalizers.naming.snake_case import NamingConvention
from hypothesis import given
from hypothesis import strategies as st

from ingestion.naming import column_name

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_+@|*-]{0,30}", fullmatch=True)


@pytest.mark.parametrize(
    ("field", "column"),
    [
        ("LastName", "last_name"),
        ("Lead_Score__c", "lead_score__c"),
        ("MQL_At__c", "mql_at__c"),
        ("MQLScore__c", "mql_score__c"),
        ("ns__Field__c", "ns__field__c"),
        ("OpportunityContactRole", "opportunity_contact_role"),
        ("hs_lastmodifieddate", "hs_lastmodifieddate"),
    ],
)
def test_fields_become_snake_case(field, column):
    assert column_name(field) == column


@given(NAMES)
def test_names_are_those_of_dlt(field):
    assert column_name(field) == NamingConvention().normalize_path(field)
