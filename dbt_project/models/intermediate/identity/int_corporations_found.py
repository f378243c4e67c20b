"""One row per name of a corporation that records speak of; empty without the optional register."""

from typing import Any

import pyarrow as pa

from identity.company_register import EVENT_COLUMNS, REGISTER_SCHEMA, find_corporations

_STATED = ("corporate_number_normalised", "company_name_normalised", "company_former_name")


def model(dbt: Any, session: Any) -> pa.Table:
    """Look the companies of all records up in the register, a part of it at a time."""
    dbt.config(materialized="table")
    register = dbt.ref("stg_houjin_bangou__corporations").select(", ".join(EVENT_COLUMNS))
    persons = dbt.ref("int_person_records_normalised")
    companies = dbt.ref("int_company_records_normalised")
    stated = [
        relation.select(", ".join(_STATED)).distinct().to_arrow_table()
        for relation in (persons, companies)
    ]
    if register.limit(1).to_arrow_table().num_rows == 0:
        return REGISTER_SCHEMA.empty_table()
    number, *names = (
        {value for table in stated for value in table[column].to_pylist() if value}
        for column in _STATED
    )
    return find_corporations(lambda: register.to_arrow_reader(100_000), number, set().union(*names))
