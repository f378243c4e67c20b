"""The Friday audit: the four classes that the meeting cleans, and how complete persons are.

Belongs here: what is counted and shown every week; it warns and blocks nothing. Does not: finding
the records and what to do with them (dbt's hygiene models), what must never leave (gate).
"""

from __future__ import annotations

import great_expectations.expectations as gxe

from expectations.engine import Rule, TableSuite
from expectations.frames import FrameQuery

# Hygiene model → (mart table it checks, id of that table, what is expected).
CLASSES: dict[str, tuple[str, str, str]] = {
    "hyg_person__duplicate_records": ("persons", "person_id", "重複した記録がない"),
    "hyg_person__missing_attribute": ("persons", "person_id", "必要な属性がそろっている"),
    "hyg_person__ng_to_pass_back": ("persons", "person_id", "差し戻すべきNGが残っていない"),
    "hyg_opportunity__stage_overdue": (
        "opportunities",
        "opportunity_id",
        "フェーズの更新漏れがない",
    ),
}
# Column → (least share of filled rows, what is expected). The shares are what a list needs to be
# worked on; below them the meeting should ask where the gap comes from.
COMPLETENESS: dict[str, tuple[float, str]] = {
    "full_name": (0.99, "氏名がほぼ全員にある"),
    "email_or_phone": (0.95, "95%以上の人物に連絡先がある"),
    "company_name": (0.90, "90%以上の人物に企業名がある"),
    "title": (0.50, "半数以上の人物に役職がある"),
    "prefecture": (0.50, "半数以上の人物に都道府県がある"),
}


def hygiene_suite() -> tuple[TableSuite, ...]:
    """One suite per Friday class, and one on the completeness of persons."""
    classes = (_friday_class(model, *checked) for model, checked in CLASSES.items())
    return (*classes, _persons())


def _friday_class(model: str, table: str, id_column: str, description: str) -> TableSuite:
    """Every finding is one unexpected row among the checked records and their findings."""
    query = FrameQuery(
        model,
        "finding_id",
        f"""
        select f.finding_id
        from mart.{table} as checked
        full join hygiene.{model} as f on checked.{id_column} = f.{id_column}
        order by f.finding_id
        """,
    )
    rule = Rule("none_left", description, gxe.ExpectColumnValuesToBeNull(column="finding_id"))
    return TableSuite(query, (rule,))


def _persons() -> TableSuite:
    rules = tuple(
        Rule(
            f"{column}_filled",
            description,
            gxe.ExpectColumnValuesToNotBeNull(column=column, mostly=share),
        )
        for column, (share, description) in COMPLETENESS.items()
    )
    query = FrameQuery(
        "persons",
        "person_id",
        """
        select
            person_id,
            nullif(trim(full_name), '') as full_name,
            coalesce(nullif(trim(email), ''), phone_e164) as email_or_phone,
            nullif(trim(company_name), '') as company_name,
            nullif(trim(title), '') as title,
            nullif(trim(prefecture), '') as prefecture
        from mart.persons order by person_id
        """,
    )
    return TableSuite(query, rules)
