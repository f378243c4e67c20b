"""What `connections` finds out about each vendor, asked over HTTP; nothing is loaded or posted."""

from datetime import UTC, datetime

import duckdb
import pytest

from ingestion import connections
from ingestion.config import PROJECT_AGREEMENT_DIR, LoadContext
from ingestion.connections import LastLoad, State
from ingestion.pipeline import load_source
from orchestration.__main__ import main
from sandbox.testing import running_sandbox

pytestmark = pytest.mark.integration

AS_OF = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)
VENDORS = ("Salesforce", "HubSpot", "Marketo", "Typeform", "Sansan")
SECRETS = ("CONSUMER_KEY", "SECRET", "TOKEN", "API_KEY", "WEBHOOK_URL")


@pytest.fixture(scope="module")
def sandbox():
    with running_sandbox(people=60) as running:
        # many tests in a few seconds, where an instance allows 100 calls in twenty
        running.admin.switch_marketo(rate_calls=10_000)
        yield running


@pytest.fixture(autouse=True)
def environment(sandbox, monkeypatch, tmp_path):
    """Everything is configured, retries do not wait, the data folder is a fresh one."""
    sandbox.admin.clear_faults()
    for name, value in sandbox.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("KAKEHASHI_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("vendors.session.FIRST_WAIT", 0.0)
    monkeypatch.setattr("vendors.session.FIRST_WAIT_ON_LIMIT", 0.0)
    for vendor in ("hubspot", "typeform", "sansan"):
        monkeypatch.setattr(f"vendors.{vendor}.MIN_INTERVAL", 0.0)
    for folder in ("cards", "spend"):
        (tmp_path / "inbox" / folder).mkdir(parents=True)
    yield
    sandbox.admin.clear_faults()


@pytest.fixture
def check(tmp_path):
    def run(agreement_dir=None):
        context = LoadContext(tmp_path, tmp_path / "inbox", AS_OF, agreement_dir)
        return {one.vendor: one for one in connections.check(context)}

    return run


def refuse(sandbox, vendor, path, status=403, body=None):
    rule = {"match": {"vendor": vendor, "path_regex": path}, "fault": "status", "status": status}
    sandbox.admin.faults(rule | ({"body": body} if body is not None else {}))


def failed(found):
    return {name for name, one in found.items() if one.state is State.FAILED}


def test_all_answer_and_nothing_lacks(sandbox, check):
    found = check()
    assert {name: found[name].state for name in VENDORS} == dict.fromkeys(VENDORS, State.OK)
    assert {name: found[name].missing for name in VENDORS} == dict.fromkeys(VENDORS, ())
    assert all(found[name].is_reachable for name in VENDORS)
    assert found["Salesforce"].signed_in_as == "integration@org.hashiwatashi.test"
    assert found["HubSpot"].signed_in_as == "account 20000001"
    assert found["Marketo"].signed_in_as == "api-user@hashiwatashi.test"
    assert found["Typeform"].signed_in_as == "sandbox"
    assert found["Salesforce"].quota_left.endswith(" of 100,000 calls")
    assert found["HubSpot"].quota_left.endswith(" of 650,000 calls")
    assert found["Marketo"].quota_left.endswith(" of 50,000 calls")
    assert found["card files"].state is found["spend files"].state is State.OK
    assert found["Slack"].state is State.UNTRIED
    assert sandbox.admin.messages() == []


def test_the_last_load_is_that_of_the_warehouse(check, tmp_path):
    assert check()["Typeform"].last_load == LastLoad()
    load_source("typeform", data_dir=tmp_path, inbox_dir=tmp_path / "inbox", as_of=AS_OF)
    found = check()
    assert found["Typeform"].last_load == LastLoad(AS_OF, "ok")
    assert found["Sansan"].last_load == LastLoad()
    assert found["Slack"].last_load is None
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")):
        assert check()["Typeform"].last_load == LastLoad(is_known=False)


@pytest.mark.parametrize(
    ("vendor", "name"),
    [
        ("Salesforce", "SALESFORCE_CONSUMER_SECRET"),
        ("HubSpot", "HUBSPOT_ACCESS_TOKEN"),
        ("Typeform", "TYPEFORM_TOKEN"),
        ("Sansan", "SANSAN_API_KEY"),
    ],
)
def test_a_wrong_credential_fails_its_own_vendor_only(monkeypatch, check, vendor, name):
    monkeypatch.setenv(name, "not-the-right-one")
    found = check()
    assert failed(found) == {vendor}
    assert found[vendor].is_reachable
    assert f"{vendor} did not accept the credentials" in found[vendor].remark


def test_a_half_configured_vendor_names_what_to_set(monkeypatch, check):
    monkeypatch.delenv("SALESFORCE_CONSUMER_SECRET")
    found = check()
    assert failed(found) == {"Salesforce"}
    assert found["Salesforce"].is_reachable is None
    assert "set SALESFORCE_CONSUMER_SECRET" in found["Salesforce"].remark


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendor_that_is_down_leaves_the_others(sandbox, check, vendor):
    sandbox.admin.faults({"match": {"vendor": vendor.lower()}, "fault": "cut_before"})
    found = check()
    assert failed(found) == {vendor}
    assert found[vendor].is_reachable is False
    assert "could not be reached" in found[vendor].remark


def test_mapped_fields_that_lack_are_named(check, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    text = (PROJECT_AGREEMENT_DIR / "field_mappings.csv").read_text(encoding="utf-8")
    header = text.splitlines()[0].split(",")
    for system, name, field in (
        ("salesforce", "lead", "Shoe_Size__c"),
        ("hubspot", "contact", "shoe_size"),
    ):
        row = {"system": system, "object": name, "field": field, "data_type": "text"}
        text += ",".join(row.get(column, "x") for column in header) + "\n"
    (own / "field_mappings.csv").write_text(text, encoding="utf-8")
    found = check(own)
    assert failed(found) == set()
    assert found["Salesforce"].missing == ("Lead.Shoe_Size__c",)
    assert found["HubSpot"].missing == ("contact.shoe_size",)


def test_rights_that_lack_are_named_and_do_not_fail(sandbox, check):
    refuse(sandbox, "hubspot", "^/marketing/v3/forms")
    refuse(sandbox, "hubspot", "/properties/companies")
    refuse(sandbox, "typeform", "/responses")
    refuse(sandbox, "salesforce", "/limits")
    refuse(sandbox, "salesforce", "/userinfo")
    there = {"sobjects": [{"name": name} for name in ("Lead", "Contact", "Account")]}
    refuse(sandbox, "salesforce", "/sobjects$", 200, there)
    found = check()
    assert failed(found) == set()
    assert found["HubSpot"].missing == ("forms", "crm.schemas.companies.read")
    assert found["Typeform"].missing == ("responses:read",)
    assert "object LeadHistory" in found["Salesforce"].missing
    assert "object Lead" not in found["Salesforce"].missing
    assert found["Salesforce"].quota_left == ""
    assert found["Salesforce"].signed_in_as == "the session's user"


def test_a_token_that_may_read_nothing_fails(sandbox, check):
    refuse(sandbox, "hubspot", ".")
    refuse(sandbox, "sansan", ".")
    found = check()
    assert failed(found) == {"HubSpot", "Sansan"}
    assert found["Sansan"].remark == "Sansan denies the right to use /bizCards (HTTP 403)."


def test_an_answer_of_another_shape_fails_its_own_vendor_only(sandbox, check):
    refuse(sandbox, "typeform", "^/forms$", 200, ["taro@example.com"])
    found = check()
    assert failed(found) == {"Typeform"}
    assert found["Typeform"].remark == "Typeform answered something unexpected (AttributeError)."


def test_an_inbox_folder_that_cannot_be_written(check, tmp_path):
    (tmp_path / "inbox" / "spend").rmdir()
    (tmp_path / "inbox" / "cards").rmdir()
    (tmp_path / "inbox" / "cards").write_text("a file", encoding="utf-8")
    found = check()
    assert found["spend files"].state is State.OFF
    assert failed(found) == {"card files"}
    assert "inbox/cards is not a folder that can be written" in found["card files"].remark


def test_a_webhook_that_is_no_address(monkeypatch, check):
    monkeypatch.setenv("SLACK_WEBHOOK_URL", "T000/B000/x")
    found = check()
    assert failed(found) == {"Slack"}
    assert "T000" not in found["Slack"].remark


def test_the_command_shows_the_table_without_secrets(sandbox, capfd):
    assert main(["connections"]) == 0
    shown = capfd.readouterr().out
    assert [line.split("  ")[0] for line in shown.splitlines()] == [
        *("vendor", *VENDORS, "card files", "spend files", "form files", "decisions"),
        *("corporate numbers", "Slack"),
    ]
    for name, value in sandbox.environment.items():
        if name.endswith(SECRETS):
            assert value not in shown


def test_the_command_fails_with_a_vendor(monkeypatch, capfd):
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "not-the-right-one")
    assert main(["connections"]) == 1
    shown = capfd.readouterr().out
    assert "HubSpot did not accept the credentials" in shown
    assert "not-the-right-one" not in shown


def test_the_command_with_nothing_configured(sandbox, monkeypatch, capfd, tmp_path):
    for name in sandbox.environment:
        monkeypatch.delenv(name)
    for folder in ("cards", "spend"):
        (tmp_path / "inbox" / folder).rmdir()
    sandbox.admin.reset_requests()
    assert main(["connections"]) == 0
    *rows, hint = capfd.readouterr().out.splitlines()[1:]
    assert len(rows) == len(connections._PROBES)
    assert all(" off " in row for row in rows)
    assert hint.startswith("Nothing is configured")
    assert sandbox.admin.requests()["total"] == 0


def test_the_command_with_wrong_settings(monkeypatch, capfd):
    monkeypatch.setenv("KAKEHASHI_PUSH", "sometimes")
    assert main(["connections"]) == 2
    assert "KAKEHASHI_PUSH" in capfd.readouterr().err


def test_marketo_names_rights_and_mapped_fields_that_lack(sandbox, check, tmp_path):
    denied = {"requestId": "1", "success": False, "errors": [{"code": "603", "message": "no"}]}
    rule = {"match": {"path_regex": "/activities/types"}, "fault": "bad_body", "body": denied}
    sandbox.admin.faults(rule)
    agreement = tmp_path / "agreement"
    agreement.mkdir()
    mappings = (PROJECT_AGREEMENT_DIR / "field_mappings.csv").read_text(encoding="utf-8")
    own = mappings.replace("marketo,lead,mobilePhone", "marketo,lead,keitai")
    (agreement / "field_mappings.csv").write_text(own, encoding="utf-8")
    found = check(agreement)["Marketo"]
    assert (found.state, found.missing) == (State.OK, ("Read-Only Activity", "lead.keitai"))


def test_a_marketo_that_knows_another_client_fails(check, monkeypatch):
    monkeypatch.setenv("MARKETO_CLIENT_SECRET", "hush")
    found = check()["Marketo"]
    assert (found.state, found.is_reachable) == (State.FAILED, True)
    assert "hush" not in found.remark
