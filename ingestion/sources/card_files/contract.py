"""The raw table of the business-card lists that people keep themselves."""

from __future__ import annotations

from ingestion.contracts import TableContract, table

TABLES: tuple[TableContract, ...] = (
    table(
        "row",
        key="row_id",
        text="""file_name sheet_name full_name family_name given_name full_name_reading
        family_name_reading given_name_reading company_name department title email phone mobile
        fax postal_code address url owner_name memo extra_json file_sha256""",
        integer="row_number",
        date="exchanged_on",
    ),
)
