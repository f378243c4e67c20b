"""HubSpot: paging, search beyond its ceiling, long property lists, plain refusals."""

import json

import pytest

from vendors.errors import Fault, SettingsMissing, VendorError
from vendors.hubspot import HubSpotSettings, connect
from vendors.hubspot_answers import fits_a_search, fits_an_address
from vendors.hubspot_limits import Pace


@pytest.fixture(autouse=True)
def unpaced(monkeypatch):
    monkeypatch.setattr("vendors.hubspot.MIN_INTERVAL", 0.0)


def client(server, version="v3"):
    return connect(HubSpotSettings(server.url, "token", version))


def page(ids, after=None):
    rows = [{"id": str(one), "properties": {"hs_object_id": str(one)}} for one in ids]
    return {"results": rows, **({"paging": {"next": {"after": after}}} if after else {})}


def test_listings_are_paged_to_the_end_with_the_bearer_token(stub):
    answers = iter([page(range(1, 101), "NTI1"), page([101])])
    server = stub(lambda *_: (200, next(answers)))
    found = list(client(server).list_objects("contacts", ["email"], archived=True))
    assert [row["id"] for one in found for row in one] == [str(one) for one in range(1, 102)]
    first, second = server.asked
    assert first[1:3] == (
        "/crm/v3/objects/contacts",
        {"limit": "100", "archived": "true", "properties": "email"},
    )
    assert second[2]["after"] == "NTI1"
    assert first[4]["Authorization"] == "Bearer token"


def test_dated_versions_change_the_path(stub):
    server = stub(lambda *_: (200, page([])))
    list(client(server, "2026-03").list_objects("contacts", [], archived=False))
    assert server.asked[0][1] == "/crm/objects/2026-03/contacts"
    portal = client(server, "2026-03")
    assert portal.path("crm", "associations") == "/crm/associations/2026-03"
    assert client(server).path("crm", "associations") == "/crm/v4/associations"


def test_search_goes_on_by_id_and_never_by_offset(stub):
    ids = list(range(1, 12_001))

    def answer(method, path, query, body, headers):
        filters = json.loads(body)["filterGroups"][0]["filters"]
        assert filters[0] == {
            "propertyName": "lastmodifieddate",
            "operator": "GTE",
            "value": "1735689600000",
        }
        above = int(filters[1]["value"]) if len(filters) > 1 else 0
        left = [one for one in ids if one > above]
        return 200, page(left[:200], "200" if len(left) > 200 else None)

    server = stub(answer)
    pages = client(server).search("contacts", "lastmodifieddate", 1735689600000, ["email"])
    assert [int(row["id"]) for one in pages for row in one.rows] == ids
    assert all("after" not in json.loads(call[3]) for call in server.asked)


def test_a_page_that_lost_rows_on_its_way_is_asked_for_again(stub):
    answers = iter(
        [
            {**page(range(1, 190), "200"), "total": 201},
            {**page(range(1, 201), "200"), "total": 201},
            {**page([201]), "total": 1},
        ]
    )
    server = stub(lambda *_: (200, next(answers)))
    pages = list(client(server).search("deals", "hs_lastmodifieddate", 0, []))
    assert [len(one.rows) for one in pages] == [200, 1]
    answers = iter([page([1], "a"), page([1, *range(2, 101)], "a"), page([101])])
    listed = client(server).list_objects("deals", [], archived=False)
    assert [len(one) for one in listed] == [100, 1]


def test_a_search_goes_on_when_only_the_count_tells_that_there_is_more(stub):
    answers = iter([{**page(range(1, 201)), "total": 201}, {**page([201]), "total": 1}])
    server = stub(lambda *_: (200, next(answers)))
    pages = client(server).search("deals", "hs_lastmodifieddate", 0, [])
    assert [len(one.rows) for one in pages] == [200, 1]


def test_a_search_that_repeats_itself_is_stopped(stub):
    server = stub(lambda *_: (200, page([1, 2], "200")))
    with pytest.raises(VendorError, match="repeats"):
        list(client(server).search("contacts", "lastmodifieddate", 0, []))


def test_how_many_properties_one_question_may_name():
    names = [f"a_rather_long_property_name_{at}" for at in range(300)]
    assert fits_an_address(names[:150]) and not fits_an_address(names)
    assert fits_a_search("lastmodifieddate", names[:75])
    assert not fits_a_search("lastmodifieddate", names[:90])


def test_a_batch_is_read_row_by_row_and_says_what_is_not_there(stub):
    def answer(method, path, query, body, headers):
        ids = [one["id"] for one in json.loads(body)["inputs"]]
        rows = page([one for one in reversed(ids) if int(one) <= 150])["results"]
        missing = [one for one in ids if int(one) > 150]
        error = {"category": "OBJECT_NOT_FOUND", "context": {"ids": missing}}
        return (207, {"results": rows, "errors": [error]}) if missing else (200, {"results": rows})

    server = stub(answer)
    found = client(server).read("contacts", [str(one) for one in range(1, 160)], ["email"])
    assert sorted(int(row["id"]) for row in found) == list(range(1, 151))
    assert len(server.asked) == 2


