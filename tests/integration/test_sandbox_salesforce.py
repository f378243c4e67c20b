"""simple-salesforce, unmodified, against the sandbox over TLS."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce, format_soql
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceExpiredSession,
    SalesforceMalformedRequest,
    SalesforceOperationError,
    SalesforceResourceNotFound,
)

from sandbox.testing import HandMadeWorld, RunningSandbox, running_sandbox

pytestmark = pytest.mark.integration

SALES_USER = "005000000000001AAA"


def lead_id(number: int) -> str:
    return f"00Q{number:012d}EAA"


def leads(count: int) -> list[dict[str, Any]]:
    return [
        {
            "Id": lead_id(number),
            "LastName": f"山田{number}",
            "Company": "株式会社,「テスト」\n二行目",
            "Status": "Nurturing",
            "OwnerId": SALES_USER,
            "PostalCode": "0010001",
            "AnnualRevenue": 12_100_000.0,
            "IsDeleted": number == 3,
        }
        for number in range(1, count + 1)
    ]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    world = HandMadeWorld(
        salesforce={
            "User": [{"Id": SALES_USER, "Name": "北見 沙織", "IsActive": True}],
            "Lead": leads(450),
        }
    )
    with running_sandbox(world=world, tls=True) as running:
        yield running


@pytest.fixture(autouse=True)
def trusted(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", sandbox.environment["REQUESTS_CA_BUNDLE"])


@pytest.fixture
def sf(sandbox: RunningSandbox) -> Salesforce:
    return Salesforce(
        instance_url=sandbox.base_url,
        session_id=sandbox.credentials.salesforce_session_id,
        version="62.0",
    )


class ToSandbox(HTTPAdapter):
    """Sends what is meant for salesforce.com, the only place the library signs in at, to us."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self._base_url = base_url

    def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        request.url = self._base_url + request.path_url
        return super().send(request, *args, **kwargs)


@pytest.fixture
def session(sandbox: RunningSandbox) -> requests.Session:
    made = requests.Session()
    for host in ("login", "sandbox.my", "test"):
        made.mount(f"https://{host}.salesforce.com", ToSandbox(sandbox.base_url))
    return made


def with_client_credentials(sandbox: RunningSandbox, session: requests.Session) -> Salesforce:
    return Salesforce(
        consumer_key=sandbox.credentials.salesforce_consumer_key,
        consumer_secret=sandbox.credentials.salesforce_consumer_secret,
        domain="sandbox.my",
        session=session,
    )


def test_sign_in_with_client_credentials(
    sandbox: RunningSandbox, session: requests.Session
) -> None:
    sf = with_client_credentials(sandbox, session)
    assert sf.query("SELECT COUNT() FROM User")["totalSize"] == 2


def test_sign_in_with_password_and_token(
    sandbox: RunningSandbox, session: requests.Session
) -> None:
    known = sandbox.credentials
    sf = Salesforce(
        username=known.salesforce_username,
        password=known.salesforce_password,
        security_token=known.salesforce_security_token,
        session=session,
    )
    assert sf.Lead.get(lead_id(1))["LastName"] == "山田1"
    with pytest.raises(SalesforceAuthenticationFailed, match="INVALID_LOGIN"):
        Salesforce(username="x", password="y", security_token="z", session=session)


def test_sign_in_with_a_signed_assertion(
    sandbox: RunningSandbox, session: requests.Session
) -> None:
    sf = Salesforce(
        username=sandbox.credentials.salesforce_username,
        consumer_key=sandbox.credentials.salesforce_consumer_key,
        privatekey_file=str(sandbox.jwt_key_file),
        session=session,
    )
    assert sf.query("SELECT COUNT() FROM User")["totalSize"] == 2


def test_an_ended_session_is_renewed_by_the_library(
    sandbox: RunningSandbox, session: requests.Session
) -> None:
    sf = with_client_credentials(sandbox, session)
    bulk = sf.bulk2  # keeps the token it was made with
    sandbox.admin.end_sessions()
    assert sf.query("SELECT COUNT() FROM User")["totalSize"] == 2
    with pytest.raises(SalesforceExpiredSession):
        next(bulk.User.query("SELECT Id FROM User", wait=0))


