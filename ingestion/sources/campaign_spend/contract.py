"""The raw table of the campaign-spend files."""

from __future__ import annotations

from ingestion.contracts import TableContract, table

TABLES: tuple[TableContract, ...] = (
    table(
        "row",
        key="row_id",
        text="file_name sheet_name campaign_name extra_json file_sha256",
        integer="row_number cost_jpy",
        date="month_on",
    ),
)
