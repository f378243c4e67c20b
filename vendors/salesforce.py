"""Salesforce: sign-in, queries, descriptions and row writes through simple-salesforce.

Here belong paging, renewal, limits and row results; settings and the four ways of signing in are
in ``salesforce_sign_in``. Not here: which objects are pulled or what is written (``ingestion``,
``activation``).

simple-salesforce forces https and signs in at ``*.salesforce.com`` whatever it is told; the
session below sends every call to ``SALESFORCE_INSTANCE_URL`` when that is set.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceAuthenticationFailed
from simple_salesforce.format import format_soql

from vendors.errors import Fault, VendorError, scrub
from vendors.salesforce_bulk import BulkImpossible, BulkQueries
from vendors.salesforce_calls import UNREADABLE, ApiBudget, SalesforceCalls
from vendors.salesforce_sign_in import (
    VENDOR,
    SalesforceSettings,
    refused_sign_in,
    sign_in_arguments,
)
from vendors.session import RetryingSession

__all__ = [
    "BulkImpossible",
    "QueryPage",
    "RowResult",
    "SalesforceClient",
    "SalesforceSettings",
    "connect",
]

T = TypeVar("T")
COLLECTION_LIMIT = 200
LOCK_ROUNDS = 3
_NAME = re.compile(r"\w+")


@dataclass(frozen=True)
class RowResult:
    """What became of one row of a write.

    Attributes:
        fields: API names of the fields the error is about, where Salesforce names them.
        answered: False when the call failed as a whole and what it did to the row is unknown.
    """

    id: str
    success: bool
    error_code: str = ""
    message: str = ""
    fields: tuple[str, ...] = ()
    answered: bool = True


@dataclass(frozen=True)
class QueryPage:
    """One page of a query's rows.

    Attributes:
        rows: field name to value, without Salesforce's ``attributes``.
        total: how many rows the whole query has, as Salesforce counted when it was asked.
        following: address of the next page; empty after the last one.
    """

    rows: list[dict[str, Any]]
    total: int | None
    following: str


def connect(
    settings: SalesforceSettings | None = None, budget_share: float | None = None
) -> SalesforceClient:
    """Sign in.

    Args:
        settings: default is what the environment says.
        budget_share: share of the org's daily calls at which to stop; none without it.

    Raises:
        VendorError: settings are incomplete, sign-in is refused, Salesforce is not reachable.
    """
    given = settings or SalesforceSettings.from_environment()
    session = RetryingSession(
        VENDOR, base_url=given.instance_url or None, rewrites=lambda host: True
    )
    arguments = sign_in_arguments(given)
    try:
        salesforce = Salesforce(version=given.version, session=session, **arguments)
    except SalesforceAuthenticationFailed as error:
        raise refused_sign_in(str(error.code or "")) from None
    except UNREADABLE:
        # what a gateway in between answers is no sign-in error in Salesforce's own form
        if session.last_status and session.last_status >= 400:
            raise refused_sign_in(str(session.last_status)) from None
        sentence = "Salesforce answered the sign-in with something unreadable."
        raise VendorError(VENDOR, Fault.BROKEN, sentence) from None
    return SalesforceClient(SalesforceCalls(salesforce, session, ApiBudget(budget_share)))


class SalesforceClient:
    """A signed-in Salesforce. Made by ``connect``."""

    def __init__(self, calls: SalesforceCalls) -> None:
        self._calls = calls
        self._salesforce = calls.salesforce
        self.bulk = BulkQueries(calls)

    @property
    def api_calls(self) -> int:
        """How many HTTP calls were made, sign-in and retries included."""
        return self._calls.session.calls

    def describe(self, object_name: str) -> dict[str, Any]:
        """Return the description of an object (``fields`` and all).

        Raises:
            VendorError: the object does not exist for the signed-in user, or the call failed.
        """
        path = f"sobjects/{_checked(object_name)}/describe"
        found = self._calls.ask(lambda: self._salesforce.restful(path), f"describe {object_name}")
        return dict(found or {})

    def limits(self) -> dict[str, Any]:
        """Return the organisation's limits, for example ``DailyApiRequests``."""
        return dict(self._calls.ask(self._salesforce.limits, "limits") or {})

    def object_names(self) -> set[str]:
        """Return the API names of all objects that the signed-in user may see."""
        found = self._calls.ask(lambda: self._salesforce.restful("sobjects"), "the list of objects")
        return {str(one["name"]) for one in (found or {}).get("sobjects") or ()}

    def user_name(self) -> str:
        """Return the name that the signed-in user signs in with."""
        found = self._calls.ask(lambda: self._salesforce.oauth2("userinfo"), "userinfo") or {}
        return str(found.get("preferred_username") or found.get("username") or "")

    def query_rows(self, soql: str, include_deleted: bool = False) -> Iterator[dict[str, Any]]:
        """Yield the rows of a query, page by page, without Salesforce's ``attributes``.

        Args:
            soql: built with ``format_soql``, never by putting values into text.
            include_deleted: also rows in the recycle bin (queryAll).
        """
        for page in self.query_pages(soql, include_deleted):
            yield from page

    def query_pages(
        self, soql: str, include_deleted: bool = False
    ) -> Iterator[list[dict[str, Any]]]:
        """Yield the pages of a query as lists of rows.

        Raises:
            VendorError: also when fewer rows came than Salesforce counts.
        """
        yield from self.pages_from(self.query_page(soql, include_deleted))

    def pages_from(self, page: QueryPage) -> Iterator[list[dict[str, Any]]]:
        """Yield the rows of a query's first page and those of the pages after it.

        Raises:
            VendorError: as ``query_pages``.
        """
        total, came = page.total, len(page.rows)
        yield page.rows
        while following := self.following(page):
            page = following
            came += len(page.rows)
            yield page.rows
        if total is not None and came < total:
            sentence = f"Salesforce counts {total:,} rows for a query, {came:,} came."
            raise VendorError(VENDOR, Fault.TRUNCATED, sentence)

    def query_page(
        self, soql: str, include_deleted: bool = False, at_most: int | None = None
    ) -> QueryPage:
        """Return the first page of a query.

        Args:
            soql: as for ``query_rows``.
            include_deleted: as for ``query_rows``.
            at_most: rows wished per page, from 200 to 2,000; Salesforce may send other numbers.
        """
        headers = {"Sforce-Query-Options": f"batchSize={at_most}"} if at_most else {}
        path = "queryAll/" if include_deleted else "query/"
        return self._calls.read("GET", path, "query", _page, params={"q": soql}, headers=headers)

    def following(self, page: QueryPage) -> QueryPage | None:
        """Return the page after one; none after the last."""
        if not page.following:
            return None
        return self._calls.read("GET", urlsplit(page.following).path, "query", _page)

    def count(self, soql: str, include_deleted: bool = False) -> int:
        """Return what a ``SELECT COUNT()`` query counts."""
        return self.query_page(soql, include_deleted).total or 0

    def read_records(
        self, object_name: str, ids: Iterable[str], names: Iterable[str]
    ) -> dict[str, dict[str, Any]]:
        """Return id → row of live records, with the named fields as they are now."""
        wanted = ", ".join(dict.fromkeys(["Id", *map(_checked, names)]))
        found: dict[str, dict[str, Any]] = {}
        for some in _chunks(list(ids)):
            soql = format_soql(
                "SELECT {wanted:literal} FROM {name:literal} WHERE Id IN {ids}",
                wanted=wanted,
                name=_checked(object_name),
                ids=some,
            )
            found.update((row["Id"], row) for row in self.query_rows(soql))
        return found

    def update_records(self, object_name: str, rows: list[dict[str, Any]]) -> list[RowResult]:
        """Update records, 200 per call, and return one result per row in the order given.

        A locked row is tried again; a call that fails as a whole gives failed rows, never an
        exception, so that what earlier calls wrote stays known.

        Args:
            object_name: for example ``Lead``.
            rows: API field names to values, each with ``Id``.
        """
        results: list[RowResult] = []
        for some in _chunks(rows):
            results.extend(self._update(_checked(object_name), some))
        return results

    def _update(self, object_name: str, rows: list[dict[str, Any]]) -> list[RowResult]:
        results = self._update_once(object_name, rows)
        for _ in range(LOCK_ROUNDS - 1):
            locked = [i for i, one in enumerate(results) if one.error_code == "UNABLE_TO_LOCK_ROW"]
            if not locked:
                break
            again = self._update_once(object_name, [rows[i] for i in locked])
            for i, result in zip(locked, again, strict=True):
                results[i] = result
        return results

    def _update_once(self, object_name: str, rows: list[dict[str, Any]]) -> list[RowResult]:
        ids = [str(row["Id"]) for row in rows]
        records = [
            {
                "attributes": {"type": object_name},
                "id": row["Id"],
                **{name: value for name, value in row.items() if name != "Id"},
            }
            for row in rows
        ]
        body = {"allOrNone": False, "records": records}
        try:
            answers = self._calls.ask(
                lambda: self._salesforce.restful("composite/sobjects", method="PATCH", json=body),
                f"update {object_name}",
            )
        except VendorError as error:
            code = error.code or error.fault.upper()
            return [RowResult(one, False, code, str(error), answered=False) for one in ids]
        if not isinstance(answers, list) or len(answers) != len(ids):
            text = "Salesforce answered with another number of rows than were sent."
            code = "UNREADABLE_ANSWER"
            return [RowResult(one, False, code, text, answered=False) for one in ids]
        return [_row_result(one, answer) for one, answer in zip(ids, answers, strict=True)]


def _chunks(items: list[T]) -> Iterator[list[T]]:
    for start in range(0, len(items), COLLECTION_LIMIT):
        yield items[start : start + COLLECTION_LIMIT]


def _bare(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "attributes"}


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise VendorError(VENDOR, Fault.REFUSED, f"{name!r} is not a Salesforce API name.")
    return name


def _row_result(record_id: str, answer: Mapping[str, Any]) -> RowResult:
    if answer.get("success"):
        return RowResult(str(answer.get("id") or record_id), True)
    first = (answer.get("errors") or [{}])[0]
    code = str(first.get("statusCode") or first.get("errorCode") or "UNKNOWN")
    names = tuple(str(name) for name in first.get("fields") or ())
    return RowResult(record_id, False, code, scrub(str(first.get("message") or "")), names)


def _page(found: Any) -> QueryPage:
    total = found.get("totalSize")
    done, following = found.get("done", True), found.get("nextRecordsUrl")
    return QueryPage(
        # an answer without rows says so; one of another shape must not pass for it
        rows=[_bare(row) for row in found["records"]],
        total=int(total) if total is not None else None,
        following=str(following) if following and not done else "",
    )
