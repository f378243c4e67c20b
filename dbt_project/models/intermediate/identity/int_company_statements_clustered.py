"""One row per statement about a company with the company that it means; done by `identity`."""

from typing import Any

import pyarrow as pa

from identity.company_statements import CLUSTERS_SCHEMA
from identity.decision_tables import constraints_of
from identity.earlier_run import read_earlier
from identity.employers import cluster_companies


def model(dbt: Any, session: Any) -> pa.Table:
    """Match what the records say of companies, where it is new or changed."""
    dbt.config(materialized="table")
    return cluster_companies(
        persons=dbt.ref("int_person_records_unioned").to_arrow_table(),
        normalised_persons=dbt.ref("int_person_records_normalised").to_arrow_table(),
        companies=dbt.ref("int_company_records_unioned").to_arrow_table(),
        normalised_companies=dbt.ref("int_company_records_normalised").to_arrow_table(),
        constraints=constraints_of(dbt.ref("int_pairs_decided").to_arrow_table()),
        previous=read_earlier(session, dbt.this, CLUSTERS_SCHEMA),
        register=dbt.ref("int_corporations_found").to_arrow_table(),
    )
