"""One row per record that leads to a company, with that company's cluster; done by `identity`."""

from typing import Any

import pyarrow as pa

from identity.decision_tables import constraints_of
from identity.employers import find_employers


def model(dbt: Any, session: Any) -> pa.Table:
    """Match what the records say of companies."""
    dbt.config(materialized="table")
    return find_employers(
        persons=dbt.ref("int_person_records_unioned").to_arrow_table(),
        normalised_persons=dbt.ref("int_person_records_normalised").to_arrow_table(),
        companies=dbt.ref("int_company_records_unioned").to_arrow_table(),
        normalised_companies=dbt.ref("int_company_records_normalised").to_arrow_table(),
        constraints=constraints_of(dbt.ref("int_pairs_decided").to_arrow_table()),
    )
