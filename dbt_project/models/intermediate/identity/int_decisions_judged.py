"""What became of every decision about two records: it holds, was revised, or was overruled."""

from typing import Any

import pyarrow as pa

from identity.decision_tables import standing_table


def model(dbt: Any, session: Any) -> pa.Table:
    """Judge the decisions beside each other."""
    dbt.config(materialized="table")
    return standing_table(dbt.ref("int_decisions_gathered").to_arrow_table())
