"""Cards that move while they are read, cards of one second, and answers that lead nowhere."""

from datetime import datetime, timedelta

import pytest

from vendors import sansan
from vendors.errors import Fault, VendorError

FIRST = datetime.fromisoformat("2026-01-01T00:00:00+00:00")


@pytest.fixture(autouse=True)
def unpaced(monkeypatch):
    monkeypatch.setattr("vendors.sansan.MIN_INTERVAL", 0.0)


def card(number, second):
    at = (FIRST + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"id": str(number), "updatedTime": at}


class Cards:
    """Answers like Sansan, ten cards a page; its tokens count places, so cards can slip past."""

    def __init__(self, cards):
        self.cards = cards
        self.after_each_page = lambda: None

    def __call__(self, method, path, query, body, headers):
        rows = sorted(self.cards, key=lambda one: (one["updatedTime"], one["id"]))
        rows = [one for one in rows if one["updatedTime"] >= query["updatedFrom"]]
        start = int(query.get("nextPageToken", 0))
        page, more = rows[start : start + 10], len(rows) > start + 10
        answer = {"hasMore": more, "nextPageToken": str(start + 10) if more else None, "data": page}
        self.after_each_page()
        return 200, answer


def read(server):
    client = sansan.connect(sansan.SansanSettings(server.url, "key"))
    pages = client.cards("2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z")
    return {one["id"] for page in pages for one in page}


def test_a_card_that_is_updated_meanwhile_hides_no_other(stub):
    vendor = Cards([card(n, n * 5) for n in range(50)])
    moved = iter(range(50))

    def edit():
        number = next(moved)
        vendor.cards[number] = card(number, 10_000 + number)

    vendor.after_each_page = edit
    assert read(stub(vendor)) == {str(n) for n in range(50)}


def test_cards_of_one_second_are_read_through_the_token(stub):
    cards = [card(n, 7) for n in range(35)] + [card(100 + n, 60 + n) for n in range(35)]
    assert len(read(stub(Cards(cards)))) == 70


def test_more_cards_without_a_way_to_them_fail_the_read(stub):
    server = stub(lambda *_: (200, {"hasMore": True, "nextPageToken": None, "data": []}))
    with pytest.raises(VendorError, match="not how to get them") as caught:
        read(server)
    assert caught.value.fault is Fault.TRUNCATED


def test_a_token_that_leads_to_itself_fails_the_read(stub):
    server = stub(lambda *_: (200, {"hasMore": True, "nextPageToken": "x", "data": [{"id": "1"}]}))
    with pytest.raises(VendorError, match="not how to get them"):
        read(server)
    assert len(server.asked) == 2


def test_an_answer_without_data_is_broken_and_no_empty_drawer(stub):
    with pytest.raises(VendorError, match="without data") as caught:
        read(stub(lambda *_: (200, {})))
    assert caught.value.fault is Fault.BROKEN


def test_range_and_states_are_settings(stub, monkeypatch):
    server = stub(lambda *_: (200, {"hasMore": False, "data": []}))
    monkeypatch.setenv("SANSAN_BASE_URL", server.url)
    monkeypatch.setenv("SANSAN_API_KEY", "key")
    monkeypatch.setenv("SANSAN_RANGE", "me")
    monkeypatch.setenv("SANSAN_ENTRY_STATUS", "completed, unreadable")
    settings = sansan.SansanSettings.from_environment()
    assert settings.statuses == ("completed", "unreadable")
    list(sansan.connect(settings).cards("2026-01-01T00:00:00+09:00", "2026-02-01T00:00:00Z"))
    query = server.asked[0][2]
    assert query["range"] == "me"
    assert query["updatedFrom"] == "2026-01-01T00:00:00+09:00"


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        (sansan.SansanSettings(api_key="k", card_range="mine"), "SANSAN_RANGE"),
        (sansan.SansanSettings(api_key="k", statuses=("done",)), "SANSAN_ENTRY_STATUS"),
    ],
)
def test_a_setting_that_sansan_does_not_know_is_named(settings, name):
    with pytest.raises(VendorError, match=name) as caught:
        sansan.connect(settings)
    assert caught.value.fault is Fault.SETTINGS


def test_a_card_is_looked_up(stub):
    def answer(method, path, query, body, headers):
        return (200, {"id": "1"}) if path.endswith("/bizCards/1") else (404, {})

    client = sansan.connect(sansan.SansanSettings(stub(answer).url, "key"))
    assert (client.has_card("1"), client.has_card("2")) == (True, False)
