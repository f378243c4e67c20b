"""The HTTP session under every vendor client: time-outs, patience, counting, plain errors.

Here belong retries with backoff on 5xx, 429 and cut connections, the rewriting of addresses to
a configured base, and the translation of connection faults into sentences. ``HTTPS_PROXY`` and
``REQUESTS_CA_BUNDLE`` are honoured because requests reads them. Not here: any vendor's paths.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests

from vendors.errors import Fault, VendorError

TIMEOUTS = (10.0, 90.0)
ATTEMPTS = 5
FIRST_WAIT = 0.3
FIRST_WAIT_ON_LIMIT = 1.0
LONGEST_WAIT = 60.0
RETRIED_STATUSES = frozenset({423, 429, 477, 500, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526})
_CUT = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)


class RetryingSession(requests.Session):
    """A requests session that waits, retries and counts.

    After a request has used up all its attempts the next ones get a single attempt until one
    succeeds, and after two in a row without any connection none at all, so that a source that
    is down costs seconds and not minutes.

    Args:
        vendor: name used in errors.
        base_url: where ``hosts`` (or every address) are redirected to, scheme and path included.
        rewrites: tells whether an address belongs to the vendor and goes to ``base_url``.
        is_final: tells that an answer with a retried status is not worth another attempt.
        sleep: how to wait; replaced in tests.
        min_interval: seconds between two calls; may be changed as the vendor tells more.
        wait_after: seconds to wait after an answer that is worth another attempt, where the
            vendor tells them in its own way.
    """

    def __init__(
        self,
        vendor: str,
        *,
        base_url: str | None = None,
        rewrites: Callable[[str], bool] = lambda host: False,
        is_final: Callable[[requests.Response], bool] = lambda response: False,
        sleep: Callable[[float], None] = time.sleep,
        min_interval: float = 0.0,
        wait_after: Callable[[requests.Response, int], float] | None = None,
    ) -> None:
        super().__init__()
        self.vendor = vendor
        self.calls = 0
        self.last_status: int | None = None
        # Without an auth of our own requests would put a ~/.netrc entry over the bearer token.
        self.auth = _keep_headers
        self._base_url = base_url.rstrip("/") if base_url else None
        self._rewrites = rewrites
        self._is_final = is_final
        self._sleep = sleep
        self.min_interval = min_interval
        self._wait_after = wait_after
        self._last_call = 0.0
        self._attempts = ATTEMPTS
        self._given_up: list[VendorError] = []

    def request(  # type: ignore[override]
        self, method: str, url: str, *args: Any, retry: bool = True, **kwargs: Any
    ) -> requests.Response:
        """Send a request, patiently.

        Args:
            method: HTTP method.
            url: address; rewritten to the configured base when it belongs to the vendor.
            *args: as requests takes them.
            retry: False for calls that must not happen twice.
            **kwargs: as requests takes them; a time-out is added.

        Raises:
            VendorError: the vendor cannot be reached.
        """
        if len(self._given_up) >= 2:
            raise self._given_up[-1]
        kwargs["timeout"] = kwargs.get("timeout") or TIMEOUTS
        attempts = self._attempts if retry else 1
        for attempt in range(1, attempts + 1):
            self._pace()
            try:
                response = super().request(method, self._address(url), *args, **kwargs)
            except (OSError, UnicodeError) as error:
                # requests' own exceptions are OSErrors; a missing certificate bundle is a bare one
                if attempt >= attempts or not _worth_retrying(error, attempt):
                    raise self._unreachable(url, error) from None
                self._sleep(FIRST_WAIT * 2 ** (attempt - 1))
                continue
            self._given_up.clear()
            self.last_status = response.status_code
            if response.status_code not in RETRIED_STATUSES or self._is_final(response):
                self._attempts = ATTEMPTS
                return response
            if attempt < attempts:
                self._sleep((self._wait_after or wait_asked)(response, attempt))
        self._attempts = 1 if retry else self._attempts
        return response

    def _pace(self) -> None:
        wait = self._last_call + self.min_interval - time.monotonic()
        if self.min_interval and wait > 0:
            self._sleep(wait)
        self._last_call = time.monotonic()
        self.calls += 1

    def _address(self, url: str) -> str:
        parts = urlsplit(url)
        if self._base_url is None or not self._rewrites(parts.netloc):
            return url
        base = urlsplit(self._base_url)
        inside = base.path and parts.path.startswith(base.path + "/")
        path = parts.path if inside else base.path + parts.path
        return urlunsplit((base.scheme, base.netloc, path, parts.query, parts.fragment))

    def _unreachable(self, url: str, error: Exception) -> VendorError:
        host = urlsplit(self._address(url)).netloc.rpartition("@")[2]
        sentence = f"{self.vendor} could not be reached at {host}: {_plain_cause(error)}."
        self._attempts = 1
        self._given_up.append(VendorError(self.vendor, Fault.UNREACHABLE, sentence))
        return self._given_up[-1]


class JsonApi:
    """A vendor's JSON API: one base address, one set of headers, errors as ``VendorError``.

    Args:
        vendor: name used in errors.
        base_url: prefix of every path.
        headers: sent with every call (the credentials live here).
        **session_options: passed to ``RetryingSession``.
    """

    def __init__(
        self, vendor: str, base_url: str, headers: Mapping[str, str], **session_options: Any
    ) -> None:
        self.vendor = vendor
        self._base_url = base_url.rstrip("/")
        self._session = RetryingSession(vendor, **session_options)
        self._session.headers.update(headers)

    @property
    def calls(self) -> int:
        """How many HTTP calls were made, retries included."""
        return self._session.calls

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """Return the parsed JSON answer of a GET."""
        return self.call("GET", path, params=params)

    def get_list(self, path: str, params: Mapping[str, Any], name: str) -> dict[str, Any]:
        """Return the answer of a GET that holds a list; one that lacks it is asked for again.

        Args:
            path: the path.
            params: the query.
            name: under which name the answer holds its list; an empty list is an answer.

        Raises:
            VendorError: as for ``call``, or no answer held the list.
        """
        for _ in range(3):
            answer = self.get(path, params)
            if isinstance(answer, dict) and isinstance(answer.get(name), list):
                return answer
        sentence = f"{self.vendor} answered {path} without {name}."
        raise VendorError(self.vendor, Fault.BROKEN, sentence)

    def call(self, method: str, path: str, **kwargs: Any) -> Any:
        """Return the parsed JSON answer of a call.

        Raises:
            VendorError: the vendor cannot be reached, refuses, or answers no JSON.
        """
        for attempt in (1, 2, 3):
            response = self._session.request(method, self._base_url + path, **kwargs)
            if response.status_code >= 300:
                raise self.refusal(response, path)
            try:
                return response.json()
            except ValueError:
                # a page cut in the middle with its length lost reads as broken JSON
                if attempt == 3:
                    break
        raise VendorError(
            self.vendor, Fault.BROKEN, f"{self.vendor} answered {path} with something unreadable."
        )

    def refusal(self, response: requests.Response, path: str) -> VendorError:
        """Return the error for an answer that is not a success; vendors may say more."""
        return refusal(self.vendor, response, path)


def refusal(vendor: str, response: requests.Response, what: str) -> VendorError:
    """Return the error for an answer that is not a success, by its status alone."""
    status = response.status_code
    faults = {
        401: (Fault.CREDENTIALS, "did not accept the credentials"),
        403: (Fault.RIGHTS, "denies the right to use"),
        404: (Fault.MISSING, "does not know"),
        429: (Fault.LIMIT, "limits the rate of calls to"),
    }
    fault, verb = faults.get(
        status, (Fault.BROKEN, "failed on") if status >= 500 else (Fault.REFUSED, "refused")
    )
    if fault is Fault.CREDENTIALS:
        verb += " for"
    return VendorError(vendor, fault, f"{vendor} {verb} {what} (HTTP {status}).", str(status))


def _keep_headers(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _worth_retrying(error: Exception, attempt: int) -> bool:
    if isinstance(error, requests.exceptions.SSLError | requests.exceptions.ProxyError):
        return False
    if isinstance(error, requests.Timeout):
        return attempt < 2
    return isinstance(error, _CUT)


def wait_asked(response: requests.Response, attempt: int) -> float:
    """Return the seconds that ``Retry-After`` asks for, or a wait that grows with the attempts."""
    first = FIRST_WAIT_ON_LIMIT if response.status_code == 429 else FIRST_WAIT
    asked = _seconds(response.headers.get("Retry-After"))
    return min(asked if asked is not None else first * 2 ** (attempt - 1), LONGEST_WAIT)


def _seconds(retry_after: str | None) -> float | None:
    if retry_after is None:
        return None
    try:
        return max(float(retry_after), 0.0)
    except ValueError:
        pass
    try:
        return max(parsedate_to_datetime(retry_after).timestamp() - time.time(), 0.0)
    except (TypeError, ValueError):
        return None


def _plain_cause(error: Exception) -> str:
    causes: tuple[tuple[type[Exception], str], ...] = (
        (requests.exceptions.ProxyError, "the proxy did not let us through"),
        (requests.exceptions.SSLError, "its certificate is not trusted (REQUESTS_CA_BUNDLE)"),
        (requests.Timeout, "it did not answer in time"),
        (requests.exceptions.ChunkedEncodingError, "the connection was cut"),
        (requests.exceptions.InvalidHeader, "a credential holds a character that cannot be sent"),
        (requests.exceptions.InvalidURL, "the address is not valid"),
        (requests.exceptions.MissingSchema, "the address lacks https://"),
        (requests.exceptions.InvalidSchema, "the address must begin with https://"),
        (requests.ConnectionError, "no connection"),
        (requests.RequestException, "the call failed"),
        (UnicodeError, "a credential holds a character that cannot be sent"),
        (OSError, "the file that REQUESTS_CA_BUNDLE names cannot be read"),
    )
    return next((text for kind, text in causes if isinstance(error, kind)), "the call failed")
