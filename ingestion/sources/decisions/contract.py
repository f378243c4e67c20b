"""The raw table of what people decided in the Friday workbook."""

from __future__ import annotations

from ingestion.contracts import TableContract, table

TABLES: tuple[TableContract, ...] = (
    table(
        "decision",
        key="decision_id",
        text="""row_id file_name sheet_name extra_json file_sha256 finding_id rule_id kind
        record_key_a record_key_b person_id account_id opportunity_id attribute current_value
        proposed_value decided_value comment decided_by number_in_workbook evidence""",
        integer="row_number",
        instant="asked_at decided_at edited_at",
    ),
)
