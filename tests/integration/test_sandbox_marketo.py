"""marketorestpython, unmodified, and plain requests against the sandbox's Marketo."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from marketorestpython.client import MarketoClient

from sandbox.testing import HandMadeWorld, RunningSandbox, running_sandbox

pytestmark = pytest.mark.integration

OLD = "2026-09-01T00:00:00Z"
VISIT, FORM, DELETED, CHANGED = 1, 2, 37, 13


def lead(number: int, **fields: Any) -> dict[str, Any]:
    known = {"id": number, "email": f"person{number}@example.test", "lastName": f"山田{number}"}
    return {**known, "createdAt": OLD, "updatedAt": OLD, "_changedAt": OLD, **fields}


def activity(number: int, kind: int, lead_id: int = 1001, at: str = OLD) -> dict[str, Any]:
    return {
        "marketoGUID": f"{number:06d}",
        "leadId": lead_id,
        "activityDate": at,
        "activityTypeId": kind,
        "primaryAttributeValueId": None,
        "primaryAttributeValue": None,
        "attributes": [{"name": "Webpage URL", "value": "/products/bridge"}],
    }


def program(number: int) -> dict[str, Any]:
    named = {
        "id": number,
        "name": f"9月ウェビナー{number}",
        "type": "webinar",
        "channel": "Webinar",
    }
    return {**named, "createdAt": OLD, "updatedAt": OLD, "status": "", "workspace": "Default"}


def world() -> HandMadeWorld:
    leads = [lead(1000 + n) for n in range(1, 701)]
    leads[0] |= {"company": '株式会社"青空",\n本社', "unsubscribed": True, "leadScore": 35}
    activities = [activity(n, VISIT if n < 650 else FORM, 1001 + n % 9) for n in range(700)]
    member = {"membershipDate": OLD, "reachedSuccess": True, "acquiredBy": False}
    member |= {"reachedSuccessDate": OLD, "updatedAt": OLD, "statusName": "Attended"}
    return HandMadeWorld(
        marketo={
            "leads": leads,
            "activities": activities,
            "programs": [program(2000 + n) for n in range(205)],
            "members": [{**member, "programId": 2000, "leadId": 1000 + n} for n in range(1, 311)],
        }
    )


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox(world=world()) as running:
        running.admin.switch_marketo(rate_calls=10_000)
        yield running


@pytest.fixture
def client(sandbox: RunningSandbox) -> MarketoClient:
    kept = sandbox.credentials
    made = MarketoClient("123-ABC-456", kept.marketo_client_id, kept.marketo_client_secret)
    made.host = sandbox.base_url
    return made


@pytest.fixture(autouse=True)
def unpaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """marketorestpython waits a fifth of a second before every call."""
    monkeypatch.setattr("marketorestpython.helper.http_lib.time.sleep", lambda seconds: None)


def token(sandbox: RunningSandbox) -> str:
    kept = sandbox.credentials
    given = {"client_id": kept.marketo_client_id, "client_secret": kept.marketo_client_secret}
    url = f"{sandbox.base_url}/identity/oauth/token"
    answer = requests.get(url, {"grant_type": "client_credentials", **given}, timeout=10)
    return str(answer.json()["access_token"])


@pytest.fixture
def ask(sandbox: RunningSandbox) -> Any:
    def call(path: str, method: str = "GET", **kwargs: Any) -> Any:
        headers = {"Authorization": f"Bearer {token(sandbox)}", **kwargs.pop("headers", {})}
        url = sandbox.base_url + path
        answer = requests.request(method, url, headers=headers, timeout=10, **kwargs)
        return answer.json() if "json" in answer.headers["content-type"] else answer

    return call


def error(body: dict[str, Any]) -> str:
    assert body["success"] is False
    return str(body["errors"][0]["code"])


def test_marketorestpython_reads_leads_by_filter_and_by_program(client: MarketoClient) -> None:
    ids = [str(1000 + n) for n in range(1, 201)]
    found = client.execute(
        method="get_multiple_leads_by_filter_type", filterType="id", filterValues=ids, batchSize=90
    )
    assert [row["id"] for row in found] == list(map(int, ids))
    assert found[0].keys() == {"id", "email", "lastName", "createdAt", "updatedAt"}
    of_program = client.execute(method="get_multiple_leads_by_program_id", programId=2000)
    assert len(of_program) == 310
    assert of_program[0]["membership"]["progressionStatus"] == "Attended"


def test_marketorestpython_reads_activities_through_short_pages(client: MarketoClient) -> None:
    found = client.execute(
        method="get_lead_activities", activityTypeIds=["2"], sinceDatetime="2026-08-01T00:00:00Z"
    )
    assert len(found) == 50
    types = {one["id"] for one in client.execute(method="get_activity_types")}
    assert {1, 2, 10, 11, 12, 13, 37} <= types


def test_marketorestpython_reads_programs_and_usage(client: MarketoClient) -> None:
    found = client.execute(method="browse_programs", maxReturn=200)
    assert len(found) == 205
    assert found[0]["updatedAt"] == "2026-09-01T00:00:00Z+0000"
    [usage] = client.execute(method="get_daily_usage")
    assert usage["total"] >= 3
    assert {one["rest"]["name"] for one in client.execute(method="describe")} >= {"id", "email"}


def test_marketorestpython_extracts_in_bulk(client: MarketoClient, sandbox: RunningSandbox) -> None:
    span = {"startAt": "2026-08-31T00:00:00Z", "endAt": "2026-09-30T00:00:00Z"}
    fields = ["id", "company", "unsubscribed", "phone"]
    sandbox.admin.move_clock(advance_seconds=1)
    wish = {"fields": fields, "filters": {"createdAt": span}}
    [job] = client.execute(method="create_leads_export_job", **wish)
    client.execute(method="enqueue_leads_export_job", job_id=job["exportId"])
    sandbox.admin.move_clock(advance_seconds=60)
    [done] = client.execute(method="get_leads_export_job_status", job_id=job["exportId"])
    assert (done["status"], done["numberOfRecords"]) == ("Completed", 700)
    content = client.execute(method="get_leads_export_job_file", job_id=job["exportId"])
    assert done["fileChecksum"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    rows = list(csv.reader(io.StringIO(content.decode())))
    assert rows[1] == ["1001", '株式会社"青空",\n本社', "true", "null"]
    wish = {"filters": {"createdAt": span, "activityTypeIds": [1]}, "fields": None}
    [job] = client.execute(method="create_activities_export_job", **wish)
    client.execute(method="enqueue_activities_export_job", job_id=job["exportId"])
    sandbox.admin.move_clock(advance_seconds=60)
    client.execute(method="get_activities_export_job_status", job_id=job["exportId"])
    content = client.execute(method="get_activities_export_job_file", job_id=job["exportId"])
    first = next(csv.DictReader(io.StringIO(content.decode())))
    assert json.loads(first["attributes"]) == {"Webpage URL": "/products/bridge"}


def test_a_token_in_the_query_is_taken_until_the_end_of_august(sandbox: RunningSandbox) -> None:
    url = f"{sandbox.base_url}/rest/v1/stats/usage.json"
    given = {"access_token": token(sandbox)}
    assert error(requests.get(url, given, timeout=10).json()) == "601"
    sandbox.admin.move_clock(advance_seconds=-40 * 24 * 3600)
    assert requests.get(url, {"access_token": token(sandbox)}, timeout=10).json()["success"]


def test_a_token_keeps_its_remaining_life_and_ends(sandbox: RunningSandbox, ask: Any) -> None:
    first = token(sandbox)
    sandbox.admin.move_clock(advance_seconds=1800)
    assert token(sandbox) == first
    headers = {"Authorization": f"Bearer {first}"}
    sandbox.admin.move_clock(advance_seconds=1801)
    url = f"{sandbox.base_url}/rest/v1/stats/usage.json"
    assert error(requests.get(url, headers=headers, timeout=10).json()) == "602"
    assert token(sandbox) != first
    assert requests.get(url.replace("stats", "x"), timeout=10).status_code == 404
    bad = {"grant_type": "client_credentials", "client_id": "x", "client_secret": "y"}
    url = f"{sandbox.base_url}/identity/oauth/token"
    assert requests.get(url, bad, timeout=10).status_code == 401


def test_pages_of_a_feed_may_be_empty_while_more_follows(ask: Any) -> None:
    root = "/rest/v1/activities"
    start = ask(f"{root}/pagingtoken.json?sinceDatetime=2026-08-01T00:00:00Z")["nextPageToken"]
    pages, following = [], start
    while following:
        params = {"nextPageToken": following, "activityTypeIds": "2"}
        answer = ask(f"{root}.json", params=params)
        pages.append(len(answer.get("result", [])))
        following = answer["nextPageToken"] if answer["moreResult"] else None
    assert pages == [0, 0, 50]
    assert error(ask(f"{root}.json?activityTypeIds=1&nextPageToken=rubbish")) == "1003"
    too_many = ",".join(map(str, range(11)))
    assert error(ask(f"{root}.json?activityTypeIds={too_many}&nextPageToken={start}")) == "1003"


def test_leads_are_written_and_every_row_has_its_status(sandbox: RunningSandbox, ask: Any) -> None:
    def sync(*rows: dict[str, Any], **more: Any) -> Any:
        return ask("/rest/v1/leads.json", "POST", json={"input": list(rows), **more})

    made, known = sync({"email": "new@example.test"}, {"email": "person1001@example.test"})[
        "result"
    ]
    assert (made["status"], known) == ("created", {"id": 1001, "status": "updated"})
    only = {"action": "createOnly"}
    [skipped] = sync({"email": "new@example.test"}, **only)["result"]
    assert (skipped["status"], skipped["reasons"][0]["code"]) == ("skipped", "1005")
    [missing] = sync({"id": 1, "title": "x"}, action="updateOnly", lookupField="id")["result"]
    assert missing["reasons"][0]["code"] == "1004"
    [unknown] = sync({"email": "a@example.test", "shoeSize": 9})["result"]
    assert unknown["reasons"][0]["code"] == "1006"
    assert error(sync({"email": "a@example.test"}, lookupField="id")) == "1011"
    assert error(sync(*[{"email": "a@example.test"}] * 301)) == "1003"


def test_changes_deletions_and_merges_are_told_by_activities(
    sandbox: RunningSandbox, ask: Any
) -> None:
    root = "/rest/v1/activities"
    since = sandbox.admin.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    start = ask(f"{root}/pagingtoken.json?sinceDatetime={since}")["nextPageToken"]
    body = {"input": [{"id": 1002, "title": "部長", "memoText": "x"}]}
    body |= {"action": "updateOnly", "lookupField": "id"}
    ask("/rest/v1/leads.json", "POST", json=body)
    ask("/rest/v1/leads/delete.json", "POST", json={"input": [{"id": 1003}]})
    assert ask("/rest/v1/leads/1004/merge.json?leadIds=1005,1006", "POST")["success"]
    sandbox.admin.move_clock(advance_seconds=2)
    given = {"nextPageToken": start, "fields": "title"}
    [changed] = ask(f"{root}/leadchanges.json", params=given)["result"]
    assert (changed["leadId"], changed["fields"][0]["newValue"]) == (1002, "部長")
    [gone] = ask(f"{root}/deletedleads.json", params={"nextPageToken": start})["result"]
    assert (gone["leadId"], gone["activityTypeId"]) == (1003, DELETED)
    given = {"nextPageToken": start, "activityTypeIds": "32"}
    [merged] = ask(f"{root}.json", params=given)["result"]
    values = {one["name"]: one["value"] for one in merged["attributes"]}
    assert (merged["leadId"], values["Merge IDs"]) == (1004, "[1005, 1006]")
    sandbox.admin.move_clock(advance_seconds=15 * 24 * 3600)
    assert "result" not in ask(f"{root}/deletedleads.json", params={"nextPageToken": start})


def test_a_custom_field_moves_only_the_hidden_stamp(sandbox: RunningSandbox, ask: Any) -> None:
    body: dict[str, Any] = {"action": "updateOnly", "lookupField": "id"}
    body["input"] = [{"id": 1002, "memoText": "x"}]
    ask("/rest/v1/leads.json", "POST", json=body)
    [row] = ask("/rest/v1/lead/1002.json?fields=updatedAt")["result"]
    assert row == {"updatedAt": OLD}
    assert sandbox.admin.record("marketo", "leads", "1002")["_changedAt"] > OLD


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        ({"createdAt": {"startAt": "2026-08-01T00:00:00Z", "endAt": "2026-09-02T00:00:00Z"}}, 1003),
        ({"createdAt": {"startAt": "2026-08-01T00:00:00.000Z", "endAt": OLD}}, 704),
        ({"createdAt": {"endAt": OLD}}, 701),
        ({"createdAt": {"startAt": OLD, "endAt": OLD}, "staticListId": 1}, 1003),
        ({}, 1003),
    ],
)
def test_export_filters_are_checked(ask: Any, chosen: dict[str, Any], code: int) -> None:
    body = {"fields": ["id"], "filter": chosen}
    assert error(ask("/bulk/v1/leads/export/create.json", "POST", json=body)) == str(code)


def created(ask: Any, kind: str = "leads") -> str:
    span = {"startAt": OLD, "endAt": "2026-09-20T00:00:00Z"}
    body = {"fields": ["id"], "filter": {"createdAt": span}}
    if kind != "leads":
        del body["fields"]
    made = ask(f"/bulk/v1/{kind}/export/create.json", "POST", json=body)
    return str(made["result"][0]["exportId"])


def test_two_jobs_run_ten_wait_and_the_next_is_refused(sandbox: RunningSandbox, ask: Any) -> None:
    sandbox.admin.switch_marketo(ready_seconds=0.0, job_seconds=600.0)
    jobs = [("leads" if n % 2 else "activities", "") for n in range(13)]
    jobs = [(kind, created(ask, kind)) for kind, _ in jobs]
    answers = [ask(f"/bulk/v1/{k}/export/{j}/enqueue.json", "POST") for k, j in jobs]
    assert [one["success"] for one in answers] == [True] * 12 + [False]
    assert (error(answers[12]), answers[12]["errors"][0]["message"]) == (
        "1029",
        "Too many jobs in queue",
    )
    statuses = [ask(f"/bulk/v1/{k}/export/{j}/status.json")["result"][0]["status"] for k, j in jobs]
    assert statuses == ["Processing"] * 2 + ["Queued"] * 10 + ["Created"]
    kind, job = jobs[0]
    cancelled = ask(f"/bulk/v1/{kind}/export/{job}/cancel.json", "POST")["result"][0]
    assert cancelled["status"] == "Cancelled"
    listed = ask("/bulk/v1/activities/export.json?status=Canceled,Created")["result"]
    assert {one["exportId"] for one in listed} == {job, jobs[12][1]}
    again = ask(f"/bulk/v1/{jobs[5][0]}/export/{jobs[5][1]}/enqueue.json", "POST")
    assert (error(again), "already" in again["errors"][0]["message"]) == ("1029", True)


def test_a_file_comes_in_parts_and_not_before_it_is_ready(
    sandbox: RunningSandbox, ask: Any
) -> None:
    job = created(ask)
    assert ask(f"/bulk/v1/leads/export/{job}/file.json").status_code == 404
    ask(f"/bulk/v1/leads/export/{job}/enqueue.json", "POST")
    sandbox.admin.move_clock(advance_seconds=60)
    whole = ask(f"/bulk/v1/leads/export/{job}/file.json")
    assert whole.status_code == 200
    part = ask(f"/bulk/v1/leads/export/{job}/file.json", headers={"Range": "bytes=10-"})
    assert (part.status_code, part.content) == (206, whole.content[10:])
    sandbox.admin.switch_marketo(daily_export_bytes=10)
    refused = ask(f"/bulk/v1/leads/export/{created(ask)}/enqueue.json", "POST")
    assert (error(refused), "quota" in refused["errors"][0]["message"]) == ("1029", True)


def test_a_subscription_without_the_updated_at_filter_says_1035(
    sandbox: RunningSandbox, ask: Any
) -> None:
    sandbox.admin.switch_marketo(has_updated_at_filter=False)
    body = {"fields": ["id"], "filter": {"updatedAt": {"startAt": OLD, "endAt": OLD}}}
    assert error(ask("/bulk/v1/leads/export/create.json", "POST", json=body)) == "1035"


def test_rate_day_and_concurrency_have_limits(sandbox: RunningSandbox, ask: Any) -> None:
    path = "/rest/v1/stats/usage.json"
    sandbox.admin.switch_marketo(rate_calls=3, rate_seconds=60.0)
    codes = [ask(path).get("errors", [{}])[0].get("code") for _ in range(4)]
    assert codes == [None, None, None, "606"]
    sandbox.admin.switch_marketo(rate_calls=1000, daily_calls=4)
    assert [ask(path)["success"] for _ in range(2)] == [True, False]
    assert error(ask(path)) == "607"
    sandbox.admin.move_clock(advance_seconds=24 * 3600)
    sandbox.admin.faults({"match": {"path_regex": "usage"}, "fault": "latency", "seconds": 0.3})
    sandbox.admin.switch_marketo(concurrent_calls=2, daily_calls=100)
    headers = {"Authorization": f"Bearer {token(sandbox)}"}
    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(
            lambda _: requests.get(sandbox.base_url + path, headers=headers, timeout=10).json(),
            range(4),
        )
        codes = [one.get("errors", [{}])[0].get("code") for one in answers]
    assert codes.count("615") == 2


def test_faults_take_marketos_own_form(sandbox: RunningSandbox, ask: Any) -> None:
    path = "/rest/v1/stats/usage.json"
    sandbox.admin.faults({"match": {"vendor": "marketo", "path_regex": "stats"}, "fault": "quota"})
    assert error(ask(path)) == "607"
    sandbox.admin.clear_faults()
    rule = {"match": {"path_regex": "stats"}, "fault": "expired_token", "times": 1}
    before = token(sandbox)
    sandbox.admin.faults(rule)
    assert error(ask(path)) == "602"
    assert token(sandbox) != before
    assert ask(path)["success"]
