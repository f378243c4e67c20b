"""One row per source record with the person or company it belongs to; done by `identity`."""

from typing import Any

import pyarrow as pa

from identity.resolution import give_ids


def model(dbt: Any, session: Any) -> pa.Table:
    """Give the matched records their ids; those that earlier runs gave come from the state."""
    dbt.config(materialized="table")
    return give_ids(
        persons=dbt.ref("int_person_records_unioned").to_arrow_table(),
        companies=dbt.ref("int_company_records_unioned").to_arrow_table(),
        employers=dbt.ref("int_employers_found").to_arrow_table(),
        nodes=dbt.ref("int_person_nodes").to_arrow_table(),
        pairs=dbt.ref("int_person_pairs_compared").to_arrow_table(),
        registry=dbt.source("identity_state", "registry").to_arrow_table(),
        redirects=dbt.source("identity_state", "redirects").to_arrow_table(),
    )
