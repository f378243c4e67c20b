"""One row per pair of company records that were compared; done by `identity`."""

from typing import Any

import pyarrow as pa

from identity.company_pairs import compare_companies
from identity.decision_tables import constraints_of


def model(dbt: Any, session: Any) -> pa.Table:
    """Tell of every compared pair what came of it."""
    dbt.config(materialized="table")
    return compare_companies(
        companies=dbt.ref("int_company_records_unioned").to_arrow_table(),
        normalised_companies=dbt.ref("int_company_records_normalised").to_arrow_table(),
        employers=dbt.ref("int_employers_found").to_arrow_table(),
        constraints=constraints_of(dbt.ref("int_pairs_decided").to_arrow_table()),
    )
