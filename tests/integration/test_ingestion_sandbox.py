"""Every vendor source against the sandbox over HTTP: whole, repeatable, healing."""

import socket
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from ingestion.naming import column_name
from ingestion.pipeline import load_source
from sandbox.testing import running_sandbox
from vendors.salesforce import connect

pytestmark = pytest.mark.integration

AS_OF = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)
VENDORS = ("salesforce", "hubspot", "typeform", "sansan")
LISTED = {
    ("hubspot", "contact"): ("contacts", "id"),
    ("hubspot", "company"): ("companies", "id"),
    ("hubspot", "form"): ("forms", "id"),
    ("hubspot", "form_submission"): ("form_submissions", "conversionId"),
    ("hubspot", "event"): ("events", "id"),
    ("hubspot", "campaign"): ("campaigns", "id"),
    ("typeform", "form"): ("forms", "id"),
    ("typeform", "response"): ("responses", "token"),
    ("sansan", "biz_card"): ("biz_cards", "id"),
}


@pytest.fixture(scope="module")
def sandbox():
    with running_sandbox(people=60) as running:
        yield running


@pytest.fixture(autouse=True)
def environment(sandbox, monkeypatch):
    sandbox.admin.clear_faults()
    for name, value in sandbox.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("vendors.session.FIRST_WAIT", 0.01)
    monkeypatch.setattr("vendors.session.FIRST_WAIT_ON_LIMIT", 0.01)
    for vendor in ("hubspot", "typeform", "sansan"):
        monkeypatch.setattr(f"vendors.{vendor}.MIN_INTERVAL", 0.0)
    yield
    sandbox.admin.clear_faults()


@pytest.fixture
def load(tmp_path):
    def run(source, resource=None, as_of=AS_OF):
        report = load_source(source, data_dir=tmp_path, inbox_dir=tmp_path / "inbox", as_of=as_of)
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


def counts(report):
    return {one.resource: (one.rows_loaded, one.rows_total) for one in report.resources}


def same(ours, theirs):
    """Whether a raw value is what the vendor holds, across JSON's and DuckDB's types."""
    if isinstance(ours, datetime):
        return ours == datetime.fromisoformat(theirs).replace(microsecond=ours.microsecond)
    if hasattr(ours, "isoformat"):
        return ours.isoformat() == theirs
    if isinstance(theirs, bool) and isinstance(ours, str):
        return ours == str(theirs).lower()
    return ours == theirs or (ours is None and theirs in (None, ""))


def test_salesforce_lands_every_record_with_every_field(sandbox, load, ask):
    assert load("salesforce").status == "ok"
    client = connect()
    for name in ("Lead", "Opportunity", "CampaignMember", "Task", "LeadHistory"):
        described = client.describe(name)["fields"]
        fields = [one["name"] for one in described if one["type"] != "address"]
        columns = ", ".join(map(column_name, fields))
        rows = ask(f"SELECT id, {columns} FROM raw_salesforce.{column_name(name)}")
        ours = {row[0]: row[1:] for row in rows}
        theirs = {row["Id"]: row for row in sandbox.admin.records("salesforce", name)}
        assert ours.keys() == theirs.keys()
        for record_id, row in theirs.items():
            for field, value in zip(fields, ours[record_id], strict=True):
                assert same(value, row.get(field)), (record_id, field, value, row.get(field))


@pytest.mark.parametrize("source", ["hubspot", "typeform", "sansan"])
def test_other_vendors_land_every_record(sandbox, load, ask, source):
    report = load(source)
    assert report.status == "ok", report.error
    for (vendor, resource), (kind, key) in LISTED.items():
        if vendor == source:
            theirs = {str(row[key]) for row in sandbox.admin.records(vendor, kind)}
            ours = ask(f"SELECT {column_name(key)} FROM raw_{source}.{resource}")
            assert {row[0] for row in ours} == theirs, resource


@pytest.mark.parametrize("source", VENDORS)
def test_a_second_run_loads_nothing_and_a_deleted_warehouse_comes_back(load, ask, tmp_path, source):
    first, second = counts(load(source)), counts(load(source))
    assert {name: total for name, (_, total) in second.items()} == {
        name: total for name, (_, total) in first.items()
    }
    assert {loaded for loaded, _ in second.values()} == {0}
    (tmp_path / "warehouse.duckdb").unlink()
    assert counts(load(source)) == first


