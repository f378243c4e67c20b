"""HubSpot: listing, searching and reading CRM objects, forms, events and campaigns.

Here belong paths (also the date-versioned ones), paging and limits. Not here: which objects and
properties are pulled (``ingestion``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import requests

from vendors.errors import Fault, SettingsMissing, VendorError, scrub
from vendors.session import JsonApi
from vendors.settings import setting, with_scheme

VENDOR = "HubSpot"
DEFAULT_BASE_URL = "https://api.hubapi.com"
PAGE = 100
SEARCH_PAGE = 200
BATCH = 100
# 100 calls in 10 seconds is the smallest allowance of any plan
MIN_INTERVAL = 0.1
# the listing carries its properties in the address, the search in a body of 3,000 characters
MAX_ADDRESS_CHARS = 6_000
MAX_SEARCH_CHARS = 2_400


# scope → the area and kind of path, or the whole path, that cannot be read without it
_READING: dict[str, tuple[str, ...]] = {
    "crm.objects.contacts.read": ("crm", "objects", "/contacts"),
    "crm.objects.companies.read": ("crm", "objects", "/companies"),
    "forms": ("marketing", "forms", ""),
    "marketing.campaigns.read": ("marketing", "campaigns", ""),
    "content": ("/email/public/v1/events",),
}


@dataclass(frozen=True)
class HubSpotSettings:
    """What the environment says about HubSpot."""

    base_url: str = DEFAULT_BASE_URL
    access_token: str = ""
    api_version: str = "v3"

    @classmethod
    def from_environment(cls) -> HubSpotSettings:
        """Read the settings; nothing is checked yet."""
        return cls(
            base_url=with_scheme(setting("HUBSPOT_BASE_URL", DEFAULT_BASE_URL)),
            access_token=setting("HUBSPOT_ACCESS_TOKEN"),
            api_version=setting("HUBSPOT_API_VERSION", "v3"),
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
            is_final=_is_used_up,
            min_interval=MIN_INTERVAL,
        )
        self._version = settings.api_version

    def path(self, area: str, kind: str) -> str:
        """Return a versioned path: ``/crm/v3/objects`` or ``/crm/objects/2026-03``."""
        if self._version.startswith("v"):
            return f"/{area}/{self._version}/{kind}"
        return f"/{area}/{kind}/{self._version}"

    def pages(self, path: str, params: Mapping[str, Any] | None = None) -> Iterator[list[Any]]:
        """Yield the ``results`` of every page of a listing."""
        after: str | None = None
        while True:
            more = {"after": after} if after else {}
            answer = self.get(path, {**(params or {}), **more})
            yield list(answer.get("results") or ())
            following = _next(answer)
            if not following or following == after:
                return
            after = following

    def properties(self, kind: str) -> list[dict[str, Any]]:
        """Return the properties that an object type has, for example of ``contacts``."""
        answer = self.get(f"{self.path('crm', 'properties')}/{kind}")
        return list(answer.get("results") or ())

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
        return str(self.get("/account-info/v3/details").get("portalId") or "")

    def calls_left(self) -> tuple[int, int] | None:
        """Return how many calls of today are left and how many a day has, where HubSpot says."""
        answer = self.get("/account-info/v3/api-usage/daily/private-apps")
        for one in answer.get("results") or ():
            if one.get("usageLimit") is not None:
                limit = int(one["usageLimit"])
                return max(limit - int(one.get("currentUsage") or 0), 0), limit
        return None

    def list_objects(
        self, kind: str, properties: Sequence[str], *, archived: bool
    ) -> Iterator[list[dict[str, Any]]]:
        """Yield pages of all live, or all archived, objects of a type.

        Properties that do not fit into one address are read by a second batch read.
        """
        path = f"{self.path('crm', 'objects')}/{kind}"
        fitting, rest = _fitting(properties, MAX_ADDRESS_CHARS)
        params = {
            "limit": PAGE,
            "archived": str(archived).lower(),
            "properties": ",".join(fitting),
        }
        for page in self.pages(path, params):
            yield self._completed(kind, page, rest, archived) if rest and page else page

    def search(
        self, kind: str, stamp: str, since_ms: int, properties: Sequence[str]
    ) -> Iterator[list[dict[str, Any]]]:
        """Yield pages of live objects modified since an instant, in the order of their ids.

        Each page asks for ids above the last one seen: offsets end at 10,000 results, and a time
        alone does not move on when a mass update stamps more rows than that alike.
        """
        path = f"{self.path('crm', 'objects')}/{kind}/search"
        fitting, rest = _fitting(properties, MAX_SEARCH_CHARS)
        last = 0
        while True:
            filters = [_filter(stamp, "GTE", since_ms)]
            if last:
                filters.append(_filter("hs_object_id", "GT", last))
            body = {
                "filterGroups": [{"filters": filters}],
                "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
                "properties": fitting,
                "limit": SEARCH_PAGE,
            }
            answer = self.call("POST", path, json=body)
            page = list(answer.get("results") or ())
            if not page:
                return
            yield self._completed(kind, page, rest, False) if rest else page
            highest = max((int(row["id"]) for row in page if _is_number(row.get("id"))), default=0)
            if highest <= last:
                raise VendorError(VENDOR, Fault.BROKEN, f"HubSpot's search of {kind} repeats.")
            last = highest
            if not _next(answer):
                return

    def _completed(
        self, kind: str, page: list[dict[str, Any]], rest: Sequence[str], archived: bool
    ) -> list[dict[str, Any]]:
        path = f"{self.path('crm', 'objects')}/{kind}/batch/read"
        found: dict[Any, dict[str, Any]] = {}
        for start in range(0, len(page), BATCH):
            inputs = [{"id": row.get("id")} for row in page[start : start + BATCH]]
            answer = self.call(
                "POST",
                path,
                params={"archived": str(archived).lower()},
                json={"inputs": inputs, "properties": list(rest)},
            )
            found.update((row["id"], row["properties"]) for row in answer.get("results") or ())
        return [
            {**row, "properties": {**row["properties"], **found.get(row["id"], {})}} for row in page
        ]

    def refusal(self, response: requests.Response, path: str) -> VendorError:
        """Say which scopes are missing, and that the day's calls are used up."""
        error = super().refusal(response, path)
        said = _body(response)
        scopes = (said.get("context") or {}).get("missingScopes") or ()
        if response.status_code == 403 and scopes:
            names = scrub(", ".join(map(str, scopes)))
            return VendorError(
                VENDOR, Fault.RIGHTS, f"HubSpot's token lacks the scopes {names}.", "403"
            )
        if _is_used_up(response):
            return VendorError(VENDOR, Fault.LIMIT, "HubSpot's calls of today are used up.", "429")
        if response.status_code == 530:
            sentence = "HubSpot did not accept the credentials: the token is malformed (HTTP 530)."
            return VendorError(VENDOR, Fault.CREDENTIALS, sentence, "530")
        return error


def _fitting(properties: Sequence[str], limit: int) -> tuple[list[str], list[str]]:
    used = 0
    for at, name in enumerate(properties):
        used += len(name) + 3
        if used > limit:
            return list(properties[:at]), list(properties[at:])
    return list(properties), []


def _filter(name: str, operator: str, value: int) -> dict[str, str]:
    return {"propertyName": name, "operator": operator, "value": str(value)}


def _is_number(value: Any) -> bool:
    return str(value).isdigit()


def _next(answer: Mapping[str, Any]) -> str | None:
    after = ((answer.get("paging") or {}).get("next") or {}).get("after")
    return str(after) if after else None


def _is_used_up(response: requests.Response) -> bool:
    return response.status_code == 429 and _body(response).get("policyName") == "DAILY"


def _body(response: requests.Response) -> dict[str, Any]:
    try:
        said = response.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
