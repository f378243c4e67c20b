"""One row per company record with its comparable columns; the work is done by `identity`."""

from typing import Any

import pyarrow as pa

from identity.changed_records import REUSABLE_COMPANY_SCHEMA, normalise_changed_companies
from identity.earlier_run import read_earlier
from identity.reference_lists import ReferenceLists


def model(dbt: Any, session: Any) -> pa.Table:
    """Normalise the new and changed company records with the lists of the agreement."""
    dbt.config(materialized="table")
    lists = ReferenceLists.of_tables(
        free_mail_domains=dbt.ref("free_mail_domains").to_arrow_table(),
        placeholder_values=dbt.ref("placeholder_values").to_arrow_table(),
        test_names=dbt.ref("test_names").to_arrow_table(),
        test_domains=dbt.ref("test_domains").to_arrow_table(),
    )
    return normalise_changed_companies(
        dbt.ref("int_company_records_unioned").to_arrow_table(),
        lists,
        previous=read_earlier(session, dbt.this, REUSABLE_COMPANY_SCHEMA),
    )
