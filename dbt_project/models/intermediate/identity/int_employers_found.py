"""One row per record that leads to a company, with that company's cluster; done by `identity`."""

from typing import Any

import pyarrow as pa

from identity.employers import find_employers


def model(dbt: Any, session: Any) -> pa.Table:
    """Read back per record which company the statements were found to mean."""
    dbt.config(materialized="table")
    return find_employers(
        persons=dbt.ref("int_person_records_unioned").to_arrow_table(),
        normalised_persons=dbt.ref("int_person_records_normalised").to_arrow_table(),
        companies=dbt.ref("int_company_records_unioned").to_arrow_table(),
        normalised_companies=dbt.ref("int_company_records_normalised").to_arrow_table(),
        clusters=dbt.ref("int_company_statements_clustered").to_arrow_table(),
    )
