"""Salesforce: bulk queries, renewal within them, the budget of calls, short answers."""

from dataclasses import replace

import pytest

from vendors.errors import Fault, VendorError
from vendors.salesforce import BulkImpossible, SalesforceSettings, connect
from vendors.salesforce_bulk import PATIENCE_SECONDS, BulkPage

DATA = "/services/data/v59.0"
CLIENT = SalesforceSettings(consumer_key="k", consumer_secret="s")
EXPIRED = [{"errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid"}]
CSV = b'"Id"\n"1"\n'


class Org:
    """Signs in with token 1, 2, …; answers from ``script``: path ending → answers in order."""

    def __init__(self, **script):
        self.script = {name: list(answers) for name, answers in script.items()}
        self.tokens = 0
        self.refused = set()

    def __call__(self, method, path, query, body, headers):
        if path == "/services/oauth2/token":
            self.tokens += 1
            place = "https://elsewhere.my.salesforce.com"
            return 200, {"access_token": str(self.tokens), "instance_url": place}
        if headers["Authorization"].removeprefix("Bearer ") in self.refused:
            return 401, EXPIRED
        name = path.rstrip("/").rpartition("/")[2]
        answers = self.script[name]
        return answers.pop(0) if len(answers) > 1 else answers[0]


@pytest.fixture
def client(stub, monkeypatch):
    monkeypatch.setattr("vendors.salesforce_bulk.WAITS", (0.0,))

    def signed_in(org, settings=CLIENT, share=None):
        server = stub(org)
        made = connect(replace(settings, instance_url=server.url), share)
        made.asked = server.asked
        return made

    return signed_in


def test_a_job_is_started_waited_for_and_read_page_by_page(client):
    org = Org(
        query=[(200, {"id": "750J", "state": "UploadComplete"})],
        **{"750J": [(200, {"state": "InProgress"}), (200, {"state": "JobComplete"})]},
        results=[
            (200, CSV, {"Sforce-NumberOfRecords": "1", "Sforce-Locator": "MQ"}),
            (200, CSV, {"Sforce-NumberOfRecords": "1", "Sforce-Locator": "null"}),
        ],
    )
    org.script["750J"][1][1]["numberRecordsProcessed"] = 2
    bulk = client(org).bulk
    assert bulk.start("SELECT Id FROM Lead", include_deleted=True) == "750J"
    assert bulk.wait("750J") == 2
    assert bulk.page("750J") == BulkPage(CSV, 1, "MQ")
    assert bulk.page("750J", "MQ") == BulkPage(CSV, 1, "")


@pytest.mark.parametrize("expires_at", ["query", "750J", "results"])
def test_a_session_that_ends_within_a_job_is_renewed(client, expires_at):
    org = Org(
        query=[(200, {"id": "750J"})],
        **{"750J": [(200, {"state": "JobComplete", "numberRecordsProcessed": 1})]},
        results=[(200, CSV)],
    )
    made = client(org)
    steps = {
        "query": lambda: made.bulk.start("SELECT Id FROM Lead", include_deleted=False),
        "750J": lambda: made.bulk.wait("750J"),
        "results": lambda: made.bulk.page("750J").body,
    }
    answers = {"query": "750J", "750J": 1, "results": CSV}
    org.refused = {"1"}
    assert steps[expires_at]() == answers[expires_at]
    assert org.tokens == 2


def test_a_bare_session_that_ends_says_what_to_do(client):
    org = Org(results=[(200, CSV)])
    org.refused = {"x"}
    with pytest.raises(VendorError, match="SALESFORCE_SESSION_ID has ended") as raised:
        client(org, SalesforceSettings(session_id="x")).bulk.page("750J")
    assert raised.value.fault is Fault.CREDENTIALS


def test_a_session_that_is_never_accepted_ends(client):
    org = Org(results=[(200, CSV)])
    org.refused = {str(number) for number in range(100)}
    with pytest.raises(VendorError) as raised:
        client(org).bulk.page("750J")
    assert raised.value.fault is Fault.CREDENTIALS
    assert org.tokens == 2


@pytest.mark.parametrize(
    "answer",
    [
        (400, [{"errorCode": "FUNCTIONALITY_NOT_ENABLED", "message": "no bulk"}]),
        (400, [{"errorCode": "INVALIDENTITY", "message": "Entity is not supported"}]),
        (404, [{"errorCode": "NOT_FOUND", "message": "no such resource"}]),
        (403, [{"errorCode": "INSUFFICIENT_ACCESS", "message": "no bulk for you"}]),
    ],
)
def test_what_cannot_be_asked_in_bulk_is_told_apart(client, answer):
    with pytest.raises(BulkImpossible):
        client(Org(query=[answer])).bulk.start("SELECT Id FROM UserRole", include_deleted=False)