def test_describe_names_types_picklists_and_lookups(sf: Salesforce) -> None:
    listed = {item["name"] for item in sf.describe()["sobjects"]}
    assert {"Lead", "Contact", "Account", "LeadHistory", "UserRole"} <= listed
    fields = {field["name"]: field for field in sf.Lead.describe()["fields"]}
    stage = fields["Lifecycle_Stage__c"]
    assert (stage["type"], stage["restrictedPicklist"], stage["custom"]) == ("picklist", True, True)
    assert "MQL" in [value["value"] for value in stage["picklistValues"]]
    assert fields["Kakehashi_Person_Id__c"]["externalId"] is True
    assert fields["OwnerId"]["referenceTo"] == ["User"]
    assert fields["OwnerId"]["relationshipName"] == "Owner"
    assert fields["CreatedDate"]["updateable"] is False
    assert fields["LastName"]["nillable"] is False
    with pytest.raises(SalesforceResourceNotFound):
        sf.Nope__c.describe()


def test_query_all_follows_pages_and_shows_deleted_rows_only_when_asked(sf: Salesforce) -> None:
    page = sf.query("SELECT Id FROM Lead", headers={"Sforce-Query-Options": "batchSize=200"})
    assert (page["totalSize"], page["done"], len(page["records"])) == (449, False, 200)
    second = sf.query_more(page["nextRecordsUrl"], identifier_is_url=True)
    third = sf.query_more(second["nextRecordsUrl"], identifier_is_url=True)
    assert (third["done"], len(third["records"])) == (True, 49)
    ids = {record["Id"] for part in (page, second, third) for record in part["records"]}
    assert len(ids) == 449
    everything = sf.query_all("SELECT Id, IsDeleted FROM Lead", include_deleted=True)["records"]
    assert [record["Id"] for record in everything if record["IsDeleted"]] == [lead_id(3)]
    with pytest.raises(SalesforceMalformedRequest, match="MALFORMED_QUERY"):
        sf.query("SELECT Id FROM")
    assert sf.api_usage["api-usage"].total == 100_000


def test_create_read_update_upsert_delete(sf: Salesforce) -> None:
    made = sf.Lead.create({"LastName": "佐藤", "Company": "B 社", "Email": "hanako@example.test"})
    assert made["success"] is True
    lead = sf.Lead.get(made["id"])
    assert (lead["Name"], lead["Status"]) == ("佐藤", "Open - Not Contacted")
    assert sf.Lead.update(made["id"], {"Lead_Score__c": 35}) == 204
    found = sf.query(format_soql("SELECT Lead_Score__c FROM Lead WHERE Id = {}", made["id"]))
    assert found["records"][0]["Lead_Score__c"] == 35.0
    assert (
        sf.Lead.upsert("Kakehashi_Person_Id__c/P-77", {"LastName": "鈴木", "Company": "C"}) == 201
    )
    assert sf.Lead.upsert("Kakehashi_Person_Id__c/P-77", {"Title": "部長"}) == 200
    assert sf.Lead.get_by_custom_id("Kakehashi_Person_Id__c", "P-77")["Title"] == "部長"
    assert sf.Lead.delete(made["id"]) == 204
    with pytest.raises(SalesforceResourceNotFound, match="ENTITY_IS_DELETED"):
        sf.Lead.get(made["id"])
    with pytest.raises(SalesforceMalformedRequest, match="REQUIRED_FIELD_MISSING"):
        sf.Lead.create({"FirstName": "花子"})


def test_bulk_query_in_pages(sf: Salesforce) -> None:
    soql = (
        "SELECT Id, Company, PostalCode, AnnualRevenue, MQL_At__c, CreatedDate FROM Lead "
        "WHERE Status = 'Nurturing'"
    )
    pages = list(sf.bulk2.Lead.query(soql, max_records=300, wait=0))
    rows = [row for page in pages for row in csv.DictReader(io.StringIO(page, newline=""))]
    assert len(pages) == 2
    assert len({row["Id"] for row in rows}) == 449
    first = rows[0]
    assert first["Company"] == "株式会社,「テスト」\n二行目"
    assert (first["PostalCode"], first["AnnualRevenue"]) == ("0010001", "1.21E7")
    assert first["MQL_At__c"] == ""
    assert first["CreatedDate"].endswith("Z")
    (everything,) = sf.bulk2.Lead.query_all(soql, wait=0)
    assert len(list(csv.DictReader(io.StringIO(everything, newline="")))) == 450
    with pytest.raises(SalesforceMalformedRequest, match="compound"):
        next(sf.bulk2.Lead.query("SELECT Address FROM Lead", wait=0))


