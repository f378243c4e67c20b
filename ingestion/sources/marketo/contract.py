"""The raw tables of Marketo that later steps rely on.

Here belong the tables and the columns the models name. Every other field of a lead that the API
user may read is discovered by describe and landed beside them. Not here: any reading.
"""

from __future__ import annotations

from ingestion.contracts import TableContract, table

TABLES: tuple[TableContract, ...] = (
    table(
        "lead",
        newest="updated_at",
        text="""first_name last_name email company title department phone mobile_phone website
        address city state postal_code country industry lead_source lead_status
        original_source_type merged_into""",
        integer="number_of_employees lead_score",
        number="annual_revenue",
        flag="unsubscribed is_deleted",
        instant="created_at updated_at deleted_at",
    ),
    table("activity_type", text="name api_name description"),
    table(
        "activity",
        key="marketo_guid",
        newest="activity_date",
        text="""lead_id activity_type_id campaign_id primary_attribute_value_id
        primary_attribute_value webpage_url query_parameters referrer_url link new_status
        old_status merge_ids attributes_json""",
        flag="is_bot_activity",
        instant="activity_date",
    ),
    table(
        "program",
        newest="updated_at",
        text="""name description type channel status workspace url sfdc_id sfdc_name folder_json
        tags_json costs_json""",
        flag="is_deleted",
        instant="start_date end_date created_at updated_at",
    ),
    table(
        "program_membership",
        key="program_id lead_id",
        newest="updated_at",
        text="status_name",
        flag="reached_success acquired_by is_deleted",
        instant="membership_date reached_success_date updated_at",
    ),
)
