"""One signed-in connection to Salesforce: renewal, the budget of calls, refusals in plain words.

Here belongs what every call shares, whether simple-salesforce makes it or we do. Not here: what
is asked (``salesforce``, ``salesforce_bulk``) and how one signs in (``salesforce_sign_in``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar
from xml.parsers.expat import ExpatError

import requests
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceAuthenticationFailed, SalesforceError

from vendors.errors import Fault, VendorError, scrub
from vendors.salesforce_sign_in import VENDOR, refused_sign_in
from vendors.session import RetryingSession

T = TypeVar("T")
UNREADABLE_ATTEMPTS = 3
# what simple-salesforce and we let through when an answer is not what it should be
UNREADABLE = (AttributeError, LookupError, TypeError, ValueError, ExpatError)
_USAGE = re.compile(r"api-usage=(\d+)/(\d+)")
_FAULTS = {
    "INVALID_SESSION_ID": Fault.CREDENTIALS,
    "REQUEST_LIMIT_EXCEEDED": Fault.LIMIT,
    "INSUFFICIENT_ACCESS": Fault.RIGHTS,
    "API_DISABLED_FOR_ORG": Fault.RIGHTS,
    "API_CURRENTLY_DISABLED": Fault.RIGHTS,
    "INVALID_TYPE": Fault.MISSING,
    "INVALID_FIELD": Fault.MISSING,
    "NOT_FOUND": Fault.MISSING,
}
_BY_STATUS = {401: Fault.CREDENTIALS, 403: Fault.RIGHTS, 404: Fault.MISSING, 429: Fault.LIMIT}


class ApiBudget:
    """How much of the org's calls of the day may be used before we stop, so that others go on.

    Args:
        share: between 0 and 1, of what the whole org may use in 24 hours; the calls of all its
            users count. None sets no limit.
    """

    def __init__(self, share: float | None = None) -> None:
        self._share = share
        self._used: tuple[int, int] | None = None
        self._exhausted: VendorError | None = None

    def note(self, response: requests.Response, *_: Any, **__: Any) -> None:
        """Read an answer's ``Sforce-Limit-Info``, if it has one."""
        found = _USAGE.search(response.headers.get("Sforce-Limit-Info", ""))
        if found:
            self._used = int(found[1]), int(found[2])

    def close(self, error: VendorError) -> None:
        """Take note that the org has no calls left: nothing more is asked."""
        self._exhausted = error

    def check(self) -> None:
        """Let a call pass.

        Raises:
            VendorError: the budget is used up, or Salesforce said that nothing is left.
        """
        if self._exhausted:
            raise self._exhausted
        if self._share is None or self._used is None:
            return
        used, allowed = self._used
        if used >= allowed * self._share:
            sentence = (
                f"Salesforce: {used:,} of the org's {allowed:,} calls of the day are used and the"
                f" budget is {self._share * 100:g} % (SALESFORCE_API_BUDGET_PCT);"
                " the next run goes on."
            )
            raise VendorError(VENDOR, Fault.LIMIT, sentence, "API_BUDGET")


