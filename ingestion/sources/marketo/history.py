"""What several resources ask of Marketo's past, asked once in a run.

Here belong the kinds of activity, the programs, the activities that tell of changed leads, and
the instant from which there is anything. Not here: what any table makes of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ingestion.sources.marketo.values import instant, iso
from vendors.errors import Fault, VendorError
from vendors.marketo import BATCH, VENDOR, MarketoClient

FEED = "/rest/v1/activities.json"
# the first leads have the lowest ids: so many blocks of 300 are looked for
BLOCKS = 4
LONGEST_PAST = timedelta(days=5 * 365)
# the cursor is our own instant, because answers carry no time of Marketo's: so much the two clocks
# may differ before a change falls between two loads
CLOCKS_APART = timedelta(hours=1)
_MARGIN = timedelta(days=1)


class History:
    """One instance's past, as far as this run has asked for it.

    Args:
        client: Marketo.
        as_of: the instant of the run.
    """

    def __init__(self, client: MarketoClient, as_of: datetime) -> None:
        self._client = client
        self._as_of = as_of
        self._types: list[dict[str, Any]] | None = None
        self._programs: list[dict[str, Any]] | None = None
        self._changes: dict[str, list[dict[str, Any]]] = {}
        self._start: datetime | None = None

    def types(self) -> list[dict[str, Any]]:
        """Return the instance's own list of kinds of activity."""
        if self._types is None:
            answer = self._client.get("/rest/v1/activities/types.json")
            self._types = list(answer.get("result") or ())
        return self._types

    def type_id(self, name: str, otherwise: str) -> str:
        """Return the id of a kind by its name in small letters without blanks.

        Args:
            name: such as ``mergeleads``.
            otherwise: the id that the kind usually has.
        """
        found = (str(one["id"]) for one in self.types() if name in names_of(one))
        return next(found, otherwise)

    def programs(self) -> list[dict[str, Any]]:
        """Return all programs."""
        if self._programs is None:
            pages = self._client.assets("/rest/asset/v1/programs.json")
            self._programs = [one for page in pages for one in page]
        return self._programs

    def changes(self, since: datetime) -> list[dict[str, Any]]:
        """Return new leads, changed values and merges since an instant."""
        wanted = ["12", "13", self.type_id("mergeleads", "32")]
        return self._fed(since, wanted)

    def merges(self, since: datetime) -> list[dict[str, Any]]:
        """Return merges of leads since an instant."""
        return self._fed(since, [self.type_id("mergeleads", "32")])

    def progressions(self, since: datetime) -> list[dict[str, Any]]:
        """Return changes of leads' statuses in programs since an instant."""
        return self._fed(since, [self.type_id("changestatusinprogression", "104")])

    def _fed(self, since: datetime, kinds: list[str]) -> list[dict[str, Any]]:
        key = f"{iso(since)} {','.join(kinds)}"
        if key not in self._changes:
            pages = self._client.feed(FEED, iso(since), {"activityTypeIds": ",".join(kinds)})
            self._changes[key] = [row for page in pages for row in page]
        return self._changes[key]

    def start(self) -> datetime:
        """Return an instant before which there is nothing to read.

        Raises:
            VendorError: ``MARKETO_SINCE`` is no date.
        """
        if self._start is None:
            self._start = self._set_start() or self._found_start()
        return self._start

    def _set_start(self) -> datetime | None:
        text = self._client.settings.since
        if not text:
            return None
        try:
            given = datetime.fromisoformat(text)
        except ValueError:
            sentence = "MARKETO_SINCE must be a date such as 2024-04-01."
            raise VendorError(VENDOR, Fault.SETTINGS, sentence) from None
        return given if given.tzinfo else given.replace(tzinfo=UTC)

    def _found_start(self) -> datetime:
        """Ask the oldest leads and programs; an instance with neither has little past."""
        stamps = [one.get("createdAt") for one in [*self._first_leads(), *self.programs()]]
        known = [found for stamp in stamps if (found := _moment(stamp))]
        oldest = min(known, default=self._as_of - LONGEST_PAST) - _MARGIN
        return oldest.replace(hour=0, minute=0, second=0, microsecond=0)

    def _first_leads(self) -> Iterator[Mapping[str, Any]]:
        for block in range(BLOCKS):
            ids = [str(block * BATCH + number) for number in range(1, BATCH + 1)]
            found = [one for page in self._client.leads_by_id(ids, ["createdAt"]) for one in page]
            yield from found
            if found:
                return


def names_of(kind: Mapping[str, Any]) -> set[str]:
    """Return the names of a kind of activity in small letters without blanks.

    >>> sorted(names_of({"name": "Visit Web Page", "apiName": "visitWebpage"}))
    ['visitwebpage']
    """
    texts = (kind.get("name"), kind.get("apiName"))
    return {str(text).replace(" ", "").lower() for text in texts if text}


def _moment(stamp: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(instant(stamp))
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else None
