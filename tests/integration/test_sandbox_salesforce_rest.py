"""Salesforce over plain requests: collections, conditions, limits, sign-in, record pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.testing import HandMadeWorld, RunningSandbox, running_sandbox

pytestmark = pytest.mark.integration

LEADS = [f"00Q{number:012d}EAA" for number in range(1, 10)]
USER = "005000000000001AAA"
MODIFIED = "2026-09-01T00:00:00.000+0000"


class Rest:
    """REST calls with a session of the sandbox."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.sandbox = sandbox
        self.session = requests.Session()
        token = sandbox.credentials.salesforce_session_id
        self.session.headers["Authorization"] = f"Bearer {token}"

    def __call__(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        url = f"{self.sandbox.base_url}/services/data/v62.0{path}"
        return self.session.request(method, url, json=body, timeout=10, **more)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    stamps = {"CreatedDate": MODIFIED, "LastModifiedDate": MODIFIED, "SystemModstamp": MODIFIED}
    leads = [
        {
            "Id": record_id,
            "LastName": f"山田<{at}>",
            "Name": f"山田<{at}>",
            "Company": "A",
            "OwnerId": USER,
            **stamps,
        }
        for at, record_id in enumerate(LEADS)
    ]
    users = [{"Id": USER, "Name": "北見 沙織"}]
    with running_sandbox(world=HandMadeWorld(salesforce={"Lead": leads, "User": users})) as running:
        yield running


@pytest.fixture
def rest(sandbox: RunningSandbox) -> Rest:
    return Rest(sandbox)


def lead(record_id: str, **fields: Any) -> dict[str, Any]:
    return {"attributes": {"type": "Lead"}, "id": record_id, **fields}


def test_a_collection_reports_each_row(rest: Rest) -> None:
    records = [
        lead(LEADS[0], Title="部長"),
        lead(LEADS[1], Lifecycle_Stage__c="?"),
        lead("00Q00000000000XEAA", Title="部長"),
        lead(LEADS[2], Nope__c=1),
    ]
    answer = rest("PATCH", "/composite/sobjects", {"allOrNone": False, "records": records})
    assert answer.status_code == 200
    rows = answer.json()
    assert rows[0] == {"id": LEADS[0], "success": True, "errors": []}
    assert [row["errors"][0]["statusCode"] for row in rows[1:]] == [
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "INVALID_CROSS_REFERENCE_KEY",
        "INVALID_FIELD",
    ]


def test_all_or_none_writes_nothing_when_one_row_fails(rest: Rest) -> None:
    records = [lead(LEADS[3], Title="部長"), lead(LEADS[4], LastName="")]
    rows = rest("PATCH", "/composite/sobjects", {"allOrNone": True, "records": records}).json()
    codes = [row["errors"][0]["statusCode"] for row in rows]
    assert codes == ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "REQUIRED_FIELD_MISSING"]
    shown = rest("GET", f"/sobjects/Lead/{LEADS[3]}").json()
    assert (shown["Title"], shown["SystemModstamp"]) == (None, MODIFIED)


def test_collections_insert_upsert_read_and_delete(rest: Rest) -> None:
    new = {"attributes": {"type": "Lead"}, "LastName": "新", "Company": "B"}
    (made,) = rest("POST", "/composite/sobjects", {"records": [new]}).json()
    upserts = [
        {"attributes": {"type": "Lead"}, "Kakehashi_Person_Id__c": "P-1", **fields}
        for fields in ({"LastName": "甲", "Company": "C"}, {"Title": "課長"})
    ]
    path = "/composite/sobjects/Lead/Kakehashi_Person_Id__c"
    rows = rest("PATCH", path, {"records": upserts}).json()
    assert [row["created"] for row in rows] == [True, False]
    assert rows[0]["id"] == rows[1]["id"]
    wanted = {"ids": [made["id"], "00Q00000000000XEAA"], "fields": ["LastName"]}
    found = rest("POST", "/composite/sobjects/Lead", wanted).json()
    assert (found[0]["LastName"], found[1]) == ("新", None)
    gone = rest("DELETE", "/composite/sobjects", params={"ids": f"{made['id']},{rows[0]['id']}"})
    assert [row["success"] for row in gone.json()] == [True, True]


def test_more_than_200_records_are_refused(rest: Rest) -> None:
    records = [lead(LEADS[0], Title="部長")] * 201
    answer = rest("PATCH", "/composite/sobjects", {"records": records})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "EXCEEDED_ID_LIMIT")


