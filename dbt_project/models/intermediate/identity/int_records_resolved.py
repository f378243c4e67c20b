"""One row per source record with the person or company it belongs to; done by `identity`."""

from typing import Any

import pyarrow as pa

from identity.reference_lists import ReferenceLists
from identity.resolution import resolve_records


def model(dbt: Any, session: Any) -> pa.Table:
    """Resolve the unioned records; ids that earlier runs gave come from the state."""
    dbt.config(materialized="table")
    lists = ReferenceLists.of_tables(
        free_mail_domains=dbt.ref("free_mail_domains").to_arrow_table(),
        placeholder_values=dbt.ref("placeholder_values").to_arrow_table(),
        test_names=dbt.ref("test_names").to_arrow_table(),
        test_domains=dbt.ref("test_domains").to_arrow_table(),
    )
    return resolve_records(
        persons=dbt.ref("int_person_records_unioned").to_arrow_table(),
        normalised_persons=dbt.ref("int_person_records_normalised").to_arrow_table(),
        companies=dbt.ref("int_company_records_unioned").to_arrow_table(),
        lists=lists,
        registry=dbt.source("identity_state", "registry").to_arrow_table(),
        redirects=dbt.source("identity_state", "redirects").to_arrow_table(),
    )
