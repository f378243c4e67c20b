"""Salesforce: the four ways to sign in, renewal, paging, row results, plain refusals."""

import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from vendors.errors import Fault, SettingsMissing, VendorError
from vendors.salesforce import SalesforceSettings, connect

DATA = "/services/data/v59.0"
CLIENT = SalesforceSettings(consumer_key="k", consumer_secret="s")
EXPIRED = [{"errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid"}]
SOAP = b"""<?xml version="1.0"?><e:Envelope xmlns:e="urn:e"><e:Body><loginResponse><result>
<serverUrl>https://elsewhere.my.salesforce.com/services/Soap/u/59.0/00D</serverUrl>
<sessionId>fresh</sessionId></result></loginResponse></e:Body></e:Envelope>"""


def org(answer):
    """Sign-in always works; everything else is asked of ``answer``."""

    def reply(method, path, query, body, headers):
        if path == "/services/oauth2/token":
            return 200, {
                "access_token": "fresh",
                "instance_url": "https://elsewhere.my.salesforce.com",
            }
        if path.startswith("/services/Soap"):
            return 200, SOAP
        return answer(path, query, body, headers)

    return reply


def signed_in(server, settings=CLIENT):
    return connect(replace(settings, instance_url=server.url))


@pytest.fixture
def key_file(tmp_path):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path = tmp_path / "key.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return str(path)


@pytest.mark.parametrize("way", ["client_credentials", "jwt", "password", "session"])
def test_four_ways_of_signing_in_all_end_at_the_configured_instance(stub, key_file, way):
    settings = {
        "client_credentials": CLIENT,
        "jwt": SalesforceSettings(
            username="u@example.com", consumer_key="k", private_key_file=key_file
        ),
        "password": SalesforceSettings(username="u", password="p", security_token="t"),
        "session": SalesforceSettings(session_id="fresh"),
    }[way]
    server = stub(org(lambda path, *_: (200, {"DailyApiRequests": {"Max": 5, "Remaining": 4}})))
    client = signed_in(server, settings)
    assert client.limits()["DailyApiRequests"]["Remaining"] == 4
    assert server.asked[-1][1] == f"{DATA}/limits/"
    assert server.asked[-1][4]["Authorization"] == "Bearer fresh"


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        (SalesforceSettings(consumer_key="k"), ["SALESFORCE_CONSUMER_SECRET"]),
        (CLIENT, ["SALESFORCE_INSTANCE_URL or SALESFORCE_DOMAIN"]),
        (
            SalesforceSettings(username="u", password="p"),
            ["SALESFORCE_SECURITY_TOKEN"],
        ),
    ],
)
def test_half_configured_names_what_is_missing(settings, named):
    assert settings.is_configured
    with pytest.raises(SettingsMissing) as caught:
        connect(settings)
    for name in named:
        assert name in str(caught.value)


def test_a_private_key_that_is_none_is_named(tmp_path):
    path = tmp_path / "key.pem"
    path.write_text("not a key")
    for file in (path, tmp_path / "missing.pem"):
        given = SalesforceSettings(username="u", consumer_key="k", private_key_file=str(file))
        with pytest.raises(SettingsMissing, match="SALESFORCE_PRIVATE_KEY_FILE"):
            connect(given)


@pytest.mark.parametrize("domain", ["login", "test", "acme.my"])
def test_client_credentials_sign_in_at_the_instance_whatever_the_domain(stub, domain):
    server = stub(org(lambda *_: (200, {"records": [], "done": True})))
    client = signed_in(server, replace(CLIENT, domain=domain))
    assert list(client.query_rows("select Id from Lead")) == []


@pytest.mark.parametrize("domain", ["", "login", "test"])
def test_client_credentials_need_a_my_domain(domain):
    with pytest.raises(SettingsMissing, match="SALESFORCE_INSTANCE_URL"):
        connect(replace(CLIENT, domain=domain))


def test_off_without_credentials(monkeypatch):
    monkeypatch.setenv("SALESFORCE_INSTANCE_URL", "https://acme.my.salesforce.com")
    monkeypatch.setenv("SALESFORCE_CONSUMER_KEY", " ")
    assert not SalesforceSettings.from_environment().is_configured


@pytest.mark.parametrize(
    ("text", "share"), [("", 0.5), ("80", 0.8), ("100 %", 1.0), ("0.5", 0.005)]
)
def test_the_budget_is_a_percentage(text, share):
    assert SalesforceSettings(api_budget_pct=text).budget_share == share


@pytest.mark.parametrize("text", ["0", "-5", "101", "half", "nan"])
def test_a_budget_that_is_none_is_named(text):
    with pytest.raises(SettingsMissing, match="SALESFORCE_API_BUDGET_PCT"):
        _ = SalesforceSettings(api_budget_pct=text).budget_share


def test_wrong_credentials_are_named_without_the_secret(stub):
    server = stub(lambda *_: (400, {"error": "invalid_client", "error_description": "bad s3cr3t"}))
    with pytest.raises(VendorError) as caught:
        signed_in(server)
    assert caught.value.fault is Fault.CREDENTIALS
    assert str(caught.value) == (
        "Salesforce did not accept the credentials for the sign-in (invalid_client)."
    )


def test_a_sign_in_page_instead_of_an_answer_is_one_sentence(stub):
    server = stub(lambda *_: (200, b"<html>maintenance"))
    with pytest.raises(VendorError) as caught:
        signed_in(server, SalesforceSettings(username="u", password="p", security_token="t"))
    assert caught.value.fault is Fault.BROKEN


