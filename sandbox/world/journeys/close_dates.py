"""The close date that a deal shows, which sales may have forgotten to move on.

Belongs here: one rule that every system holding the deal shares. Must not: plan deals.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sandbox.world.journeys.plan import Deal, Journey
from sandbox.world.streams import Streams, chance

_STALE_SHARE = 0.3


def shown_close_date(journey: Journey, deal: Deal, streams: Streams, now: datetime) -> date:
    """Return the close date of a deal; of some open ones it lies in the past."""
    rng = streams.of("deal", journey.person.key)
    if not deal.is_closed and chance(rng, _STALE_SHARE):
        # nobody moved the close date on: what the Friday meeting looks for
        past = now - timedelta(days=rng.randint(3, 40))
        return max(past, deal.created_at + timedelta(days=1)).date()
    return deal.close_on