def test_salesforce_changes_deletions_and_additions_arrive(sandbox, load, ask):
    load("salesforce")
    changed, deleted = sandbox.admin.records("salesforce", "Lead", IsDeleted="False")[:2]
    sandbox.admin.change_record("salesforce", "Lead", changed["Id"], {"Title": "工場長"})
    sandbox.admin.delete_record("salesforce", "Lead", deleted["Id"])
    added = sandbox.admin.add_record("salesforce", "Lead", {"LastName": "新規", "Company": "新"})
    assert load("salesforce", "lead").rows_loaded == 3
    rows = dict(ask("SELECT id, (title, is_deleted) FROM raw_salesforce.lead"))
    assert rows[changed["Id"]][0] == "工場長"
    assert rows[deleted["Id"]][1] is True
    assert rows[added["Id"]][1] is False


def test_hubspot_archived_and_merged_contacts_are_flagged(sandbox, load, ask):
    load("hubspot")
    live = sandbox.admin.records("hubspot", "contacts", archived="False")
    changed, archived, loser, winner = [row["id"] for row in live[:4]]
    sandbox.admin.change_record(
        "hubspot", "contacts", changed, {"properties": {"jobtitle": "部長"}}
    )
    sandbox.admin.delete_record("hubspot", "contacts", archived)
    sandbox.admin.delete_record("hubspot", "contacts", loser, hard=True)
    merged = {"properties": {"hs_merged_object_ids": loser}}
    sandbox.admin.change_record("hubspot", "contacts", winner, merged)
    assert load("hubspot", "contact").rows_loaded == 4
    rows = dict(ask("SELECT id, (jobtitle, archived) FROM raw_hubspot.contact"))
    assert rows[changed] == ("部長", False)
    assert (rows[archived][1], rows[loser][1], rows[winner][1]) == (True, True, False)


def test_typeform_deleted_responses_are_flagged(sandbox, load, ask):
    load("typeform")
    gone = sandbox.admin.records("typeform", "responses")[0]
    sandbox.admin.delete_record("typeform", "responses", gone["token"], hard=True)
    assert load("typeform", "response").rows_loaded == 1
    flagged = ask("SELECT response_id FROM raw_typeform.response WHERE is_deleted")
    assert flagged == [(gone["token"],)]


def test_typeform_deleted_forms_are_flagged_and_keep_their_responses(sandbox, load, ask):
    load("typeform")
    form = sandbox.admin.add_record("typeform", "forms", {"id": "gone", "title": "x", "fields": []})
    load("typeform")
    sandbox.admin.delete_record("typeform", "forms", form["id"], hard=True)
    assert load("typeform").status == "ok"
    assert ask("SELECT id FROM raw_typeform.form WHERE is_deleted") == [("gone",)]


def test_sansan_deleted_cards_are_flagged_within_a_week(sandbox, load, ask):
    load("sansan")
    gone = sandbox.admin.records("sansan", "biz_cards")[0]
    sandbox.admin.delete_record("sansan", "biz_cards", gone["id"], hard=True)
    assert load("sansan", "biz_card", as_of=AS_OF + timedelta(days=6)).rows_loaded == 0
    assert load("sansan", "biz_card", as_of=AS_OF + timedelta(days=7)).rows_loaded == 1
    assert ask("SELECT id FROM raw_sansan.biz_card WHERE is_deleted") == [(gone["id"],)]


def test_what_a_run_without_changes_asks_of_the_small_vendors(sandbox, load):
    load("typeform"), load("sansan")
    forms = len(sandbox.admin.records("typeform", "forms"))
    assert load("typeform").api_calls == 1 + forms
    assert load("sansan").api_calls == 1


def test_sansan_updates_arrive(sandbox, load, ask):
    load("sansan")
    card = sandbox.admin.records("sansan", "biz_cards")[0]
    change = {"title": "工場長", "updatedTime": "2026-10-02T05:31:00Z"}
    sandbox.admin.change_record("sansan", "biz_cards", card["id"], change)
    assert load("sansan", "biz_card").rows_loaded == 1
    assert ask(f"SELECT title FROM raw_sansan.biz_card WHERE id = '{card['id']}'") == [("工場長",)]


