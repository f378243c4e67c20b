"""Whole lives by hand: who is no lead and since when, cycles, clocks, untouched, dormant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.by_hand.acts import SALES_KINDS, Touch, touches_by_person
from tests.by_hand.deals import Deal, read_deals
from tests.by_hand.facts import Facts
from tests.by_hand.histories import FOREVER, Histories
from tests.by_hand.stages import Life, live

TEST_NAMES = {"テスト", "ﾃｽﾄ", "てすと", "test", "tester", "testuser", "テスト太郎", "テスト花子",
              "サンプル", "ｻﾝﾌﾟﾙ", "サンプル太郎", "sample", "ダミー", "ﾀﾞﾐｰ", "dummy"}  # fmt: skip
TEST_DOMAINS = ("example.com", "example.net", "example.org", "example.jp", "example.co.jp",
                "test.com")  # fmt: skip


@dataclass(frozen=True)
class Lists:
    """The agreement's lists that the world is written against."""

    free_mail: frozenset[str]
    placeholders: frozenset[str]
    competitor_domains: tuple[str, ...]
    competitor_accounts: frozenset[str]


def lead_lives(facts: Facts, lists: Lists) -> dict[str, Life]:
    """Live everybody's life up to as_of."""
    touches = touches_by_person(facts)
    deals = read_deals(facts, touches)
    histories = Histories(facts)
    wins = _first_wins(facts, deals)
    lives = {}
    for person in facts.persons:
        life = _born(facts, histories, person, touches.get(person, []), deals)
        life.ng_reason = ng_reason(facts, histories, lists, life, wins)
        if life.ng_reason == "sales_rejected":
            life.ng_at = latest_feedback(histories, life)[0]
        elif life.ng_reason:
            life.ng_at = life.first_seen_at or facts.as_of
        live(life, histories, facts)
        lives[person] = life
    return lives


def _born(
    facts: Facts, histories: Histories, person: str, touches: list[Touch], deals: list[Deal]
) -> Life:
    records = facts.records_of.get(person, [])
    seen = [row["created_at"] for row in records if row["created_at"]]
    keys = [row["record_key"] for row in records]
    own = [deal for deal in deals
           if (person in deal.persons if deal.has_roles else deal.primary == person)]  # fmt: skip
    return Life(
        person=facts.persons[person],
        first_seen_at=min([*seen, *(touch.at for touch in touches)], default=None),
        touches=touches,
        records=[key for key in keys if key in histories.records],
        deals=own,
        ng_reason=None,
        ng_at=None,
    )


def _first_wins(facts: Facts, deals: list[Deal]) -> dict[str, datetime]:
    """Account → its earliest won close."""
    account_of = {row["id"]: facts.account_of.get(f"salesforce:account:{row['account_id']}")
                  for row in facts.rows("raw_salesforce.opportunity")}  # fmt: skip
    wins: dict[str, datetime] = {}
    for deal in deals:
        account = account_of[deal.id]
        if deal.is_won and deal.closed_at and account:
            wins[account] = min(deal.closed_at, wins.get(account, deal.closed_at))
    return wins


def _domain(mail: str | None) -> str:
    return (mail or "").strip().lower().rpartition("@")[2]


def _is_under(domain: str, parents: tuple[str, ...]) -> bool:
    return any(domain == parent or domain.endswith("." + parent) for parent in parents)


def latest_feedback(histories: Histories, life: Life) -> tuple[datetime, str] | None:
    """What sales said last about the person, on any record."""
    said = [(at, value) for record in life.records for at, value in histories.feedbacks(record)]
    return max(said, key=lambda pair: pair[0], default=None)


