"""Score, NG and stages by hand: every person, every instant, every rule of definitions.md.

Slow and obvious on purpose: at each instant at which anything happened, all rules are asked anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.by_hand.acts import PROSPECT_KINDS, SALES_KINDS, Touch
from tests.by_hand.deals import Deal
from tests.by_hand.facts import Facts, Row
from tests.by_hand.histories import Histories

RANKS = {"": -1, "Suspect": 0, "Prospect": 1, "Recycled": 1, "MQL": 2, "SQL": 3,
         "Opportunity": 4, "Lost": 5, "Won": 6}  # fmt: skip
COUNT_RULES = (
    ("document_download", "document_download", 1, 180, 10),
    ("webinar_attended", "webinar_attended", 1, 180, 15),
    ("site_visit_2", "site_visit", 2, 30, 5),
    ("product_page_view_3", "product_page_view", 3, 30, 5),
    ("inquiry", "inquiry", 1, 90, 20),
)
BANT = (
    ("Budget_Status__c", "budget_status__c"), ("Need_Is_Clear__c", "need_is_clear__c"),
    ("Timeline__c", "timeline__c"),
    ("Decision_Maker_Will_Attend__c", "decision_maker_will_attend__c"),
)  # fmt: skip


@dataclass
class Life:
    """All that is known of one person."""

    person: Row
    first_seen_at: datetime | None
    touches: list[Touch]
    records: list[str]
    deals: list[Deal]
    ng_reason: str | None
    ng_at: datetime | None
    transitions: list[tuple[str, datetime]] = field(default_factory=list)


def visits(touches: list[Touch]) -> list[Touch]:
    """First views of site visits: a view 30 minutes or more after the one before begins one."""
    views = [touch for touch in touches if touch.kind == "site_visit"]
    return [view for number, view in enumerate(views)
            if number == 0 or view.at - views[number - 1].at >= timedelta(minutes=30)]  # fmt: skip


def counted(touches: list[Touch], kind: str, days: int, at: datetime) -> list[Touch]:
    """Touches of a kind in (at - days, at]."""
    pool = visits(touches) if kind == "site_visit" else touches
    return [touch for touch in pool
            if touch.kind == kind and at - timedelta(days=days) < touch.at <= at]  # fmt: skip


def attribute_points(person: Row) -> dict[str, int]:
    """Points of the attribute rules that hold, by rule."""
    points = {
        "employees_50": 5 if (person["employee_count"] or 0) >= 50 else 0,
        "target_industry": 5 if person["industry"] in ("製造", "IT", "医療") else 0,
        "title_bucho": 10 if (person["title_rank"] or 0) >= 3 else 0,
        "decision_maker": 20 if person["is_decision_maker"] else 0,
        "competitor_in_use": 15 if person["competitor_in_use"] else 0,
    }
    return {rule: value for rule, value in points.items() if value}


def score_parts(life: Life, at: datetime) -> dict[str, tuple[int, str | None]]:
    """Rule → points and the id of the event that completed its count."""
    parts: dict[str, tuple[int, str | None]] = {
        rule: (value, None) for rule, value in attribute_points(life.person).items()
    }
    for rule, kind, needed, days, points in COUNT_RULES:
        found = counted(life.touches, kind, days, at)
        if len(found) >= needed:
            parts[rule] = (points, found[needed - 1].id)
    return parts


def other_evidence(life: Life, at: datetime) -> set[tuple[str, str]]:
    """(rule, id) of what was counted too, beside the event that completed the count."""
    parts = score_parts(life, at)
    return {
        (rule, touch.id)
        for rule, kind, _, days, _ in COUNT_RULES
        if rule in parts
        for touch in counted(life.touches, kind, days, at)
        if touch.id != parts[rule][1]
    }


def is_mql(life: Life, at: datetime) -> bool:
    """Score of 30, or the named medical rule."""
    if sum(points for points, _ in score_parts(life, at).values()) >= 30:
        return True
    person = life.person
    seen = [touch.kind for touch in life.touches if touch.at <= at]
    return (
        person["industry"] == "医療" and (person["title_rank"] or 0) >= 3
        and (person["employee_count"] or 0) >= 300
        and seen.count("document_download") >= 2 and "webinar_attended" in seen
    )  # fmt: skip


def has_bant(life: Life, histories: Histories, at: datetime) -> bool:
    """All four conditions on one Lead or Contact."""
    for record in life.records:
        row = histories.records[record]
        if row["is_deleted"] and at >= row["system_modstamp"]:
            continue
        budget, need, timeline, attends = (
            histories.value(record, name, column, at) for name, column in BANT
        )
        if (budget in ("tentative", "confirmed") and need == "true" and attends == "true"
                and timeline not in (None, "", "未定")):  # fmt: skip
            return True
    return False


def returns(life: Life, histories: Histories) -> set[datetime]:
    """Instants of 連絡不能 and of the status changing to Nurturing."""
    found = {at for record in life.records for at, said in histories.feedbacks(record)
             if said == "連絡不能"}  # fmt: skip
    for record in life.records:
        for change in histories.changes.get((record, "Status"), []):
            if change["new_value"] == "Nurturing":
                found.add(change["created_date"])
    return found


def live(life: Life, histories: Histories, facts: Facts) -> None:
    """Walk through a person's instants and note every transition."""
    back = returns(life, histories)
    instants = {touch.at for touch in life.touches} | back
    instants |= {at for deal in life.deals for at in (deal.created_at, deal.closed_at) if at}
    instants |= {at for record in life.records
                 for at in histories.instants(record, *(name for name, _ in BANT))}  # fmt: skip
    instants |= {at for at in (life.first_seen_at, life.ng_at) if at}
    recycled_at: datetime | None = None
    stage = ""
    for at in sorted(instant for instant in instants if instant <= facts.as_of):
        for reached in _reached_at(life, histories, at, back, stage, recycled_at):
            stage = reached
            recycled_at = at if reached == "Recycled" else recycled_at
            life.transitions.append((reached, at))


