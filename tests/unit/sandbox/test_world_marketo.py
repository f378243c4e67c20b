"""The Marketo instance of the made-up world fits the people and leaves other systems alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from sandbox.world import World, build_world
from sandbox.world.schema import marketo_fields

NOW = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)
MERGED, DELETED, FORM, STATUS = 32, 37, 2, 104


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(people=800, seed=5, now=NOW)


def attributes(activity: dict) -> dict:
    return {one["name"]: one["value"] for one in activity["attributes"]}


def test_a_modest_share_of_people_are_leads_and_all_are_in_the_key(world: World) -> None:
    leads = {str(row["id"]): row for row in world.marketo["leads"]}
    keyed = {row["source_id"]: row for row in world.answer_key if row["source_system"] == "marketo"}
    assert leads.keys() == keyed.keys()
    people = {row["person"] for row in keyed.values() if row["person"]}
    assert 0.08 * 800 <= len(people) <= 0.16 * 800
    assert any(row["kind"] == "junk" for row in keyed.values())
    assert len({row["kind"] for row in keyed.values()}) > 4


def test_leads_hold_known_fields_and_one_address_each(world: World) -> None:
    known = {one.name for one in marketo_fields()} | {"_changedAt"}
    leads = world.marketo["leads"]
    assert all(row.keys() <= known for row in leads)
    mails = [row["email"] for row in leads if row["email"]]
    assert len(mails) == len(set(mails))
    assert all(re.search(r"\.test$|@example\.com$", mail) for mail in mails)


def test_what_happened_lies_in_the_past_and_belongs_to_somebody(world: World) -> None:
    living = {row["id"] for row in world.marketo["leads"]}
    merged = {
        int(number)
        for row in world.marketo["activities"]
        if row["activityTypeId"] == MERGED
        for number in re.findall(r"\d+", attributes(row)["Merge IDs"])
    }
    deleted = {r["leadId"] for r in world.marketo["activities"] if r["activityTypeId"] == DELETED}
    assert merged
    assert deleted
    assert not (merged | deleted) & living
    for row in world.marketo["activities"]:
        assert row["activityDate"] < "2026-10-02T05:30:00Z"
        assert row["leadId"] in living | merged | deleted
    guids = [row["marketoGUID"] for row in world.marketo["activities"]]
    assert len(guids) == len(set(guids))


def test_members_stand_where_their_last_activity_says(world: World) -> None:
    last = {
        (row["primaryAttributeValueId"], row["leadId"]): attributes(row)["New Status"]
        for row in world.marketo["activities"]
        if row["activityTypeId"] == STATUS
    }
    members = {(row["programId"], row["leadId"]): row for row in world.marketo["members"]}
    assert "Attended" in {row["statusName"] for row in members.values()}
    assert last.keys() <= members.keys()
    assert all(members[pair]["statusName"] == status for pair, status in last.items())
    webinars = {row["id"] for row in world.marketo["programs"] if row["channel"] == "Webinar"}
    assert {program for program, _ in members} <= webinars


def test_some_forms_are_told_by_hubspot_too(world: World) -> None:
    names = {row["name"] for row in world.hubspot["forms"]}
    told = [r for r in world.marketo["activities"] if r["activityTypeId"] == FORM]
    assert told
    assert {row["primaryAttributeValue"] for row in told} <= names


def test_without_marketo_all_other_records_are_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.world.systems.marketo.filling._SHARE", 0.0)
    without = build_world(people=800, seed=5, now=NOW)
    assert len(without.marketo["leads"]) < 5
    for name in ("salesforce", "hubspot", "typeform", "sansan", "files"):
        assert getattr(without, name) == getattr(world, name)


def test_without_acts_only_records_come() -> None:
    bare = build_world(people=300, seed=5, now=NOW, with_acts=False)
    assert bare.marketo["leads"]
    assert not bare.marketo["members"]
