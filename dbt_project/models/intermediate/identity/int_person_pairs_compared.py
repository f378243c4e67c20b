"""One row per pair of person records that were compared or linked; done by `identity`."""

from typing import Any

import pyarrow as pa

from identity.decision_tables import constraints_of
from identity.earlier_run import read_earlier
from identity.person_matching import PAIRS_SCHEMA, match_persons
from identity.resolution import person_links


def model(dbt: Any, session: Any) -> pa.Table:
    """Compare the nodes and cluster them into persons."""
    dbt.config(materialized="table")
    return match_persons(
        nodes=dbt.ref("int_person_nodes").to_arrow_table(),
        links=person_links(dbt.ref("int_person_records_unioned").to_arrow_table()),
        constraints=constraints_of(dbt.ref("int_pairs_decided").to_arrow_table()),
        previous=read_earlier(session, dbt.this, PAIRS_SCHEMA),
        meetings=dbt.ref("int_person_meetings").to_arrow_table(),
    )
