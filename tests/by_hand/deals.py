"""Deals by hand: their close, their persons, their primary person, their linear shares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from tests.by_hand.acts import SALES_KINDS, Touch
from tests.by_hand.facts import TOKYO, Facts, Row

CLOSED = ("Closed Won", "Closed Lost")


@dataclass
class Deal:
    """One opportunity with what was decided about it."""

    id: str
    created_at: datetime
    closed_at: datetime | None
    is_won: bool
    amount: int | None
    persons: list[str]
    primary: str | None
    has_roles: bool


def read_deals(facts: Facts, touches: dict[str, list[Touch]]) -> list[Deal]:
    """All deals that are not deleted, created up to as_of."""
    closings = _closings(facts)
    roles: dict[str, list[Row]] = {}
    for role in facts.rows("raw_salesforce.opportunity_contact_role"):
        person = facts.person_of.get(f"salesforce:contact:{role['contact_id']}")
        if not role["is_deleted"] and role["created_date"] <= facts.as_of and (
            person in facts.persons
        ):  # fmt: skip
            roles.setdefault(role["opportunity_id"], []).append({**role, "person": person})
    deals = []
    for row in facts.rows("raw_salesforce.opportunity"):
        if row["is_deleted"] or row["created_date"] > facts.as_of:
            continue
        of_deal = sorted(roles.get(row["id"], []), key=lambda r: (r["created_date"], r["id"]))
        account = facts.account_of.get(f"salesforce:account:{row['account_id']}")
        persons = [role["person"] for role in of_deal] or sorted(
            person for person, known in facts.persons.items()
            if account and known["account_id"] == account
        )  # fmt: skip
        closed_at = _closed_at(row, closings) if row["is_closed"] else None
        deals.append(Deal(
            id=row["id"], created_at=row["created_date"], closed_at=closed_at,
            is_won=bool(row["is_won"]), persons=list(dict.fromkeys(persons)),
            amount=None if row["amount"] is None else round(row["amount"]),
            primary=_primary(of_deal, persons, row["created_date"], touches),
            has_roles=bool(of_deal),
        ))  # fmt: skip
    return deals


def _closings(facts: Facts) -> dict[str, datetime]:
    """Last change of StageName into a closed stage: by the field history, else the stage rows."""
    by_rows: dict[str, datetime] = {}
    stage_before: dict[str, str] = {}
    rows = facts.rows("raw_salesforce.opportunity_history")
    for row in sorted(rows, key=lambda row: (row["created_date"], row["id"])):
        deal = row["opportunity_id"]
        if row["stage_name"] in CLOSED and stage_before.get(deal) != row["stage_name"]:
            by_rows[deal] = row["created_date"]
        stage_before[deal] = row["stage_name"]
    by_field: dict[str, datetime] = {}
    for row in facts.rows("raw_salesforce.opportunity_field_history"):
        if row["field"] == "StageName" and row["new_value"] in CLOSED:
            known = by_field.get(row["opportunity_id"], row["created_date"])
            by_field[row["opportunity_id"]] = max(known, row["created_date"])
    return {**by_rows, **by_field}


def _closed_at(row: Row, closings: dict[str, datetime]) -> datetime:
    if row["id"] in closings:
        return max(row["created_date"], closings[row["id"]])
    day_end = datetime.combine(row["close_date"], time(23, 59, 59), TOKYO).astimezone(UTC)
    return max(row["created_date"], min(day_end, row["last_modified_date"]))


def _first_touch(
    person: str, created_at: datetime, touches: dict[str, list[Touch]]
) -> Touch | None:
    for touch in touches.get(person, []):
        if touch.kind not in SALES_KINDS and touch.at <= created_at:
            return touch
    return None


def _primary(
    roles: list[Row], persons: list[str], created_at: datetime, touches: dict[str, list[Touch]]
) -> str | None:
    """Primary role, else the earliest touched, else the earliest role."""
    candidates = [role["person"] for role in roles if role["is_primary"]] or persons
    firsts = [touch for person in candidates
              if (touch := _first_touch(person, created_at, touches))]  # fmt: skip
    if firsts:
        return min(firsts).person
    return candidates[0] if roles else None


def eligible(deal: Deal, touches: dict[str, list[Touch]]) -> list[Touch]:
    """Marketing touches of the deal's persons in the year up to its creation."""
    return sorted(
        touch
        for person in deal.persons
        for touch in touches.get(person, [])
        if touch.kind not in SALES_KINDS
        and deal.created_at - timedelta(days=365) < touch.at <= deal.created_at
    )


def linear_credits(deal: Deal, touches: dict[str, list[Touch]]) -> dict[str | None, int]:
    """Touch id → whole yen, equal shares, the rest to the earliest."""
    found = eligible(deal, touches)
    amount = deal.amount or 0
    if not found:
        return {None: amount}
    whole, rest = divmod(amount, len(found))
    return {touch.id: whole + (number < rest) for number, touch in enumerate(found)}
