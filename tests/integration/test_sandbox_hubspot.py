"""hubspot-api-client, unmodified, and plain requests against the sandbox's HubSpot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from hubspot import HubSpot
from hubspot.crm import associations, contacts, deals
from hubspot.crm.contacts.exceptions import ApiException
from hubspot.utils.objects import fetch_all

from sandbox.hubspot.associations import link_row
from sandbox.testing import HandMadeWorld, RunningSandbox, running_sandbox

pytestmark = pytest.mark.integration

OLD = "2026-09-01T00:00:00.000Z"
FORM = "579b635b-6b46-469d-9ee8-23a4da4f3ed3"


def contact(number: int, **properties: str | None) -> dict[str, Any]:
    record_id = str(1000 + number)
    known = {
        "hs_object_id": record_id,
        "email": f"person{number}@example.test",
        "lastname": f"山田{number}",
        "lifecyclestage": "lead",
        "createdate": OLD,
        "lastmodifieddate": OLD,
    }
    return {
        "id": record_id,
        "properties": {**known, **properties},
        "createdAt": OLD,
        "updatedAt": OLD,
        "archived": False,
    }


def plain(record_id: str, **properties: str | None) -> dict[str, Any]:
    known = {"hs_object_id": record_id, "createdate": OLD, "hs_lastmodifieddate": OLD}
    stamps = {"createdAt": OLD, "updatedAt": OLD, "archived": False}
    return {"id": record_id, "properties": {**known, **properties}, **stamps}


def company(number: int) -> dict[str, Any]:
    return plain(str(2000 + number), name=f"会社{number}")


def deal(number: int) -> dict[str, Any]:
    return plain(str(3000 + number), dealname=f"取引{number}", amount=str(number * 100_000))


def links() -> list[dict[str, Any]]:
    """Contact 1001 works for five companies, contact 1002 for one; deal 3001 has both."""
    rows = [link_row("contacts", "1001", "companies", str(2000 + n), 279) for n in range(1, 6)]
    rows += [link_row("contacts", "1001", "companies", "2001", 1)]
    rows += [link_row("contacts", "1002", "companies", "2006", 279)]
    rows += [link_row("deals", "3001", "contacts", str(1000 + n), 3) for n in (1, 2)]
    return rows


def world() -> HandMadeWorld:
    people = [contact(number) for number in range(1, 251)]
    people[4] |= {"archived": True, "archivedAt": OLD}
    people[9]["properties"]["hs_merged_object_ids"] = "77;78"
    submissions = [
        {
            "formId": FORM,
            "conversionId": f"c{n:03d}",
            "submittedAt": 1790000000000 + n,
            "values": [],
        }
        for n in range(70)
    ]
    events = [
        {
            "id": f"e{n}",
            "eventType": "e_visited_page",
            "objectType": "CONTACT",
            "objectId": "1001" if n % 2 else "1002",
            "occurredAt": f"2026-09-{n + 1:02d}T00:00:00.000Z",
            "properties": {},
        }
        for n in range(10)
    ]
    mails = [
        {"id": "m", "created": 1790000000000 + n, "type": "OPEN" if n % 2 else "CLICK"}
        for n in range(5)
    ]
    campaign = {"id": "g1", "properties": {"hs_name": "展示会", "hs_utm": "expo"}}
    stamps = {"createdAt": OLD, "updatedAt": OLD}
    return HandMadeWorld(
        hubspot={
            "contacts": people,
            "companies": [company(number) for number in range(1, 8)],
            "deals": [deal(number) for number in range(1, 4)],
            "associations": links(),
            "owners": [
                {"id": "7", "email": "o@example.test", "archived": False},
                {"id": "8", "email": "left@example.test", "archived": True},
            ],
            "forms": [
                {"id": FORM, "name": "お問い合わせ", "formType": "hubspot", "archived": False}
            ],
            "form_submissions": submissions,
            "events": events,
            "email_events": mails,
            "campaigns": [{**campaign, **stamps}],
        }
    )


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox(world=world()) as running:
        yield running


@pytest.fixture
def client(sandbox: RunningSandbox) -> HubSpot:
    return HubSpot(access_token=sandbox.credentials.hubspot_access_token, host=sandbox.base_url)


@pytest.fixture
def api(sandbox: RunningSandbox) -> Any:
    headers = {"Authorization": f"Bearer {sandbox.credentials.hubspot_access_token}"}

    def call(method: str, path: str, **more: Any) -> requests.Response:
        url = sandbox.base_url + path
        return requests.request(method, url, headers=headers, timeout=10, **more)

    return call


def test_the_client_lists_every_live_contact_once(client: HubSpot) -> None:
    listed = fetch_all(client.crm.contacts.basic_api, properties=["email"])
    assert len({record.id for record in listed}) == len(listed) == 249
    archived = client.crm.contacts.basic_api.get_page(archived=True).results
    assert [record.id for record in archived] == ["1005"]


def test_the_client_searches(client: HubSpot) -> None:
    request = contacts.PublicObjectSearchRequest(
        filter_groups=[
            {
                "filters": [
                    {
                        "propertyName": "lastmodifieddate",
                        "operator": "LTE",
                        "value": "1788220800000",
                    },
                    {"propertyName": "hs_object_id", "operator": "GT", "value": "1100"},
                ]
            }
        ],
        sorts=[{"propertyName": "hs_object_id", "direction": "DESCENDING"}],
        properties=["email"],
        limit=100,
    )
    first = client.crm.contacts.search_api.do_search(request)
    assert (first.total, len(first.results), first.results[0].id) == (150, 100, "1250")
    request.after = first.paging.next.after
    second = client.crm.contacts.search_api.do_search(request)
    assert (len(second.results), second.paging) == (50, None)
    assert second.results[-1].id == "1101"


def test_the_client_reads_creates_updates_and_archives(client: HubSpot) -> None:
    basic = client.crm.contacts.basic_api
    assert basic.get_by_id("person1@example.test", id_property="email").id == "1001"
    properties = {"email": "new@example.test", "lastname": "佐藤"}
    made = basic.create(contacts.SimplePublicObjectInputForCreate(properties=properties))
    changed = basic.update(
        made.id, contacts.SimplePublicObjectInput(properties={"kakehashi_stage": "MQL"})
    )
    assert changed.properties["kakehashi_stage"] == "MQL"
    assert changed.updated_at >= made.updated_at
    with pytest.raises(ApiException) as refused:
        basic.create(contacts.SimplePublicObjectInputForCreate(properties=properties))
    assert refused.value.status == 409
    assert f"Existing ID: {made.id}" in refused.value.body
    basic.archive(made.id)
    with pytest.raises(ApiException) as gone:
        basic.get_by_id(made.id)
    assert gone.value.status == 404


def test_the_client_updates_in_batches_with_an_error_per_row(client: HubSpot) -> None:
    inputs = [
        contacts.SimplePublicObjectBatchInput(
            id=record_id, properties=properties, object_write_trace_id=f"row-{at}"
        )
        for at, (record_id, properties) in enumerate(
            [
                ("1022", {"kakehashi_score": "35"}),
                ("1021", {"kakehashi_score": "many"}),
                ("9999", {"kakehashi_score": "1"}),
                ("1020", {"kakehashi_score": "12"}),
            ]
        )
    ]
    answer = client.crm.contacts.batch_api.update(
        contacts.BatchInputSimplePublicObjectBatchInput(inputs=inputs)
    )
    assert [record.id for record in answer.results] == ["1020", "1022"]
    assert answer.num_errors == 2
    assert [error.context["objectWriteTraceId"] for error in answer.errors] == [
        ["row-1"],
        ["row-2"],
    ]


def test_owners_properties_forms_and_events_by_the_client(client: HubSpot) -> None:
    owners = client.crm.owners.owners_api
    assert [one.email for one in owners.get_page().results] == ["o@example.test"]
    assert [one.email for one in owners.get_page(archived=True).results] == ["left@example.test"]
    stages = client.crm.properties.core_api.get_by_name("contacts", "kakehashi_stage")
    assert "MQL" in [option.value for option in stages.options]
    assert client.marketing.forms.forms_api.get_page().results[0].name == "お問い合わせ"
    events = client.events.events_api.get_page(object_type="contact", object_id="1001").results
    assert [event.id for event in events] == ["e9", "e7", "e5", "e3", "e1"]


def test_the_client_reads_in_batches_and_hears_which_ids_are_missing(client: HubSpot) -> None:
    wanted = [contacts.SimplePublicObjectId(id=one) for one in ("1002", "1001", "1005", "4711")]
    answer = client.crm.contacts.batch_api.read(
        contacts.BatchReadInputSimplePublicObjectId(inputs=wanted, properties=["email"])
    )
    assert [record.id for record in answer.results] == ["1001", "1002"]
    assert answer.errors[0].context == {"ids": ["1005", "4711"]}
    archived = client.crm.contacts.batch_api.read(
        contacts.BatchReadInputSimplePublicObjectId(inputs=wanted, properties=["email"]),
        archived=True,
    )
    assert [record.id for record in archived.results] == ["1005"]


def test_the_client_works_on_deals(client: HubSpot) -> None:
    listed = fetch_all(client.crm.deals.basic_api, properties=["dealname", "amount"])
    assert [record.properties["amount"] for record in listed] == ["100000", "200000", "300000"]
    request = deals.PublicObjectSearchRequest(
        filter_groups=[
            {"filters": [{"propertyName": "amount", "operator": "GTE", "value": "200000"}]}
        ],
        sorts=["-amount"],
        properties=["dealname"],
        limit=10,
    )
    found = client.crm.deals.search_api.do_search(request)
    assert [record.id for record in found.results] == ["3003", "3002"]


def test_the_client_pages_through_associations(client: HubSpot, monkeypatch: Any) -> None:
    monkeypatch.setattr("sandbox.hubspot.associations.LARGEST_PAGE", 3)
    batches = client.crm.associations.v4.batch_api

    def ask(*inputs: dict[str, str]) -> Any:
        asked = [associations.v4.PublicFetchAssociationsBatchRequest(**one) for one in inputs]
        body = associations.v4.BatchInputPublicFetchAssociationsBatchRequest(inputs=asked)
        return batches.get_page("contacts", "companies", body)

    first = ask({"id": "1001"}, {"id": "1002"}, {"id": "1003"})
    assert [(one._from.id, len(one.to)) for one in first.results] == [("1001", 3), ("1002", 1)]
    assert [error.context for error in first.errors] == [{"fromObjectId": ["1003"]}]
    second = ask({"id": "1001", "after": first.results[0].paging.next.after})
    assert [one.to_object_id for one in second.results[0].to] == ["2004", "2005"]
    assert second.results[0].paging is None
    labels = first.results[0].to[0].association_types
    assert [(one.type_id, one.label) for one in labels] == [(1, "Primary"), (279, None)]


def test_associations_answer_in_both_directions_and_under_dated_paths(
    client: HubSpot, api: Any
) -> None:
    schema = client.crm.associations.v4.schema.definitions_api
    assert {one.type_id for one in schema.get_all("contacts", "companies").results} == {1, 279}
    of_company = client.crm.associations.v4.basic_api.get_page("companies", "2006", "contacts")
    assert [one.to_object_id for one in of_company.results] == ["1002"]
    assert [one.type_id for one in of_company.results[0].association_types] == [280]
    body = {"inputs": [{"id": "3001"}]}
    path = "/crm/associations/2026-03/deals/contacts/batch/read"
    found = api("POST", path, json=body).json()["results"][0]["to"]
    assert [one["toObjectId"] for one in found] == [1001, 1002]
    too_many = {"inputs": [{"id": str(number)} for number in range(1001)]}
    assert api("POST", path, json=too_many).status_code == 400


def test_links_are_made_and_taken_away_and_follow_a_merge(api: Any) -> None:
    one = "/crm/v4/objects/contacts/1070/associations/companies"
    wish = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 279}]
    assert api("PUT", f"{one}/2007", json=wish).status_code == 201
    assert [row["toObjectId"] for row in api("GET", one).json()["results"]] == [2007]
    body = {"primaryObjectId": "1071", "objectIdToMerge": "1070"}
    api("POST", "/crm/v3/objects/contacts/merge", json=body)
    other = one.replace("1070", "1071")
    assert [row["toObjectId"] for row in api("GET", other).json()["results"]] == [2007]
    assert api("DELETE", f"{other}/2007").status_code == 204
    assert api("GET", other).json()["results"] == []


def test_links_of_archived_records_are_not_shown(api: Any, sandbox: RunningSandbox) -> None:
    path = "/crm/v4/objects/contacts/1080/associations/companies"
    wish = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 279}]
    api("PUT", f"{path}/2007", json=wish)
    api("DELETE", "/crm/v3/objects/companies/2007")
    assert api("GET", path).json()["results"] == []
    sandbox.admin.change_record("hubspot", "companies", "2007", {"archived": False})
    assert len(api("GET", path).json()["results"]) == 1


def test_a_contact_deleted_by_the_privacy_law_is_in_no_listing(api: Any) -> None:
    answer = api("POST", "/crm/v3/objects/contacts/gdpr-delete", json={"objectId": "1090"})
    assert answer.status_code == 204
    for archived in ("true", "false"):
        path = f"/crm/v3/objects/contacts?limit=100&after=1085&archived={archived}"
        assert "1090" not in [row["id"] for row in api("GET", path).json()["results"]]


def test_a_batch_without_trace_ids_is_refused_whole_by_one_bad_row(api: Any) -> None:
    good, bad = {"kakehashi_score": "50"}, {"kakehashi_score": "many"}
    inputs = [{"id": "1030", "properties": good}, {"id": "1031", "properties": bad}]
    answer = api("POST", "/crm/v3/objects/contacts/batch/update", json={"inputs": inputs})
    assert (answer.status_code, answer.json()["category"]) == (400, "VALIDATION_ERROR")
    shown = api("GET", "/crm/v3/objects/contacts/1030?properties=kakehashi_score").json()
    assert (shown["properties"]["kakehashi_score"], shown["updatedAt"]) == (None, OLD)


def test_missing_ids_are_reported_beside_the_written_rows(api: Any) -> None:
    inputs = [{"id": "9999", "properties": {}}, {"id": "1032", "properties": {"city": "大阪市"}}]
    answer = api("POST", "/crm/objects/2026-03/contacts/batch/update", json={"inputs": inputs})
    body = answer.json()
    assert (answer.status_code, body["numErrors"]) == (207, 1)
    assert body["errors"][0]["context"] == {"ids": ["9999"]}
    assert [row["id"] for row in body["results"]] == ["1032"]


def test_upsert_tells_new_from_known_and_update_by_mail_is_refused(api: Any) -> None:
    inputs = [
        {"idProperty": "email", "id": address, "properties": {"lastname": "鈴木"}}
        for address in ("person40@example.test", "fresh@example.test")
    ]
    answer = api("POST", "/crm/v3/objects/contacts/batch/upsert", json={"inputs": inputs})
    assert {row["id"] == "1040": row["new"] for row in answer.json()["results"]} == {
        True: False,
        False: True,
    }
    refused = api("POST", "/crm/v3/objects/contacts/batch/update", json={"inputs": inputs})
    assert refused.status_code == 400
    assert "non-unique" in refused.json()["message"]
    too_many = [{"id": str(number), "properties": {}} for number in range(101)]
    refused = api("POST", "/crm/v3/objects/contacts/batch/update", json={"inputs": too_many})
    assert refused.status_code == 400


def test_a_backward_lifecycle_is_silently_ignored(api: Any) -> None:
    path = "/crm/v3/objects/contacts/1050"
    for wanted, kept in [
        ("opportunity", "opportunity"),
        ("lead", "opportunity"),
        ("", None),
        ("lead", "lead"),
    ]:
        answer = api("PATCH", path, json={"properties": {"lifecyclestage": wanted}})
        assert answer.status_code == 200
        assert answer.json()["properties"]["lifecyclestage"] == kept


def test_a_merged_id_answers_with_the_winner(api: Any) -> None:
    assert api("GET", "/crm/v3/objects/contacts/78").json()["id"] == "1010"
    body = {"primaryObjectId": "1060", "objectIdToMerge": "1061"}
    assert api("POST", "/crm/v3/objects/contacts/merge", json=body).status_code == 200
    assert api("GET", "/crm/v3/objects/contacts/1061").json()["id"] == "1060"
    listed = api("GET", "/crm/v3/objects/contacts?limit=100&after=1050").json()["results"]
    assert "1061" not in [row["id"] for row in listed]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/crm/v3/objects/contacts?limit=101", None, 400),
        ("/crm/v3/objects/contacts?after=x", None, 400),
        ("/crm/v3/objects/unknown_things", None, 400),
        ("/crm/v3/objects/contacts/9999", None, 404),
        ("/crm/v3/objects/contacts/search", {"limit": 201}, 400),
        ("/crm/v3/objects/contacts/search", {"after": "9950", "limit": 100}, 400),
        ("/crm/v3/objects/contacts/search", {"sorts": ["nope"]}, 400),
        (
            "/crm/v3/objects/contacts/search",
            {"filterGroups": [{"filters": [{"propertyName": "email", "operator": "LIKE"}]}]},
            400,
        ),
        ("/crm/v3/objects/contacts/search", {"filterGroups": [{"filters": []}] * 6}, 400),
        ("/crm/v3/objects/contacts/search", {"properties": ["x" * 3_000]}, 400),
        (f"/form-integrations/v1/submissions/forms/{FORM}?limit=51", None, 400),
        ("/form-integrations/v1/submissions/forms/unknown", None, 404),
        ("/events/v3/events", None, 400),
        ("/crm/v3/objects/contacts?properties=" + "x" * 15_001, None, 414),
    ],
)
def test_what_hubspot_refuses(api: Any, path: str, body: Any, status: int) -> None:
    answer = api("POST" if body is not None else "GET", path, json=body)
    assert answer.status_code == status


def test_limit_headers_everywhere_but_on_search(api: Any) -> None:
    listed = api("GET", "/crm/v3/objects/contacts")
    assert listed.headers["X-HubSpot-RateLimit-Daily"] == "650000"
    searched = api("POST", "/crm/v3/objects/contacts/search", json={"limit": 1})
    assert searched.status_code == 200
    assert "X-HubSpot-RateLimit-Daily" not in searched.headers
    used = api("GET", "/account-info/v3/api-usage/daily/private-apps").json()["results"][0]
    assert used["currentUsage"] >= 2


def test_a_wrong_token_is_refused(sandbox: RunningSandbox) -> None:
    url = f"{sandbox.base_url}/crm/v3/objects/contacts"
    answer = requests.get(url, headers={"Authorization": "Bearer nope"}, timeout=10)
    assert (answer.status_code, answer.json()["category"]) == (401, "INVALID_AUTHENTICATION")


def test_submissions_come_newest_first_in_pages(api: Any) -> None:
    path = f"/form-integrations/v1/submissions/forms/{FORM}?limit=50"
    first = api("GET", path).json()
    second = api("GET", f"{path}&after={first['paging']['next']['after']}").json()
    ids = [row["conversionId"] for row in first["results"] + second["results"]]
    assert ids == [f"c{number:03d}" for number in range(69, -1, -1)]
    assert "paging" not in second


def test_events_by_type_and_time_and_mail_events_in_pages(api: Any) -> None:
    query = "eventType=e_visited_page&occurredAfter=2026-09-04T09:00:00%2B09:00&sort=occurredAt"
    found = api("GET", f"/events/v3/events?{query}&limit=3").json()
    assert [row["id"] for row in found["results"]] == ["e3", "e4", "e5"]
    assert "paging" in found
    first = api("GET", "/email/public/v1/events?limit=2&eventType=CLICK").json()
    assert [row["created"] % 1000 for row in first["events"]] == [4, 2]
    assert first["hasMore"] is True
    path = f"/email/public/v1/events?limit=2&eventType=CLICK&offset={first['offset']}"
    rest = api("GET", path).json()
    assert ([row["created"] % 1000 for row in rest["events"]], rest["hasMore"]) == ([0], False)


def test_campaigns_give_only_the_properties_asked_for(api: Any) -> None:
    asked = api("GET", "/marketing/v3/campaigns?properties=hs_utm").json()["results"]
    assert asked[0]["properties"] == {"hs_utm": "expo"}
    assert api("GET", "/marketing/campaigns/2026-03").json()["results"][0]["properties"] == {}
