"""HubSpot: listing, searching and reading CRM objects, associations, forms, events and campaigns.

Here belong the settings and the calls: paging, batches, partial answers. Not here: paths
(``vendors.hubspot_paths``), the forms of bodies (``vendors.hubspot_answers``), limits
(``vendors.hubspot_limits``), and which objects and properties are pulled (``ingestion``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import requests

from vendors.errors import Fault, SettingsMissing, VendorError
from vendors.hubspot_answers import (
    Row,
    SearchPage,
    condition,
    named_missing,
    next_page,
    portions,
    query,
    search_page,
)
from vendors.hubspot_limits import MIN_INTERVAL, VENDOR, Pace, is_used_up, refused, wait_told
from vendors.hubspot_paths import ACCOUNT, DEFAULT_VERSION, EMAIL_EVENTS, USAGE, versioned
from vendors.session import JsonApi
from vendors.settings import setting, with_scheme

__all__ = ["VENDOR", "HubSpotClient", "HubSpotSettings", "SearchPage", "connect"]

DEFAULT_BASE_URL = "https://api.hubapi.com"
PAGE = 100
BATCH = 100
LINKS_BATCH = 1_000
# pages that are short although there is more are asked for again this often in one listing
SHORT_PAGES = 2

# scope → the area and kind of path, or the whole path, that cannot be read without it
_READING: dict[str, tuple[str, ...]] = {
    "crm.objects.contacts.read": ("crm", "objects", "/contacts"),
    "crm.objects.companies.read": ("crm", "objects", "/companies"),
    "crm.objects.deals.read": ("crm", "objects", "/deals"),
    "crm.objects.owners.read": ("crm", "owners", ""),
    "forms": ("marketing", "forms", ""),
    "marketing.campaigns.read": ("marketing", "campaigns", ""),
    "content": (EMAIL_EVENTS,),
}


@dataclass(frozen=True)
class HubSpotSettings:
    """What the environment says about HubSpot."""

    base_url: str = DEFAULT_BASE_URL
    access_token: str = ""
    api_version: str = DEFAULT_VERSION

    @classmethod
    def from_environment(cls) -> HubSpotSettings:
        """Read the settings; nothing is checked yet."""
        return cls(
            base_url=with_scheme(setting("HUBSPOT_BASE_URL", DEFAULT_BASE_URL)),
            access_token=setting("HUBSPOT_ACCESS_TOKEN"),
            api_version=setting("HUBSPOT_API_VERSION", DEFAULT_VERSION),
        )

    @property
    def is_configured(self) -> bool:
        """Whether a token is given."""
        return bool(self.access_token)


def connect(settings: HubSpotSettings | None = None) -> HubSpotClient:
    """Return a client; the token is first used by the first call.

    Raises:
        SettingsMissing: no token.
    """
    given = settings or HubSpotSettings.from_environment()
    if not given.is_configured:
        raise SettingsMissing(VENDOR, "HUBSPOT_ACCESS_TOKEN")
    return HubSpotClient(given)


class HubSpotClient(JsonApi):
    """HubSpot with a service key or private app token."""

    def __init__(self, settings: HubSpotSettings) -> None:
        super().__init__(
            VENDOR,
            settings.base_url,
            {"Authorization": f"Bearer {settings.access_token}"},
            is_final=is_used_up,
            min_interval=MIN_INTERVAL,
            wait_after=wait_told,
        )
        self._version = settings.api_version
        self._pace = Pace(MIN_INTERVAL)
        self._used_up: VendorError | None = None
        self._session.hooks["response"].append(self._take_note)

    def _take_note(self, response: requests.Response, *_: object, **__: object) -> None:
        self._pace.learn(response.headers)
        self._session.min_interval = self._pace.interval

    def call(self, method: str, path: str, **kwargs: Any) -> Any:
        """Return the parsed JSON answer of a call; none is made once the day is used up."""
        if self._used_up is not None:
            raise self._used_up
        if path.endswith("/search"):
            self._pace.wait_for_search()
        return super().call(method, path, **kwargs)

    def refusal(self, response: requests.Response, path: str) -> VendorError:
        """Say which scopes are missing, and that the day's calls are used up."""
        error = refused(response) or super().refusal(response, path)
        if error.fault is Fault.LIMIT and is_used_up(response):
            self._used_up = error
        return error

    def path(self, area: str, kind: str) -> str:
        """Return a versioned path: ``/crm/v3/objects`` or ``/crm/objects/2026-03``."""
        return versioned(self._version, area, kind)

    def listed(self, method: str, path: str, name: str = "results", **kwargs: Any) -> Row:
        """Return an answer that holds a list; one without it is asked for once more.

        Raises:
            VendorError: there is no list, so nobody knows what the vendor has.
        """
        for _ in (1, 2):
            answer = self.call(method, path, **kwargs)
            if isinstance(answer, dict) and isinstance(answer.get(name), list):
                return answer
        sentence = f"HubSpot answered {path} without any {name}."
        raise VendorError(VENDOR, Fault.BROKEN, sentence)

    def pages(self, path: str, params: Mapping[str, Any] | None = None) -> Iterator[list[Any]]:
        """Yield the ``results`` of every page of a listing.

        A page that is shorter than asked for although more follow is asked for once more: rows
        that were lost on the way come then.
        """
        after: str | None = None
        short, limit = SHORT_PAGES, int((params or {}).get("limit") or 0)
        while True:
            asked = {**(params or {}), **({"after": after} if after else {})}
            answer = self.listed("GET", path, params=asked)
            if short and next_page(answer) and len(answer["results"]) < limit:
                short -= 1
                answer = self.listed("GET", path, params=asked)
            yield answer["results"]
            following = next_page(answer)
            if not following or following == after:
                return
            after = following

    def properties(self, kind: str) -> list[Row]:
        """Return the properties that an object type has, for example of ``contacts``."""
        return list(self.listed("GET", f"{self.path('crm', 'properties')}/{kind}")["results"])

    def missing_scopes(self) -> list[str]:
        """Return the scopes that the token lacks, each tried by asking for one row.

        Raises:
            VendorError: the token is not accepted, may read nothing at all, or a call failed.
        """
        missing: list[str] = []
        for scope, (area, *rest) in _READING.items():
            path = self.path(area, rest[0]) + rest[1] if rest else area
            try:
                self.get(path, {"limit": 1})
            except VendorError as error:
                if error.fault is not Fault.RIGHTS:
                    raise
                missing.append(scope)
                if len(missing) == len(_READING):
                    raise
        return missing

    def account_id(self) -> str:
        """Return the id of the account (the portal) that the token belongs to."""
        return str(self.get(ACCOUNT).get("portalId") or "")

    def calls_left(self) -> tuple[int, int] | None:
        """Return how many calls of today are left and how many a day has, where HubSpot says."""
        answer = self.get(USAGE)
        for one in answer.get("results") or ():
            if one.get("usageLimit") is not None:
                limit = int(one["usageLimit"])
                return max(limit - int(one.get("currentUsage") or 0), 0), limit
        return None

    def list_objects(
        self, kind: str, properties: Sequence[str], *, archived: bool
    ) -> Iterator[list[Row]]:
        """Yield pages of all live, or all archived, objects of a type, ordered by id."""
        path = f"{self.path('crm', 'objects')}/{kind}"
        params = {"limit": PAGE, "archived": str(archived).lower()}
        return self.pages(path, {**params, "properties": ",".join(properties)})

    def search(
        self, kind: str, stamp: str, since_ms: int, properties: Sequence[str]
    ) -> Iterator[SearchPage]:
        """Yield pages of live objects modified since an instant, in the order of their ids.

        Each page asks for ids above the last one seen: offsets end at 10,000 results, and a time
        alone does not move on when a mass update stamps more rows than that alike.
        """
        return self._by_id(kind, [condition(stamp, "GTE", since_ms)], properties)

    def ids(self, kind: str) -> Iterator[list[str]]:
        """Yield pages of the ids of all live objects that the search knows."""
        for page in self._by_id(kind, [], ["hs_object_id"]):
            yield [str(row.get("id")) for row in page.rows]

    def newest(self, kind: str, stamp: str, properties: Sequence[str]) -> SearchPage:
        """Return the live objects modified last, newest first, and how many live ones there are."""
        body = query([], (stamp, "DESCENDING"), properties)
        return self._searched(kind, body)

    def count(self, kind: str) -> int:
        """Return how many live objects the search finds; -1 if it does not tell."""
        return self._searched(kind, query([], None, ["hs_object_id"], 1)).total

    def _by_id(
        self, kind: str, filters: Sequence[Row], properties: Sequence[str]
    ) -> Iterator[SearchPage]:
        last = 0
        while True:
            above = [condition("hs_object_id", "GT", last)] if last else []
            body = query([*filters, *above], ("hs_object_id", "ASCENDING"), properties)
            page = self._searched(kind, body)
            if not page.rows:
                return
            yield page
            ids = (row.get("id") for row in page.rows)
            highest = max((int(str(one)) for one in ids if str(one).isdigit()), default=0)
            if highest <= last:
                raise VendorError(VENDOR, Fault.BROKEN, f"HubSpot's search of {kind} repeats.")
            last = highest
            if not page.has_more:
                return

    def _searched(self, kind: str, body: Row) -> SearchPage:
        path = f"{self.path('crm', 'objects')}/{kind}/search"
        page = search_page(self.listed("POST", path, json=body))
        if len(page.rows) < min(page.total, body["limit"]):
            # rows were lost on the way
            page = search_page(self.listed("POST", path, json=body))
        return page

    def read(
        self, kind: str, ids: Iterable[str], properties: Sequence[str], *, archived: bool = False
    ) -> list[Row]:
        """Return the objects with these ids; what is not there is left out.

        An id that was merged away brings the record that it went into, under that one's own id.

        Raises:
            VendorError: some of them could not be read for another reason.
        """
        path = f"{self.path('crm', 'objects')}/{kind}/batch/read"
        found: dict[str, Row] = {}
        for some in portions(list(dict.fromkeys(ids)), BATCH):
            waiting: Sequence[str] = some
            for _ in (1, 2):
                body = {"inputs": [{"id": one} for one in waiting], "properties": list(properties)}
                params = {"archived": str(archived).lower()}
                answer = self.listed("POST", path, params=params, json=body)
                found.update((str(row["id"]), row) for row in answer["results"])
                named = named_missing(answer, kind)
                waiting = [one for one in waiting if one not in found and one not in named]
                if not waiting:
                    break
        return list(found.values())

    def links(self, start: str, end: str, ids: Sequence[str]) -> dict[str, list[Row]]:
        """Return record id → what it is linked to, for up to 1,000 records.

        Records without a link come with none. Pages of one record's links are put together.

        Raises:
            VendorError: the links of some could not be read.
        """
        path = f"{self.path('crm', 'associations')}/{start}/{end}/batch/read"
        found: dict[str, list[Row]] = {one: [] for one in ids}
        told: set[str] = set()
        waiting: list[Row] = [{"id": one} for one in found]
        asked_again = False
        while waiting:
            answer = self.listed("POST", path, json={"inputs": waiting})
            following = []
            for one in answer["results"]:
                record_id, after = str(one["from"]["id"]), next_page(one)
                found.setdefault(record_id, []).extend(one.get("to") or ())
                told.add(record_id)
                if after and {"id": record_id, "after": after} not in waiting:
                    following.append({"id": record_id, "after": after})
            told |= named_missing(answer, f"{start} to {end}")
            silent = [one for one in waiting if one["id"] not in told]
            waiting = following + ([] if asked_again else silent)
            asked_again = True
        return found