def test_a_write_is_refused_when_the_record_was_modified_since(rest: Rest) -> None:
    path = f"/sobjects/Lead/{LEADS[5]}"
    seen = rest("GET", path).headers["Last-Modified"]
    assert seen == "Tue, 01 Sep 2026 00:00:00 GMT"
    condition = {"If-Unmodified-Since": seen}
    assert rest("PATCH", path, {"Title": "部長"}, headers=condition).status_code == 204
    assert rest("PATCH", path, {"Title": "課長"}, headers=condition).status_code == 412
    assert rest("DELETE", path, headers=condition).status_code == 412
    assert rest("GET", path).json()["Title"] == "部長"
    later = {"If-Modified-Since": rest("GET", path).headers["Last-Modified"]}
    assert rest("GET", path, headers=later).status_code == 304
    assert rest("GET", path, headers={"If-Modified-Since": seen}).status_code == 200


def test_several_records_with_one_external_id_answer_300(rest: Rest) -> None:
    for record_id in LEADS[6:8]:
        rest("PATCH", f"/sobjects/Lead/{record_id}", {"Kakehashi_Person_Id__c": "P-twice"})
    answer = rest("PATCH", "/sobjects/Lead/Kakehashi_Person_Id__c/P-twice", {"Title": "部長"})
    assert answer.status_code == 300
    assert sorted(answer.json()) == [
        f"/services/data/v62.0/sobjects/Lead/{record_id}" for record_id in LEADS[6:8]
    ]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/sobjects/Lead/short", None, 400, "MALFORMED_ID"),
        ("GET", "/sobjects/Lead/00Q00000000000XEAA", None, 404, "NOT_FOUND"),
        ("GET", "/sobjects/Nope/describe", None, 404, "NOT_FOUND"),
        ("POST", "/sobjects/Lead", {"LastName": "x"}, 400, "REQUIRED_FIELD_MISSING"),
        ("PATCH", f"/sobjects/Lead/{LEADS[8]}", {"Nope__c": 1}, 400, "INVALID_FIELD"),
        ("PATCH", f"/sobjects/Lead/{LEADS[8]}", [1], 400, "JSON_PARSER_ERROR"),
        ("GET", "/query?q=SELECT+Nope__c+FROM+Lead", None, 400, "INVALID_FIELD"),
        ("GET", "/query?q=SELECT+Id+FROM+Nope", None, 400, "INVALID_TYPE"),
        ("GET", "/query/0r8000000000001-2000", None, 400, "INVALID_QUERY_LOCATOR"),
        ("POST", "/jobs/query", {"operation": "query", "query": "x"}, 400, "MALFORMED_QUERY"),
        ("POST", "/jobs/ingest", {"operation": "insert", "object": "X"}, 400, "INVALIDENTITY"),
        ("GET", "/jobs/query/7505j0000Q99999AAA", None, 404, "NOT_FOUND"),
    ],
)
def test_errors_have_salesforces_shape(
    rest: Rest, method: str, path: str, body: Any, status: int, code: str
) -> None:
    answer = rest(method, path, body)
    assert answer.status_code == status
    assert answer.json()[0]["errorCode"] == code
    assert answer.json()[0]["message"]
    assert answer.headers["Sforce-Limit-Info"].endswith("/100000")


def test_composite_requests_build_on_each_other(rest: Rest) -> None:
    root = "/services/data/v62.0/sobjects"
    new = {"LastName": "連", "Company": "B"}
    requests_ = [
        {"method": "POST", "url": f"{root}/Lead", "referenceId": "made", "body": new},
        {
            "method": "PATCH",
            "url": f"{root}/Lead/@{{made.id}}",
            "referenceId": "changed",
            "body": {"Title": "部長"},
        },
        {
            "method": "PATCH",
            "url": f"{root}/Lead/@{{made.id}}",
            "referenceId": "late",
            "body": {"Title": "課長"},
            "httpHeaders": {"If-Unmodified-Since": "Tue, 01 Sep 2026 00:00:00 GMT"},
        },
    ]
    body = {"allOrNone": False, "compositeRequest": requests_}
    answers = rest("POST", "/composite", body).json()["compositeResponse"]
    assert [answer["httpStatusCode"] for answer in answers] == [201, 204, 412]
    record_id = answers[0]["body"]["id"]
    assert rest("GET", f"/sobjects/Lead/{record_id}").json()["Title"] == "部長"
    before = rest("GET", "/query?q=SELECT+COUNT()+FROM+Lead").json()["totalSize"]
    rolled_back = rest("POST", "/composite", {**body, "allOrNone": True}).json()
    codes = [answer["body"][0]["errorCode"] for answer in rolled_back["compositeResponse"]]
    assert codes == ["PROCESSING_HALTED", "PROCESSING_HALTED", "PRECONDITION_FAILED"]
    assert rest("GET", "/query?q=SELECT+COUNT()+FROM+Lead").json()["totalSize"] == before


