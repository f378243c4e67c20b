"""Our campaigns and forms over the 26 weeks.

Belongs here: the calendar of campaigns, the forms people can fill in, product pages.
Must not: hold vendor records.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from sandbox.world.schema import read_data
from sandbox.world.timing import WEEKS, tokyo_date


@dataclass(frozen=True)
class Campaign:
    """One campaign; `utm` is what its links carry, `in_hubspot`/`in_salesforce` who knows it."""

    key: str
    name: str
    type: str
    utm: str
    starts_on: date
    ends_on: date
    budget_jpy: int
    in_salesforce: bool
    in_hubspot: bool


@dataclass(frozen=True)
class Form:
    """One form that people fill in; `act` is what filling it in means."""

    key: str
    name: str
    act: str
    system: str
    page: str


@cache
def forms() -> tuple[Form, ...]:
    """Return every HubSpot form and typeform."""
    return tuple(Form(**row) for row in read_data("forms.csv"))


@cache
def product_pages() -> tuple[str, ...]:
    """Return the paths of product pages."""
    names = ("bridge", "pricing", "case-medical", "case-manufacturing", "integration", "security")
    return tuple(f"/products/{name}" for name in names)


@cache
def other_pages() -> tuple[str, ...]:
    """Return the paths of pages that are not about products."""
    return ("/", "/blog/lead-management", "/blog/mql-sql", "/company", "/seminar", "/news/2026")


def campaign_calendar(now: datetime) -> list[Campaign]:
    """Return the campaigns; the `{month}` ones repeat monthly over the window."""
    start = tokyo_date(now) - timedelta(weeks=WEEKS)
    campaigns: list[Campaign] = []
    for row in read_data("campaigns.csv"):
        repeats = range(6) if "{month}" in row["name"] else range(1)
        for number in repeats:
            first = start + timedelta(days=int(row["start_day"]) + 30 * number)
            month = f"{first.year}年{first.month}月"
            campaigns.append(
                Campaign(
                    key=f"{row['key']}{number if len(repeats) > 1 else ''}",
                    name=row["name"].format(month=month),
                    type=row["type"],
                    utm=row["utm"].format(month=f"{first:%Y%m}"),
                    starts_on=first,
                    ends_on=first + timedelta(days=int(row["days"])),
                    budget_jpy=int(row["budget_jpy"]),
                    in_salesforce=row["systems"] in {"both", "salesforce"},
                    in_hubspot=row["systems"] in {"both", "hubspot"},
                )
            )
    return campaigns
