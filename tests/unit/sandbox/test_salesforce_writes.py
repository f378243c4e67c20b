"""Writing records: what the org takes, refuses, stamps and remembers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.clock import SandboxClock
from sandbox.faults.locks import locked_records
from sandbox.salesforce import writes
from sandbox.salesforce.errors import SalesforceFault
from sandbox.salesforce.org import Org
from sandbox.settings import Credentials
from sandbox.tables import Estate, Row
from sandbox.world.schema import salesforce_fields

NOW = datetime(2026, 10, 2, 5, 30, 7, tzinfo=UTC)
STAMP = "2026-10-02T05:30:07.000+0000"
OLD = "2026-09-01T00:00:00.000+0000"
USER = "005000000000001AAA"
OTHER_USER = "005000000000002AAA"
LEAD = "00Q000000000001EAA"


@pytest.fixture
def org() -> Org:
    made = Org(Estate(), SandboxClock(NOW), salesforce_fields(), Credentials())
    made.load("User", [{"Id": USER, "Name": "北見 沙織"}, {"Id": OTHER_USER, "Name": "榊 奈緒"}])
    stamps = {"CreatedDate": OLD, "LastModifiedDate": OLD, "SystemModstamp": OLD}
    lead = {"LastName": "山田", "Company": "A", "Status": "Nurturing", "OwnerId": USER, **stamps}
    made.load("Lead", [{"Id": LEAD, **lead}])
    made.ensure_integration_user()
    return made


def lead(org: Org, record_id: str = LEAD) -> Row:
    row = org.fetch("Lead", record_id)
    assert row is not None
    return row


def history(org: Org) -> list[tuple[Any, ...]]:
    rows = org.table("LeadHistory").rows()
    return [(row["Field"], row["OldValue"], row["NewValue"], row["CreatedDate"]) for row in rows]


def test_insert_fills_what_the_org_fills(org: Org) -> None:
    record_id = writes.insert(
        org, org.types["Lead"], {"LastName": "佐藤", "FirstName": "花子", "company": "B 社"}
    )
    row = lead(org, record_id)
    assert (row["Name"], row["Status"], row["Company"]) == (
        "佐藤 花子",
        "Open - Not Contacted",
        "B 社",
    )
    assert row["OwnerId"] == row["CreatedById"] == org.integration_user_id
    assert row["CreatedDate"] == row["LastModifiedDate"] == row["SystemModstamp"] == STAMP
    assert len(record_id) == 18
    assert history(org) == [("created", None, None, STAMP)]


def test_update_moves_stamps_even_without_a_change(org: Org) -> None:
    writes.update(org, org.types["Lead"], LEAD, {"Status": "Nurturing"})
    assert lead(org)["SystemModstamp"] == lead(org)["LastModifiedDate"] == STAMP
    assert lead(org)["CreatedDate"] == OLD
    assert history(org) == []


def test_tracked_fields_leave_history_and_owner_leaves_ids_and_names(org: Org) -> None:
    writes.update(
        org,
        org.types["Lead"],
        LEAD[:15],
        {
            "Status": "Qualified",
            "OwnerId": OTHER_USER,
            "Lead_Score__c": 35,
            "Need_Is_Clear__c": True,
        },
    )
    assert sorted(history(org), key=str) == sorted(
        [
            ("Status", "Nurturing", "Qualified", STAMP),
            ("Owner", USER, OTHER_USER, STAMP),
            ("Owner", "北見 沙織", "榊 奈緒", STAMP),
            ("Need_Is_Clear__c", False, True, STAMP),
        ],
        key=str,
    )


@pytest.mark.parametrize(
    ("data", "code", "fields"),
    [
        ({"Nope__c": 1}, "INVALID_FIELD", None),
        ({"CreatedDate": OLD}, "INVALID_FIELD_FOR_INSERT_UPDATE", ("CreatedDate",)),
        ({"LastName": "あ" * 81}, "STRING_TOO_LONG", ("LastName",)),
        ({"LastName": None}, "REQUIRED_FIELD_MISSING", ("LastName",)),
        ({"Company": ""}, "REQUIRED_FIELD_MISSING", ("Company",)),
        (
            {"Lifecycle_Stage__c": "リード"},
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            ("Lifecycle_Stage__c",),
        ),
        ({"Email": "not an address"}, "INVALID_EMAIL_ADDRESS", ("Email",)),
        ({"Lead_Score__c": "many"}, "JSON_PARSER_ERROR", ("Lead_Score__c",)),
        ({"Lead_Score__c": True}, "JSON_PARSER_ERROR", ("Lead_Score__c",)),
        ({"LastName": 3}, "JSON_PARSER_ERROR", ("LastName",)),
        ({"Need_Is_Clear__c": None}, "INVALID_TYPE_ON_FIELD_IN_RECORD", ("Need_Is_Clear__c",)),
        ({"MQL_At__c": "2026-10-02"}, "JSON_PARSER_ERROR", ("MQL_At__c",)),
        ({"OwnerId": "somebody"}, "MALFORMED_ID", ("OwnerId",)),
        ({"OwnerId": LEAD}, "FIELD_INTEGRITY_EXCEPTION", ("OwnerId",)),
        ({"OwnerId": "005000000000009AAA"}, "INVALID_CROSS_REFERENCE_KEY", ("OwnerId",)),
    ],
)
def test_refused_updates_change_nothing(
    org: Org, data: Row, code: str, fields: tuple[str, ...] | None
) -> None:
    before = lead(org)
    with pytest.raises(SalesforceFault) as refused:
        writes.update(org, org.types["Lead"], LEAD, data)
    assert (refused.value.code, refused.value.fields) == (code, fields)
    assert lead(org) is before


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ({"Lead_Score__c": 35}, 35.0),
        ({"Lead_Score__c": "35"}, 35.0),
        ({"NumberOfEmployees": "120"}, 120),
        ({"MQL_At__c": "2026-10-02T14:30:00+09:00"}, "2026-10-02T05:30:00.000+0000"),
        ({"MQL_At__c": "2026-10-02T05:30:00.999Z"}, "2026-10-02T05:30:00.000+0000"),
        ({"Title": "  部長 "}, "部長"),
        ({"Title": ""}, None),
        ({"LeadSource": "新しい値"}, "新しい値"),
        ({"OwnerId": USER[:15]}, USER),
    ],
)
def test_values_are_stored_as_the_org_stores_them(org: Org, given: Row, stored: object) -> None:
    writes.update(org, org.types["Lead"], LEAD, given)
    assert lead(org)[next(iter(given))] == stored


def test_deleted_unknown_and_converted_records_are_refused(org: Org) -> None:
    kind = org.types["Lead"]
    org.load("Lead", [{**lead(org), "Id": "00Q000000000002EAA", "IsConverted": True}])
    with pytest.raises(SalesforceFault, match="converted"):
        writes.update(org, kind, "00Q000000000002EAA", {"Title": "部長"})
    writes.delete(org, kind, LEAD)
    assert lead(org)["IsDeleted"] is True
    assert lead(org)["SystemModstamp"] == STAMP
    codes = []
    for record_id in (LEAD, "00Q00000000000XEAA", "short"):
        with pytest.raises(SalesforceFault) as refused:
            writes.update(org, kind, record_id, {"Title": "部長"})
        codes.append((refused.value.status, refused.value.code))
    assert codes == [(404, "ENTITY_IS_DELETED"), (404, "NOT_FOUND"), (400, "MALFORMED_ID")]


def test_insert_names_every_missing_field(org: Org) -> None:
    with pytest.raises(SalesforceFault, match=r"\[LastName, Company\]") as refused:
        writes.insert(org, org.types["Lead"], {"FirstName": "花子"})
    assert refused.value.fields == ("LastName", "Company")


def test_upsert_creates_updates_and_reports_several(org: Org) -> None:
    kind, field = org.types["Lead"], "Kakehashi_Person_Id__c"
    data = {"LastName": "佐藤", "Company": "B"}
    record_id, created = writes.upsert(org, kind, field, "P-1", data)
    assert created
    assert lead(org, record_id)[field] == "P-1"
    assert writes.upsert(org, kind, field, "p-1", {"Title": "課長"}) == (record_id, False)
    writes.update(org, kind, LEAD, {field: "P-1"})
    with pytest.raises(writes.SeveralMatches) as several:
        writes.upsert(org, kind, field, "P-1", {"Title": "部長"})
    assert set(several.value.record_ids) == {LEAD, record_id}
    with pytest.raises(SalesforceFault, match="external ID"):
        writes.upsert(org, kind, "Email", "a@example.test", data)


def test_a_held_row_can_not_be_written(org: Org) -> None:
    with locked_records(frozenset({LEAD})), pytest.raises(SalesforceFault) as refused:
        writes.update(org, org.types["Lead"], LEAD, {"Title": "部長"})
    assert refused.value.code == "UNABLE_TO_LOCK_ROW"
    writes.update(org, org.types["Lead"], LEAD, {"Title": "部長"})


def test_closing_an_opportunity_is_worked_out_and_kept_in_both_histories(org: Org) -> None:
    kind = org.types["Opportunity"]
    data = {"Name": "商談", "StageName": "Prospecting", "CloseDate": "2026-12-01", "Amount": 5}
    record_id = writes.insert(org, kind, data)
    writes.update(org, kind, record_id, {"StageName": "Closed Won"})
    row = org.fetch("Opportunity", record_id)
    assert row is not None
    assert (row["IsClosed"], row["IsWon"], row["Probability"]) == (True, True, 100.0)
    stages = [row["StageName"] for row in org.table("OpportunityHistory").rows()]
    assert stages == ["Prospecting", "Closed Won"]
    changes = [row["Field"] for row in org.table("OpportunityFieldHistory").rows()]
    assert changes == ["created", "StageName"]


def test_completing_a_task_and_responding_to_a_campaign_are_worked_out(org: Org) -> None:
    task = writes.insert(org, org.types["Task"], {"Subject": "電話", "WhoId": LEAD})
    writes.update(org, org.types["Task"], task, {"Status": "Completed"})
    row = org.fetch("Task", task)
    assert row is not None
    assert (row["IsClosed"], row["CompletedDateTime"]) == (True, STAMP)
    campaign = writes.insert(org, org.types["Campaign"], {"Name": "展示会", "Type": "Trade Show"})
    data = {"CampaignId": campaign, "LeadId": LEAD, "Status": "来場"}
    member = org.fetch("CampaignMember", writes.insert(org, org.types["CampaignMember"], data))
    assert member is not None
    assert (member["HasResponded"], member["FirstRespondedDate"]) == (True, "2026-10-02")


def test_history_objects_take_no_writes(org: Org) -> None:
    with pytest.raises(SalesforceFault) as refused:
        writes.insert(org, org.types["LeadHistory"], {"LeadId": LEAD})
    assert refused.value.code == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
