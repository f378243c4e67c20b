"""Reading queries: literal cases of what is understood and what is refused."""

from __future__ import annotations

import pytest

from sandbox.salesforce.errors import SalesforceFault
from sandbox.salesforce.soql.parser import parse
from sandbox.salesforce.soql.syntax import (
    Comparison,
    Junction,
    Literal,
    Negation,
    Order,
    Selected,
)


def test_a_full_query_is_read() -> None:
    query = parse(
        "select Id, Owner.Name from Lead where Status = 'Nurturing' and Lead_Score__c >= 30 "
        "order by CreatedDate desc nulls last, Id limit 10 offset 5"
    )
    assert query.object_name == "Lead"
    assert query.selected == (Selected("Id"), Selected("Owner.Name"))
    assert query.where == Junction(
        "AND",
        (
            Comparison("Status", "=", (Literal("string", "Nurturing"),)),
            Comparison("Lead_Score__c", ">=", (Literal("number", 30.0),)),
        ),
    )
    assert query.order_by == (Order("CreatedDate", True, True), Order("Id"))
    assert (query.limit, query.offset) == (10, 5)


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("'O\\'Brien'", Literal("string", "O'Brien")),
        ("'a\\\\b\\nc'", Literal("string", "a\\b\nc")),
        ("''", Literal("string", "")),
        ("-1.5e3", Literal("number", -1500.0)),
        ("TRUE", Literal("boolean", True)),
        ("null", Literal("null", None)),
        ("2026-10-02", Literal("date", "2026-10-02")),
        ("2026-10-02T05:30:00Z", Literal("datetime", "2026-10-02T05:30:00Z")),
        ("2026-10-02T14:30:00+09:00", Literal("datetime", "2026-10-02T14:30:00+09:00")),
        ("2026-10-02T14:30:00.123+0900", Literal("datetime", "2026-10-02T14:30:00.123+0900")),
        ("LAST_N_DAYS:7", Literal("range", "LAST_N_DAYS:7")),
        ("today", Literal("range", "TODAY")),
    ],
)
def test_literals(text: str, literal: Literal) -> None:
    query = parse(f"SELECT Id FROM Lead WHERE Field__c = {text}")
    assert query.where == Comparison("Field__c", "=", (literal,))


def test_parentheses_not_and_lists() -> None:
    query = parse(
        "SELECT Id FROM Lead WHERE NOT (Status IN ('a', 'b') OR Email = null) "
        "AND (OwnerId NOT IN ('005') AND Name LIKE '山%')"
    )
    in_list = Comparison("Status", "IN", (Literal("string", "a"), Literal("string", "b")))
    is_null = Comparison("Email", "=", (Literal("null", None),))
    not_in = Comparison("OwnerId", "NOT IN", (Literal("string", "005"),))
    like = Comparison("Name", "LIKE", (Literal("string", "山%"),))
    assert query.where == Junction(
        "AND",
        (Negation(Junction("OR", (in_list, is_null))), Junction("AND", (not_in, like))),
    )


def test_functions_and_aliases() -> None:
    query = parse("SELECT Status, COUNT(Id) n, MAX(SystemModstamp) FROM Lead GROUP BY Status")
    assert query.selected == (
        Selected("Status"),
        Selected("Id", "COUNT", "n"),
        Selected("SystemModstamp", "MAX"),
    )
    assert query.group_by == ("Status",)
    assert parse("SELECT COUNT() FROM Lead").selected == (Selected("", "COUNT"),)
    assert parse("SELECT FIELDS(ALL) FROM Lead LIMIT 1").selected == (Selected("ALL", "FIELDS"),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SELECT FROM Lead",
        "SELECT Id Lead",
        "SELECT Id FROM Lead WHERE",
        "SELECT Id FROM Lead WHERE Name",
        "SELECT Id FROM Lead WHERE Name = 'open",
        "SELECT Id FROM Lead WHERE Name = value",
        "SELECT Id FROM Lead WHERE a = 1 AND b = 2 OR c = 3",
        "SELECT Id FROM Lead WHERE (a = 1",
        "SELECT Id FROM Lead WHERE Id IN ()",
        "SELECT Id FROM Lead WHERE CreatedDate > 2026-01-01T00:00:00 09:00",
        "SELECT Id FROM Lead ORDER CreatedDate",
        "SELECT Id FROM Lead LIMIT many",
        "SELECT Id FROM Lead LIMIT 1 Id",
        "SELECT Id, (SELECT Id FROM Contacts) FROM Account",
        "SELECT Id FROM Lead; DROP",
        "UPDATE Lead",
    ],
)
def test_what_can_not_be_read_is_malformed(text: str) -> None:
    with pytest.raises(SalesforceFault) as refused:
        parse(text)
    assert (refused.value.status, refused.value.code) == (400, "MALFORMED_QUERY")
