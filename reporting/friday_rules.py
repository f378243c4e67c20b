"""The Friday rules in the order of the meeting, and the class that each belongs to.

Not here: what a rule finds (`dbt_project/models/hygiene`) and how it is called (the catalogue).
"""

from __future__ import annotations

CLASSES = ("duplicates", "missing", "ng", "stage", "inputs")
# Two records of which the machine cannot say whether they are one, or people disagree.
REVIEW_RULES = (
    "person__decision_contradicted",
    "account__decision_contradicted",
    "person__possible_duplicate",
    "account__possible_duplicate",
    "person__crowded",
)
# What was entered and cannot be: nothing is thrown away, people say what is right.
INPUT_RULES = (
    "record__owner_gone",
    "touchpoint__in_the_future",
    "touchpoint__too_early",
    "opportunity__closed_before_created",
    "person__crowded_day",
    "record__history_broken",
)
# What only people can say comes first, then what they only have to confirm. Among stages a stopped
# deal before a lead behind, a lead behind before an unowned one: money first.
RULES = (
    *REVIEW_RULES,
    "person__duplicate_records",
    "account__duplicate_records",
    "person__missing_attribute",
    "person__ng_to_pass_back",
    "opportunity__stage_overdue",
    "person__mql_without_owner",
    "lead__status_behind",
    *INPUT_RULES,
)


def class_of(rule_id: str) -> str:
    """The Friday class of a rule: by its name, so that a new rule needs no list here.

    Args:
        rule_id: For instance `person__missing_attribute`.
    """
    if rule_id in REVIEW_RULES:
        return "duplicates"
    if rule_id in INPUT_RULES:
        return "inputs"
    defect = rule_id.split("__", 1)[-1]
    prefixes = {"duplicate": "duplicates", "missing": "missing", "ng_": "ng"}
    return next((name for start, name in prefixes.items() if defect.startswith(start)), "stage")
