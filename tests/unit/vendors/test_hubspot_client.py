"""HubSpot: paging, search beyond its ceiling, long property lists, plain refusals."""

import json

import pytest

from vendors.errors import Fault, SettingsMissing, VendorError
from vendors.hubspot import HubSpotSettings, connect


@pytest.fixture(autouse=True)
def unpaced(monkeypatch):
    monkeypatch.setattr("vendors.hubspot.MIN_INTERVAL", 0.0)


def client(server, version="v3"):
    return connect(HubSpotSettings(server.url, "token", version))


def page(ids, after=None):
    rows = [{"id": str(one), "properties": {"hs_object_id": str(one)}} for one in ids]
    return {"results": rows, **({"paging": {"next": {"after": after}}} if after else {})}


def test_listings_are_paged_to_the_end_with_the_bearer_token(stub):
    answers = iter([page([1], "NTI1"), page([2])])
    server = stub(lambda *_: (200, next(answers)))
    found = list(client(server).list_objects("contacts", ["email"], archived=True))
    assert [[row["id"] for row in one] for one in found] == [["1"], ["2"]]
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
    assert [int(row["id"]) for one in pages for row in one] == ids
    assert all("after" not in json.loads(call[3]) for call in server.asked)


def test_a_search_that_repeats_itself_is_stopped(stub):
    server = stub(lambda *_: (200, page([1, 2], "200")))
    with pytest.raises(VendorError, match="repeats"):
        list(client(server).search("contacts", "lastmodifieddate", 0, []))


def test_properties_that_do_not_fit_are_read_by_batch(stub):
    names = [f"a_rather_long_property_name_{at}" for at in range(300)]

    def answer(method, path, query, body, headers):
        if path.endswith("/batch/read"):
            asked = json.loads(body)
            rows = [
                {"id": one["id"], "properties": dict.fromkeys(asked["properties"], "late")}
                for one in reversed(asked["inputs"])
            ]
            return 200, {"results": rows}
        some = query["properties"].split(",")
        return 200, {"results": [{"id": "1", "properties": dict.fromkeys(some, "early")}]}

    [[row]] = client(stub(answer)).list_objects("contacts", names, archived=False)
    assert row["properties"].keys() == set(names)
    assert {row["properties"][names[0]], row["properties"][names[-1]]} == {"early", "late"}


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
