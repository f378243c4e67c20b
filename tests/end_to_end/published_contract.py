"""What readers of the published mart may rely on: tables, fixed columns, types, spellings.

Belongs here: the contract of version 1, written down a second time and independently of the models,
so that a model cannot break it unnoticed. Does not: columns beyond the contract.
"""

from __future__ import annotations

TEXT, INSTANT, DATE, FLAG = "VARCHAR", "TIMESTAMP WITH TIME ZONE", "DATE", "BOOLEAN"
WHOLE, FRACTION = ("INTEGER", "BIGINT"), ("DOUBLE",)

FIXED_COLUMNS = {
    "persons": (
        "person_id account_id full_name email phone_e164 company_name title title_rank department "
        "prefecture stage stage_reason score score_label is_ng ng_reason has_opted_out "
        "is_untouched is_dormant owner_user_id_salesforce first_seen_at last_touch_at source_count"
    ),
    "accounts": (
        "account_id account_name corporate_number domain industry employee_count "
        "annual_revenue_jpy prefecture person_count open_opportunity_count is_customer"
    ),
    "person_sources": (
        "source_system source_object source_id person_id account_id match_probability match_reason"
    ),
    "account_sources": (
        "source_system source_object source_id account_id match_probability match_reason"
    ),
    "id_redirects": "entity old_id new_id happened_at reason",
    "person_field_winners": "person_id field value source_system source_id rule",
    "touchpoints": (
        "touchpoint_id person_id account_id occurred_at kind channel campaign_id content "
        "source_system source_id"
    ),
    "campaigns": "campaign_id campaign_name channel source_system source_id cost_jpy",
    "opportunities": (
        "opportunity_id opportunity_id_salesforce account_id primary_person_id stage amount_jpy "
        "created_at closed_on is_closed is_won primary_campaign_id first_touch_campaign_id "
        "last_touch_campaign_id has_decision_maker_attended loss_reason competitor"
    ),
    "stage_transitions": "person_id from_stage to_stage happened_at reason source_system",
    "score_parts": "person_id rule_id points evidence_source_id occurred_at",
    "sla_clocks": (
        "person_id policy started_at due_at met_at status owner_user_id_salesforce "
        "elapsed_hours business_hours"
    ),
    "routes": "person_id owner_user_id_salesforce rule_id reason routed_at",
    "escalations": "escalation_id rule_id subject_kind subject due_on",
    "escalation_evidence": "escalation_id evidence_kind evidence_id",
    "attribution_credits": (
        "opportunity_id model touchpoint_id campaign_id channel content weight credit_jpy"
    ),
    "funnel_weekly": "week_start_on channel leads mqls sqls opportunities wins won_jpy",
    "hygiene_findings": (
        "finding_id rule_id severity person_id account_id opportunity_id source_system "
        "source_object source_id owner what_ja proposed_value evidence first_seen_on last_seen_on "
        "status"
    ),
    "hygiene_history": "week_start_on rule_id checked failed fixed_since_last new_since_last",
    "data_freshness": "source resource last_loaded_at rows newest_record_at status",
}

# What tells one row of a table from another, as "one row per" of the contract says.
KEYS = {
    "persons": "person_id",
    "accounts": "account_id",
    "person_sources": "source_system source_object source_id",
    "account_sources": "source_system source_object source_id",
    "id_redirects": "entity old_id new_id",
    "person_field_winners": "person_id field",
    "touchpoints": "touchpoint_id",
    "campaigns": "campaign_id",
    "opportunities": "opportunity_id",
    "sla_clocks": "person_id policy started_at",
    "routes": "person_id",
    "escalations": "escalation_id",
    "escalation_evidence": "escalation_id evidence_kind evidence_id",
    "hygiene_findings": "finding_id",
    "hygiene_history": "week_start_on rule_id",
    "funnel_weekly": "week_start_on channel",
    "data_freshness": "source resource",
}

# Words that a column may hold; a leading ? says that it may also be empty.
_SPELLINGS = {
    ("persons", "stage"): "Suspect Prospect MQL SQL Opportunity Won Lost NG Recycled",
    ("persons", "score_label"): "高 中 低",
    ("persons", "ng_reason"): (
        "? test_data student competitor personal_email existing_customer sales_rejected"
    ),
    ("stage_transitions", "to_stage"): (
        "Suspect Prospect MQL SQL Opportunity Won Lost NG Recycled"
    ),
    ("attribution_credits", "model"): (
        "first last linear u_shaped w_shaped time_decay data_driven"
    ),
    ("touchpoints", "kind"): (
        "inquiry document_download webinar_registered webinar_attended event_attended "
        "card_exchanged site_visit product_page_view mail_opened mail_clicked call meeting "
        "sales_mail"
    ),
    ("touchpoints", "channel"): "web webinar event card email sales",
    ("attribution_credits", "channel"): "web webinar event card email 不明",
    ("funnel_weekly", "channel"): "web webinar event card email 不明",
    ("sla_clocks", "status"): "met breached running excused",
    ("sla_clocks", "policy"): "hand_off first_contact feedback",
    ("escalations", "subject_kind"): "rep everybody competitor",
    ("data_freshness", "status"): "ok off failed partial",
}
SPELLINGS = {place: set(words.split()) for place, words in _SPELLINGS.items()}
# Attribution models that must be there; more may be.
ATTRIBUTION_MODELS = {
    *("first", "last", "linear", "u_shaped", "w_shaped", "time_decay", "data_driven"),
}

_COUNTED = {
    *("title_rank", "score", "source_count", "employee_count", "person_count", "points", "rows"),
    *("open_opportunity_count", "leads", "mqls", "sqls", "opportunities", "wins"),
    *("checked", "failed", "fixed_since_last", "new_since_last"),
}


def allowed_types(column: str) -> tuple[str, ...]:
    """The types that a fixed column may have, by what its name promises."""
    if column.endswith("_jpy"):
        return ("BIGINT",)
    if column in _COUNTED:
        return WHOLE
    if column in ("weight", "match_probability", "elapsed_hours", "business_hours"):
        return FRACTION
    if column.startswith(("is_", "has_")):
        return (FLAG,)
    if column.endswith("_at"):
        return (INSTANT,)
    return (DATE,) if column.endswith("_on") else (TEXT,)
