"""The raw table of Sansan that later steps rely on."""

from __future__ import annotations

from ingestion.contracts import TableContract, table

TABLES: tuple[TableContract, ...] = (
    table(
        "biz_card",
        newest="updated_time",
        text="""person_id company_id owner_id owner_name last_name first_name
        last_name_reading first_name_reading department_name title email mobile tel second_tel
        fax company_name postal_code address prefecture city street building url memo
        entry_status tags_json country_code""",
        date="exchange_date",
        instant="registered_time updated_time",
        flag="is_deleted",
    ),
)
