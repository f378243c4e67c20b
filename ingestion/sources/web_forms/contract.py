"""The raw table of what form services export."""

from __future__ import annotations

from ingestion.contracts import TableContract, table

TABLES: tuple[TableContract, ...] = (
    table(
        "submission",
        key="row_id",
        text="""submission_id form_name full_name family_name given_name full_name_reading
        family_name_reading given_name_reading email phone mobile company_name department title
        postal_code prefecture address url message consent page_url utm_source utm_medium
        utm_campaign utm_term utm_content extra_json file_name sheet_name file_sha256""",
        integer="row_number",
        instant="submitted_at",
    ),
)