POISON = {
    "salesforce": ("Lead", "lead", {"LastName": "毒", "Company": "x", "Lead_Score__c": "high"}),
    "hubspot": ("contacts", "contact", {"properties": {"email": {"not": "text"}}}),
    "sansan": (
        "biz_cards",
        "biz_card",
        {"id": "90000001", "exchangeDate": "soon", "updatedTime": "2026-10-01T00:00:00Z"},
    ),
}


@pytest.mark.parametrize("source", sorted(POISON))
def test_a_poison_row_is_named_and_the_rest_loads(sandbox, load, ask, source):
    kind, resource, row = POISON[source]
    added = sandbox.admin.add_record(source, kind, row)
    row_id = added.get("Id") or added["id"]
    try:
        done = load(source, resource)
        assert (done.status, done.rejected) == ("ok", 1)
        assert done.rows_total == len(sandbox.admin.records(source, kind)) - 1
        [(source_id, reason)] = ask("SELECT source_id, reason FROM raw_landing.rejected_row")
        assert source_id == row_id
        assert reason.startswith("is ")
    finally:
        sandbox.admin.delete_record(source, kind, row_id, hard=True)


def test_a_poison_response_of_typeform_is_named_and_the_rest_loads(sandbox, load, ask):
    form = sandbox.admin.records("typeform", "forms")[0]["id"]
    row = {"form_id": form, "token": "t-poison", "response_id": "t-poison"}
    row |= {"submitted_at": "2026-10-01T00:00:00Z", "landed_at": 17, "answers": []}
    sandbox.admin.add_record("typeform", "responses", row)
    try:
        done = load("typeform", "response")
        assert (done.status, done.rejected) == ("ok", 1)
        assert ask("SELECT source_id, column_name FROM raw_landing.rejected_row") == [
            ("t-poison", "landed_at")
        ]
    finally:
        sandbox.admin.delete_record("typeform", "responses", "t-poison", hard=True)


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("salesforce", "cut_after"),
        ("hubspot", "status"),
        ("typeform", "cut_before"),
        ("sansan", "bad_body"),
    ],
)
def test_a_passing_fault_is_waited_out(sandbox, load, source, fault):
    rule = {"match": {"vendor": source}, "fault": fault, "skip": 1, "times": 2}
    if fault == "status":
        rule["status"] = 503
    expired = {"match": {"vendor": "salesforce"}, "fault": "expired_token", "skip": 9, "times": 1}
    sandbox.admin.faults(rule, expired)
    assert load(source).status == "ok"


def test_one_resource_that_keeps_failing_stops_only_itself_and_heals(sandbox, load):
    sandbox.admin.faults(
        {"match": {"path_regex": "/email/public"}, "fault": "status", "status": 500}
    )
    broken = load("hubspot")
    statuses = {one.resource: one.status for one in broken.resources}
    assert broken.status == "partial"
    assert [name for name, status in statuses.items() if status != "ok"] == ["email_event"]
    assert "HTTP 500" in broken.error
    sandbox.admin.clear_faults()
    healed = load("hubspot")
    assert healed.status == "ok"
    assert counts(healed)["email_event"][0] > 0


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("salesforce", "SALESFORCE_CONSUMER_SECRET"),
        ("hubspot", "HUBSPOT_ACCESS_TOKEN"),
        ("typeform", "TYPEFORM_TOKEN"),
        ("sansan", "SANSAN_API_KEY"),
    ],
)
def test_a_wrong_credential_is_one_sentence_without_it(load, monkeypatch, source, name):
    monkeypatch.setenv(name, "wrong-wrong-wrong")
    report = load(source)
    assert report.status == "failed"
    assert "did not accept the credentials" in report.error
    assert "wrong-wrong-wrong" not in report.error


@pytest.mark.parametrize("source", VENDORS)
def test_a_source_that_is_down_is_one_sentence_and_soon(load, monkeypatch, source):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    name = "SALESFORCE_INSTANCE_URL" if source == "salesforce" else f"{source.upper()}_BASE_URL"
    monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    report = load(source)
    assert report.status == "failed"
    assert f"could not be reached at 127.0.0.1:{port}: no connection." in report.error


def test_a_private_certificate_authority_is_honoured(load, monkeypatch):
    with running_sandbox(people=60, tls=True) as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        assert {load(source).status for source in ("hubspot", "sansan")} == {"ok"}
        monkeypatch.delenv("REQUESTS_CA_BUNDLE")
        report = load("sansan")
        assert report.status == "failed"
        assert "certificate is not trusted" in report.error
