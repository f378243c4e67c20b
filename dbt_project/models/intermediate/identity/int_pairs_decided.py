"""The pairs of records that matching has to obey; which decisions hold is `identity`'s to say."""

from typing import Any

import pyarrow as pa

from identity.decision_tables import constraint_table


def model(dbt: Any, session: Any) -> pa.Table:
    """Close the decisions over chains, for the records there are."""
    dbt.config(materialized="table")
    persons = dbt.ref("int_person_records_unioned").to_arrow_table()
    companies = dbt.ref("int_company_records_unioned").to_arrow_table()
    present = {key for table in (persons, companies) for key in table["record_key"].to_pylist()}
    return constraint_table(dbt.ref("int_decisions_gathered").to_arrow_table(), present)
