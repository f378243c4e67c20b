"""Fields that the org works out itself from others when a record is written.

Belongs here: names, closed and won flags, completion, account of an activity.
Must not: validate values.
"""

from __future__ import annotations

from collections.abc import Callable

from sandbox.tables import Row

Fetch = Callable[[str, str], Row | None]
_PROBABILITIES = {
    "Prospecting": 10.0,
    "Qualification": 20.0,
    "Needs Analysis": 40.0,
    "Proposal/Price Quote": 65.0,
    "Negotiation/Review": 80.0,
    "Closed Won": 100.0,
    "Closed Lost": 0.0,
}
NOT_RESPONDED = {"送信済み", "欠席", "Sent"}


def with_derived_fields(
    object_name: str, before: Row | None, row: Row, at: str, fetch: Fetch
) -> Row:
    """Return the record with its derived fields brought up to date."""
    derive = _DERIVATIONS.get(object_name)
    return {**row, **derive(before, row, at, fetch)} if derive else row


def _person_name(before: Row | None, row: Row, at: str, fetch: Fetch) -> Row:
    return {"Name": " ".join(part for part in (row["LastName"], row["FirstName"]) if part)}


def _opportunity(before: Row | None, row: Row, at: str, fetch: Fetch) -> Row:
    stage = row["StageName"]
    derived: Row = {
        "IsClosed": stage in {"Closed Won", "Closed Lost"},
        "IsWon": stage == "Closed Won",
    }
    if before is None or before["StageName"] != stage:
        derived["Probability"] = _PROBABILITIES.get(stage, row["Probability"])
    return derived


def _account_of(row: Row, fetch: Fetch) -> str | None:
    what, who = row.get("WhatId") or "", row.get("WhoId") or ""
    if what.startswith("001"):
        return str(what)
    related = fetch("Opportunity", what) or fetch("Contact", who)
    return related.get("AccountId") if related else None


def _task(before: Row | None, row: Row, at: str, fetch: Fetch) -> Row:
    is_closed = row["Status"] == "Completed"
    completed = row["CompletedDateTime"] or at
    return {
        "IsClosed": is_closed,
        "CompletedDateTime": completed if is_closed else None,
        "AccountId": _account_of(row, fetch),
        "TaskSubtype": row["TaskSubtype"] or "Task",
    }


def _event(before: Row | None, row: Row, at: str, fetch: Fetch) -> Row:
    return {
        "ActivityDate": row["StartDateTime"][:10] if row["StartDateTime"] else None,
        "AccountId": _account_of(row, fetch),
        "EventSubtype": row["EventSubtype"] or "Event",
    }


def _campaign_member(before: Row | None, row: Row, at: str, fetch: Fetch) -> Row:
    has_responded = row["Status"] is not None and row["Status"] not in NOT_RESPONDED
    return {
        "HasResponded": has_responded,
        "FirstRespondedDate": (row["FirstRespondedDate"] or at[:10]) if has_responded else None,
    }


_DERIVATIONS: dict[str, Callable[[Row | None, Row, str, Fetch], Row]] = {
    "Lead": _person_name,
    "Contact": _person_name,
    "User": _person_name,
    "Opportunity": _opportunity,
    "Task": _task,
    "Event": _event,
    "CampaignMember": _campaign_member,
}
