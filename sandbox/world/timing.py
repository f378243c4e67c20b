"""Moments of the made-up 26 weeks, and how each vendor writes a moment.

Belongs here: Tokyo business time, clipping to `now`, formatting. Must not: read a clock.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta, timezone

TOKYO = timezone(timedelta(hours=9), "Asia/Tokyo")
WEEKS = 26


def business_moment(rng: random.Random, around: datetime) -> datetime:
    """Return a moment of office hours in Tokyo on the first weekday from `around` on."""
    local = around.astimezone(TOKYO)
    while local.weekday() >= 5:
        local += timedelta(days=1)
    at = local.replace(hour=9, minute=0, second=0, microsecond=0)
    return (at + timedelta(seconds=rng.randrange(9 * 3600))).astimezone(UTC)


def later(rng: random.Random, start: datetime, least_h: float, most_h: float) -> datetime:
    """Return a moment between `least_h` and `most_h` hours after `start`, whole seconds."""
    seconds = rng.uniform(least_h * 3600, most_h * 3600)
    return start + timedelta(seconds=int(seconds))


def in_office(rng: random.Random, start: datetime, least_h: float, most_h: float) -> datetime:
    """Like `later`, moved into office hours but never before `start`."""
    at = later(rng, start, least_h, most_h)
    local = at.astimezone(TOKYO)
    if local.weekday() < 5 and 9 <= local.hour < 18:
        return at
    if local.hour >= 18:
        local += timedelta(days=1)
    return max(business_moment(rng, local.astimezone(UTC)), start)


def sf_datetime(at: datetime) -> str:
    """Write an instant as Salesforce's REST API does."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def iso_ms(at: datetime) -> str:
    """Write an instant as HubSpot's v3 API does."""
    utc = at.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def iso_s(at: datetime) -> str:
    """Write an instant as Typeform and Sansan do: UTC to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def epoch_ms(at: datetime) -> int:
    """Write an instant as milliseconds since 1970."""
    return int(at.timestamp()) * 1000 + at.microsecond // 1000


def tokyo_date(at: datetime) -> date:
    """Return the calendar day of an instant in Tokyo."""
    return at.astimezone(TOKYO).date()
