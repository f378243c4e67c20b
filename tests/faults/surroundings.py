"""The surroundings of a fault test: a sandbox with small pages, no waiting, a clock of its own.

Belongs here: what is set for the time of one test. Must not: know a fault or a vendor's records.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest

from ingestion.pipeline import LoadReport, load_source
from sandbox.testing import running_sandbox
from tests.faults.vendor_side import Place

# no waiting between attempts and calls
_AT_ONCE: Mapping[str, float] = {
    "vendors.session.FIRST_WAIT": 0.001,
    "vendors.session.FIRST_WAIT_ON_LIMIT": 0.001,
    "vendors.session.LONGEST_WAIT": 0.001,
    "vendors.hubspot.MIN_INTERVAL": 0.0,
    "vendors.hubspot_limits.MIN_INTERVAL": 0.0,
    "vendors.typeform.MIN_INTERVAL": 0.0,
    "vendors.sansan.MIN_INTERVAL": 0.0,
    "vendors.marketo.LONGEST_WAIT": 0.001,
    "vendors.marketo_settings.POLL_SECONDS": 0.001,
    "ingestion.inbox.QUIET_SECONDS": 0.0,
}
# pages so small that a small world has several; where a module moved its own, the other name holds
_SMALL_PAGES: Mapping[str, int] = {
    "vendors.hubspot.PAGE": 20,
    "vendors.hubspot.SEARCH_PAGE": 7,
    "vendors.hubspot_answers.SEARCH_PAGE": 7,
    "vendors.typeform.RESPONSES_PAGE": 5,
    "vendors.sansan.PAGE": 8,
    "vendors.salesforce_bulk.PAGE_ROWS": 30,
    "vendors.marketo.BATCH": 40,
    "ingestion.sources.hubspot.engagement.PAGE": 20,
    "ingestion.sources.hubspot.engagement.EMAIL_EVENTS_PAGE": 30,
    "ingestion.sources.hubspot.engagement.SUBMISSIONS_PAGE": 6,
    "sandbox.salesforce.queries.DEFAULT_PAGE": 25,
    "sandbox.salesforce.queries.SMALLEST_PAGE": 10,
    "ingestion.sources.salesforce.objects.PROBE_ROWS": 10,
}
_BULK_THRESHOLDS = (
    "ingestion.sources.salesforce.objects.BULK_FROM_ROWS",
    "ingestion.sources.salesforce.unlisted.BULK_FROM_ROWS",
)
# every question about the time lets it pass by so much, so that a seed always sees the same stamps
_TICK = timedelta(milliseconds=20)


@contextmanager
def prepared(
    folder: Path,
    world: Any = None,
    *,
    people: int = 60,
    seed: int = 1,
    bulk_from: int = 10_000,
) -> Iterator[Place]:
    """Yield a place to load in, with the environment set to its sandbox.

    Args:
        folder: holds the warehouse and the inbox.
        world: hand-made records; a generated world of `people` and `seed` by default.
        people: size of the generated world.
        seed: which generated world.
        bulk_from: from how many rows on Salesforce is read in bulk.
    """
    (folder / "inbox").mkdir(parents=True, exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        thresholds = dict.fromkeys(_BULK_THRESHOLDS, bulk_from)
        for name, value in {**_AT_ONCE, **_SMALL_PAGES, **thresholds}.items():
            _set(patch, name, value)
        patch.setattr("sandbox.clock.datetime", _own_time())
        with running_sandbox(people=people, seed=seed, world=world) as sandbox:
            for name, value in sandbox.environment.items():
                patch.setenv(name, value)
            # by real time, which has nothing to do with the time that passes here
            sandbox.admin.switch_marketo(rate_calls=1_000_000)
            yield Place(sandbox, folder, folder / "inbox")


def load(place: Place, source: str, skew: timedelta = timedelta(0)) -> LoadReport:
    """Load a source at the vendors' present, or at ours when the clocks differ."""
    as_of = place.admin.now() + skew
    return load_source(source, data_dir=place.data_dir, inbox_dir=place.inbox_dir, as_of=as_of)


def _set(patch: pytest.MonkeyPatch, name: str, value: float) -> None:
    module, _, constant = name.rpartition(".")
    if importlib.util.find_spec(module) and hasattr(importlib.import_module(module), constant):
        patch.setattr(name, value)


def _own_time() -> type[datetime]:
    """Return a datetime whose present depends on nothing but how often it was asked."""
    asked = [0]

    class Counted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            asked[0] += 1
            return datetime(2026, 1, 1, tzinfo=tz) + _TICK * asked[0]

    return Counted
