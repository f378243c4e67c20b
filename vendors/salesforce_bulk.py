"""Query jobs of Salesforce's Bulk API 2.0: started, waited for, fetched page by page.

simple-salesforce's own ``bulk2`` keeps the token it was made with, has no time-outs and cannot go
on in the middle of a result, so these few calls are made here. Not here: what the CSV means.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vendors.errors import Fault, VendorError, scrub
from vendors.salesforce_calls import SalesforceCalls
from vendors.salesforce_sign_in import VENDOR

PAGE_ROWS = 10_000
# seconds between two looks at a job; the last one again and again
WAITS = (0.2, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
PATIENCE_SECONDS = 1_800.0
_UNFINISHED = ("UploadComplete", "InProgress", "Open")
_WHAT = "the bulk query"


class BulkImpossible(VendorError):
    """This query cannot be asked in bulk, whoever asks; it can be asked over REST."""


@dataclass(frozen=True)
class BulkPage:
    """One page of a result.

    Attributes:
        body: CSV with a header, in UTF-8.
        rows: how many rows Salesforce says it holds; None if it does not say.
        following: locator of the next page; empty after the last one.
    """

    body: bytes
    rows: int | None
    following: str


class BulkQueries:
    """Query jobs of one connection.

    Args:
        calls: the connection.
        sleep: how to wait; replaced in tests.
    """

    def __init__(self, calls: SalesforceCalls, sleep: Callable[[float], None] = time.sleep) -> None:
        self._calls = calls
        self._sleep = sleep

    def start(self, soql: str, include_deleted: bool) -> str:
        """Start a job and return its id.

        Raises:
            BulkImpossible: the object or the query is none for this API.
            VendorError: the call failed.
        """
        job = {
            "operation": "queryAll" if include_deleted else "query",
            "query": soql,
            "contentType": "CSV",
            "columnDelimiter": "COMMA",
            "lineEnding": "LF",
        }
        try:
            return self._calls.read("POST", "jobs/query", _WHAT, _job_id, json=job)
        except VendorError as error:
            if error.fault in (Fault.REFUSED, Fault.RIGHTS) or error.code in ("NOT_FOUND", "404"):
                raise BulkImpossible(VENDOR, error.fault, str(error), error.code) from None
            raise

    def wait(self, job_id: str) -> int | None:
        """Wait until a job is done and return how many rows it found, if Salesforce says so.

        Raises:
            BulkImpossible: the job failed.
            VendorError: it was aborted, is unknown, or is not done within half an hour.
        """
        waited, looks = 0.0, 0
        while True:
            job = self._calls.read("GET", f"jobs/query/{job_id}", _WHAT, dict)
            state = str(job.get("state"))
            if state == "JobComplete":
                count = job.get("numberRecordsProcessed")
                return None if count is None else int(count)
            if state == "Failed":
                reason = scrub(str(job.get("errorMessage") or "no reason given"), 160)
                sentence = f"Salesforce failed on {_WHAT}: {reason}"
                raise BulkImpossible(VENDOR, Fault.REFUSED, sentence, "Failed")
            if state not in _UNFINISHED:
                sentence = f"Salesforce ended {_WHAT} ({state})."
                raise VendorError(VENDOR, Fault.REFUSED, sentence, state)
            if waited >= PATIENCE_SECONDS:
                sentence = f"Salesforce did not finish {_WHAT} in {waited:,.0f} seconds."
                raise VendorError(VENDOR, Fault.UNREACHABLE, sentence, state)
            pause = WAITS[min(looks, len(WAITS) - 1)]
            self._sleep(pause)
            waited, looks = waited + pause, looks + 1

    def page(self, job_id: str, locator: str = "") -> BulkPage:
        """Fetch one page of a finished job.

        Args:
            job_id: the job.
            locator: where the page begins; empty for the first one.
        """
        params = {"maxRecords": str(PAGE_ROWS), **({"locator": locator} if locator else {})}
        response = self._calls.send(
            "GET",
            f"jobs/query/{job_id}/results",
            _WHAT,
            params=params,
            headers={"Accept": "text/csv"},
        )
        rows = response.headers.get("Sforce-NumberOfRecords", "")
        following = response.headers.get("Sforce-Locator", "")
        return BulkPage(
            body=response.content,
            rows=int(rows) if rows.isdigit() else None,
            following="" if following == "null" else following,
        )


def _job_id(job: Any) -> str:
    return str(job["id"])
