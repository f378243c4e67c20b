"""Typeform, Sansan and Slack: paging and refusals."""

import json

import pytest

from vendors import sansan, slack, typeform
from vendors.errors import Fault, VendorError


@pytest.fixture(autouse=True)
def unpaced(monkeypatch):
    monkeypatch.setattr("vendors.typeform.MIN_INTERVAL", 0.0)
    monkeypatch.setattr("vendors.sansan.MIN_INTERVAL", 0.0)


def test_typeform_pages_back_by_token(stub):
    def answer(method, path, query, body, headers):
        left = 1 if query.get("before") else 2
        token = "b" if query.get("before") else "a"
        return 200, {"page_count": left, "items": [{"token": token}]}

    server = stub(answer)
    client = typeform.connect(typeform.TypeformSettings(server.url, "t"))
    pages = list(client.responses("f", since="2026-01-01T00:00:00Z"))
    assert pages == [[{"token": "a"}], [{"token": "b"}]]
    assert server.asked[1][2] == {
        "page_size": "1000",
        "since": "2026-01-01T00:00:00Z",
        "before": "a",
    }


def test_typeform_forms_are_paged_by_number(stub):
    def answer(method, path, query, body, headers):
        return 200, {"page_count": 2, "items": [{"id": query["page"]}]}

    client = typeform.connect(typeform.TypeformSettings(stub(answer).url, "t"))
    assert [form["id"] for page in client.forms() for form in page] == ["1", "2"]


def test_sansan_follows_the_token_with_the_same_window(stub):
    def answer(method, path, query, body, headers):
        if "nextPageToken" in query:
            return 200, {"hasMore": False, "data": [{"id": "2"}]}
        return 200, {"hasMore": True, "nextPageToken": "n", "data": [{"id": "1"}]}

    server = stub(answer)
    client = sansan.connect(sansan.SansanSettings(server.url + "/v6.0", "key"))
    pages = list(client.cards("2026-01-01T00:00:00Z", "2026-02-01T00:00:00+09:00"))
    assert pages == [[{"id": "1"}], [{"id": "2"}]]
    first, second = server.asked
    assert first[1] == "/v6.0/bizCards"
    assert first[2]["updatedTo"] == "2026-02-01T00:00:00+09:00"
    assert second[2] == {**first[2], "nextPageToken": "n"}
    assert first[4]["X-Sansan-Api-Key"] == "key"


def test_sansan_falls_back_to_the_token_alone(stub):
    def answer(method, path, query, body, headers):
        if "nextPageToken" not in query:
            return 200, {"hasMore": True, "nextPageToken": "n", "data": []}
        return (400, {}) if "updatedFrom" in query else (200, {"hasMore": False, "data": [1]})

    client = sansan.connect(sansan.SansanSettings(stub(answer).url, "key"))
    assert list(client.cards("a", "b")) == [[], [1]]


def test_slack_posts_the_payload(stub):
    server = stub(lambda *_: (200, b"ok"))
    slack.send({"text": "金曜の結果"}, slack.SlackSettings(server.url + "/services/T/B/X"))
    assert json.loads(server.asked[0][3]) == {"text": "金曜の結果"}


def test_slack_is_off_without_a_webhook(monkeypatch):
    monkeypatch.delenv("SLACK_WEBHOOK_URL", raising=False)
    slack.send({"text": "nobody hears this"})


def test_slack_refusals_never_show_the_address(stub):
    server = stub(lambda *_: (404, b"no_service"))
    with pytest.raises(VendorError) as caught:
        slack.send({"text": "x"}, slack.SlackSettings(server.url + "/services/T/B/secret"))
    assert caught.value.fault is Fault.CREDENTIALS
    assert "secret" not in str(caught.value)
