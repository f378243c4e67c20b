"""Every fault that can be switched on, seen from a client's side."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.testing import HandMadeWorld, RunningSandbox, running_sandbox

pytestmark = pytest.mark.integration

LEADS = [f"00Q{number:012d}EAA" for number in range(1, 6)]


@pytest.fixture(scope="module", params=[False, True], ids=["http", "https"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[RunningSandbox]:
    leads = [{"Id": record_id, "LastName": "山田", "Company": "A"} for record_id in LEADS]
    contact = {"id": "1", "properties": {"email": "a@example.test"}, "archived": False}
    stamps = {"createdAt": "2026-09-01T00:00:00.000Z", "updatedAt": "2026-09-01T00:00:00.000Z"}
    world = HandMadeWorld(salesforce={"Lead": leads}, hubspot={"contacts": [{**contact, **stamps}]})
    with running_sandbox(world=world, tls=request.param) as running:
        yield running


@pytest.fixture(autouse=True)
def no_faults_left(sandbox: RunningSandbox) -> Iterator[None]:
    yield
    sandbox.admin.clear_faults()


def ask(
    sandbox: RunningSandbox, method: str, path: str, body: Any = None, token: str = ""
) -> requests.Response:
    known = sandbox.credentials
    is_hubspot = path.startswith("/crm")
    default = known.hubspot_access_token if is_hubspot else known.salesforce_session_id
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(sandbox.ca_bundle) if sandbox.ca_bundle else True
        session.headers["Authorization"] = f"Bearer {token or default}"
        root = "" if is_hubspot or path.startswith("/services") else "/services/data/v62.0"
        return session.request(method, sandbox.base_url + root + path, json=body, timeout=10)


def sign_in(sandbox: RunningSandbox) -> str:
    known = sandbox.credentials
    query = (
        f"?grant_type=client_credentials&client_id={known.salesforce_consumer_key}"
        f"&client_secret={known.salesforce_consumer_secret}"
    )
    return str(ask(sandbox, "POST", "/services/oauth2/token" + query).json()["access_token"])


def title(sandbox: RunningSandbox, record_id: str) -> Any:
    return sandbox.admin.record("salesforce", "Lead", record_id)["Title"]


def test_a_status_strikes_the_wanted_requests_and_then_stops(sandbox: RunningSandbox) -> None:
    match = {"vendor": "hubspot", "method": "GET", "path_regex": "/contacts$"}
    rule = {"match": match, "fault": "status", "status": 503, "skip": 1, "times": 1}
    sandbox.admin.faults(rule)
    path = "/crm/v3/objects/contacts"
    assert [ask(sandbox, "GET", path).status_code for _ in range(3)] == [200, 503, 200]
    assert ask(sandbox, "GET", "/limits").status_code == 200
    (shown,) = sandbox.admin.faults()
    assert (shown["seen"], shown["hits"]) == (3, 1)


def test_latency_delays_the_answer(sandbox: RunningSandbox) -> None:
    sandbox.admin.faults({"match": {"path_regex": "limits"}, "fault": "latency", "seconds": 0.3})
    started = time.monotonic()
    assert ask(sandbox, "GET", "/limits").status_code == 200
    assert time.monotonic() - started >= 0.3


def test_cut_before_loses_the_request_and_cut_after_only_the_answer(
    sandbox: RunningSandbox,
) -> None:
    match = {"method": "PATCH", "vendor": "salesforce"}
    sandbox.admin.faults({"match": match, "fault": "cut_before", "times": 1})
    with pytest.raises(requests.ConnectionError):
        ask(sandbox, "PATCH", f"/sobjects/Lead/{LEADS[0]}", {"Title": "部長"})
    assert title(sandbox, LEADS[0]) is None
    sandbox.admin.faults({"match": match, "fault": "cut_after", "times": 1})
    with pytest.raises(requests.ConnectionError):
        ask(sandbox, "PATCH", f"/sobjects/Lead/{LEADS[0]}", {"Title": "部長"})
    assert title(sandbox, LEADS[0]) == "部長"
    answer = ask(sandbox, "PATCH", f"/sobjects/Lead/{LEADS[0]}", {"Title": "課長"})
    assert answer.status_code == 204


def test_an_expired_token_stays_expired_and_a_new_one_works(sandbox: RunningSandbox) -> None:
    token = sign_in(sandbox)
    match = {"vendor": "salesforce", "path_regex": "/query"}
    sandbox.admin.faults({"match": match, "fault": "expired_token", "times": 1})
    path = "/query?q=SELECT+COUNT()+FROM+Lead"
    first = ask(sandbox, "GET", path, token=token)
    assert (first.status_code, first.json()[0]["errorCode"]) == (401, "INVALID_SESSION_ID")
    assert ask(sandbox, "GET", path, token=token).status_code == 401
    assert ask(sandbox, "GET", path, token=sign_in(sandbox)).status_code == 200


def test_held_rows_fail_in_single_writes_and_in_collections(sandbox: RunningSandbox) -> None:
    sandbox.admin.faults({"fault": "row_lock", "records": [LEADS[1]], "times": 2})
    single = ask(sandbox, "PATCH", f"/sobjects/Lead/{LEADS[1]}", {"Title": "部長"})
    assert (single.status_code, single.json()[0]["errorCode"]) == (400, "UNABLE_TO_LOCK_ROW")
    records = [
        {"attributes": {"type": "Lead"}, "id": record_id, "Title": "部長"}
        for record_id in LEADS[1:3]
    ]
    rows = ask(sandbox, "PATCH", "/composite/sobjects", {"records": records}).json()
    assert rows[0]["errors"][0]["statusCode"] == "UNABLE_TO_LOCK_ROW"
    assert rows[1]["success"] is True
    rows = ask(sandbox, "PATCH", "/composite/sobjects", {"records": records}).json()
    assert [row["success"] for row in rows] == [True, True]


def test_held_rows_fail_in_bulk_jobs_and_in_hubspot_batches(sandbox: RunningSandbox) -> None:
    sandbox.admin.faults({"fault": "row_lock"})
    job = ask(sandbox, "POST", "/jobs/ingest", {"object": "Lead", "operation": "update"}).json()
    url = f"{sandbox.base_url}/services/data/v62.0/jobs/ingest/{job['id']}/batches"
    requests.put(
        url,
        f"Id,Title\n{LEADS[3]},部長\n".encode(),
        headers={"Authorization": f"Bearer {sandbox.credentials.salesforce_session_id}"},
        verify=str(sandbox.ca_bundle) if sandbox.ca_bundle else True,
        timeout=10,
    )
    ask(sandbox, "PATCH", f"/jobs/ingest/{job['id']}", {"state": "UploadComplete"})
    failed = ask(sandbox, "GET", f"/jobs/ingest/{job['id']}/failedResults").text
    assert f'"{LEADS[3]}","UNABLE_TO_LOCK_ROW:' in failed
    inputs = [{"id": "1", "properties": {"city": "大阪市"}, "objectWriteTraceId": "r"}]
    path = "/crm/v3/objects/contacts/batch/update"
    answer = ask(sandbox, "POST", path, {"inputs": inputs})
    assert (answer.status_code, answer.json()["errors"][0]["category"]) == (207, "LOCKED")


def test_quota_and_bad_bodies(sandbox: RunningSandbox) -> None:
    sandbox.admin.faults(
        {"match": {"vendor": "salesforce"}, "fault": "quota"},
        {"match": {"vendor": "hubspot"}, "fault": "bad_body", "body": "{"},
    )
    refused = ask(sandbox, "GET", "/limits")
    assert (refused.status_code, refused.json()[0]["errorCode"]) == (403, "REQUEST_LIMIT_EXCEEDED")
    broken = ask(sandbox, "GET", "/crm/v3/objects/contacts")
    assert (broken.status_code, broken.text) == (200, "{")
    sandbox.admin.clear_faults()
    assert ask(sandbox, "GET", "/limits").status_code == 200


QUERY = "/query?q=SELECT+Id,LastName+FROM+Lead+ORDER+BY+Id"


def asked(sandbox: RunningSandbox) -> dict[str, Any]:
    return dict(ask(sandbox, "GET", QUERY).json())


def last_names(answer: dict[str, Any]) -> list[str]:
    return [row["LastName"] for row in answer["records"]]


def strike(sandbox: RunningSandbox, fault: str, **more: Any) -> None:
    sandbox.admin.faults({"match": {"path_regex": "query|/contacts$"}, "fault": fault, **more})


def test_a_body_cut_in_the_middle_is_a_broken_connection(sandbox: RunningSandbox) -> None:
    strike(sandbox, "cut_middle", times=1)
    with pytest.raises(requests.RequestException):
        ask(sandbox, "GET", QUERY)
    assert len(asked(sandbox)["records"]) == len(LEADS)


def test_a_truncated_body_claims_to_be_whole(sandbox: RunningSandbox) -> None:
    strike(sandbox, "truncate", times=1)
    answer = ask(sandbox, "GET", QUERY)
    assert answer.status_code == 200
    with pytest.raises(ValueError, match="char"):
        answer.json()
    assert len(asked(sandbox)["records"]) == len(LEADS)


def test_lost_rows_leave_the_count(sandbox: RunningSandbox) -> None:
    strike(sandbox, "drop_rows", rows=2, times=1)
    answer = asked(sandbox)
    assert (len(answer["records"]), answer["totalSize"]) == (len(LEADS) - 2, len(LEADS))


def test_an_early_end_takes_only_what_tells_of_more(sandbox: RunningSandbox) -> None:
    second = {"id": "2", "properties": {"email": "b@example.test"}}
    sandbox.admin.add_record("hubspot", "contacts", second)
    path = "/crm/v3/objects/contacts?limit=1"
    try:
        assert "paging" in ask(sandbox, "GET", path).json()
        strike(sandbox, "end_early")
        answer = ask(sandbox, "GET", path).json()
        assert "paging" not in answer
        assert len(answer["results"]) == 1
    finally:
        sandbox.admin.delete_record("hubspot", "contacts", "2", hard=True)


def test_rows_come_again_with_the_next_page(sandbox: RunningSandbox) -> None:
    strike(sandbox, "repeat_rows")
    assert len(asked(sandbox)["records"]) == 2 * len(LEADS)


def test_lost_rows_of_bulk_pages(sandbox: RunningSandbox) -> None:
    body = {"operation": "query", "query": "SELECT Id, LastName FROM Lead ORDER BY Id"}
    job = ask(sandbox, "POST", "/jobs/query", body).json()["id"]
    whole = ask(sandbox, "GET", f"/jobs/query/{job}/results")
    sandbox.admin.faults({"match": {"path_regex": "results"}, "fault": "drop_rows"})
    short = ask(sandbox, "GET", f"/jobs/query/{job}/results")
    assert short.text.splitlines() == whole.text.splitlines()[:-1]
    assert short.headers["Sforce-NumberOfRecords"] == str(len(LEADS))


def test_an_edit_happens_while_somebody_reads(sandbox: RunningSandbox) -> None:
    edit = ["PATCH", f"records/salesforce/Lead/{LEADS[4]}", {"LastName": "村上"}]
    strike(sandbox, "edit", edits=[edit], times=1)
    assert last_names(asked(sandbox))[-1] == "村上"
    sandbox.admin.change_record("salesforce", "Lead", LEADS[4], {"LastName": "山田"})
    assert last_names(asked(sandbox))[-1] == "山田"


def test_fields_and_objects_are_hidden_retyped_and_shown_again(sandbox: RunningSandbox) -> None:
    admin, described = sandbox.admin, "/sobjects/Lead/describe"
    before = admin.fields("salesforce", "Lead")
    admin.hide("salesforce", "Lead", "LastName")
    assert "LastName" not in admin.fields("salesforce", "Lead")
    assert ask(sandbox, "GET", QUERY).json()[0]["errorCode"] == "INVALID_FIELD"
    admin.show("salesforce", "Lead", "LastName")
    assert asked(sandbox)["totalSize"] == len(LEADS)
    admin.retype("salesforce", "Lead", "Title", "double")
    assert admin.fields("salesforce", "Lead") == before | {"Title": "double"}
    admin.retype("salesforce", "Lead", "Title", before["Title"])
    admin.hide("salesforce", "Lead")
    assert ask(sandbox, "GET", described).status_code == 404
    admin.show("salesforce", "Lead")
    assert ask(sandbox, "GET", described).status_code == 200
    admin.hide("hubspot", "contacts", "jobtitle")
    assert "jobtitle" not in admin.fields("hubspot", "contacts")
    admin.show("hubspot", "contacts", "jobtitle")
    with pytest.raises(RuntimeError, match="not possible"):
        admin.hide("hubspot", "contacts", "shoe_size")


def test_a_wrong_rule_is_refused_with_its_reason(sandbox: RunningSandbox) -> None:
    with pytest.raises(RuntimeError, match="fault must be one of"):
        sandbox.admin.faults({"fault": "explode"})
    assert sandbox.admin.faults() == []


def test_requests_are_counted_per_vendor_and_path(sandbox: RunningSandbox) -> None:
    sandbox.admin.reset_requests()
    ask(sandbox, "GET", "/limits")
    ask(sandbox, "GET", "/crm/v3/objects/contacts?limit=5")
    counted = sandbox.admin.requests()
    assert counted["by_vendor"] == {"salesforce": 1, "hubspot": 1}
    assert counted["by_path"]["GET /crm/v3/objects/contacts"] == 1
    assert counted["recent"][-1]["query"] == "limit=5"
    assert "authorization" not in str(counted).lower()
