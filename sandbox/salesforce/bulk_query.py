"""Bulk API 2.0 query jobs: make one, ask for its state, fetch its pages of CSV.

Belongs here: query jobs. Must not: know SOQL's grammar or ingest.
"""

from __future__ import annotations

import base64
import itertools
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from sandbox.exchange import Call, json_answer
from sandbox.salesforce import errors
from sandbox.salesforce.bulk_csv import DELIMITERS, LINE_ENDINGS, cell, write_csv
from sandbox.salesforce.errors import SalesforceFault
from sandbox.salesforce.gate import Gate
from sandbox.salesforce.kept_answers import KeptAnswers
from sandbox.salesforce.org import Org
from sandbox.salesforce.queries import candidate_rows
from sandbox.salesforce.soql.execution import Plan, make_plan
from sandbox.tables import Row

DEFAULT_PAGE = 50_000


@dataclass
class QueryJob:
    """One query job with the rows its query found when it was made."""

    info: dict[str, Any]
    plan: Plan
    rows: list[Row]
    text: str
    version: int
    header: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.header = [
            ".".join([*(lookup.name.removesuffix("Id") for lookup in c.lookups), c.spec.name])
            for c in self.plan.columns
        ]


class QueryJobs:
    """The query jobs of one org."""

    def __init__(self, kept: KeptAnswers) -> None:
        self._kept = kept
        self._jobs: dict[str, QueryJob] = {}
        self._numbers = itertools.count(1)

    def routes(self, gate: Gate) -> list[Route]:
        """Return the routes of query jobs."""
        return [
            gate.route("/jobs/query", ["POST"], self.create),
            gate.route("/jobs/query", ["GET"], self.list_jobs),
            gate.route("/jobs/query/{job}", ["GET"], self.status),
            gate.route("/jobs/query/{job}", ["PATCH"], self.abort),
            gate.route("/jobs/query/{job}", ["DELETE"], self.delete),
            gate.route("/jobs/query/{job}/results", ["GET"], self.results),
        ]

    def create(self, org: Org, call: Call) -> Response:
        """Make a job; its rows are those of this moment."""
        body = call.json_object()
        operation = body.get("operation")
        if operation not in {"query", "queryAll"}:
            raise SalesforceFault(400, "INVALIDJOB", f"operation {operation} is not supported")
        plan = make_plan(body.get("query") or "", org.types, org.fetch, org.clock.now())
        _check_bulk(plan)
        text, version = f"{operation} {body.get('query')}", org.estate.version
        candidates = candidate_rows(org, plan, with_deleted=operation == "queryAll")
        rows = self._kept.rows(plan, text, version, candidates)
        job_id = f"7505j0000Q{next(self._numbers):05d}AAA"
        info = job_info(org, call, job_id, body) | {
            "object": plan.kind.name,
            "operation": operation,
        }
        self._jobs[job_id] = QueryJob(info, plan, rows, text, version)
        return json_answer({**self._jobs[job_id].info, "state": "UploadComplete"})

    def list_jobs(self, org: Org, call: Call) -> Response:
        """List all query jobs."""
        listed = [job.info for job in self._jobs.values()]
        return json_answer({"done": True, "records": listed, "nextRecordsUrl": None})

    def status(self, org: Org, call: Call) -> Response:
        """Tell the state of a job."""
        job = self._job(call)
        extra = {"numberRecordsProcessed": len(job.rows), "retries": 0, "totalProcessingTime": 1}
        return json_answer({**job.info, **extra})

    def abort(self, org: Org, call: Call) -> Response:
        """Abort a job."""
        job = self._job(call)
        if call.json_object().get("state") != "Aborted":
            raise SalesforceFault(400, "INVALIDJOBSTATE", "a query job can only be Aborted")
        job.info["state"] = "Aborted"
        return json_answer(job.info)

    def delete(self, org: Org, call: Call) -> Response:
        """Delete a job."""
        self._job(call)
        del self._jobs[call.params["job"]]
        return Response(status_code=204)

    def results(self, org: Org, call: Call) -> Response:
        """Return one page of the result as CSV."""
        job = self._job(call)
        if job.info["state"] != "JobComplete":
            raise SalesforceFault(400, "INVALIDJOBSTATE", "the job is not complete")
        start = _start(call.query.get("locator"))
        wanted = call.query.get("maxRecords", str(DEFAULT_PAGE))
        if not wanted.isdigit() or int(wanted) < 1:
            raise SalesforceFault(400, "INVALID_QUERY_LOCATOR", "maxRecords must be a number")
        page = job.rows[start : start + int(wanted)]
        end = start + len(page)
        form = job.info["columnDelimiter"], job.info["lineEnding"]

        def rendered() -> bytes:
            cells = ([cell(c.spec, c.value(row)) for c in job.plan.columns] for row in page)
            return write_csv(job.header, cells, *form).encode(errors="surrogatepass")

        place = f"{form} {start} {end} {job.text}"
        text = self._kept.page(job.plan, place, job.version, rendered)
        has_more = end < len(job.rows)
        headers = {
            "Sforce-NumberOfRecords": str(len(page)),
            "Sforce-Locator": base64.b64encode(str(end).encode()).decode() if has_more else "null",
        }
        return Response(text, 200, headers, "text/csv; charset=UTF-8")

    def _job(self, call: Call) -> QueryJob:
        if call.params["job"] not in self._jobs:
            raise errors.resource_missing()
        return self._jobs[call.params["job"]]


def job_info(org: Org, call: Call, job_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return what every kind of job tells about itself.

    Raises:
        SalesforceFault: unknown delimiter or line ending.
    """
    delimiter = body.get("columnDelimiter") or "COMMA"
    line_ending = body.get("lineEnding") or "LF"
    if delimiter not in DELIMITERS or line_ending not in LINE_ENDINGS:
        raise SalesforceFault(400, "INVALIDJOB", "unknown columnDelimiter or lineEnding")
    at = org.now_stamp()
    return {
        "id": job_id,
        "createdById": org.integration_user_id,
        "createdDate": at,
        "systemModstamp": at,
        "state": "JobComplete",
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "apiVersion": float(call.params["version"]),
        "columnDelimiter": delimiter,
        "lineEnding": line_ending,
    }


def _check_bulk(plan: Plan) -> None:
    if plan.is_aggregate or plan.is_count or plan.query.offset:
        message = "Aggregate queries and OFFSET are not supported in Bulk Query"
        raise SalesforceFault(400, "FUNCTIONALITY_NOT_ENABLED", message)
    if any(column.spec.type == "address" for column in plan.columns):
        message = "Selecting compound data not supported in Bulk Query"
        raise SalesforceFault(400, "FUNCTIONALITY_NOT_ENABLED", message)


def _start(locator: str | None) -> int:
    if not locator or locator == "null":
        return 0
    try:
        return int(base64.b64decode(locator, validate=True).decode())
    except ValueError:
        raise SalesforceFault(400, "INVALID_QUERY_LOCATOR", "invalid query locator") from None
