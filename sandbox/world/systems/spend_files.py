"""The campaign spend list that marketing drops once a month.

Belongs here: the file. Must not: know campaigns beyond name, dates and budget.
"""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

from sandbox.world.streams import Streams
from sandbox.world.timing import tokyo_date
from sandbox.world.truth.campaigns import Campaign


def spend_files(calendar: list[Campaign], streams: Streams, now: datetime) -> dict[str, bytes]:
    """Return the spend files by their path in the inbox."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(["キャンペーン名", "対象月", "費用（円）"])
    for campaign in calendar:
        months = _months(campaign.starts_on, min(campaign.ends_on, tokyo_date(now)))
        rng = streams.of("spend", campaign.key)
        for month in months:
            cost = round(campaign.budget_jpy / max(len(months), 1) * rng.uniform(0.8, 1.1), -3)
            # half of the rows as people type money, half as plain numbers
            text = f"{int(cost):,}円" if rng.random() < 0.5 else str(int(cost))
            writer.writerow([campaign.name, f"{month.year}/{month.month:02d}", text])
    return {"spend/広告費_2026年度上期.csv": buffer.getvalue().encode("cp932")}


def _months(first: date, last: date) -> list[date]:
    months, month = [], first.replace(day=1)
    while month <= last:
        months.append(month)
        month = (month.replace(day=28) + (date(2026, 1, 5) - date(2026, 1, 1))).replace(day=1)
    return months
