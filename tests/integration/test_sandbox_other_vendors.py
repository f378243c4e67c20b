"""Typeform, Sansan and the Slack webhook of the sandbox, by plain requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.testing import HandMadeWorld, RunningSandbox, running_sandbox

pytestmark = pytest.mark.integration


def world() -> HandMadeWorld:
    responses = [
        {
            "form_id": "f1",
            "token": f"t{n:02d}",
            "response_id": f"t{n:02d}",
            "response_type": "completed" if n % 10 else "partial",
            "landed_at": f"2026-09-{n + 1:02d}T00:00:00Z",
            "submitted_at": f"2026-09-{n + 1:02d}T00:03:00Z" if n % 10 else None,
            "answers": [],
        }
        for n in range(25)
    ]
    cards = [
        {
            "id": f"k{n:03d}",
            "updatedTime": f"2026-09-{n % 28 + 1:02d}T00:00:00Z",
            "registeredTime": "2026-08-01T00:00:00Z",
            "entryStatus": "processing" if n == 3 else "completed",
            "lastName": "山田",
            "firstName": "太郎",
            "companyName": "株式会社サンプル商事",
            "email": f"k{n}@example.test",
            "tags": [{"id": "g", "name": "展示会", "type": "public"}],
        }
        for n in range(40)
    ]
    return HandMadeWorld(
        typeform={
            "forms": [{"id": "f1", "title": "資料ダウンロード", "fields": []}],
            "responses": responses,
        },
        sansan={"biz_cards": cards, "tags": [{"id": "g", "name": "展示会", "type": "public"}]},
    )


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox(world=world()) as running:
        yield running


def typeform(sandbox: RunningSandbox, path: str, **params: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {sandbox.credentials.typeform_token}"}
    url = sandbox.environment["TYPEFORM_BASE_URL"] + path
    return requests.get(url, params=params, headers=headers, timeout=10)


def tokens(answer: requests.Response) -> list[str]:
    return [item["token"] for item in answer.json()["items"]]


def test_typeform_lists_forms_and_reads_one(sandbox: RunningSandbox) -> None:
    listed = typeform(sandbox, "/forms").json()
    assert (listed["total_items"], listed["items"][0]["title"]) == (1, "資料ダウンロード")
    assert typeform(sandbox, "/forms/f1").json()["fields"] == []
    assert typeform(sandbox, "/forms/nope").json()["code"] == "FORM_NOT_FOUND"


def test_typeform_pages_back_with_before_until_nothing_is_left(sandbox: RunningSandbox) -> None:
    page = typeform(sandbox, "/forms/f1/responses", page_size=10)
    seen = tokens(page)
    assert seen[0] == "t24"
    while page.json()["page_count"] > 1:
        page = typeform(sandbox, "/forms/f1/responses", page_size=10, before=seen[-1])
        seen += tokens(page)
    assert seen == [f"t{n:02d}" for n in range(24, 0, -1) if n % 10]


def test_typeform_filters_by_time_token_and_type(sandbox: RunningSandbox) -> None:
    path = "/forms/f1/responses"
    window = {"since": "2026-09-03T00:03:00Z", "until": "2026-09-05T00:03:00Z"}
    assert tokens(typeform(sandbox, path, **window)) == ["t04", "t03", "t02"]
    assert tokens(typeform(sandbox, path, after="t22")) == ["t24", "t23"]
    assert tokens(typeform(sandbox, path, response_type="partial")) == ["t20", "t10", "t00"]
    assert tokens(typeform(sandbox, path, page_size=2, sort="submitted_at,asc")) == ["t01", "t02"]
    assert typeform(sandbox, path, page_size=1001).status_code == 400
    assert typeform(sandbox, path, before="t03", sort="submitted_at,desc").status_code == 400
    url = sandbox.base_url + "/forms"
    refused = requests.get(url, timeout=10)
    assert (refused.status_code, refused.json()["code"]) == (401, "AUTHENTICATION_FAILED")


WINDOW = {
    "updatedFrom": "2026-09-01T09:00:00+09:00",
    "updatedTo": "2026-10-01T00:00:00Z",
    "range": "all",
}


def sansan(sandbox: RunningSandbox, path: str, query: dict[str, Any] | str) -> requests.Response:
    headers = {"X-Sansan-Api-Key": sandbox.credentials.sansan_api_key}
    url = sandbox.environment["SANSAN_BASE_URL"] + path
    return requests.get(url, params=query, headers=headers, timeout=10)


def test_sansan_pages_through_a_window_in_order(sandbox: RunningSandbox) -> None:
    seen: list[dict[str, Any]] = []
    query: dict[str, Any] = {**WINDOW, "limit": 15}
    while True:
        body = sansan(sandbox, "/bizCards", query).json()
        seen += body["data"]
        if not body["hasMore"]:
            break
        query["nextPageToken"] = body["nextPageToken"]
    assert len({card["id"] for card in seen}) == len(seen) == 39
    stamps = [card["updatedTime"] for card in seen]
    assert stamps == sorted(stamps)
    assert "tags" not in seen[0]


def test_a_sansan_page_token_works_alone_or_with_its_own_filters(sandbox: RunningSandbox) -> None:
    first = sansan(sandbox, "/bizCards", {**WINDOW, "limit": 15}).json()
    token = {"nextPageToken": first["nextPageToken"]}
    alone = sansan(sandbox, "/bizCards", token).json()
    beside = sansan(sandbox, "/bizCards", {**WINDOW, "limit": 15, **token}).json()
    assert alone == beside
    assert len(alone["data"]) == 15
    assert sansan(sandbox, "/bizCards", {**WINDOW, "limit": 20, **token}).status_code == 400
    assert sansan(sandbox, "/bizCards", {"nextPageToken": "x"}).status_code == 400


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({**WINDOW, "range": "me"}, 0),
        ({**WINDOW, "entryStatus": ["processing"]}, 1),
        ({**WINDOW, "entryStatus": ["processing", "completed"]}, 40),
        ({**WINDOW, "updatedTo": "2026-09-01T00:00:00Z"}, 2),
    ],
)
def test_sansan_filters(sandbox: RunningSandbox, query: dict[str, Any], count: int) -> None:
    assert len(sansan(sandbox, "/bizCards", {**query, "limit": 300}).json()["data"]) == count


@pytest.mark.parametrize(
    "query",
    [
        {"range": "all"},
        {**WINDOW, "limit": 301},
        {**WINDOW, "orderBy": "name"},
        {**WINDOW, "range": "everybody"},
        {**WINDOW, "entryStatus": "lost"},
        {**WINDOW, "updatedFrom": "2026-09-01"},
        "updatedFrom=2026-09-01T09:00:00+09:00&updatedTo=2026-10-01T00:00:00Z&range=all",
    ],
)
def test_sansan_refuses_bad_parameters_and_a_raw_plus(
    sandbox: RunningSandbox, query: dict[str, Any] | str
) -> None:
    answer = sansan(sandbox, "/bizCards", query)
    assert (answer.status_code, answer.json()["statusCode"]) == (400, 400)


def test_sansan_reads_searches_and_checks_the_key(sandbox: RunningSandbox) -> None:
    card = sansan(sandbox, "/bizCards/k001", {"includeTags": "true"}).json()
    assert card["tags"][0]["name"] == "展示会"
    found = sansan(sandbox, "/bizCards/search", {"range": "all", "email": "k7@example.test"})
    assert [card["id"] for card in found.json()["data"]] == ["k007"]
    assert sansan(sandbox, "/bizCards/nope", {}).status_code == 404
    url = sandbox.environment["SANSAN_BASE_URL"] + "/bizCards"
    assert requests.get(url, params=WINDOW, timeout=10).status_code == 401


def test_slack_keeps_good_messages_and_refuses_bad_ones(sandbox: RunningSandbox) -> None:
    url = sandbox.environment["SLACK_WEBHOOK_URL"]
    message = {"text": "金曜レポート", "blocks": [{"type": "divider"}]}
    good = requests.post(url, json=message, timeout=10)
    assert (good.status_code, good.text) == (200, "ok")
    bad = requests.post(url, json={"text": ""}, timeout=10)
    assert (bad.status_code, bad.text) == (400, "no_text")
    broken = requests.post(url, data="{", timeout=10)
    assert (broken.status_code, broken.text) == (400, "invalid_payload")
    elsewhere = requests.post(url + "x", json=message, timeout=10)
    assert (elsewhere.status_code, elsewhere.text) == (404, "no_service")
    assert [kept["payload"] for kept in sandbox.admin.messages()] == [message]