def test_rows_that_a_batch_lost_are_asked_for_again_and_merged_ids_bring_their_winner(stub):
    answers = iter([{"results": page([1])["results"]}, {"results": page([2])["results"]}])
    server = stub(lambda *_: (200, next(answers)))
    assert [row["id"] for row in client(server).read("contacts", ["1", "77"], [])] == ["1", "2"]


def test_a_batch_that_fails_for_some_rows_fails(stub):
    error = {"category": "INTERNAL_ERROR", "message": "taro@example.com", "context": {}}
    server = stub(lambda *_: (207, {"results": [], "errors": [error]}))
    with pytest.raises(VendorError, match=r"could not read some contacts \(INTERNAL_ERROR\)"):
        client(server).read("contacts", ["1"], [])


def test_links_are_put_together_over_pages_and_over_rows_that_were_lost(stub):
    def answer(method, path, query, body, headers):
        assert path == "/crm/v4/associations/contacts/companies/batch/read"
        results, missing = [], []
        for one in json.loads(body)["inputs"]:
            if one["id"] == "1" and "after" not in one:
                more = {"next": {"after": "1"}}
                results.append({"from": {"id": "1"}, "to": [{"toObjectId": 8}], "paging": more})
            elif one["id"] == "1":
                results.append({"from": {"id": "1"}, "to": [{"toObjectId": 9}]})
            elif one["id"] == "2" and len(server.asked) > 1:
                results.append({"from": {"id": "2"}, "to": [{"toObjectId": 7}]})
            elif one["id"] == "3":
                missing.append("3")
        error = {"category": "OBJECT_NOT_FOUND", "context": {"fromObjectId": missing}}
        return 207, {"results": results, "errors": [error]}

    server = stub(answer)
    found = client(server).links("contacts", "companies", ["1", "2", "3"])
    linked = {one: [link["toObjectId"] for link in links] for one, links in found.items()}
    assert linked == {"1": [8, 9], "2": [7], "3": []}
    assert len(server.asked) == 2


def test_a_used_up_day_is_asked_about_once(stub):
    server = stub(lambda *_: (429, {"policyName": "DAILY"}))
    portal = client(server)
    for _ in range(3):
        with pytest.raises(VendorError, match="of today are used up"):
            portal.properties("contacts")
    assert len(server.asked) == 1


def test_the_window_is_waited_for_when_no_other_wait_is_told(stub, monkeypatch):
    limits = {"X-HubSpot-RateLimit-Interval-Milliseconds": "3000"}
    told = [(429, {"policyName": "TEN_SECONDLY_ROLLING"}, limits)]
    told += [(429, {}, {**limits, "Retry-After": "1"}), (429, {}), (200, {"results": []})]
    answers, waits = iter(told), []
    portal = client(stub(lambda *_: next(answers)))
    monkeypatch.setattr(portal._session, "_sleep", waits.append)
    assert portal.properties("contacts") == []
    assert waits == [3.0, 1.0, 0.0]


def test_the_pace_follows_the_allowance_that_the_answers_tell():
    waits = []
    pace = Pace(0.1, waits.append)
    name = "X-HubSpot-RateLimit-"
    told = {f"{name}Interval-Milliseconds": "10000", f"{name}Max": "200"}
    pace.learn({**told, f"{name}Remaining": "150"})
    assert pace.interval == 0.05
    pace.learn({})
    assert pace.interval == 0.05
    pace.learn({**told, f"{name}Remaining": "19"})
    assert pace.interval == 0.1
    pace.wait_for_search()
    pace.wait_for_search()
    assert [round(wait, 1) for wait in waits] in ([0.2], [0.3])


@pytest.mark.parametrize(
    ("status", "body", "fault", "words"),
    [
        (403, {"context": {"missingScopes": ["forms"]}}, Fault.RIGHTS, "lacks the scopes forms"),
        (429, {"policyName": "DAILY"}, Fault.LIMIT, "of today are used up"),
        (530, {}, Fault.CREDENTIALS, "malformed"),
        (401, {"message": "taro@example.com"}, Fault.CREDENTIALS, "credentials"),
    ],
)
def test_refusals_say_what_to_do_and_are_not_retried(stub, status, body, fault, words):
    server = stub(lambda *_: (status, body))
    with pytest.raises(VendorError, match=words) as caught:
        client(server).properties("contacts")
    assert caught.value.fault is fault
    assert len(server.asked) == 1
    assert "taro" not in str(caught.value)


def test_off_and_half_configured(monkeypatch):
    monkeypatch.delenv("HUBSPOT_ACCESS_TOKEN", raising=False)
    monkeypatch.setenv("HUBSPOT_BASE_URL", "")
    settings = HubSpotSettings.from_environment()
    assert settings.base_url == "https://api.hubapi.com"
    assert not settings.is_configured
    with pytest.raises(SettingsMissing, match="HUBSPOT_ACCESS_TOKEN"):
        connect(settings)
