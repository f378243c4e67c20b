"""Jobs and their rhythm in Asia/Tokyo."""

from __future__ import annotations

import dagster as dg

from orchestration.defs.unify import remember_hygiene, unify

TOKYO = "Asia/Tokyo"

_friday = (
    dg.AssetSelection.assets(remember_hygiene)
    | dg.AssetSelection.assets(["gate", "hygiene"])
    | dg.AssetSelection.groups("report")
)

sync = dg.define_asset_job(
    "sync",
    selection=dg.AssetSelection.groups("pull")
    | dg.AssetSelection.assets(unify)
    | dg.AssetSelection.assets(["gate", "mart"])
    | dg.AssetSelection.groups("published", "push"),
    description="Pull, unify, gate, publish, plan and push.",
)
friday_hygiene = dg.define_asset_job(
    "friday_hygiene",
    selection=_friday,
    description="The weekly audit, the Friday report with its workbook, and the message.",
)

monthly_definition_review = dg.define_asset_job(
    "monthly_definition_review",
    selection=dg.AssetSelection.assets(["report", "definition_review"]),
    description="Does the score tell who buys? Deciles, rules, thresholds, one proposal.",
)

hourly_sync = dg.ScheduleDefinition(
    name="hourly_sync",
    job=sync,
    cron_schedule="0 9-18 * * 1-5",
    execution_timezone=TOKYO,
    description="Every hour of the business day.",
)
friday_report = dg.ScheduleDefinition(
    name="friday_hygiene_schedule",
    job=friday_hygiene,
    cron_schedule="30 14 * * 5",
    execution_timezone=TOKYO,
    description="Friday 14:30; the meeting is at 15:00.",
)

monthly_review = dg.ScheduleDefinition(
    name="monthly_definition_review_schedule",
    job=monthly_definition_review,
    cron_schedule="0 7 1 * *",
    execution_timezone=TOKYO,
    description="The first of the month at 07:00, before anybody needs the warehouse.",
)

defs = dg.Definitions(
    jobs=[sync, friday_hygiene, monthly_definition_review],
    schedules=[hourly_sync, friday_report, monthly_review],
)