def ng_reason(
    facts: Facts, histories: Histories, lists: Lists, life: Life, wins: dict[str, datetime]
) -> str | None:
    """The first matching reason of the NG rules, in their order."""
    person = life.person
    domain = _domain(person["email"])
    names = {(person[key] or "").replace(" ", "").replace("\u3000", "").lower()
             for key in ("family_name", "full_name")}  # fmt: skip
    won_at = wins.get(person["account_id"])
    said = latest_feedback(histories, life)
    reasons = {
        "test_data": bool(names & TEST_NAMES) or _is_under(domain, TEST_DOMAINS),
        "student": person["title"] in ("学生", "大学院生")
        or (_is_under(domain, ("ac.jp", "ed.jp")) and not person["title"]),
        "competitor": _is_under(domain, lists.competitor_domains)
        or person["account_id"] in lists.competitor_accounts,
        "personal_email": _is_private(facts, lists, person["person_id"]),
        "existing_customer": bool(won_at and life.first_seen_at and won_at < life.first_seen_at),
        "sales_rejected": bool(said and said[1] == "対象外"),
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def _is_private(facts: Facts, lists: Lists, person: str) -> bool:
    """Only free-mail addresses, and no company on any record."""
    records = [row for row in facts.records_of[person] if not row["is_deleted"]]
    domains = [_domain(row["email"]) for row in records if row["email"]]
    companies = [(row["company_name"] or "").strip().lower() for row in records]
    has_company = any(row["company_key"] for row in records) or any(
        company and company not in lists.placeholders for company in companies
    )
    return bool(domains) and not has_company and all(
        _is_under(domain, tuple(lists.free_mail)) for domain in domains
    )  # fmt: skip


@dataclass(frozen=True)
class Cycle:
    """One MQL with what followed it until the next one."""

    mql_at: datetime
    handed_at: datetime | None
    first_contact_at: datetime | None
    feedback_at: datetime | None


def cycles(facts: Facts, histories: Histories, life: Life) -> list[Cycle]:
    """All cycles of a life, in order."""
    mqls = [at for stage, at in life.transitions if stage == "MQL"]
    return [_cycle(facts, histories, life, start, end)
            for start, end in zip(mqls, [*mqls[1:], FOREVER], strict=False)]  # fmt: skip


def _cycle(facts: Facts, histories: Histories, life: Life, start: datetime, end: datetime) -> Cycle:
    handed = _handed_at(facts, histories, life, start, end)
    contacts = [touch.at for touch in life.touches if touch.kind in SALES_KINDS
                and touch.owner in facts.sales_users and start <= touch.at < end]  # fmt: skip
    said = [at for record in life.records for at, _ in histories.feedbacks(record)]
    said += [change["created_date"] for record in life.records
             for change in histories.changes.get((record, "Status"), [])
             if change["created_by_id"] in facts.sales_users]  # fmt: skip
    feedback = [at for at in said if handed and handed <= at < end and at <= facts.as_of]
    return Cycle(start, handed, min(contacts, default=None), min(feedback, default=None))


def _handed_at(
    facts: Facts, histories: Histories, life: Life, start: datetime, end: datetime
) -> datetime | None:
    """First instant in [start, end) at which a sales user owns one of the records."""
    found = []
    for record in life.records:
        row = histories.records[record]
        instants = [start, row["created_date"], *histories.instants(record, "Owner")]
        for at in instants:
            if not start <= at < min(end, histories.ended_at(record)) or at > facts.as_of:
                continue
            if histories.value(record, "Owner", "owner_id", at) in facts.sales_users:
                found.append(at)
    return min(found, default=None)


def is_untouched(facts: Facts, life: Life, cycle: Cycle | None) -> bool:
    """MQL or SQL for more than 24 hours without first contact, not NG, clock not excused."""
    if cycle is None or cycle.first_contact_at or life.transitions[-1][0] not in ("MQL", "SQL"):
        return False
    return life.ng_at is None and facts.as_of - cycle.mql_at > timedelta(hours=24)


def is_dormant(life: Life, cycle: Cycle | None, first_contact_clock: str | None) -> bool:
    """Handed over, never contacted, the first-contact clock breached."""
    if cycle is None or cycle.first_contact_at or life.transitions[-1][0] not in ("MQL", "SQL"):
        return False
    return cycle.handed_at is not None and first_contact_clock == "breached"
