"""Marketo's bulk extract: queue a job, wait for it, fetch its file whole and checked.

Two jobs run and ten wait in one queue that all integrations share, a job's status moves once a
minute, and a day has a quota of megabytes. Not here: what is extracted (``ingestion``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from vendors.errors import Fault, VendorError
from vendors.marketo import VENDOR, MarketoClient
from vendors.marketo_errors import RENEWED, WAITED, first_error, refused

# how often a full queue is asked again, and how often a job's status, before giving up
MAX_QUEUE_POLLS = 60
MAX_POLLS = 360
MAX_DOWNLOADS = 5
CHUNK_BYTES = 1 << 20
_ENDED = {"Completed", "Canceled", "Cancelled", "Failed"}
_CUT = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)


@dataclass(frozen=True)
class Export:
    """A finished job.

    Attributes:
        rows: Marketo's own count of the records in the file.
        size: bytes of the file.
        checksum: ``sha256:…`` of the file.
    """

    export_id: str
    rows: int | None
    size: int | None
    checksum: str


class ExportGone(Exception):
    """A job of an earlier run is no longer there, or did not end well."""


class Exports:
    """The jobs of one kind: ``leads``, ``activities`` or ``program/members``.

    ``open`` holds the jobs that were begun and have not ended, so that a run that stops politely
    can take them out of the queue again.
    """

    def __init__(self, client: MarketoClient, kind: str) -> None:
        self._client = client
        self._root = f"/bulk/v1/{kind}/export"
        self.open: set[str] = set()

    def begin(self, fields: Sequence[str], chosen: Mapping[str, Any]) -> str:
        """Create a job and put it into the queue, waiting while that is full.

        Args:
            fields: columns of the file.
            chosen: Marketo's filter.

        Returns:
            The job's id.

        Raises:
            VendorError: the filter is refused, the day's megabytes are used up, or the queue
                stayed full.
        """
        body: dict[str, Any] = {"format": "CSV", "filter": dict(chosen), "fields": list(fields)}
        made = self._client.call("POST", f"{self._root}/create.json", json=body)
        export_id = str(_first(made)["exportId"])
        self.open.add(export_id)
        self._enqueue(export_id)
        return export_id

    def _enqueue(self, export_id: str) -> None:
        for attempt in range(MAX_QUEUE_POLLS):
            try:
                self._client.call("POST", f"{self._root}/{export_id}/enqueue.json")
                return
            except VendorError as error:
                if error.code != "1029" or _is_used_up(str(error)):
                    raise
                if _is_queued_already(str(error)):
                    # the answer to an earlier attempt got lost
                    return
                if attempt == MAX_QUEUE_POLLS - 1:
                    raise
            self._client.sleep(self._client.settings.poll_seconds)

    def wait(self, export_id: str) -> Export:
        """Wait until a job has ended.

        Raises:
            ExportGone: it was cancelled, failed, or is not known.
            VendorError: it did not end in time, or Marketo cannot be asked.
        """
        self.open.add(export_id)
        for attempt in range(MAX_POLLS):
            if attempt:
                self._client.sleep(self._client.settings.poll_seconds)
            job = self._status(export_id)
            if job.get("status") == "Created":
                self._enqueue(export_id)
            if job.get("status") in _ENDED:
                self.open.discard(export_id)
                break
        else:
            sentence = f"Marketo's export was not ready after {MAX_POLLS} looks."
            raise VendorError(VENDOR, Fault.BROKEN, sentence)
        if job["status"] != "Completed":
            raise ExportGone(str(job["status"]))
        return Export(
            export_id,
            rows=job.get("numberOfRecords"),
            size=job.get("fileSize"),
            checksum=str(job.get("fileChecksum") or ""),
        )

    def _status(self, export_id: str) -> dict[str, Any]:
        try:
            return _first(self._client.get(f"{self._root}/{export_id}/status.json"))
        except VendorError as error:
            if error.fault is Fault.MISSING:
                self.open.discard(export_id)
                raise ExportGone(export_id) from None
            raise

    def fetch(self, export: Export, target: Path) -> None:
        """Write a job's file to disk; a cut download goes on where it stopped.

        Raises:
            ExportGone: the file is no longer kept.
            VendorError: it cannot be fetched, or is not what its checksum says.
        """
        for attempt in range(1, MAX_DOWNLOADS + 1):
            self._download(export, target)
            if _is_whole(export, target):
                return
            if attempt < MAX_DOWNLOADS:
                target.unlink()
        sentence = "a file that Marketo exported does not fit its checksum."
        raise VendorError(VENDOR, Fault.BROKEN, sentence)

    def _download(self, export: Export, target: Path) -> None:
        target.unlink(missing_ok=True)
        for attempt in range(1, MAX_DOWNLOADS + 1):
            had = target.stat().st_size if target.exists() else 0
            if export.size is not None and had >= export.size > 0:
                return
            try:
                with self._answer(export.export_id, had) as response:
                    _append(response, target, is_part=response.status_code == 206)
            except (*_CUT, OSError) as error:
                if not isinstance(error, requests.RequestException):
                    raise
                if attempt == MAX_DOWNLOADS:
                    sentence = "the download of a file that Marketo exported was cut."
                    raise VendorError(VENDOR, Fault.UNREACHABLE, sentence) from None
                continue
            if export.size is None or target.stat().st_size >= export.size:
                return

    def _answer(self, export_id: str, had: int) -> requests.Response:
        headers = {"Range": f"bytes={had}-"} if had else {}
        path = f"{self._root}/{export_id}/file.json"
        for attempt in range(MAX_DOWNLOADS):
            if attempt:
                self._client.sleep(self._client.settings.poll_seconds)
            response = self._client.send("GET", path, headers=headers, stream=True)
            kind = response.headers.get("Content-Type", "")
            if response.status_code in (200, 206) and "json" not in kind:
                return response
            if "json" in kind and response.status_code == 200:
                self._read_refusal(response, path)
            elif response.status_code == 401:
                self._client.forget_token()
            elif response.status_code != 404:
                break
            response.close()
        if response.status_code == 404:
            raise ExportGone(export_id)
        sentence = f"Marketo did not give an exported file (HTTP {response.status_code})."
        raise VendorError(VENDOR, Fault.BROKEN, sentence, str(response.status_code))

    def _read_refusal(self, response: requests.Response, path: str) -> None:
        """Read the error that came in place of a file; what passes is asked again.

        Raises:
            VendorError: it does not pass.
        """
        try:
            body = response.json()
        except ValueError:
            return
        code, message = first_error(body)
        if code in RENEWED:
            self._client.forget_token()
        elif code not in WAITED:
            raise refused(code, message, path)

    def cancel_open(self) -> set[str]:
        """Take the jobs that have not ended out of the queue, beyond the budget if need be.

        Returns:
            The jobs that are no longer there; the others are left for a later run.
        """
        ended = set()
        for export_id in sorted(self.open):
            try:
                path = f"{self._root}/{export_id}/cancel.json"
                self._client.call("POST", path, is_free=True)
            except VendorError as error:
                if error.fault in (Fault.UNREACHABLE, Fault.CREDENTIALS):
                    break
                if error.fault is not Fault.MISSING and error.code != "1029":
                    continue
            ended.add(export_id)
        self.open -= ended
        return ended


def _append(response: requests.Response, target: Path, *, is_part: bool) -> None:
    with target.open("ab" if is_part else "wb") as file:
        for chunk in response.iter_content(CHUNK_BYTES):
            file.write(chunk)


def _is_whole(export: Export, target: Path) -> bool:
    kind, _, wanted = export.checksum.partition(":")
    if kind != "sha256":
        return export.size is None or target.stat().st_size == export.size
    digest = hashlib.sha256()
    with target.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest() == wanted.lower()


def _first(body: Mapping[str, Any]) -> dict[str, Any]:
    rows = body.get("result") or ()
    if not rows or not isinstance(rows[0], dict):
        raise VendorError(VENDOR, Fault.BROKEN, "Marketo told nothing about an export.")
    return dict(rows[0])


def _is_used_up(message: str) -> bool:
    return "quota" in message.lower()


def _is_queued_already(message: str) -> bool:
    return "already" in message.lower()