def test_bulk_ingest_reports_failed_rows(sf: Salesforce) -> None:
    records = [
        {"Id": lead_id(10), "Lead_Score__c": "41", "Lifecycle_Stage__c": "MQL", "Title": ""},
        {"Id": lead_id(11), "Lead_Score__c": "42", "Lifecycle_Stage__c": "リード", "Title": ""},
        {"Id": lead_id(12), "Lead_Score__c": "many", "Lifecycle_Stage__c": "", "Title": ""},
        {"Id": lead_id(3), "Lead_Score__c": "43", "Lifecycle_Stage__c": "", "Title": ""},
    ]
    (outcome,) = sf.bulk2.Lead.update(records=records, wait=0)
    assert (outcome["numberRecordsProcessed"], outcome["numberRecordsFailed"]) == (4, 3)
    failed = csv.DictReader(io.StringIO(sf.bulk2.Lead.get_failed_records(outcome["job_id"])))
    errors = {row["Id"]: row["sf__Error"].split(":")[0] for row in failed}
    assert errors == {
        lead_id(11): "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        lead_id(12): "INVALID_TYPE_ON_FIELD_IN_RECORD",
        lead_id(3): "ENTITY_IS_DELETED",
    }
    done = csv.DictReader(io.StringIO(sf.bulk2.Lead.get_successful_records(outcome["job_id"])))
    assert [(row["sf__Id"], row["sf__Created"]) for row in done] == [(lead_id(10), "false")]
    assert sf.bulk2.Lead.get_unprocessed_records(outcome["job_id"]).count("\n") == 1
    assert sf.Lead.get(lead_id(10))["Lead_Score__c"] == 41.0


def test_bulk_empty_cell_changes_nothing_and_na_empties(sf: Salesforce) -> None:
    sf.Lead.update(lead_id(20), {"Title": "部長", "Industry": "製造業"})
    sf.bulk2.Lead.update(records=[{"Id": lead_id(20), "Title": "", "Industry": "#N/A"}], wait=0)
    lead = sf.Lead.get(lead_id(20))
    assert (lead["Title"], lead["Industry"]) == ("部長", None)


def test_bulk_insert_upsert_and_delete(sf: Salesforce) -> None:
    (made,) = sf.bulk2.Lead.insert(
        records=[{"LastName": "新", "Company": "D", "Kakehashi_Person_Id__c": "P-9"}], wait=0
    )
    assert made["numberRecordsFailed"] == 0
    (again,) = sf.bulk2.Lead.upsert(
        records=[
            {"LastName": "新", "Company": "D 社", "Kakehashi_Person_Id__c": "P-9"},
            {"LastName": "別", "Company": "E", "Kakehashi_Person_Id__c": "P-10"},
        ],
        external_id_field="Kakehashi_Person_Id__c",
        wait=0,
    )
    assert again["numberRecordsFailed"] == 0
    found = sf.query_all(
        "SELECT Id, Company FROM Lead WHERE Kakehashi_Person_Id__c IN ('P-9', 'P-10')"
    )
    assert sorted(record["Company"] for record in found["records"]) == ["D 社", "E"]
    ids = [{"Id": record["Id"]} for record in found["records"]]
    (gone,) = sf.bulk2.Lead.delete(records=ids, wait=0)
    assert gone["numberRecordsFailed"] == 0
    count = sf.query("SELECT COUNT() FROM Lead WHERE Kakehashi_Person_Id__c LIKE 'P-%0'")
    assert count["totalSize"] == 0


def test_bulk_with_an_unknown_column_fails_as_a_job(sf: Salesforce) -> None:
    with pytest.raises(SalesforceOperationError, match="Field name not found : Nope__c"):
        sf.bulk2.Lead.update(records=[{"Id": lead_id(1), "Nope__c": "x"}], wait=0)