class SalesforceCalls:
    """Makes calls of a signed-in Salesforce."""

    def __init__(
        self, salesforce: Salesforce, session: RetryingSession, budget: ApiBudget | None = None
    ) -> None:
        self.salesforce = salesforce
        self.session = session
        self._budget = budget or ApiBudget()
        session.hooks["response"].append(self._budget.note)

    def ask(self, call: Callable[[], T], what: str) -> T:
        """Return what a call of simple-salesforce returns.

        Args:
            call: makes it; repeated when its answer cannot be read.
            what: what is asked, for the sentence of an error.

        Raises:
            VendorError: Salesforce refuses, cannot be reached, or answers nothing readable.
        """
        for _ in range(UNREADABLE_ATTEMPTS):
            self._budget.check()
            try:
                return call()
            except SalesforceAuthenticationFailed as error:
                raise refused_sign_in(str(error.code or "")) from None
            except SalesforceError as error:
                raise self._refused(int(error.status), error.content, what) from None
            except UNREADABLE:
                # a page cut in the middle reads as broken JSON
                continue
        raise unreadable(what)

    def read(self, method: str, path: str, what: str, take: Callable[[Any], T], **kwargs: Any) -> T:
        """Return what ``take`` makes of the parsed JSON answer of a call.

        Args:
            method: as for ``send``, likewise ``path``, ``what`` and ``kwargs``.
            path: see there.
            what: see there.
            take: reads the answer; what it cannot read is asked again.
            **kwargs: see there.
        """
        return self.ask(lambda: take(self._send(method, path, what, **kwargs).json()), what)

    def send(self, method: str, path: str, what: str, **kwargs: Any) -> requests.Response:
        """Return the answer of a call to a path below the version's root.

        Args:
            method: HTTP method.
            path: below ``/services/data/v<version>/``, or an absolute path that Salesforce gave.
            what: what is asked, for the sentence of an error.
            **kwargs: as requests takes them.

        Raises:
            VendorError: as ``ask``.
        """
        return self.ask(lambda: self._send(method, path, what, **kwargs), what)

    def _send(
        self, method: str, path: str, what: str, headers: dict[str, str] | None = None, **more: Any
    ) -> requests.Response:
        root = self.salesforce.base_url
        url = f"https://{self.salesforce.sf_instance}{path}" if path[:1] == "/" else root + path
        for attempt in (1, 2):
            token = {"Authorization": f"Bearer {self.salesforce.session_id}"}
            response = self.session.request(
                method, url, headers={**token, **(headers or {})}, **more
            )
            if response.status_code < 300:
                return response
            if response.status_code != 401 or attempt == 2 or not self._renew():
                break
        raise self._refused(response.status_code, _json_of(response), what)

    def _renew(self) -> bool:
        """Sign in again, as simple-salesforce does by itself for its own REST calls only."""
        if self.salesforce._salesforce_login_partial is None:
            return False
        self.salesforce._refresh_session()
        return True

    def _refused(self, status: int, content: Any, what: str) -> VendorError:
        error = refused(status, content, what)
        if error.code == "REQUEST_LIMIT_EXCEEDED":
            self._budget.close(error)
        if error.code == "INVALID_SESSION_ID" and not self._can_renew:
            return _ended_session()
        return error

    @property
    def _can_renew(self) -> bool:
        return self.salesforce._salesforce_login_partial is not None


def refused(status: int, content: Any, what: str) -> VendorError:
    """Return the plain error for a call that Salesforce did not do.

    Args:
        status: of the answer.
        content: its parsed body; Salesforce's own is a list of ``errorCode`` and ``message``.
        what: what was asked.
    """
    first = content[0] if isinstance(content, list) and content else {}
    code = str(first.get("errorCode") or "") if isinstance(first, dict) else ""
    default = Fault.BROKEN if status >= 500 else Fault.REFUSED
    fault = _FAULTS.get(code, _BY_STATUS.get(status, default))
    detail = scrub(str(first.get("message") or ""), 160) if fault is Fault.MISSING else ""
    verb = "did not accept the credentials for" if fault is Fault.CREDENTIALS else "refused"
    sentence = f"Salesforce {verb} {what} ({code or f'HTTP {status}'})"
    sentence += f": {detail}" if detail else "."
    return VendorError(VENDOR, fault, sentence, code or str(status))


def unreadable(what: str) -> VendorError:
    """Return the plain error for an answer that makes no sense, time and again."""
    sentence = f"Salesforce answered {what} with something unreadable."
    return VendorError(VENDOR, Fault.BROKEN, sentence)


def _ended_session() -> VendorError:
    sentence = (
        "Salesforce did not accept the credentials: the session of SALESFORCE_SESSION_ID has ended"
        " and cannot be renewed; set a new one, or one of the other ways of signing in."
    )
    return VendorError(VENDOR, Fault.CREDENTIALS, sentence, "INVALID_SESSION_ID")


def _json_of(response: requests.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None
