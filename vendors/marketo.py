"""Adobe Marketo Engage: sign-in, the envelope around every answer, limits, paging.

Marketo answers refusals with HTTP 200 and a code inside, and shares one allowance of calls among
all integrations of an instance; both are dealt with here. Not here: bulk extract
(``vendors.marketo_exports``) and which leads, activities and programs are pulled (``ingestion``).
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import requests

from vendors import session
from vendors.errors import Fault, SettingsMissing, VendorError
from vendors.marketo_errors import NO_DATA, RENEWED, WAITED, first_error, refused
from vendors.marketo_settings import VENDOR, MarketoSettings
from vendors.session import RetryingSession, refusal

__all__ = ["VENDOR", "MarketoClient", "MarketoSettings", "connect"]

BATCH = 300
ASSET_PAGE = 200
MAX_TYPES = 10
MAX_ADDRESS_CHARS = 6_000
RATE_SECONDS = 20.0
# right of the role → what cannot be read without it
_RIGHTS = {
    "Read-Only Lead": "/rest/v1/leads/describe.json",
    "Read-Only Activity": "/rest/v1/activities/types.json",
    "Read-Only Assets": "/rest/asset/v1/programs.json",
}
# renewed a little early, so that a token does not end between its check and its use
TOKEN_MARGIN_SECONDS = 60.0
ATTEMPTS = 6
LONGEST_WAIT = 20.0


def connect(settings: MarketoSettings | None = None) -> MarketoClient:
    """Return a client; it signs in with its first call.

    Raises:
        SettingsMissing: address, client id or secret are not given.
    """
    given = settings or MarketoSettings.from_environment()
    if given.missing:
        raise SettingsMissing(VENDOR, given.missing)
    return MarketoClient(given)


class MarketoClient:
    """One Marketo instance, signed in as the API user of a LaunchPoint service.

    Calls follow one another, so never more than one of the ten that an instance serves at the
    same time is ours.

    Args:
        settings: address, credentials and limits.
        sleep: how to wait, in seconds; replaced in tests.
    """

    def __init__(
        self, settings: MarketoSettings, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.settings = settings
        self.api_user = ""
        self.sleep = sleep
        self._session = RetryingSession(VENDOR, sleep=sleep)
        self._token = ""
        self._token_ends = 0.0
        self._recent: deque[float] = deque()
        self._budget: Budget | None = None
        self._paging_tokens: dict[str, str] = {}

    @property
    def calls(self) -> int:
        """How many HTTP calls were made, retries and sign-ins included."""
        return self._session.calls

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the envelope of a GET; one too long for an address goes out as a form."""
        given = dict(params or {})
        if sum(len(str(value)) for value in given.values()) > MAX_ADDRESS_CHARS:
            return self.call("POST", path, params={"_method": "GET"}, data=given)
        return self.call("GET", path, params=given)

    def call(self, method: str, path: str, **kwargs: Any) -> dict[str, Any]:
        """Return the envelope of a call that succeeded.

        A token that has ended is renewed once, a limit or a passing failure is waited for.

        Raises:
            VendorError: Marketo cannot be reached or refuses; ``code`` is Marketo's own.
        """
        renewed = False
        for attempt in range(1, ATTEMPTS + 1):
            body = self._envelope(method, path, **kwargs)
            if body.get("success"):
                return body
            code, message = first_error(body)
            if code == NO_DATA:
                return {**body, "success": True, "result": []}
            if code in RENEWED and not renewed:
                renewed = True
                self.forget_token()
            elif code in WAITED and attempt < ATTEMPTS:
                self.sleep(min(session.FIRST_WAIT_ON_LIMIT * 2 ** (attempt - 1), LONGEST_WAIT))
            else:
                break
        raise refused(code, message, path)

    def send(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        """Return the bare answer of a signed-in call within rate and budget."""
        if self._budget is None:
            self._budget = self._read_budget()
        self._budget.spend()
        return self._sent(method, path, **kwargs)

    def forget_token(self) -> None:
        """Sign in again before the next call."""
        self._token = ""

    def pages(self, path: str, params: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
        """Yield the pages of a listing that ends where no token is given."""
        token: str | None = None
        while True:
            more = {"nextPageToken": token} if token else {}
            answer = self.get(path, {**params, "batchSize": BATCH, **more})
            yield list(answer.get("result") or ())
            following = answer.get("nextPageToken")
            if not following or following == token:
                return
            token = str(following)

    def feed(
        self, path: str, since: str, params: Mapping[str, Any] | None = None
    ) -> Iterator[list[dict[str, Any]]]:
        """Yield the pages of an activity feed from an instant on.

        Pages may be short or empty while more follows: only ``moreResult`` tells.

        Args:
            path: one of the feeds under ``/rest/v1/activities``.
            since: ISO instant.
            params: filters.
        """
        token = self._paging_token(since)
        while True:
            given = {**(params or {}), "nextPageToken": token, "batchSize": BATCH}
            answer = self.get(path, given)
            yield list(answer.get("result") or ())
            following = answer.get("nextPageToken")
            if not answer.get("moreResult"):
                return
            if not following or following == token:
                raise VendorError(VENDOR, Fault.BROKEN, f"Marketo's feed {path} repeats.")
            token = following

    def _paging_token(self, since: str) -> str:
        """Return the token of an instant; the feeds of one run begin at few instants."""
        if since not in self._paging_tokens:
            path = "/rest/v1/activities/pagingtoken.json"
            found = self.get(path, {"sinceDatetime": since})["nextPageToken"]
            self._paging_tokens[since] = str(found)
        return self._paging_tokens[since]

    def leads_by_id(
        self, ids: Sequence[str], fields: Sequence[str]
    ) -> Iterator[list[dict[str, Any]]]:
        """Yield leads by their ids, 300 at a time; ids of no lead are passed over."""
        for start in range(0, len(ids), BATCH):
            params = {"filterType": "id", "filterValues": ",".join(ids[start : start + BATCH])}
            yield from self.pages("/rest/v1/leads.json", {**params, "fields": ",".join(fields)})

    def assets(
        self, path: str, params: Mapping[str, Any] | None = None
    ) -> Iterator[list[dict[str, Any]]]:
        """Yield the pages of an asset listing; past its end Marketo warns instead of listing."""
        offset = 0
        while True:
            asked = {**(params or {}), "offset": offset, "maxReturn": ASSET_PAGE}
            page = list(self.get(path, asked).get("result") or ())
            if page:
                yield page
            if len(page) < ASSET_PAGE:
                return
            offset += len(page)

    def lead_fields(self) -> list[dict[str, Any]]:
        """Return the fields of leads that the REST API reads, with name and type."""
        found = self.get("/rest/v1/leads/describe.json").get("result") or ()
        return [
            {"name": one["rest"]["name"], "type": one.get("dataType") or "string"}
            for one in found
            if (one.get("rest") or {}).get("name")
        ]

    def missing_rights(self) -> list[str]:
        """Return the rights that the API user's role lacks, each tried by asking for a little.

        Raises:
            VendorError: the sign-in fails, or every right lacks (the address may not be allowed).
        """
        missing: list[str] = []
        for right, path in _RIGHTS.items():
            try:
                self.get(path, {"maxReturn": 1} if "asset" in path else None)
            except VendorError as error:
                if error.fault is not Fault.RIGHTS:
                    raise
                missing.append(right)
                if len(missing) == len(_RIGHTS):
                    raise
        return missing

    def calls_left(self) -> tuple[int, int]:
        """Return how many calls of today are left of all, and how many a day has."""
        used = self._usage()[0]
        return max(self.settings.daily_calls - used, 0), self.settings.daily_calls

    def _usage(self) -> tuple[int, int]:
        """Return today's calls of all integrations and of our own API user."""
        body = self._envelope("GET", "/rest/v1/stats/usage.json", is_free=True)
        if not body.get("success"):
            raise refused(*first_error(body), "/rest/v1/stats/usage.json")
        today = (body.get("result") or [{}])[0]
        users = {str(one.get("userId")): one.get("count") for one in today.get("users") or ()}
        return int(today.get("total") or 0), int(users.get(self.api_user) or 0)

    def _read_budget(self) -> Budget:
        used, ours = self._usage()
        share = int(self.settings.daily_calls * self.settings.call_share_pct / 100)
        return Budget(min(share - ours, self.settings.daily_calls - used), share)

    def _envelope(self, method: str, path: str, *, is_free: bool = False, **kwargs: Any) -> Any:
        for _ in range(3):
            send = self._sent if is_free else self.send
            response = send(method, path, **kwargs)
            if response.status_code == 401:
                return {"errors": [{"code": "601", "message": "HTTP 401"}]}
            if response.status_code >= 300:
                raise refusal(VENDOR, response, path)
            try:
                body = response.json()
            except ValueError:
                # a page cut in the middle with its length lost reads as broken JSON
                continue
            if isinstance(body, dict):
                return body
        sentence = f"Marketo answered {path} with something unreadable."
        raise VendorError(VENDOR, Fault.BROKEN, sentence)

    def _sent(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        if not self._token or time.monotonic() >= self._token_ends:
            self._sign_in()
        self._pace()
        headers = {**kwargs.pop("headers", {}), "Authorization": f"Bearer {self._token}"}
        url = self.settings.base_url + path
        return self._session.request(method, url, headers=headers, **kwargs)

    def _pace(self) -> None:
        """Keep within the share of calls in any twenty seconds; few calls never wait."""
        now = time.monotonic()
        while self._recent and self._recent[0] <= now - RATE_SECONDS:
            self._recent.popleft()
        if len(self._recent) >= self.settings.calls_per_20s:
            self.sleep(self._recent[0] + RATE_SECONDS - now)
            self._recent.popleft()
        self._recent.append(time.monotonic())

    def _sign_in(self) -> None:
        """Fetch the token in force; the vendor gives the same one until it ends."""
        params = {
            "grant_type": "client_credentials",
            "client_id": self.settings.client_id,
            "client_secret": self.settings.client_secret,
        }
        url = f"{self.settings.base_url}/identity/oauth/token"
        # in the body: addresses are kept in the logs of libraries and proxies
        response = self._session.request("POST", url, data=params)
        if response.status_code in (400, 401):
            sentence = "Marketo did not accept the client id and secret of the service."
            raise VendorError(VENDOR, Fault.CREDENTIALS, sentence, str(response.status_code))
        if response.status_code >= 300:
            raise refusal(VENDOR, response, "the sign-in")
        try:
            given = response.json()
            self._token, life = str(given["access_token"]), float(given["expires_in"])
        except (ValueError, KeyError, TypeError):
            sentence = "Marketo answered the sign-in with something unreadable."
            raise VendorError(VENDOR, Fault.BROKEN, sentence) from None
        self.api_user = str(given.get("scope") or "")
        self._token_ends = time.monotonic() + max(life - TOKEN_MARGIN_SECONDS, 0.0)


@dataclass
class Budget:
    """How many calls this run may still make, out of our share of the day's calls."""

    left: int
    share: int

    def spend(self) -> None:
        """Count one call.

        Raises:
            VendorError: the budget is used up; the run stops politely.
        """
        if self.left <= 0:
            sentence = (
                f"our share of Marketo's calls of today ({self.share:,}) is used up;"
                " the next run goes on after midnight US Central."
            )
            raise VendorError(VENDOR, Fault.LIMIT, sentence, "budget")
        self.left -= 1