def test_a_batch_answers_each_request(rest: Rest) -> None:
    batch = [
        {"method": "GET", "url": f"v62.0/sobjects/Lead/{LEADS[0]}?fields=LastName"},
        {"method": "PATCH", "url": "v62.0/sobjects/Lead/x", "richInput": {"Title": "部長"}},
    ]
    answer = rest("POST", "/composite/batch", {"batchRequests": batch}).json()
    assert answer["hasErrors"] is True
    assert [row["statusCode"] for row in answer["results"]] == [200, 400]
    assert answer["results"][0]["result"]["LastName"] == "山田<0>"
    refused = rest("POST", "/composite/batch", {"batchRequests": batch * 13})
    assert refused.json()[0]["errorCode"] == "LIMIT_EXCEEDED"


def test_limits_and_versions(rest: Rest) -> None:
    before = rest("GET", "/limits").json()["DailyApiRequests"]["Remaining"]
    assert rest("GET", "/limits").json()["DailyApiRequests"]["Remaining"] == before - 1
    versions = requests.get(f"{rest.sandbox.base_url}/services/data", timeout=10).json()
    assert "62.0" in [version["version"] for version in versions]


def test_ids_changed_and_deleted_within_a_span(rest: Rest) -> None:
    made = rest("POST", "/sobjects/Lead", {"LastName": "消", "Company": "B"}).json()["id"]
    rest("DELETE", f"/sobjects/Lead/{made}")
    span = {"start": "2026-10-01T00:00:00+00:00", "end": "2026-12-01T00:00:00+00:00"}
    deleted = rest("GET", "/sobjects/Lead/deleted/", params=span).json()["deletedRecords"]
    assert made in [row["id"] for row in deleted]
    updated = rest("GET", "/sobjects/Lead/updated/", params=span).json()["ids"]
    assert made not in updated
    assert LEADS[8] not in updated


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"grant_type": "client_credentials"}, 401, "invalid_client_id"),
        (
            {"grant_type": "client_credentials", "client_id": "sandbox-consumer-key"},
            400,
            "invalid_client",
        ),
        ({"grant_type": "magic"}, 400, "unsupported_grant_type"),
        (
            {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "x"},
            400,
            "invalid_grant",
        ),
    ],
)
def test_wrong_credentials_are_refused(
    sandbox: RunningSandbox, form: dict[str, str], status: int, error: str
) -> None:
    answer = requests.post(f"{sandbox.base_url}/services/oauth2/token", form, timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.mark.parametrize("grant", ["client_credentials", "refresh_token", "password"])
def test_sessions_run_out_after_two_hours_of_sandbox_time(
    sandbox: RunningSandbox, grant: str
) -> None:
    known = sandbox.credentials
    form = {
        "grant_type": grant,
        "client_id": known.salesforce_consumer_key,
        "client_secret": known.salesforce_consumer_secret,
        "refresh_token": known.salesforce_refresh_token,
        "username": known.salesforce_username,
        "password": known.salesforce_password,
    }
    answer = requests.post(f"{sandbox.base_url}/services/oauth2/token", form, timeout=10).json()
    assert answer["instance_url"] == sandbox.base_url
    headers = {"Authorization": f"Bearer {answer['access_token']}"}
    url = f"{sandbox.base_url}/services/data/v62.0/limits"
    assert requests.get(url, headers=headers, timeout=10).status_code == 200
    sandbox.admin.move_clock(advance_seconds=2 * 3600)
    late = requests.get(url, headers=headers, timeout=10)
    assert (late.status_code, late.json()[0]["errorCode"]) == (401, "INVALID_SESSION_ID")


def test_user_info_names_the_user_of_the_connection(rest: Rest) -> None:
    url = f"{rest.sandbox.base_url}/services/oauth2/userinfo"
    info = rest.session.get(url, timeout=10).json()
    shown = rest("GET", f"/sobjects/User/{info['user_id']}").json()
    assert shown["Username"] == rest.sandbox.credentials.salesforce_username


def test_the_page_of_a_record_shows_it_in_japanese(sandbox: RunningSandbox) -> None:
    url = f"{sandbox.base_url}/lightning/r/Lead/{LEADS[0]}/view"
    page = requests.get(url, timeout=10)
    assert page.status_code == 200
    assert "会社名" in page.text
    assert "<th>作成日</th><td>2026-09-01 09:00:00</td>" in page.text
    assert "山田&lt;0&gt;" in page.text
    assert f'<a href="/lightning/r/User/{USER}/view">北見 沙織</a>' in page.text
    assert requests.get(url.replace("Lead", "Nope"), timeout=10).status_code == 404
