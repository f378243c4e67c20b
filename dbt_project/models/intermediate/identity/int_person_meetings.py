"""One row per node of matching with the nodes that it is compared with; done by `identity`."""

from typing import Any

import pyarrow as pa

from identity.blocking import MEETINGS_SCHEMA, find_meetings
from identity.earlier_run import read_earlier


def model(dbt: Any, session: Any) -> pa.Table:
    """Find who shares a block with whom, where a block has changed."""
    dbt.config(materialized="table")
    return find_meetings(
        dbt.ref("int_person_nodes").to_arrow_table(),
        previous=read_earlier(session, dbt.this, MEETINGS_SCHEMA),
    )
