"""One row per person record with the record that stands for all equal ones; done by `identity`."""

from typing import Any

import pyarrow as pa

from identity.constraints import never_folded
from identity.decision_tables import constraints_of
from identity.earlier_run import read_earlier
from identity.person_nodes import NODES_SCHEMA, find_nodes


def model(dbt: Any, session: Any) -> pa.Table:
    """Fold equal records and prepare what is compared."""
    dbt.config(materialized="table")
    constraints = constraints_of(dbt.ref("int_pairs_decided").to_arrow_table())
    return find_nodes(
        normalised_persons=dbt.ref("int_person_records_normalised").to_arrow_table(),
        employers=dbt.ref("int_employers_found").to_arrow_table(),
        never_folded=never_folded(constraints),
        previous=read_earlier(session, dbt.this, NODES_SCHEMA),
    )
