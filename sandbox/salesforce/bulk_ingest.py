"""Bulk API 2.0 ingest jobs: open, upload CSV, close, read what succeeded and what failed.

Belongs here: ingest jobs. Must not: know the rules of writing.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from sandbox.exchange import Call, json_answer
from sandbox.salesforce import errors, writes
from sandbox.salesforce.bulk_csv import read_csv, write_csv
from sandbox.salesforce.bulk_query import job_info
from sandbox.salesforce.errors import SalesforceFault
from sandbox.salesforce.gate import Gate, root_of
from sandbox.salesforce.org import Org
from sandbox.salesforce.schema import ObjectType
from sandbox.salesforce.values import full_id

OPERATIONS = {"insert", "update", "upsert", "delete", "hardDelete"}
SET_TO_NULL = "#N/A"


@dataclass
class IngestJob:
    """One ingest job with its uploaded table and the outcome of each row."""

    info: dict[str, Any]
    kind: ObjectType
    upload: bytes | None = None
    header: list[str] = field(default_factory=list)
    successes: list[list[str]] = field(default_factory=list)
    failures: list[list[str]] = field(default_factory=list)
    unprocessed: list[list[str]] = field(default_factory=list)


class IngestJobs:
    """The ingest jobs of one org."""

    def __init__(self) -> None:
        self._jobs: dict[str, IngestJob] = {}
        self._numbers = itertools.count(1)

    def routes(self, gate: Gate) -> list[Route]:
        """Return the routes of ingest jobs."""
        return [
            gate.route("/jobs/ingest", ["POST"], self.create),
            gate.route("/jobs/ingest/", ["POST"], self.create),
            gate.route("/jobs/ingest", ["GET"], self.list_jobs),
            gate.route("/jobs/ingest/{job}", ["GET"], self.status),
            gate.route("/jobs/ingest/{job}", ["PATCH"], self.set_state),
            gate.route("/jobs/ingest/{job}", ["DELETE"], self.delete),
            gate.route("/jobs/ingest/{job}/batches", ["PUT"], self.upload),
            gate.route("/jobs/ingest/{job}/{results}", ["GET"], self.results),
        ]

    def create(self, org: Org, call: Call) -> Response:
        """Open a job."""
        body = call.json_object()
        operation = body.get("operation")
        if operation not in OPERATIONS:
            raise SalesforceFault(400, "INVALIDJOB", f"operation {operation} is not supported")
        kind = _kind(org, str(body.get("object") or ""))
        external = body.get("externalIdFieldName")
        if operation == "upsert":
            writes.external_id_field(kind, str(external or ""))
        job_id = f"7505j0000I{next(self._numbers):05d}AAA"
        info = job_info(org, call, job_id, body) | {
            "object": kind.name,
            "operation": operation,
            "externalIdFieldName": external,
            "state": "Open",
            "contentUrl": f"{root_of(call).lstrip('/')}/jobs/ingest/{job_id}/batches",
        }
        self._jobs[job_id] = IngestJob(info, kind)
        return json_answer(info)

    def list_jobs(self, org: Org, call: Call) -> Response:
        """List all ingest jobs."""
        listed = [job.info for job in self._jobs.values()]
        return json_answer({"done": True, "records": listed, "nextRecordsUrl": None})

    def upload(self, org: Org, call: Call) -> Response:
        """Take the table of a job, once."""
        job = self._job(call)
        if job.info["state"] != "Open" or job.upload is not None:
            raise SalesforceFault(400, "INVALIDJOBSTATE", "the job takes no (more) data")
        job.upload = call.body
        return Response(status_code=201)

    def set_state(self, org: Org, call: Call) -> Response:
        """Close a job, which has it processed, or abort it."""
        job, state = self._job(call), call.json_object().get("state")
        if state not in {"UploadComplete", "Aborted"} or job.info["state"] != "Open":
            raise SalesforceFault(400, "INVALIDJOBSTATE", f"state {state} is not possible now")
        if state == "Aborted":
            job.info["state"] = "Aborted"
            return json_answer(job.info)
        process(org, job)
        return json_answer({**job.info, "state": "UploadComplete"})

    def status(self, org: Org, call: Call) -> Response:
        """Tell the state of a job and how many rows failed."""
        job = self._job(call)
        failed = len(job.failures)
        return json_answer(
            {
                **job.info,
                "numberRecordsProcessed": failed + len(job.successes),
                "numberRecordsFailed": failed,
                "retries": 0,
                "totalProcessingTime": 1,
            }
        )

    def delete(self, org: Org, call: Call) -> Response:
        """Delete a job."""
        if self._job(call).info["state"] == "Open":
            raise SalesforceFault(400, "INVALIDJOBSTATE", "an open job can not be deleted")
        del self._jobs[call.params["job"]]
        return Response(status_code=204)

    def results(self, org: Org, call: Call) -> Response:
        """Return the rows that succeeded, failed, or were not processed, as CSV."""
        job = self._job(call)
        tables = {
            "successfulresults": (["sf__Id", "sf__Created", *job.header], job.successes),
            "failedresults": (["sf__Id", "sf__Error", *job.header], job.failures),
            "unprocessedrecords": (job.header, job.unprocessed),
        }
        if call.params["results"].lower() not in tables:
            raise errors.resource_missing()
        header, rows = tables[call.params["results"].lower()]
        text = write_csv(header, rows, job.info["columnDelimiter"], job.info["lineEnding"])
        return Response(text, 200, media_type="text/csv; charset=UTF-8")

    def _job(self, call: Call) -> IngestJob:
        if call.params["job"] not in self._jobs:
            raise errors.resource_missing()
        return self._jobs[call.params["job"]]


def _kind(org: Org, name: str) -> ObjectType:
    try:
        return org.kind(name)
    except SalesforceFault:
        raise SalesforceFault(400, "INVALIDENTITY", f"Unable to find object: {name}") from None


def process(org: Org, job: IngestJob) -> None:
    """Write the rows of an uploaded table one by one and note each outcome."""
    try:
        header, rows = read_csv(job.upload or b"", job.info["columnDelimiter"])
        names = [_column(job.kind, name) for name in header]
    except SalesforceFault as fault:
        job.info |= {"state": "Failed", "errorMessage": f"{fault.code} : {fault.message}"}
        return
    job.header = header
    for row in rows:
        if len(row) != len(header):
            job.failures.append(["", _wrong_width(len(row), len(header)), *row[: len(header)]])
            continue
        given = {name: value for name, value in zip(names, row, strict=True) if value != ""}
        _write_row(org, job, given, row)
    job.info["state"] = "JobComplete"


def _column(kind: ObjectType, name: str) -> str:
    spec = kind.by_lower_name.get(name.strip().lower())
    if spec is None:
        raise SalesforceFault(400, "InvalidBatch", f"Field name not found : {name}")
    return spec.name


def _wrong_width(found: int, wanted: int) -> str:
    return f"INVALID_CSV_LINE:{found} values where the header has {wanted}:--"


def _write_row(org: Org, job: IngestJob, given: dict[str, str], row: list[str]) -> None:
    record_id = given.get("Id", "")
    data = {name: None if value == SET_TO_NULL else value for name, value in given.items()}
    try:
        record_id, created = _written(org, job, record_id, data)
    except SalesforceFault as fault:
        if fault.code == "JSON_PARSER_ERROR":  # the Bulk API's own word for an unreadable value
            fault.code = "INVALID_TYPE_ON_FIELD_IN_RECORD"
        job.failures.append([record_id, fault.bulk_error(), *row])
    except writes.SeveralMatches as several:
        found = ", ".join(several.record_ids)
        error = f"DUPLICATE_EXTERNAL_ID:more than one record found for external id: [{found}]:--"
        job.failures.append(["", error, *row])
    else:
        job.successes.append([record_id, "true" if created else "false", *row])


def _written(org: Org, job: IngestJob, record_id: str, data: dict[str, Any]) -> tuple[str, bool]:
    operation, kind = job.info["operation"], job.kind
    if operation == "insert":
        return writes.insert(org, kind, data), True
    if operation == "upsert":
        field_name = job.info["externalIdFieldName"]
        value = str(data.get(kind.field(field_name).name) or "")
        if not value:
            raise SalesforceFault(400, "MISSING_ARGUMENT", f"{field_name} not specified", ())
        return writes.upsert(org, kind, field_name, value, data)
    if not record_id:
        raise SalesforceFault(400, "MISSING_ARGUMENT", "Id not specified in an update call", ())
    if operation == "update":
        writes.update(org, kind, record_id, data)
    else:
        writes.delete(org, kind, record_id)
        if operation == "hardDelete":
            org.table(kind.name).remove(full_id(record_id))
    return full_id(record_id), False
