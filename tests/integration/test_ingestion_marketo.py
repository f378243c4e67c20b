"""The source marketo against the sandbox: whole, cheap, resumed, and the same by both ways."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import duckdb
import pytest
import requests

from ingestion.naming import column_name
from ingestion.pipeline import load_source
from sandbox.testing import HandMadeWorld, running_sandbox
from sandbox.world.schema import marketo_fields

pytestmark = pytest.mark.integration

AS_OF = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)
OLD = "2026-09-01T00:00:00Z"
RATE = {"code": "606", "message": "Max rate limit exceeded"}


def lead(number, **fields):
    known = {"id": number, "email": f"p{number}@example.test", "lastName": f"山田{number}"}
    at = f"2026-0{number % 3 + 6}-0{number % 9 + 1}T00:00:00Z"
    return {**known, "createdAt": at, "updatedAt": at, "_changedAt": at, **fields}


def activity(number, kind, at=OLD, lead_id=1001, **attributes):
    return {
        "marketoGUID": f"{number:06d}",
        "leadId": lead_id,
        "activityDate": at,
        "activityTypeId": kind,
        "primaryAttributeValueId": 31,
        "primaryAttributeValue": "x.y",
        "attributes": [{"name": n.replace("_", " "), "value": v} for n, v in attributes.items()],
    }


def program(number):
    named = {"id": number, "name": f"ウェビナー{number}", "type": "webinar", "channel": "Webinar"}
    return {**named, "createdAt": "2026-06-01T00:00:00Z", "updatedAt": OLD, "workspace": "Default"}


def world():
    leads = [lead(1000 + n) for n in range(1, 421)]
    leads[0] |= {"company": '株式会社"青空",\n本社 𠮷', "unsubscribed": True, "leadScore": 35}
    leads[1] |= {"title": "a\x00b", "postalCode": "0012345", "annualRevenue": 1234567.5}
    leads[2] |= {"dateOfBirth": "1990-02-03", "memoText": "x" * 32_000, "country": "NA"}
    leads[3] |= {"lastName": "null", "unsubscribed": False, "leadScore": 0}
    visit = {"Webpage_URL": "/products/x", "Query_Parameters": "utm_campaign=a", "Count": 3}
    activities = [activity(n, 1 if n % 2 else 2, lead_id=1001 + n % 5, **visit) for n in range(350)]
    member = {"membershipDate": OLD, "reachedSuccess": True, "acquiredBy": False}
    member |= {"reachedSuccessDate": OLD, "updatedAt": OLD, "statusName": "Attended"}
    return HandMadeWorld(
        marketo={
            "leads": leads,
            "activities": activities,
            "programs": [program(2000 + n) for n in range(12)],
            "members": [{**member, "programId": 2000, "leadId": 1000 + n} for n in range(1, 21)],
        }
    )


@pytest.fixture
def sandbox(monkeypatch):
    with running_sandbox(world=world()) as running:
        running.admin.switch_marketo(rate_calls=100_000, ready_seconds=0.0, job_seconds=0.0)
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("MARKETO_POLL_SECONDS", "0.01")
        monkeypatch.setenv("MARKETO_CALLS_PER_20S", "100000")
        monkeypatch.setattr("vendors.session.FIRST_WAIT", 0.001)
        monkeypatch.setattr("vendors.session.FIRST_WAIT_ON_LIMIT", 0.001)
        yield running


@pytest.fixture
def load(tmp_path, sandbox):
    def run(resource=None, days=0.0):
        as_of = AS_OF + timedelta(days=days)
        if days and sandbox.admin.now() < as_of:
            sandbox.admin.move_clock(
                advance_seconds=(as_of - sandbox.admin.now()).total_seconds() + 1
            )
        report = load_source("marketo", data_dir=tmp_path, inbox_dir=tmp_path, as_of=as_of)
        by_name = {one.resource: one for one in report.resources}
        return by_name[resource] if resource else report

    return run


@pytest.fixture
def ask(tmp_path):
    def query(sql):
        with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
            con.execute("SET TimeZone = 'UTC'")
            return con.execute(sql).fetchall()

    return query


def bearer(sandbox):
    kept = sandbox.credentials
    given = {"client_id": kept.marketo_client_id, "client_secret": kept.marketo_client_secret}
    url = f"{sandbox.base_url}/identity/oauth/token"
    answer = requests.get(url, {"grant_type": "client_credentials", **given}, timeout=10)
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def exports_by_api(sandbox):
    url = f"{sandbox.base_url}/bulk/v1/leads/export.json"
    return requests.get(url, headers=bearer(sandbox), timeout=10).json()["result"]


def merge(sandbox, winner, loser):
    headers = bearer(sandbox)
    url = f"{sandbox.base_url}/rest/v1/leads/{winner}/merge.json"
    assert requests.post(f"{url}?leadId={loser}", headers=headers, timeout=10).json()["success"]


def counts(report):
    return {one.resource: one.rows_loaded for one in report.resources}


def paths(sandbox):
    return sandbox.admin.requests()["by_path"]


def jobs(sandbox):
    return [row["status"] for row in sandbox.admin.records("marketo", "exports")]


def expected(value, field):
    if value is None or field.type in ("string", "text", "email", "url", "phone"):
        # the text null cannot be told from nothing in a bulk file
        return None if value in (None, "null") else value.replace("\x00", "")
    if field.type == "datetime":
        return datetime.fromisoformat(value)
    if field.type == "date":
        return datetime.fromisoformat(value).date()
    return str(value) if field.name == "id" else value


def as_expected(ours, theirs):
    for field in marketo_fields():
        assert ours[column_name(field.name)] == expected(theirs.get(field.name), field), field


def raw_leads(ask):
    names = [row[0] for row in ask("DESCRIBE raw_marketo.lead")]
    return {row[names.index("id")]: dict(zip(names, row, strict=True)) for row in ask(
        "SELECT * FROM raw_marketo.lead")}  # fmt: skip


def test_every_lead_lands_with_every_field(sandbox, load, ask):
    report = load()
    assert report.status == "ok", report.error
    ours = raw_leads(ask)
    theirs = {str(row["id"]): row for row in sandbox.admin.records("marketo", "leads")}
    assert ours.keys() == theirs.keys()
    for lead_id, row in theirs.items():
        as_expected(ours[lead_id], row)
        assert ours[lead_id]["is_deleted"] is False
    assert jobs(sandbox) == ["Completed"] * len(jobs(sandbox))
    assert ask("SELECT count(*) FROM raw_landing.begun_export") == [(0,)]


def test_activities_are_the_same_by_file_and_by_feed(sandbox, load, ask):
    load("activity")
    by_file = ask("SELECT * EXCLUDE _loaded_at FROM raw_marketo.activity ORDER BY 1")
    assert len(by_file) == 350
    first = ask("SELECT webpage_url, query_parameters, attributes_json FROM raw_marketo.activity")
    assert set(first) == {
        ("/products/x", "utm_campaign=a",
         '{"Count": 3, "Query Parameters": "utm_campaign=a", "Webpage URL": "/products/x"}'),
    }  # fmt: skip
    sandbox.admin.reset_requests()
    ask("DELETE FROM raw_marketo.activity WHERE marketo_guid < '000100'")
    load("activity")
    # what lies before the cursor is not asked for again
    assert len(ask("SELECT 1 FROM raw_marketo.activity")) == 250


def test_a_run_without_changes_is_cheap_and_loads_nothing(sandbox, load):
    load()
    sandbox.admin.reset_requests()
    report = load()
    assert counts(report) == dict.fromkeys(counts(report), 0)
    assert report.api_calls == sum(paths(sandbox).values()) == 10


def test_changes_deletions_and_merges_arrive(sandbox, load, ask):
    load()
    sandbox.admin.change_record("marketo", "leads", "1002", {"title": "工場長", "leadScore": 7})
    sandbox.admin.change_record("marketo", "leads", "1003", {"memoText": "custom"})
    sandbox.admin.delete_record("marketo", "leads", "1004")
    added = sandbox.admin.add_record("marketo", "leads", {"lastName": "新規"})
    merge(sandbox, "1005", "1006")
    sandbox.admin.reset_requests()
    assert load("lead").rows_loaded == 6
    assert "POST /bulk/v1/leads/export/create.json" not in paths(sandbox)
    ours = raw_leads(ask)
    for number in ("1002", "1003", "1005", str(added["id"])):
        as_expected(ours[number], sandbox.admin.record("marketo", "leads", number))
    assert [(ours[n]["is_deleted"], ours[n]["merged_into"]) for n in ("1004", "1006", "1005")] == [
        (True, None), (True, "1005"), (False, None),
    ]  # fmt: skip
    assert ours["1004"]["deleted_at"] >= AS_OF
    assert load("lead").rows_loaded == 0


def test_once_a_day_leads_are_read_by_their_true_last_change(sandbox, load, ask):
    load()
    load("lead", days=0.5)
    # a change that no activity tells of
    silent = {"_silent": True, "memoText": "still"}
    sandbox.admin.change_record("marketo", "leads", "1009", silent)
    assert load("lead", days=0.9).rows_loaded == 0
    sandbox.admin.reset_requests()
    assert load("lead", days=2).rows_loaded == 1
    assert ask("SELECT memo_text FROM raw_marketo.lead WHERE id = '1009'") == [("still",)]
    assert paths(sandbox)["POST /bulk/v1/leads/export/create.json"] == 1
    sandbox.admin.reset_requests()
    load("lead", days=2.1)
    assert "POST /bulk/v1/leads/export/create.json" not in paths(sandbox)


def test_without_the_updated_at_filter_changes_come_from_activities(sandbox, load, ask):
    sandbox.admin.switch_marketo(has_updated_at_filter=False)
    assert load().status == "ok"
    sandbox.admin.change_record("marketo", "leads", "1002", {"title": "部長"})
    done = load("lead", days=2)
    assert (done.status, done.rows_loaded) == ("ok", 1)
    assert ask("SELECT title FROM raw_marketo.lead WHERE id = '1002'") == [("部長",)]


def test_after_a_long_pause_leads_are_read_anew_and_gone_ones_flagged(sandbox, load, ask):
    load()
    sandbox.admin.delete_record("marketo", "leads", "1004")
    merge(sandbox, "1005", "1006")
    merged_at = sandbox.admin.now()
    sandbox.admin.change_record("marketo", "leads", "1005", {"title": "x"})
    done = load("lead", days=40)
    assert done.status == "ok", done.error
    flagged = ask("SELECT id, deleted_at, merged_into FROM raw_marketo.lead WHERE is_deleted")
    gone = {row[0]: row[1:] for row in flagged}
    assert gone.keys() == {"1004", "1006"}
    # a deletion is no longer told after a fortnight, a merge still is
    assert gone["1004"] == (None, None)
    assert gone["1006"][1] == "1005"
    assert abs(gone["1006"][0] - merged_at) < timedelta(minutes=1)
    assert ask("SELECT title FROM raw_marketo.lead WHERE id = '1005'") == [("x",)]


def test_memberships_move_and_end(sandbox, load, ask):
    load()
    for program_id, lead_id, status in (
        ("2000", "1001", "No Show"),
        ("2001", "1002", "Attended"),
        ("2000", "1003", "Not in Program"),
    ):
        moved = {"programId": program_id, "leadId": lead_id, "statusName": status}
        sandbox.admin.add_record("marketo", "members", moved)
    assert load("program_membership").rows_loaded == 3
    rows = ask("SELECT program_id, lead_id, status_name, is_deleted FROM raw_marketo."
               "program_membership WHERE lead_id IN ('1001', '1002', '1003')")  # fmt: skip
    assert {row[:2]: row[2:] for row in rows} == {
        ("2000", "1001"): ("No Show", False),
        ("2000", "1002"): ("Attended", False),
        ("2001", "1002"): ("Attended", False),
        ("2000", "1003"): ("Attended", True),
    }


def test_programs_that_are_gone_are_flagged(sandbox, load, ask):
    load()
    sandbox.admin.delete_record("marketo", "programs", "2003", hard=True)
    load()
    assert ask("SELECT id FROM raw_marketo.program WHERE is_deleted") == [("2003",)]
    assert ask("SELECT max(updated_at) FROM raw_marketo.program")[0][0] == datetime.fromisoformat(
        OLD
    )


PASSING = (
    ("/leads/describe", {"fault": "status", "status": 503, "times": 2}),
    ("/activities/types", {"fault": "expired_token", "times": 1}),
    ("/programs.json", {"fault": "truncate", "times": 2}),
    ("/export/create", {"fault": "cut_after", "times": 2}),
    ("/enqueue", {"fault": "bad_body", "body": {"success": False, "errors": [RATE]}, "times": 3}),
    ("/status", {"fault": "cut_before", "times": 2}),
    ("/leads/export/.*/file", {"fault": "cut_middle", "times": 2}),
    ("/activities/export/.*/file", {"fault": "drop_rows", "rows": 3, "times": 1}),
    ("/members/export/.*/file", {"fault": "expired_token", "times": 1}),
)


def test_passing_faults_leave_no_trace(sandbox, load, ask):
    sandbox.admin.faults(*({"match": {"path_regex": path}, **fault} for path, fault in PASSING))
    report = load()
    assert report.status == "ok", report.error
    assert all(rule["hits"] for rule in sandbox.admin.faults())
    assert ask("SELECT count(*) FROM raw_marketo.lead") == [(420,)]
    assert ask("SELECT count(*) FROM raw_marketo.activity") == [(350,)]
    assert ask("SELECT count(*) FROM raw_marketo.program_membership") == [(20,)]
    assert not {"Queued", "Processing"} & set(jobs(sandbox))


def test_a_killed_run_is_resumed_and_begins_no_job_twice(sandbox, load, ask, tmp_path):
    sandbox.admin.switch_marketo(job_seconds=3600.0)
    settings = {"KAKEHASHI_DATA_DIR": str(tmp_path), "AS_OF": AS_OF.isoformat()}
    command = [sys.executable, "-m", "ingestion.sources.marketo"]
    run = subprocess.Popen(command, env={**os.environ, **settings}, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 120
        while jobs(sandbox).count("Processing") < 2 and time.monotonic() < deadline:
            time.sleep(0.1)
    finally:
        run.kill()
        run.wait()
    begun = {row["exportId"] for row in sandbox.admin.records("marketo", "exports")}
    assert len(begun) == 2
    sandbox.admin.move_clock(advance_seconds=3700)
    sandbox.admin.switch_marketo(job_seconds=0.0)
    # the first file is written now; what changes after that does not stand in it
    assert "Completed" in [one["status"] for one in exports_by_api(sandbox)]
    sandbox.admin.change_record("marketo", "leads", "1002", {"title": "工場長"})
    sandbox.admin.delete_record("marketo", "leads", "1003")
    assert load("lead").status == "ok"
    rows = dict(ask("SELECT id, title FROM raw_marketo.lead WHERE NOT is_deleted"))
    assert len(rows) == 419
    assert (rows["1002"], "1003" in rows) == ("工場長", False)
    leads = [one for one in sandbox.admin.records("marketo", "exports") if one["kind"] == "leads"]
    assert begun <= {one["exportId"] for one in leads}
    wishes = [str(one["wish"]) for one in leads]
    assert len(wishes) == len(set(wishes))


def test_a_used_up_day_stops_politely_and_the_next_run_is_complete(sandbox, load, ask):
    sandbox.admin.faults({"match": {"path_regex": "/leads/export/.*/file"}, "fault": "quota"})
    first = load("lead")
    assert (first.status, first.fault) == ("failed", "limit")
    assert "Queued" not in jobs(sandbox)
    assert "Processing" not in jobs(sandbox)
    sandbox.admin.clear_faults()
    before = len(jobs(sandbox))
    assert load("lead").status == "ok"
    assert ask("SELECT count(*) FROM raw_marketo.lead") == [(420,)]
    # the finished job of the first run is fetched, not made again
    assert len(jobs(sandbox)) - before < before


def test_our_share_of_the_calls_stops_politely(sandbox, load, monkeypatch):
    monkeypatch.setenv("MARKETO_DAILY_CALLS", "60")
    report = load()
    assert report.status in ("partial", "failed")
    assert "our share of Marketo's calls" in (report.error or "")
    assert report.api_calls <= 60
    assert not {"Queued", "Processing"} & set(jobs(sandbox))


def test_a_mapped_field_that_lacks_is_named_and_one_that_vanishes_stays(sandbox, load, ask):
    load()
    sandbox.admin.hide("marketo", "leads", "title")
    sandbox.admin.change_record("marketo", "leads", "1002", {"company": "新社名"})
    done = load("lead")
    assert (done.status, done.rows_loaded) == ("partial", 1)
    assert done.error == "fields missing at Marketo: title."
    assert len(ask("SELECT id FROM raw_marketo.lead")) == 420


def test_a_value_of_another_type_is_rejected_alone(sandbox, load, ask):
    sandbox.admin.change_record("marketo", "leads", "1002", {"leadScore": "high"})
    done = load("lead")
    assert (done.status, done.rejected, done.rows_total) == ("ok", 1, 419)
    assert ask("SELECT source_id, column_name FROM raw_landing.rejected_row") == [
        ("1002", "lead_score")
    ]
    sandbox.admin.change_record("marketo", "leads", "1002", {"leadScore": 9})
    load("lead")
    assert ask("SELECT lead_score FROM raw_marketo.lead WHERE id = '1002'") == [(9,)]
    assert ask("SELECT count(*) FROM raw_landing.rejected_row") == [(0,)]


def test_without_settings_it_is_off_and_by_half_it_says_so(load, sandbox, monkeypatch):
    monkeypatch.delenv("MARKETO_CLIENT_SECRET")
    report = load()
    assert (report.status, report.error) == (
        "failed",
        "Marketo is configured by half; set MARKETO_CLIENT_SECRET.",
    )
    monkeypatch.delenv("MARKETO_CLIENT_ID")
    monkeypatch.delenv("MARKETO_BASE_URL")
    assert load().status == "off"
    assert sandbox.admin.requests()["total"] == 0


def test_no_secret_reaches_the_warehouse(sandbox, load, tmp_path):
    sandbox.admin.faults({"match": {"path_regex": "/activities.json"}, "fault": "status"})
    load()
    content = (tmp_path / "warehouse.duckdb").read_bytes()
    assert sandbox.credentials.marketo_client_secret.encode() not in content