def test_a_missing_field_is_not_taken_for_a_missing_api(client):
    error = [{"errorCode": "INVALID_FIELD", "message": "No such column 'X__c'"}]
    with pytest.raises(VendorError, match="X__c") as raised:
        client(Org(query=[(400, error)])).bulk.start("SELECT X__c FROM Lead", include_deleted=False)
    assert raised.value.code == "INVALID_FIELD"
    assert not isinstance(raised.value, BulkImpossible)


@pytest.mark.parametrize(("state", "kind"), [("Failed", BulkImpossible), ("Aborted", VendorError)])
def test_a_job_that_ends_otherwise_is_named(client, state, kind):
    job = {"state": state, "errorMessage": "QUERY_TIMEOUT for taro@example.com"}
    with pytest.raises(kind) as raised:
        client(Org(**{"750J": [(200, job)]})).bulk.wait("750J")
    assert "taro" not in str(raised.value)


def test_a_job_that_is_never_done_is_left(client, monkeypatch):
    made = client(Org(**{"750J": [(200, {"state": "InProgress"})]}))
    monkeypatch.setattr("vendors.salesforce_bulk.WAITS", (PATIENCE_SECONDS / 2,))
    made.bulk._sleep = lambda seconds: None
    with pytest.raises(VendorError, match="did not finish"):
        made.bulk.wait("750J")
    assert len(made.asked) == 4


def test_the_budget_stops_politely_before_the_next_call(client):
    page = {"records": [], "done": True, "totalSize": 7}
    spent = (200, page, {"Sforce-Limit-Info": "api-usage=500/1000"})
    made = client(
        Org(query=[(200, page, {"Sforce-Limit-Info": "api-usage=499/1000"}), spent]), share=0.5
    )
    assert [made.count("SELECT COUNT() FROM Lead") for _ in range(2)] == [7, 7]
    asked = len(made.asked)
    for call in (made.limits, lambda: made.count("SELECT COUNT() FROM Lead")):
        with pytest.raises(VendorError) as raised:
            call()
        assert raised.value.fault is Fault.LIMIT
    assert len(made.asked) == asked
    assert str(raised.value) == (
        "Salesforce: 500 of the org's 1,000 calls of the day are used and the budget is 50 %"
        " (SALESFORCE_API_BUDGET_PCT); the next run goes on."
    )


def test_without_a_budget_nothing_stops(client):
    page = (200, {"records": [], "totalSize": 1}, {"Sforce-Limit-Info": "api-usage=999/1000"})
    made = client(Org(query=[page]))
    assert [made.count("SELECT COUNT() FROM Lead") for _ in range(3)] == [1, 1, 1]


def test_after_the_last_call_of_the_day_nothing_more_is_asked(client):
    error = [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}]
    made = client(Org(query=[(403, error)]))
    for _ in range(3):
        with pytest.raises(VendorError) as raised:
            made.count("SELECT COUNT() FROM Lead")
        assert raised.value.fault is Fault.LIMIT
    assert len(made.asked) == 2


def test_fewer_rows_than_salesforce_counts_are_an_error(client):
    page = {"records": [{"Id": "1"}], "done": True, "totalSize": 2}
    pages = client(Org(queryAll=[(200, page)])).query_pages("SELECT Id FROM Lead", True)
    assert next(pages) == [{"Id": "1"}]
    with pytest.raises(VendorError) as raised:
        next(pages)
    assert raised.value.fault is Fault.TRUNCATED


def test_a_wished_page_size_is_passed_on(client):
    made = client(Org(query=[(200, {"records": [], "totalSize": 0})]))
    assert made.query_page("SELECT Id FROM Lead", at_most=200).total == 0
    assert made.asked[-1][4]["Sforce-Query-Options"] == "batchSize=200"


@pytest.mark.parametrize("body", [b'{"records": [{"Id": "1"}', b"", b"[]", b'{"records": ["Id"]}'])
def test_an_unreadable_page_is_asked_again_and_then_named(client, body):
    whole = (200, {"records": [{"Id": "1"}], "totalSize": 1})
    made = client(Org(query=[(200, body), whole]))
    assert made.query_page("SELECT Id FROM Lead").rows == [{"Id": "1"}]
    made = client(Org(query=[(200, body)]))
    with pytest.raises(VendorError, match="unreadable"):
        made.query_page("SELECT Id FROM Lead")
