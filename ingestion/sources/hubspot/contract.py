"""The raw tables of HubSpot that later steps rely on.

Property values arrive as text (HubSpot sends every property as a string or null), so every
property column is text; further properties are discovered and landed beside the declared ones.
"""

from __future__ import annotations

from ingestion.contracts import TableContract, table

CONTACT_PROPERTIES = """
    email firstname lastname company jobtitle phone mobilephone website city state zip address
    industry numemployees annualrevenue lifecyclestage hs_lead_status hubspot_owner_id
    associatedcompanyid hs_analytics_source hs_email_optout hs_merged_object_ids createdate
    lastmodifieddate kakehashi_person_id kakehashi_stage kakehashi_score kakehashi_score_label
    kakehashi_ng_reason kakehashi_duplicate_of
"""
COMPANY_PROPERTIES = """
    name domain phone industry numberofemployees annualrevenue city state zip address website
    corporate_number hs_merged_object_ids createdate hs_lastmodifieddate
"""
DEAL_PROPERTIES = """
    dealname amount dealstage pipeline closedate createdate hs_lastmodifieddate hubspot_owner_id
    hs_is_closed hs_is_closed_won hs_merged_object_ids
"""
CAMPAIGN_PROPERTIES = "hs_name hs_utm hs_start_date hs_end_date hs_campaign_status"

TABLES: tuple[TableContract, ...] = (
    table(
        "contact",
        newest="updated_at",
        text=CONTACT_PROPERTIES,
        flag="archived",
        instant="created_at updated_at",
    ),
    table(
        "company",
        newest="updated_at",
        text=COMPANY_PROPERTIES,
        flag="archived",
        instant="created_at updated_at",
    ),
    table(
        "deal",
        newest="updated_at",
        text=DEAL_PROPERTIES,
        flag="archived",
        instant="created_at updated_at",
    ),
    table(
        "association",
        key="from_object from_id to_object to_id category type_id",
        text="from_object from_id to_object to_id category label",
        integer="type_id",
        flag="archived",
    ),
    table(
        "owner",
        newest="updated_at",
        text="email first_name last_name user_id",
        flag="archived",
        instant="created_at updated_at",
    ),
    table(
        "form",
        newest="updated_at",
        text="name form_type",
        flag="archived",
        instant="created_at updated_at",
    ),
    table(
        "form_submission",
        key="conversion_id",
        newest="submitted_at",
        text="""form_id page_url value_email value_lastname value_firstname value_company
        value_phone value_jobtitle values_json""",
        instant="submitted_at",
    ),
    table(
        "event",
        newest="occurred_at",
        text="event_type object_type object_id url properties_json",
        instant="occurred_at",
    ),
    table(
        "email_event",
        key="id created_at",
        newest="created_at",
        text="id type recipient email_campaign_id url",
        flag="filtered_event",
        instant="created_at",
    ),
    table(
        "campaign",
        newest="updated_at",
        text=CAMPAIGN_PROPERTIES,
        flag="archived",
        instant="created_at updated_at",
    ),
)
