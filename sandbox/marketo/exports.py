"""Bulk extract: jobs for leads, activities and program members, by the sandbox's clock.

    create ─▶ Created ─ enqueue ─▶ Queued ─(two at a time)─▶ Processing ─▶ Completed ─▶ file

Belongs here: the life of a job and its file. Must not: choose rows (export_rows.py does).
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from sandbox.clock import iso_seconds, parse_instant
from sandbox.exchange import Call, text_answer
from sandbox.marketo.errors import MarketoFault, envelope
from sandbox.marketo.export_rows import as_file, checked_wish
from sandbox.marketo.gate import Gate, names_in, page_of
from sandbox.marketo.instance import Instance
from sandbox.tables import Row

KINDS = {"leads": "leads", "activities": "activities", "program/members": "members"}
LISTED_FOR = timedelta(days=7)
ENDED = {"Completed", "Failed", "Canceled"}
_SHOWN = (
    "exportId", "format", "status", "createdAt", "queuedAt", "startedAt", "finishedAt",
    "numberOfRecords", "fileSize", "fileChecksum",
)  # fmt: skip


class Exports:
    """The jobs of one instance; files are written when a job ends and kept in memory."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._jobs = instance.table("exports")
        self._files: dict[str, bytes] = {}

    def routes(self, gate: Gate) -> list[Route]:
        """Return the routes of all three kinds of export."""
        routes = []
        for path, kind in KINDS.items():
            root = f"/bulk/v1/{path}/export"
            steps = {"enqueue": self._enqueue, "cancel": self._cancel}
            routes += [
                gate.route(f"{root}.json", ["GET"], self._of(kind, self._list)),
                gate.route(f"{root}/create.json", ["POST"], self._of(kind, self._create)),
                gate.route(f"{root}/{{export}}/status.json", ["GET"], self._of(kind, self._status)),
                gate.route(f"{root}/{{export}}/file.json", ["GET"], self._of(kind, self._file)),
            ]
            routes += [
                gate.route(f"{root}/{{export}}/{name}.json", ["POST"], self._of(kind, step))
                for name, step in steps.items()
            ]
        return routes

    def _of(self, kind: str, step: Any) -> Any:
        def handled(instance: Instance, call: Call) -> Any:
            self._move_on()
            return step(kind, call)

        return handled

    def _create(self, kind: str, call: Call) -> dict[str, Any]:
        wish = checked_wish(self._instance, kind, call.json_object())
        export_id = secrets.token_hex(16)
        job: Row = {
            **dict.fromkeys(_SHOWN),
            "exportId": export_id,
            "kind": kind,
            "wish": wish,
            "format": wish["format"],
            "status": "Created",
            "createdAt": self._instance.now(),
        }
        self._jobs.put(export_id, job)
        return envelope([_shown(job)])

    def _enqueue(self, kind: str, call: Call) -> dict[str, Any]:
        job = self._job(kind, call)
        if job["status"] != "Created":
            message = f"Export '{job['exportId']}' is already {job['status'].lower()}"
            raise MarketoFault("1029", message)
        queued = [one for one in self._jobs.rows() if one["status"] == "Queued"]
        if len(queued) >= self._instance.switches.queued_jobs:
            raise MarketoFault("1029", "Too many jobs in queue")
        if self._instance.today().export_bytes >= self._instance.switches.daily_export_bytes:
            limit = self._instance.switches.daily_export_bytes // 1_000_000
            raise MarketoFault("1029", f"Export daily quota {limit}MB exceeded")
        now = self._instance.clock.now()
        ready = now + timedelta(seconds=self._instance.switches.ready_seconds)
        job = {**job, "status": "Queued", "queuedAt": self._instance.now()}
        self._jobs.put(job["exportId"], {**job, "due": ready.isoformat()})
        return envelope([_shown(job)])

    def _cancel(self, kind: str, call: Call) -> dict[str, Any]:
        job = self._job(kind, call)
        if job["status"] in ENDED:
            raise MarketoFault("1029", f"Export '{job['exportId']}' has ended")
        self._jobs.put(job["exportId"], {**job, "status": "Canceled"})
        # the answer to a cancellation alone spells it with two l
        return envelope([_shown({**job, "status": "Cancelled"})])

    def _status(self, kind: str, call: Call) -> dict[str, Any]:
        return envelope([_shown(self._job(kind, call))])

    def _list(self, kind: str, call: Call) -> dict[str, Any]:
        since = iso_seconds(self._instance.clock.now() - LISTED_FOR)
        statuses = set(names_in(call, "status"))
        rows = [
            _shown(job)
            for job in self._jobs.rows()
            if job["kind"] == kind
            and job["createdAt"] >= since
            and (not statuses or job["status"] in statuses)
        ]
        return page_of(rows, call)

    def _file(self, kind: str, call: Call) -> Response:
        job = self._job(kind, call)
        if job["status"] != "Completed":
            return text_answer("Export file is not available", 404)
        content = self._content(job)
        asked = call.headers.get("range", "")
        start, _, end = asked.removeprefix("bytes=").partition("-")
        if not asked.startswith("bytes=") or not start.isdigit():
            return Response(content, 200, media_type="text/csv;charset=UTF-8")
        last = min(int(end) if end.isdigit() else len(content) - 1, len(content) - 1)
        if int(start) >= len(content):
            return Response("", 416, {"Content-Range": f"bytes */{len(content)}"})
        headers = {"Content-Range": f"bytes {start}-{last}/{len(content)}"}
        part = content[int(start) : last + 1]
        return Response(part, 206, headers, "text/csv;charset=UTF-8")

    def _job(self, kind: str, call: Call) -> Row:
        job = self._jobs.get(call.params["export"])
        if job is None or job["kind"] != kind:
            raise MarketoFault("1004", f"Export '{call.params['export']}' not found")
        return job

    def _move_on(self) -> None:
        """Let jobs be where they have got to by now."""
        now, switches = self._instance.clock.now(), self._instance.switches
        for job in self._jobs.rows():
            if job["status"] == "Processing" and parse_instant(job["due"]) <= now:
                self._finish(job)
        running = sum(job["status"] == "Processing" for job in self._jobs.rows())
        for job in self._jobs.rows():
            is_ready = job["status"] == "Queued" and parse_instant(job["due"]) <= now
            if is_ready and running < switches.running_jobs:
                due = parse_instant(job["due"]) + timedelta(seconds=switches.job_seconds)
                started = {**job, "status": "Processing", "startedAt": self._instance.now()}
                self._jobs.put(job["exportId"], {**started, "due": due.isoformat()})
                running += 1
                if due <= now:
                    self._finish({**started, "due": due.isoformat()})
                    running -= 1

    def _finish(self, job: Row) -> None:
        content, count = as_file(self._instance, job["kind"], job["wish"])
        self._files[job["exportId"]] = content
        self._instance.today().export_bytes += len(content)
        done = {
            "status": "Completed",
            "finishedAt": self._instance.now(),
            "numberOfRecords": count,
            "fileSize": len(content),
            "fileChecksum": f"sha256:{hashlib.sha256(content).hexdigest()}",
        }
        self._jobs.put(job["exportId"], {**job, **done})

    def _content(self, job: Row) -> bytes:
        """Return a job's file; one that an earlier sandbox wrote is written again."""
        if job["exportId"] not in self._files:
            self._finish(job)
        return self._files[job["exportId"]]


def _shown(job: Row) -> Row:
    return {name: job[name] for name in _SHOWN if job[name] is not None}
