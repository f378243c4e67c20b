"""Reads programs, and which leads stand where in them.

Here belong programs that are gone, the first bulk extract of memberships and their changes. Not
here: what a status means (dbt).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from ingestion.resources import Batch, Load, shaped
from ingestion.shaping import EPOCH, json_of, ms_of, text_of
from ingestion.sources.marketo.contract import TABLES
from ingestion.sources.marketo.exported import Extract, Wish
from ingestion.sources.marketo.history import CLOCKS_APART, History
from ingestion.sources.marketo.values import attributes_of, converter, instant, iso
from vendors.marketo import MarketoClient

# a bulk extract of members takes so many programs at most
PROGRAMS_PER_JOB = 10
NOT_IN_PROGRAM = "Not in Program"
_DESCRIBE = "/rest/v1/programs/members/describe.json"
_CONTRACT = next(one for one in TABLES if one.resource == "program_membership")
# Marketo's field → our column, of those that a subscription may or may not have
_OPTIONAL = {
    "statusName": "status_name",
    "membershipDate": "membership_date",
    "reachedSuccess": "reached_success",
    "reachedSuccessDate": "reached_success_date",
    "acquiredBy": "acquired_by",
    "updatedAt": "updated_at",
}


def read_programs(history: History, load: Load, state: dict[str, Any]) -> Iterator[Batch]:
    """Yield all programs, and with their flag those that are gone."""
    rows = history.programs()
    yield shaped(rows, _program, "id")
    raw = load.raw["program"]
    listed = {str(row.get("id")) for row in rows}
    live = raw.rows("NOT coalesce(is_deleted, false)") if not raw.is_empty else []
    gone = [{**row, "is_deleted": True} for row in live if str(row["id"]) not in listed]
    yield Batch(gone, raw.kinds, is_counted=False)


def _program(row: Mapping[str, Any]) -> dict[str, Any]:
    texts = ("name", "description", "type", "channel", "status", "workspace", "url")
    return {
        "id": text_of(row.get("id")),
        **{name: text_of(row.get(name)) for name in texts},
        "sfdc_id": row.get("sfdcId"),
        "sfdc_name": row.get("sfdcName"),
        "start_date": instant(row.get("startDate")),
        "end_date": instant(row.get("endDate")),
        "created_at": instant(row.get("createdAt")),
        "updated_at": instant(row.get("updatedAt")),
        "folder_json": json_of(row.get("folder")),
        "tags_json": json_of(row.get("tags")),
        "costs_json": json_of(row.get("costs")),
        "is_deleted": False,
    }


class Memberships:
    """One read of all memberships."""

    def __init__(self, client: MarketoClient, history: History, load: Load) -> None:
        self._client = client
        self._history = history
        self._load = load
        self._raw = load.raw["program_membership"]

    def read(self, state: dict[str, Any]) -> Iterator[Batch]:
        """Yield memberships: all at first, then those of programs in which somebody moved.

        Args:
            state: ``cursor`` is the instant of the last complete read, as epoch milliseconds.
        """
        as_of = self._load.context.as_of
        if state.get("cursor") is None:
            yield from self._all()
        else:
            since = EPOCH + timedelta(milliseconds=state["cursor"]) - CLOCKS_APART
            yield from self._moved(since)
        state["cursor"] = ms_of(as_of)

    def _fields(self) -> tuple[str, ...]:
        answer = self._client.get(_DESCRIBE).get("result") or [{}]
        there = {str(one.get("name")) for one in answer[0].get("fields") or ()}
        return tuple(name for name in _OPTIONAL if name in there)

    def _all(self) -> Iterator[Batch]:
        ids = [int(row["id"]) for row in self._history.programs()]
        if not ids:
            return
        fields = ("programId", "leadId", *self._fields())
        groups = [ids[at : at + PROGRAMS_PER_JOB] for at in range(0, len(ids), PROGRAMS_PER_JOB)]
        extract = Extract(self._client, "program/members", "program_membership", self._load)
        # a killed run's files would show where leads stood then
        extract.begin_anew()
        for chunk in extract.rows(Wish(fields, {"programIds": group}) for group in groups):
            yield shaped(chunk, _membership, "leadId")

    def _moved(self, since: datetime) -> Iterator[Batch]:
        moves = [_move(row) for row in self._history.progressions(since)]
        programs = dict.fromkeys(program for program, _, _ in moves if program)
        if not programs:
            return
        fields = ",".join(self._fields())
        found: set[tuple[str, str]] = set()
        for program in programs:
            for page in self._members(program, fields, since):
                found |= {(program, str(row.get("leadId"))) for row in page}
                yield shaped([{**row, "programId": program} for row in page], _membership, "leadId")
        last = {(program, lead): status for program, lead, status in moves}
        left = {pair for pair, status in last.items() if status == NOT_IN_PROGRAM} - found
        yield self._flagged(left)

    def _members(
        self, program: str, fields: str, since: datetime
    ) -> Iterator[list[dict[str, Any]]]:
        path = f"/rest/v1/programs/{program}/members.json"
        # a day beyond the run, because the vendor's clock may be ahead
        end = iso(self._load.context.as_of + timedelta(days=1))
        span = {"filterType": "updatedAt", "startAt": iso(since), "endAt": end}
        return self._client.pages(path, {**span, "fields": fields})

    def _flagged(self, left: set[tuple[str, str]]) -> Batch:
        """Flag memberships of leads that were taken out of a program."""
        rows = self._raw.rows("NOT coalesce(is_deleted, false)") if left else []
        gone = [
            {**row, "is_deleted": True}
            for row in rows
            if (str(row["program_id"]), str(row["lead_id"])) in left
        ]
        return Batch(gone, self._raw.kinds, is_counted=False)


def _move(row: Mapping[str, Any]) -> tuple[str, str, str]:
    status = attributes_of(row.get("attributes")).get("New Status")
    program = row.get("primaryAttributeValueId")
    return str(program or ""), str(row["leadId"]), str(status or "")


def _membership(row: Mapping[str, Any]) -> dict[str, Any]:
    columns = {
        column: converter(_CONTRACT.columns[column])(row.get(name))
        for name, column in _OPTIONAL.items()
    }
    key = {"program_id": text_of(row.get("programId")), "lead_id": text_of(row.get("leadId"))}
    return {**key, **columns, "is_deleted": False}