def _reached_at(
    life: Life, histories: Histories, at: datetime, back: set[datetime],
    before: str, recycled_at: datetime | None,
) -> list[str]:  # fmt: skip
    """The stages reached in one instant, lowest first."""
    reached: list[str] = []
    stage = before

    def move(to: str, condition: bool) -> None:
        nonlocal stage
        if condition:
            reached.append(to)
            stage = to

    is_ng = life.ng_at is not None and at >= life.ng_at
    created = any(deal.created_at == at for deal in life.deals)
    move("Suspect", at == life.first_seen_at and stage == "")
    move("NG", at == life.ng_at and stage not in ("Opportunity", "Lost", "Won"))
    prospect = any(touch.at == at and touch.kind in PROSPECT_KINDS for touch in life.touches)
    move("Prospect", prospect and not is_ng and RANKS.get(stage, 9) < RANKS["Prospect"])
    fresh = stage == "Prospect" or (stage == "Recycled" and recycled_at is not None and any(
        recycled_at < touch.at <= at and touch.kind not in {*SALES_KINDS, "mail_opened"}
        for touch in life.touches))  # fmt: skip
    move("MQL", not is_ng and fresh and is_mql(life, at))
    move("SQL", not is_ng and stage == "MQL" and (created or has_bant(life, histories, at)))
    move("Opportunity", created and stage not in ("Opportunity", "Won"))
    move("Lost", stage == "Opportunity" and _lost_at(life.deals, at))
    move("Won", stage != "Won" and any(deal.is_won and deal.closed_at == at for deal in life.deals))
    move("Recycled", not is_ng and at in back and stage in ("MQL", "SQL", "Lost"))
    return reached


def _lost_at(deals: list[Deal], at: datetime) -> bool:
    """Whether a deal is lost at an instant while none is open or won."""
    started = [deal for deal in deals if deal.created_at <= at]
    is_open = any(deal.closed_at is None or deal.closed_at > at for deal in started)
    return (
        any(deal.closed_at == at and not deal.is_won for deal in started)
        and not is_open and not any(deal.is_won for deal in started)
    )  # fmt: skip