def test_pages_are_followed_and_attributes_dropped(stub):
    def answer(path, query, body, headers):
        if path == f"{DATA}/queryAll/":
            row = {"attributes": {"type": "Lead"}, "Id": "1"}
            more = {"done": False, "nextRecordsUrl": f"{DATA}/query/01g-2000"}
            return 200, {"records": [row], **more}
        return 200, {"records": [{"attributes": {}, "Id": "2"}], "done": True}

    client = signed_in(stub(org(answer)))
    rows = list(client.query_rows("SELECT Id FROM Lead", include_deleted=True))
    assert rows == [{"Id": "1"}, {"Id": "2"}]


@pytest.mark.parametrize("shape", [{}, {"done": True}, "ok", None, []])
def test_an_answer_without_rows_is_no_empty_page(stub, shape):
    server = stub(org(lambda path, query, body, headers: (200, shape)))
    with pytest.raises(VendorError) as caught:
        list(signed_in(server).query_pages("SELECT Id FROM Lead"))
    assert caught.value.fault is Fault.BROKEN


def test_an_expired_session_is_renewed(stub):
    tokens = iter(["old"])

    def answer(path, query, body, headers):
        expired = next(tokens, None) is not None
        return (401, EXPIRED) if expired else (200, {"records": [], "done": True})

    server = stub(org(answer))
    assert list(signed_in(server).query_rows("SELECT Id FROM Lead")) == []
    assert [call[1] for call in server.asked].count("/services/oauth2/token") == 2


def test_a_session_id_that_expired_says_so(stub):
    client = signed_in(stub(org(lambda *_: (401, EXPIRED))), SalesforceSettings(session_id="x"))
    with pytest.raises(VendorError) as caught:
        list(client.query_rows("SELECT Id FROM Lead"))
    assert caught.value.fault is Fault.CREDENTIALS


def test_a_missing_field_is_named(stub):
    error = [{"errorCode": "INVALID_FIELD", "message": "No such column 'X__c' on entity 'Lead'"}]
    client = signed_in(stub(org(lambda *_: (400, error))))
    with pytest.raises(VendorError, match="X__c") as caught:
        list(client.query_rows("SELECT X__c FROM Lead"))
    assert caught.value.fault is Fault.MISSING


def test_updates_give_one_result_per_row_and_locked_rows_are_tried_again(stub):
    bodies = []

    def answer(path, query, body, headers):
        records = json.loads(body)["records"]
        bodies.append(records)
        locked = {"statusCode": "UNABLE_TO_LOCK_ROW", "message": "locked"}
        refused = {"statusCode": "INVALID_EMAIL_ADDRESS", "message": "bad: taro@example.com"}
        errors = {"B": [locked] if len(bodies) == 1 else [], "C": [refused]}
        return 200, [
            {"id": one["id"], "success": not errors.get(one["id"]), "errors": errors.get(one["id"])}
            for one in records
        ]

    rows = [{"Id": one, "Lead_Score__c": 35} for one in "ABC"]
    results = signed_in(stub(org(answer))).update_records("Lead", rows)
    assert [(one.id, one.success, one.error_code) for one in results] == [
        ("A", True, ""),
        ("B", True, ""),
        ("C", False, "INVALID_EMAIL_ADDRESS"),
    ]
    assert results[2].message == "bad: <mail>"
    assert bodies[0][0] == {"attributes": {"type": "Lead"}, "id": "A", "Lead_Score__c": 35}


def test_a_failing_call_fails_its_rows_only(stub):
    calls = []

    def answer(path, query, body, headers):
        records = json.loads(body)["records"]
        calls.append(len(records))
        if len(calls) == 1:
            return 200, [{"id": one["id"], "success": True, "errors": []} for one in records]
        return 403, [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "limit"}]

    rows = [{"Id": str(i), "Title": "x"} for i in range(201)]
    results = signed_in(stub(org(answer))).update_records("Lead", rows)
    assert [one.success for one in results] == [True] * 200 + [False]
    assert results[-1].error_code == "REQUEST_LIMIT_EXCEEDED"


def test_records_are_read_again_by_id(stub):
    asked = []

    def answer(path, query, body, headers):
        asked.append(query["q"])
        return 200, {"records": [{"Id": "A'", "Title": "x"}], "done": True}

    found = signed_in(stub(org(answer))).read_records("Lead", ["A'"], ["Title"])
    assert found == {"A'": {"Id": "A'", "Title": "x"}}
    assert asked == ["SELECT Id, Title FROM Lead WHERE Id IN ('A\\'')"]


@pytest.mark.parametrize(
    ("status", "fault", "words"),
    [
        (401, Fault.CREDENTIALS, "did not accept the credentials for the sign-in (HTTP 401)"),
        (500, Fault.BROKEN, "failed at the sign-in (HTTP 500)"),
        (200, Fault.BROKEN, "answered the sign-in with something unreadable"),
    ],
)
def test_a_sign_in_answered_by_something_in_between_is_named_by_its_status(
    stub, status, fault, words
):
    server = stub(lambda *_: (status, [{"errorCode": "GATEWAY", "message": "no"}]))
    with pytest.raises(VendorError) as raised:
        signed_in(server)
    assert raised.value.fault is fault
    assert words in str(raised.value)
