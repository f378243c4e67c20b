"""Typeform, Sansan and Slack: paging and refusals."""

import json

import pytest

from vendors import sansan, slack, typeform
from vendors.errors import Fault, VendorError


@pytest.fixture(autouse=True)
def unpaced(monkeypatch):
    monkeypatch.setattr("vendors.typeform.MIN_INTERVAL", 0.0)
    monkeypatch.setattr("vendors.sansan.MIN_INTERVAL", 0.0)


def typeform_client(server):
    return typeform.connect(typeform.TypeformSettings(server.url, "t"))


def test_typeform_pages_back_by_token_until_its_count_is_reached(stub):
    def answer(method, path, query, body, headers):
        token = "b" if query.get("before") else "a"
        return 200, {"total_items": 2, "items": [{"token": token}]}

    server = stub(answer)
    pages = list(typeform_client(server).responses("f"))
    assert [page.items for page in pages] == [[{"token": "a"}], [{"token": "b"}]]
    assert [one[2] for one in server.asked] == [
        {"page_size": "1000"},
        {"page_size": "1000", "before": "a"},
    ]


def test_typeform_heals_a_page_that_lost_its_last_response(stub):
    def answer(method, path, query, body, headers):
        rows = [{"token": str(n)} for n in range(6)]
        start = int(query["before"]) + 1 if "before" in query else 0
        page = rows[start : start + 3]
        return 200, {"total_items": 6, "items": page[:2] if start == 0 else page}

    pages = list(typeform_client(stub(answer)).responses("f"))
    assert [one["token"] for page in pages for one in page.items] == list("012345")


def test_typeform_asks_again_for_a_page_that_was_sent_twice(stub):
    asked = []

    def answer(method, path, query, body, headers):
        asked.append(query.get("before"))
        token = "b" if query.get("before") and len(asked) > 2 else "a"
        return 200, {"total_items": 2, "items": [{"token": token}]}

    pages = list(typeform_client(stub(answer)).responses("f"))
    assert [page.items[0]["token"] for page in pages] == ["a", "a", "b"]


def test_typeform_fails_when_it_lists_less_than_it_counts(stub):
    server = stub(lambda *_: (200, {"total_items": 2, "items": [{"token": "a"}]}))
    with pytest.raises(VendorError, match="counts 2 responses of a form and listed 1") as caught:
        list(typeform_client(server).responses("f"))
    assert caught.value.fault is Fault.TRUNCATED


def test_typeform_without_items_is_broken_and_no_empty_form(stub):
    server = stub(lambda *_: (200, {}))
    with pytest.raises(VendorError, match="without items") as caught:
        list(typeform_client(server).responses("f"))
    assert caught.value.fault is Fault.BROKEN
    assert len(server.asked) == 3


def test_typeform_forms_are_paged_by_number_and_counted(stub):
    def answer(method, path, query, body, headers):
        return 200, {"total_items": 2, "page_count": 2, "items": [{"id": query["page"]}]}

    assert [form["id"] for form in typeform_client(stub(answer)).forms()] == ["1", "2"]
    short = stub(lambda *_: (200, {"total_items": 2, "page_count": 1, "items": [{"id": "1"}]}))
    with pytest.raises(VendorError, match="counts 2 forms and listed 1"):
        typeform_client(short).forms()


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
