"""People of the made-up world are found in every lifecycle state, each by its own evidence."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.world import World, build_world

NOW = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)
SALES = {"インサイドセールス", "フィールドセールス"}
Record = dict[str, Any]


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(people=1000, seed=11, now=NOW)


@pytest.fixture(scope="module")
def people(world: World) -> list[Record]:
    return world.salesforce["Lead"] + world.salesforce["Contact"]


def sales_users(world: World) -> set[str]:
    return {u["Id"] for u in world.salesforce["User"] if u["Department"] in SALES}


def contacted(world: World) -> set[str]:
    users = sales_users(world)
    calls = [t for t in world.salesforce["Task"] if t["IsClosed"] and t["OwnerId"] in users]
    meetings = [e for e in world.salesforce["Event"] if e["OwnerId"] in users]
    return {act["WhoId"] for act in calls + meetings}


def test_every_state_is_aimed_at(world: World) -> None:
    states = Counter(world.intended_states.values())
    assert set(states) >= {
        "suspect", "prospect", "mql_waiting", "mql_dormant", "mql_contacted", "sql",
        "opportunity", "won", "lost", "recycled", "ng_sales_rejected", "ng_personal_email",
        "ng_student", "ng_competitor", "ng_existing_customer",
    }  # fmt: skip
    assert min(states.values()) >= 3


def test_deals_are_open_won_and_lost(world: World) -> None:
    deals = world.salesforce["Opportunity"]
    stages = Counter(d["StageName"] for d in deals)
    assert stages["Closed Won"] >= 5
    assert stages["Closed Lost"] > stages["Closed Won"]
    assert any(not d["IsClosed"] for d in deals)
    assert all(d["IsWon"] == (d["StageName"] == "Closed Won") for d in deals)
    assert all(d["Loss_Reason__c"] for d in deals if d["StageName"] == "Closed Lost")
    assert any(d["Competitor__c"] for d in deals)
    assert any(d["Amount"] is None for d in deals)
    assert any(not d["IsClosed"] and d["CloseDate"] < "2026-10-02" for d in deals)


def test_deals_have_primary_plain_and_no_roles(world: World) -> None:
    primary: dict[str, set[bool]] = {}
    for role in world.salesforce["OpportunityContactRole"]:
        primary.setdefault(role["OpportunityId"], set()).add(role["IsPrimary"])
    kinds = Counter(
        "none" if d["Id"] not in primary else "primary" if True in primary[d["Id"]] else "plain"
        for d in world.salesforce["Opportunity"]
    )
    assert min(kinds["none"], kinds["primary"], kinds["plain"]) >= 5


def test_about_two_in_five_handed_over_are_never_followed_up(world: World) -> None:
    person = {row["source_id"]: row["person"] for row in world.answer_key}
    users = sales_users(world)
    records = world.salesforce["Lead"] + world.salesforce["Contact"]
    handed = {person[r["Id"]] for r in records if r["OwnerId"] in users}
    reached = {person[who] for who in contacted(world)}
    share = len(handed - reached) / len(handed)
    assert 0.3 < share < 0.5


def test_sql_conditions_are_complete_on_some_records(people: list[Record]) -> None:
    complete = [
        r
        for r in people
        if r["Budget_Status__c"] in {"tentative", "confirmed"}
        and r["Need_Is_Clear__c"]
        and r["Timeline__c"] not in {None, "未定"}
        and r["Decision_Maker_Will_Attend__c"]
    ]
    assert len(complete) >= 20


def test_every_feedback_is_given_and_dated(people: list[Record]) -> None:
    given = [r for r in people if r["Sales_Feedback__c"]]
    assert {r["Sales_Feedback__c"] for r in given} == {
        "アポ取得", "商談化", "追客中", "連絡不能", "対象外", "失注",
    }  # fmt: skip
    assert all(r["Sales_Feedback_At__c"] for r in given)


def test_some_worked_leads_kept_their_first_status(world: World) -> None:
    worked = contacted(world)
    forgotten = [
        r
        for r in world.salesforce["Lead"]
        if r["Id"] in worked and r["Status"] == "Open - Not Contacted"
    ]
    assert forgotten


def test_each_ng_reason_has_its_evidence(world: World, people: list[Record]) -> None:
    contacts = [c["properties"] for c in world.hubspot["contacts"]]
    mails = [str(r["Email"]).lower() for r in people] + [str(c["email"]) for c in contacts]
    titles = {r["Title"] for r in people} | {c["jobtitle"] for c in contacts}
    assert {"学生", "大学院生"} & titles
    assert any("@tsubame-shodan.test" in mail for mail in mails)
    assert any("@example." in mail for mail in mails)
    placeholders = {"[not provided]", "個人", "不明", "なし"}
    assert any(
        c["company"] in placeholders and str(c["email"]).endswith("@freemail.test")
        for c in contacts
    )
    assert any(r["Sales_Feedback__c"] == "対象外" for r in people)


def test_existing_customers_show_up_after_their_company_bought(world: World) -> None:
    accounts = {
        row["source_id"]: row["company"]
        for row in world.answer_key
        if row["source_object"] == "account"
    }
    bought = {
        accounts[d["AccountId"]]: d["CloseDate"]
        for d in world.salesforce["Opportunity"]
        if d["IsWon"]
    }
    later = [key for key, state in world.intended_states.items() if state == "ng_existing_customer"]
    companies = {
        row["person"]: row["company"] for row in world.answer_key if row["person"] in later
    }
    created = {
        row["person"]: row["source_id"]
        for row in world.answer_key
        if row["person"] in later and row["source_object"] in {"lead", "contact"}
    }
    dates = {
        r["Id"]: r["CreatedDate"][:10] for n in ("Lead", "Contact") for r in world.salesforce[n]
    }
    checked = 0
    for person in later:
        company, record = companies.get(person), created.get(person)
        if company in bought and record in dates:
            assert dates[record] > bought[company]
            checked += 1
    assert checked >= 3


def test_marketing_touches_of_every_kind_happen(world: World) -> None:
    members = [m for m in world.salesforce["CampaignMember"] if m["HasResponded"]]
    types = {c["Id"]: c["Type"] for c in world.salesforce["Campaign"]}
    answered = {types[m["CampaignId"]] for m in members}
    assert {"Webinar", "Trade Show", "Content"} <= answered
    assert all(m["FirstRespondedDate"] for m in members)
    paths = {e["properties"]["hs_url"].split("?")[0] for e in world.hubspot["events"]}
    assert any("/products/" in path for path in paths)
    kinds = {e["type"] for e in world.hubspot["email_events"]}
    assert kinds >= {"OPEN", "CLICK", "BOUNCE"}
    assert any(e.get("filteredEvent") for e in world.hubspot["email_events"])


def test_sales_acts_are_written_in_several_ways(world: World) -> None:
    tasks = {(t["Type"], t["TaskSubtype"]) for t in world.salesforce["Task"]}
    assert {("電話", "Task"), (None, "Call"), ("メール", "Task"), (None, "Email")} <= tasks
    assert (None, "ListEmail") in tasks
    types = {e["Type"] for e in world.salesforce["Event"]}
    assert types >= {"訪問", "商談", "打合せ", None}


def test_utm_campaigns_are_known_by_name_to_hubspot_and_salesforce(world: World) -> None:
    utms = {c["properties"]["hs_utm"] for c in world.hubspot["campaigns"]}
    used = {
        s["pageUrl"].partition("utm_campaign=")[2]
        for s in world.hubspot["form_submissions"]
        if "utm_campaign=" in s["pageUrl"]
    }
    assert used & utms
    names = {c["properties"]["hs_name"] for c in world.hubspot["campaigns"]}
    assert names & {c["Name"] for c in world.salesforce["Campaign"]}
