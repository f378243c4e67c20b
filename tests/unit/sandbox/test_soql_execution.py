"""Running queries over a few records, with the semantics Salesforce gives them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sandbox.clock import SandboxClock
from sandbox.salesforce.errors import SalesforceFault
from sandbox.salesforce.org import Org
from sandbox.salesforce.soql.execution import make_plan, shape_record
from sandbox.settings import Credentials
from sandbox.tables import Estate
from sandbox.world.schema import salesforce_fields

NOW = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)  # Friday 14:30 in Tokyo
ROLE = {"Id": "00E000000000001EAA", "Name": "インサイドセールス"}
USER = {"Id": "005000000000001AAA", "Name": "北見 沙織", "UserRoleId": ROLE["Id"]}
LEADS = [
    {
        "Id": "00Q000000000001EAA",
        "LastName": "山田",
        "Name": "山田 太郎",
        "Email": "Taro@example.test",
        "Company": "A",
        "Status": "Nurturing",
        "Lead_Score__c": 35.0,
        "OwnerId": USER["Id"],
        "CreatedDate": "2026-10-01T14:59:59.000+0000",
        "Need_Is_Clear__c": True,
    },
    {
        "Id": "00Q000000000002EAA",
        "LastName": "佐藤",
        "Name": "佐藤 花子",
        "Company": "B",
        "Status": "Qualified",
        "Lead_Score__c": 10.0,
        "CreatedDate": "2026-10-01T15:00:00.000+0000",
        "ConvertedDate": "2026-10-01",
    },
    {
        "Id": "00Q000000000003EAA",
        "LastName": "100%",
        "Name": "100%",
        "Company": "C",
        "Status": None,
        "CreatedDate": "2026-09-01T00:00:00.000+0000",
    },
]


@pytest.fixture(scope="module")
def org() -> Org:
    org = Org(Estate(), SandboxClock(NOW), salesforce_fields(), Credentials())
    org.load("UserRole", [ROLE])
    org.load("User", [USER])
    org.load("Lead", LEADS)
    return org


def numbers(org: Org, where: str) -> list[int]:
    plan = make_plan(f"SELECT Id FROM Lead {where}", org.types, org.fetch, NOW)
    return [int(row["Id"][14]) for row in plan.matching(org.table("Lead").rows())]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("", [1, 2, 3]),
        ("WHERE Status = 'nurturing'", [1]),
        ("WHERE Status != 'Nurturing'", [2, 3]),
        ("WHERE Status = null", [3]),
        ("WHERE Status <> NULL", [1, 2]),
        ("WHERE Email LIKE 'taro@%'", [1]),
        ("WHERE LastName LIKE '__'", [1, 2]),
        ("WHERE LastName LIKE '%0\\%'", [3]),
        ("WHERE LastName LIKE '1\\%'", []),
        ("WHERE Lead_Score__c > 10", [1]),
        ("WHERE Lead_Score__c <= 10", [2]),
        ("WHERE NOT Lead_Score__c > 10", [2, 3]),
        ("WHERE Need_Is_Clear__c = true", [1]),
        ("WHERE Id = '00Q000000000002'", [2]),
        ("WHERE Id IN ('00Q000000000001EAA', '00Q000000000003')", [1, 3]),
        ("WHERE Status NOT IN ('Qualified')", [1, 3]),
        ("WHERE Owner.UserRole.Name = 'インサイドセールス'", [1]),
        ("WHERE CreatedDate < 2026-10-02T00:00:00+09:00", [1, 3]),
        ("WHERE CreatedDate >= 2026-10-01T15:00:00Z", [2]),
        ("WHERE CreatedDate >= 2026-10-01T15:00:00.001Z", []),
        ("WHERE ConvertedDate = 2026-10-01", [2]),
        ("WHERE CreatedDate = TODAY", [2]),
        ("WHERE CreatedDate = YESTERDAY", [1]),
        ("WHERE CreatedDate = LAST_N_DAYS:7", [1, 2]),
        ("WHERE CreatedDate < THIS_WEEK", [3]),
        ("WHERE CreatedDate = LAST_MONTH", [3]),
        (
            "WHERE (Status = 'Qualified' OR Status = null) AND CreatedDate > 2026-09-30T00:00:00Z",
            [2],
        ),
        ("ORDER BY Lead_Score__c", [3, 2, 1]),
        ("ORDER BY Lead_Score__c DESC NULLS LAST", [1, 2, 3]),
        ("ORDER BY CreatedDate DESC LIMIT 1 OFFSET 1", [1]),
    ],
)
def test_filters_and_order(org: Org, where: str, expected: list[int]) -> None:
    assert numbers(org, where) == expected


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT Nope__c FROM Lead", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE Nope__c = 1", "INVALID_FIELD"),
        ("SELECT Boss.Name FROM Lead", "INVALID_FIELD"),
        ("SELECT Id FROM Leads", "INVALID_TYPE"),
        ("SELECT Id FROM Lead WHERE CreatedDate > '2026-01-01T00:00:00Z'", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE CreatedDate > 2026-01-01", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE LastName = 3", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE Need_Is_Clear__c = 'true'", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE Id = 'short'", "INVALID_QUERY_FILTER_OPERATOR"),
        ("SELECT Id, id FROM Lead", "MALFORMED_QUERY"),
        ("SELECT FIELDS(ALL) FROM Lead", "MALFORMED_QUERY"),
        ("SELECT FIELDS(ALL) FROM Lead LIMIT 201", "MALFORMED_QUERY"),
    ],
)
def test_what_does_not_fit_the_schema_is_refused(org: Org, query: str, code: str) -> None:
    with pytest.raises(SalesforceFault) as refused:
        make_plan(query, org.types, org.fetch, NOW)
    assert (refused.value.status, refused.value.code) == (400, code)


def test_records_show_nested_lookups(org: Org) -> None:
    text = "SELECT name, Owner.Name, Owner.UserRole.Name FROM lead WHERE Id = '00Q000000000001EAA'"
    plan = make_plan(text, org.types, org.fetch, NOW)
    (row,) = plan.matching(org.table("Lead").rows())
    shown = shape_record(plan, row, "/r")
    assert shown["attributes"] == {"type": "Lead", "url": "/r/sobjects/Lead/00Q000000000001EAA"}
    assert shown["Name"] == "山田 太郎"
    assert shown["Owner"]["attributes"]["type"] == "User"
    assert shown["Owner"]["Name"] == "北見 沙織"
    assert shown["Owner"]["UserRole"]["Name"] == "インサイドセールス"


def test_a_lookup_to_nothing_is_null(org: Org) -> None:
    text = "SELECT Id, Owner.Name FROM Lead WHERE Id = '00Q000000000002EAA'"
    plan = make_plan(text, org.types, org.fetch, NOW)
    (row,) = plan.matching(org.table("Lead").rows())
    assert shape_record(plan, row, "/r")["Owner"] is None


def test_groups_are_summarised(org: Org) -> None:
    text = (
        "SELECT Status, COUNT(Id) n, MAX(Lead_Score__c) FROM Lead "
        "WHERE Status != null GROUP BY Status"
    )
    plan = make_plan(text, org.types, org.fetch, NOW)
    groups = plan.aggregated(org.table("Lead").rows())
    assert [(g["Status"], g["n"], g["expr0"]) for g in groups] == [
        ("Nurturing", 1, 35.0),
        ("Qualified", 1, 10.0),
    ]


def test_a_field_outside_the_groups_is_refused(org: Org) -> None:
    plan = make_plan("SELECT Name, COUNT(Id) FROM Lead GROUP BY Status", org.types, org.fetch, NOW)
    with pytest.raises(SalesforceFault, match="grouped or aggregated"):
        plan.aggregated(org.table("Lead").rows())
