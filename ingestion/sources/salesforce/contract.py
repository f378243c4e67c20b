"""The raw tables of Salesforce that later steps rely on, in dlt's snake_case of the API names.

Here belong the objects we pull and the fields the models name. Every other field that the
signed-in user may read is discovered by describe and landed beside them. Not here: any reading.
"""

from __future__ import annotations

from ingestion.contracts import TableContract, table

_STAMPS = "created_date last_modified_date system_modstamp"
_PERSON_TEXT = """
    last_name first_name name salutation title email phone mobile_phone lead_source owner_id
    master_record_id kakehashi_person_id__c lifecycle_stage__c lead_score_label__c score_reason__c
    ng_reason__c duplicate_of__c first_touch_campaign__c last_touch_campaign__c
    primary_campaign__c interest_theme__c budget_status__c timeline__c competitor_in_use__c
    sales_feedback__c sales_comment__c corporate_number__c
"""
_PERSON_FLAG = """
    is_deleted has_opted_out_of_email need_is_clear__c decision_maker_will_attend__c
    is_decision_maker__c
"""
_PERSON_INSTANT = f"{_STAMPS} mql_at__c sql_at__c first_contact_due_at__c sales_feedback_at__c"
_PERSON_NUMBER = "lead_score__c contents_viewed__c"


def _history(resource: str, parent: str) -> TableContract:
    return table(
        resource,
        newest="created_date",
        text=f"{parent} field old_value new_value created_by_id",
        instant="created_date",
        flag="is_deleted",
    )


TABLES: tuple[TableContract, ...] = (
    table(
        "lead",
        newest="system_modstamp",
        text=_PERSON_TEXT
        + """company website street city state postal_code country status industry
        converted_account_id converted_contact_id converted_opportunity_id""",
        number=_PERSON_NUMBER + " annual_revenue",
        integer="number_of_employees",
        flag=_PERSON_FLAG + " is_converted",
        date="converted_date",
        instant=_PERSON_INSTANT,
    ),
    table(
        "contact",
        newest="system_modstamp",
        text=_PERSON_TEXT
        + """department account_id mailing_street mailing_city mailing_state
        mailing_postal_code mailing_country""",
        number=_PERSON_NUMBER,
        flag=_PERSON_FLAG,
        instant=_PERSON_INSTANT,
    ),
    table(
        "account",
        newest="system_modstamp",
        text="""name phone website industry billing_street billing_city billing_state
        billing_postal_code billing_country parent_id owner_id master_record_id
        corporate_number__c kakehashi_account_id__c duplicate_of__c""",
        number="annual_revenue",
        integer="number_of_employees",
        flag="is_deleted",
        instant=_STAMPS,
    ),
    table(
        "opportunity",
        newest="system_modstamp",
        text="""name account_id stage_name owner_id campaign_id lead_source loss_reason__c
        competitor__c primary_person_id__c first_touch_campaign__c last_touch_campaign__c
        primary_campaign__c""",
        number="amount meeting_count__c",
        flag="is_deleted is_closed is_won decision_maker_attended__c",
        date="close_date",
        instant=_STAMPS,
    ),
    table(
        "opportunity_contact_role",
        newest="system_modstamp",
        text="opportunity_id contact_id role",
        flag="is_deleted is_primary",
        instant=_STAMPS,
    ),
    table(
        "campaign",
        newest="system_modstamp",
        text="name type status parent_id owner_id",
        number="budgeted_cost actual_cost",
        flag="is_deleted is_active",
        date="start_date end_date",
        instant=_STAMPS,
    ),
    table(
        "campaign_member",
        newest="system_modstamp",
        text="campaign_id lead_id contact_id status",
        flag="is_deleted has_responded",
        date="first_responded_date",
        instant=_STAMPS,
    ),
    table(
        "task",
        newest="system_modstamp",
        text="who_id what_id account_id subject status type task_subtype owner_id",
        flag="is_deleted is_closed",
        date="activity_date",
        instant=_STAMPS + " completed_date_time",
    ),
    table(
        "event",
        newest="system_modstamp",
        text="who_id what_id account_id subject type event_subtype owner_id",
        flag="is_deleted",
        instant=_STAMPS + " start_date_time end_date_time",
    ),
    table(
        "user",
        newest="system_modstamp",
        text="name email department title manager_id user_role_id",
        flag="is_active",
        instant=_STAMPS,
    ),
    # roles have no recycle bin; the flag is ours, for roles that Salesforce no longer lists
    table("user_role", newest="system_modstamp", text="name", flag="is_deleted", instant=_STAMPS),
    _history("lead_history", "lead_id"),
    _history("contact_history", "contact_id"),
    _history("opportunity_field_history", "opportunity_id"),
    table(
        "opportunity_history",
        newest="created_date",
        text="opportunity_id stage_name created_by_id",
        number="amount",
        flag="is_deleted",
        date="close_date",
        instant="created_date",
    ),
)
