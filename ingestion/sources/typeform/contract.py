"""The raw tables of Typeform that later steps rely on."""

from __future__ import annotations

from ingestion.contracts import TableContract, table

TABLES: tuple[TableContract, ...] = (
    table(
        "form",
        newest="last_updated_at",
        text="title",
        instant="created_at last_updated_at",
        flag="is_deleted",
    ),
    table(
        "response",
        key="response_id",
        newest="submitted_at",
        text="""token form_id response_type hidden_utm_source hidden_utm_medium
        hidden_utm_campaign referer answer_email answer_phone answer_full_name
        answer_family_name answer_given_name answer_company answer_department answer_title
        hidden_json answers_json landing_id metadata_json calculated_json variables_json""",
        instant="landed_at submitted_at",
        flag="is_deleted",
    ),
)
