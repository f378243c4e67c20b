"""Tasks and events: calls, mails, meetings, and what only looks like them.

Belongs here: activity records. Must not: decide when sales acts.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from sandbox.world.journeys.plan import Journey, SalesStep
from sandbox.world.streams import Streams, chance, weighted
from sandbox.world.systems.salesforce.follow_up import SalesforcePerson
from sandbox.world.systems.salesforce.org import Org, Record
from sandbox.world.timing import in_office, sf_datetime, tokyo_date

_CALL_WRITINGS = {("電話", "Task"): 60.0, ("Call", "Task"): 15.0, (None, "Call"): 25.0}
_MAIL_WRITINGS = {("メール", "Task"): 45.0, ("Email", "Task"): 15.0, (None, "Email"): 40.0}
_MEETING_TYPES = {"訪問": 30.0, "商談": 30.0, "打合せ": 20.0, None: 20.0}
_CALL_SUBJECTS = ("初回架電", "フォローコール", "ヒアリング架電", "日程調整の電話")
_MAIL_SUBJECTS = ("お礼と資料送付", "ご提案のご連絡", "日程のご相談")
_MEETING_SUBJECTS = ("初回訪問", "製品デモ", "要件打合せ", "お見積りご説明")


class ActivityDesk:
    """Writes the activities of one person."""

    def __init__(self, org: Org, streams: Streams) -> None:
        self._org = org
        self._streams = streams

    def write(self, journey: Journey, person: SalesforcePerson) -> None:
        """Write what sales did, and chores that are no contact at all."""
        who = person.working_record
        if who is None:
            return
        # activities of a converted Lead were entered while it was one
        born = min(_created(record) for record in person.leads + person.contacts)
        rng = self._streams.of("activities", journey.person.key)
        for step in journey.steps:
            if step.kind == "meeting":
                self._meeting(rng, who, step, born)
            else:
                self._task(rng, who, step, born)
        self._chores(rng, who, journey)

    def _task(self, rng: random.Random, who: Record, step: SalesStep, born: datetime) -> None:
        is_call = step.kind == "call"
        kind, subtype = weighted(rng, _CALL_WRITINGS if is_call else _MAIL_WRITINGS)
        entered = step.at - timedelta(hours=rng.randint(0, 20))
        task = self._org.new(
            "Task",
            min(max(entered, born), step.at),
            step.user,
            WhoId=who["Id"],
            AccountId=who.get("AccountId"),
            Subject=rng.choice(_CALL_SUBJECTS if is_call else _MAIL_SUBJECTS),
            Status="Completed",
            Priority="Normal",
            IsClosed=True,
            ActivityDate=tokyo_date(step.at).isoformat(),
            CompletedDateTime=sf_datetime(step.at),
            Type=kind,
            TaskSubtype=subtype,
            OwnerId=self._org.user_ids[step.user],
        )
        self._org.touch(task, step.at, step.user)

    def _meeting(self, rng: random.Random, who: Record, step: SalesStep, born: datetime) -> None:
        start = step.at - timedelta(minutes=60)
        event = self._org.new(
            "Event",
            min(max(step.at - timedelta(days=rng.randint(0, 5), hours=2), born), step.at),
            step.user,
            WhoId=who["Id"],
            AccountId=who.get("AccountId"),
            Subject=rng.choice(_MEETING_SUBJECTS),
            StartDateTime=sf_datetime(start),
            EndDateTime=sf_datetime(step.at),
            ActivityDate=tokyo_date(start).isoformat(),
            Type=weighted(rng, _MEETING_TYPES),
            EventSubtype="Event",
            OwnerId=self._org.user_ids[step.user],
        )
        self._org.touch(event, step.at, step.user)

    def _chores(self, rng: random.Random, who: Record, journey: Journey) -> None:
        """Write mass mails, untyped to-dos and planned calls that nobody made."""
        if chance(rng, 0.22):
            self._chore(rng, who, journey.marketer, "一斉メール配信", "ListEmail", closed=True)
        if chance(rng, 0.06):
            self._chore(rng, who, journey.marketer, "リスト確認", "Task", closed=True)
        if journey.sales_user and not journey.steps and chance(rng, 0.3):
            self._chore(rng, who, journey.sales_user, "架電予定", "Call", closed=False)

    def _chore(
        self, rng: random.Random, who: Record, user: str, subject: str, subtype: str, closed: bool
    ) -> None:
        at = in_office(rng, _created(who), 2, 24 * 20)
        if at >= self._org.now:
            return
        self._org.new(
            "Task",
            at,
            user,
            WhoId=who["Id"],
            AccountId=who.get("AccountId"),
            Subject=subject,
            Status="Completed" if closed else "Not Started",
            Priority="Normal",
            IsClosed=closed,
            ActivityDate=tokyo_date(at).isoformat(),
            CompletedDateTime=sf_datetime(at) if closed else None,
            Type="電話" if subtype == "Call" else None,
            TaskSubtype=subtype,
            OwnerId=self._org.user_ids[user],
        )


def _created(record: Record) -> datetime:
    return datetime.strptime(record["CreatedDate"], "%Y-%m-%dT%H:%M:%S.%f%z")
