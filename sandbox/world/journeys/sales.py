"""What sales does with a person who became an MQL: hand-off, contact, feedback, deal.

Belongs here: dates and outcomes of follow-up. Must not: write vendor records.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.world.journeys.plan import DEAL_STATES, Bant, Deal, Journey, SalesStep
from sandbox.world.streams import chance, weighted
from sandbox.world.timing import in_office, later, tokyo_date
from sandbox.world.truth.campaigns import Campaign
from sandbox.world.truth.sales_team import FIELD_SALES, INSIDE_SALES

_CONTACT_DELAYS_H = {(0.1, 1.0): 16.0, (1.0, 8.0): 30.0, (8.0, 44.0): 30.0, (50.0, 240.0): 24.0}
_LEFT_AGO = timedelta(days=70)
_STEP_KINDS = {"call": 62.0, "sales_mail": 25.0, "meeting": 13.0}
_LOSS_REASONS = {
    "価格": 30.0, "競合に決定": 26.0, "時期尚早": 16.0, "予算なし": 12.0, "機能不足": 9.0,
    "決裁者不在": 5.0, "自社開発": 2.0,
}  # fmt: skip
_RIVALS = ("つばめ商談クラウド", "ミカヅキCRM", "ハヤブサマーケ", "トビウオソフト")
_OPEN_STAGES = (
    "Prospecting",
    "Qualification",
    "Needs Analysis",
    "Proposal/Price Quote",
    "Negotiation/Review",
)
_COMMENTS = {
    "追客中": "資料を送付済み。来週あらためて連絡する。",
    "アポ取得": "課題のヒアリング予定。上長も同席見込み。",
    "商談化": "デモ実施。見積もり依頼あり。",
    "連絡不能": "3回架電したが不在。メールも返信なし。",
    "対象外": "情報収集のみで導入予定なし。",
    "失注": "他社に決定とのこと。次年度に再提案。",
}


@dataclass(frozen=True)
class FollowUp:
    """Plans the follow-up of one person from a random stream of their own."""

    rng: random.Random
    calendar: list[Campaign]
    now: datetime

    def plan(self, journey: Journey) -> None:
        """Fill in hand-off, contact, feedback, BANT, status changes and deal of a journey."""
        if journey.mql_at is None or journey.state == "mql_waiting":
            return
        self._hand_off(journey, journey.mql_at)
        if journey.state == "mql_dormant" or journey.handed_at is None:
            return
        first = self._first_contact(journey, journey.handed_at)
        if first is None:
            return
        if journey.state in {"sql", "recycled"} | DEAL_STATES:
            self._bant(journey, first)
        if journey.state in DEAL_STATES:
            self._deal(journey, first)
        self._feedback(journey, first)

    def _past(self, at: datetime) -> bool:
        return at < self.now

    def _hand_off(self, journey: Journey, mql_at: datetime) -> None:
        # who left the company keeps old leads and gets no new ones
        left = mql_at > self.now - _LEFT_AGO
        staff = [m for m in INSIDE_SALES if m.is_active or not left]
        journey.sales_user = self.rng.choice(staff).key
        if chance(self.rng, 0.08):
            journey.owned_by_sales_from_start = True
            journey.handed_at = mql_at
            return
        least, most = weighted(self.rng, {(0.2, 8.0): 55.0, (8.0, 23.0): 20.0, (25.0, 90.0): 25.0})
        at = later(self.rng, mql_at, least, most)
        journey.handed_at = at if self._past(at) else None

    def _first_contact(self, journey: Journey, handed_at: datetime) -> datetime | None:
        least, most = weighted(self.rng, _CONTACT_DELAYS_H)
        at = in_office(self.rng, handed_at, least, most)
        user = str(journey.sales_user)
        for number in range(self.rng.randint(1, 3)):
            if not self._past(at):
                break
            kind = weighted(self.rng, _STEP_KINDS) if number == 0 else "call"
            journey.steps.append(SalesStep(kind, at, user))
            at = in_office(self.rng, at, 20, 150)
        if not journey.steps:
            return None
        if not chance(self.rng, 0.10):  # the rest forgot to move the status
            moved = journey.steps[0].at + timedelta(minutes=self.rng.randint(1, 50))
            journey.statuses.append(("Working - Contacted", min(moved, self.now)))
        return journey.steps[0].at

    def _bant(self, journey: Journey, first: datetime) -> None:
        complete = journey.state == "sql" or chance(self.rng, 0.6)
        at = in_office(self.rng, first, 1, 96)
        if not self._past(at):
            return
        journey.bant = Bant(
            budget=weighted(self.rng, {"tentative": 6.0, "confirmed": 3.0}) if complete else "none",
            need_is_clear=complete or chance(self.rng, 0.5),
            timeline=self.rng.choice(("今すぐ", "3ヶ月以内", "半年以内"))
            if complete
            else self.rng.choice(("未定", "1年以内")),
            decision_maker_attends=complete or chance(self.rng, 0.2),
            at=at,
        )

    def _feedback(self, journey: Journey, first: datetime) -> None:
        at = in_office(self.rng, first, 0.5, 60)
        if journey.state in {"recycled", "ng_sales_rejected"}:
            at = in_office(self.rng, first, 24, 24 * 15)
        if not self._past(at):
            return
        self._note_outcome(journey, at)
        if journey.feedback:
            journey.comment = _COMMENTS[journey.feedback[-1][0]]

    def _note_outcome(self, journey: Journey, at: datetime) -> None:
        state = journey.state
        if state == "recycled":
            if chance(self.rng, 0.7):
                journey.feedback = [("連絡不能", at)]
            if not journey.feedback or chance(self.rng, 0.6):
                journey.statuses.append(("Nurturing", at))
        elif state == "ng_sales_rejected":
            journey.feedback = [("対象外", at)]
            if chance(self.rng, 0.6):
                journey.statuses.append(("Unqualified", at + timedelta(minutes=2)))
        elif state in DEAL_STATES and journey.deal:
            journey.feedback = [("アポ取得", min(at, journey.deal.created_at))]
            journey.feedback.append(("商談化", journey.deal.created_at + timedelta(minutes=4)))
            lost = journey.deal.is_closed and not journey.deal.is_won
            if lost and chance(self.rng, 0.7):
                journey.feedback.append(("失注", journey.deal.stages[-1][1]))
        elif chance(self.rng, 0.8):
            journey.feedback = [("アポ取得" if state == "sql" else "追客中", at)]
        journey.feedback = [f for f in journey.feedback if self._past(f[1])]

    def _deal(self, journey: Journey, first: datetime) -> None:
        created = in_office(self.rng, first, 24 * 2, 24 * 16)
        if not self._past(created):
            return
        journey.converted_at = created
        won = journey.state == "won"
        stages = self._stages(journey, created)
        closed = stages[-1][0].startswith("Closed")
        journey.deal = Deal(
            created_at=created,
            stages=stages,
            amount=None if chance(self.rng, 0.04) else self.rng.randint(4, 90) * 50_000,
            close_on=tokyo_date(stages[-1][1])
            if closed
            else tokyo_date(self.now) + timedelta(days=self.rng.randint(3, 90)),
            is_closed=closed,
            is_won=closed and won,
            owner=self.rng.choice(FIELD_SALES).key,
            roles=weighted(self.rng, {"primary": 68.0, "no_primary": 17.0, "none": 15.0}),
            meetings=self.rng.randint(1, 5) if won else self.rng.randint(1, 3),
            decision_maker_attended=chance(self.rng, 0.75 if won else 0.4),
            campaign=self._primary_campaign(journey) if chance(self.rng, 0.5) else None,
        )
        self._meetings(journey, journey.deal)
        if closed and not won:
            journey.deal.loss_reason = weighted(self.rng, _LOSS_REASONS)
            if journey.deal.loss_reason == "競合に決定" or chance(self.rng, 0.2):
                journey.deal.competitor = self.rng.choice(_RIVALS)

    def _stages(self, journey: Journey, created: datetime) -> list[tuple[str, datetime]]:
        at, stages = created, [(_OPEN_STAGES[self.rng.randint(0, 1)], created)]
        last = self.rng.randint(1, len(_OPEN_STAGES) - 1)
        for stage in _OPEN_STAGES[_OPEN_STAGES.index(stages[0][0]) + 1 : last + 1]:
            at = in_office(self.rng, at, 24 * 2, 24 * 12)
            if not self._past(at):
                return stages
            stages.append((stage, at))
        if journey.state != "opportunity":
            at = in_office(self.rng, at, 24 * 3, 24 * 20)
            if self._past(at):
                stages.append(("Closed Won" if journey.state == "won" else "Closed Lost", at))
        return stages

    def _meetings(self, journey: Journey, deal: Deal) -> None:
        at = deal.created_at
        for _ in range(deal.meetings):
            at = in_office(self.rng, at, 24, 24 * 9)
            if self._past(at):
                journey.steps.append(SalesStep("meeting", at, deal.owner))

    def _primary_campaign(self, journey: Journey) -> Campaign | None:
        touched = [a.campaign for a in journey.acts if a.campaign and a.campaign.in_salesforce]
        return touched[-1] if touched else None
