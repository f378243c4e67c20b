"""The made-up world is one coherent, reproducible whole with nobody real in it."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from sandbox.world import World, build_world
from sandbox.world.identifiers import id_checksum

NOW = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)
SALESFORCE_NOW = "2026-10-02T05:30:00.000+0000"
REFERENCES = {
    "Contact": {"AccountId": "Account", "OwnerId": "User"},
    "Lead": {
        "OwnerId": "User",
        "ConvertedContactId": "Contact",
        "ConvertedAccountId": "Account",
        "ConvertedOpportunityId": "Opportunity",
        "MasterRecordId": "Lead",
    },
    "Account": {"ParentId": "Account", "OwnerId": "User"},
    "Opportunity": {"AccountId": "Account", "CampaignId": "Campaign", "OwnerId": "User"},
    "OpportunityContactRole": {"OpportunityId": "Opportunity", "ContactId": "Contact"},
    "CampaignMember": {"CampaignId": "Campaign", "LeadId": "Lead", "ContactId": "Contact"},
    "Task": {"AccountId": "Account", "OwnerId": "User"},
    "Event": {"AccountId": "Account", "OwnerId": "User"},
    "User": {"ManagerId": "User", "UserRoleId": "UserRole"},
    "LeadHistory": {"LeadId": "Lead", "CreatedById": "User"},
    "ContactHistory": {"ContactId": "Contact", "CreatedById": "User"},
    "OpportunityFieldHistory": {"OpportunityId": "Opportunity"},
    "OpportunityHistory": {"OpportunityId": "Opportunity"},
}


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(people=500, seed=7, now=NOW)


def as_text(world: World) -> str:
    parts = [world.salesforce, world.hubspot, world.typeform, world.sansan, world.answer_key]
    return json.dumps(parts, ensure_ascii=False)


def file_texts(world: World) -> list[str]:
    texts = []
    for path, content in world.files.items():
        if path.endswith(".xlsx"):
            book = openpyxl.load_workbook(io.BytesIO(content))
            rows = book.worksheets[0].iter_rows(values_only=True)
            texts.append("\n".join(str(cell) for row in rows for cell in row))
        else:
            is_utf8 = "eight" in path or "フォームの回答" in path
            texts.append(content.decode("utf-8-sig" if is_utf8 else "cp932"))
    return texts


def test_same_arguments_give_the_same_world(world: World) -> None:
    again = build_world(people=500, seed=7, now=NOW)
    assert as_text(again) == as_text(world)
    assert again.files == world.files


def test_another_seed_gives_another_world(world: World) -> None:
    assert as_text(build_world(people=500, seed=8, now=NOW)) != as_text(world)


def test_default_size_is_about_8000_records_and_at_most_35000_acts() -> None:
    world = build_world(people=3000, seed=1, now=NOW)
    persons = [row for row in world.answer_key if row["entity"] == "person"]
    assert 7_500 <= len(persons) <= 9_000
    acts = ("form_submissions", "events", "email_events")
    salesforce = ("CampaignMember", "Task", "Event")
    total = sum(len(world.hubspot[name]) for name in acts)
    total += sum(len(world.salesforce[name]) for name in salesforce)
    assert 15_000 <= total <= 35_000
    per_person = Counter(row["person"] for row in persons if row["person"])
    assert len(per_person) == 3000
    assert min(per_person.values()) == 1
    assert 10 <= max(per_person.values()) <= 14
    assert 2.4 <= sum(per_person.values()) / 3000 <= 3.0


def test_every_salesforce_id_has_a_right_checksum_and_is_unique(world: World) -> None:
    ids = [record["Id"] for records in world.salesforce.values() for record in records]
    assert len(ids) == len(set(ids))
    assert all(each[15:] == id_checksum(each[:15]) for each in ids)


def test_every_record_has_exactly_the_described_fields(world: World) -> None:
    for name, records in world.salesforce.items():
        fields = {spec.name for spec in world.salesforce_fields[name]}
        assert all(record.keys() == fields for record in records), name


@pytest.mark.parametrize("object_name", list(REFERENCES))
def test_salesforce_references_resolve(world: World, object_name: str) -> None:
    ids = {name: {r["Id"] for r in records} for name, records in world.salesforce.items()}
    for field, target in REFERENCES[object_name].items():
        for record in world.salesforce[object_name]:
            assert record[field] is None or record[field] in ids[target], (object_name, field)


def test_activities_hang_on_a_lead_or_contact(world: World) -> None:
    people = {r["Id"] for name in ("Lead", "Contact") for r in world.salesforce[name]}
    for name in ("Task", "Event"):
        assert all(record["WhoId"] in people for record in world.salesforce[name])


def test_restricted_picklists_hold_only_their_values(world: World) -> None:
    for name, specs in world.salesforce_fields.items():
        for spec in specs:
            if spec.restricted:
                values = {record[spec.name] for record in world.salesforce[name]} - {None}
                assert values <= set(spec.picklist_values), (name, spec.name)


def test_nothing_happens_after_now_nor_before_its_creation(world: World) -> None:
    stamps = ("CreatedDate", "LastModifiedDate", "SystemModstamp", "CompletedDateTime")
    for records in world.salesforce.values():
        for record in records:
            moments = [record[s] for s in stamps if record.get(s)]
            assert max(moments) < SALESFORCE_NOW
            assert record.get("CreatedDate", "") <= record.get("LastModifiedDate", "9")
    for event in world.hubspot["events"]:
        assert event["occurredAt"] < "2026-10-02T05:30:00"
    assert all(r["submitted_at"] < "2026-10-02T05:30:00Z" for r in world.typeform["responses"])
    assert all(c["updatedTime"] < "2026-10-02T05:30:00Z" for c in world.sansan["biz_cards"])


def test_history_never_precedes_its_record(world: World) -> None:
    born = {r["Id"]: r["CreatedDate"] for n in ("Lead", "Contact") for r in world.salesforce[n]}
    for name, parent in (("LeadHistory", "LeadId"), ("ContactHistory", "ContactId")):
        assert all(h["CreatedDate"] >= born[h[parent]] for h in world.salesforce[name])


def test_last_history_value_is_the_present_value(world: World) -> None:
    leads = {record["Id"]: record for record in world.salesforce["Lead"]}
    latest: dict[tuple[str, str], dict[str, str]] = {}
    for row in sorted(world.salesforce["LeadHistory"], key=lambda r: r["CreatedDate"]):
        if row["Field"] in {"Status", "Sales_Feedback__c", "Budget_Status__c"}:
            latest[row["LeadId"], row["Field"]] = row
    assert latest
    for (lead_id, field), row in latest.items():
        assert leads[lead_id][field] == row["NewValue"]


def test_owner_changes_come_as_a_pair_of_ids_and_names(world: World) -> None:
    users = {u["Id"]: u["Name"] for u in world.salesforce["User"]}
    rows = [h for h in world.salesforce["LeadHistory"] if h["Field"] == "Owner"]
    with_ids = [h for h in rows if h["NewValue"] in users]
    with_names = [h for h in rows if h["NewValue"] in users.values()]
    assert len(with_ids) == len(with_names) == len(rows) / 2 > 0
    named = {(h["LeadId"], h["CreatedDate"], h["NewValue"]) for h in with_names}
    assert all((h["LeadId"], h["CreatedDate"], users[h["NewValue"]]) in named for h in with_ids)


def test_hubspot_addresses_are_unique_and_links_resolve(world: World) -> None:
    contacts = world.hubspot["contacts"]
    mails = [c["properties"]["email"] for c in contacts if c["properties"]["email"]]
    assert len(mails) == len({mail.lower() for mail in mails})
    companies = {c["id"] for c in world.hubspot["companies"]}
    linked = {c["properties"]["associatedcompanyid"] for c in contacts} - {None}
    assert linked <= companies
    ids = {c["id"] for c in contacts}
    assert {e["objectId"] for e in world.hubspot["events"]} <= ids
    assert {e["recipient"] for e in world.hubspot["email_events"]} <= set(mails)
    forms = {f["id"] for f in world.hubspot["forms"]}
    assert {s["formId"] for s in world.hubspot["form_submissions"]} <= forms


def test_hubspot_property_values_are_text_of_known_properties(world: World) -> None:
    for kind in ("contacts", "companies", "deals"):
        names = {spec.name for spec in world.hubspot_properties[kind]}
        for record in world.hubspot[kind]:
            assert record["properties"].keys() == names
            assert all(v is None or isinstance(v, str) for v in record["properties"].values())


def test_hubspot_deals_are_the_orgs_opportunities(world: World) -> None:
    ours = {
        (row["Name"], int(row["Amount"] or 0), row["CloseDate"], row["IsClosed"], row["IsWon"])
        for row in world.salesforce["Opportunity"]
    }
    deals = [deal["properties"] for deal in world.hubspot["deals"]]
    assert len(deals) >= 10
    for deal in deals:
        assert (
            deal["dealname"],
            int(deal["amount"] or 0),
            deal["closedate"][:10],
            deal["hs_is_closed"] == "true",
            deal["hs_is_closed_won"] == "true",
        ) in ours
        assert deal["hs_is_closed"] == str(deal["dealstage"].startswith("closed")).lower()


def test_hubspot_links_lead_from_deals_and_contacts_to_what_there_is(world: World) -> None:
    kinds = ("contacts", "companies", "deals")
    there = {f"{kind}:{row['id']}" for kind in kinds for row in world.hubspot[kind]}
    links = world.hubspot["associations"]
    assert {link["start"] for link in links} | {link["end"] for link in links} <= there
    primary = {link["start"]: link["end"] for link in links if link["label"] == "Primary"}
    for contact in world.hubspot["contacts"]:
        company = contact["properties"]["associatedcompanyid"]
        assert primary.get(f"contacts:{contact['id']}") == (company and f"companies:{company}")
    deals = {link["start"] for link in links if link["typeId"] == 3}
    assert deals == {f"deals:{deal['id']}" for deal in world.hubspot["deals"]}


def test_the_fields_of_the_tool_start_empty(world: World) -> None:
    ours = ("Kakehashi_Person_Id__c", "Lifecycle_Stage__c", "Lead_Score__c", "MQL_At__c")
    for name in ("Lead", "Contact"):
        assert all(r[f] is None for r in world.salesforce[name] for f in ours)


def test_all_mail_domains_are_reserved(world: World) -> None:
    text = "\n".join([as_text(world), *file_texts(world)]).replace("＠", "@").replace("．", ".")
    domains = {m.lower() for m in re.findall(r"@([A-Za-z0-9.-]+\.[A-Za-z]+)", text)}
    assert len(domains) > 100
    allowed = re.compile(r"(\.test|(^|\.)example\.(com|net|org|jp|co\.jp))$")
    assert [d for d in domains if not allowed.search(d)] == []


def test_all_phone_numbers_are_unassigned(world: World) -> None:
    records = world.salesforce["Lead"] + world.salesforce["Contact"]
    numbers = {r[f] for r in records for f in ("Phone", "MobilePhone")} - {None}
    numbers |= {c["tel"] for c in world.sansan["biz_cards"]} - {""}
    assert len(numbers) > 300
    for number in numbers:
        folded = unicodedata.normalize("NFKC", number)
        digits = re.sub(r"\D", "", re.split(r"内線|ext|[( ]*代", folded)[0])
        digits = digits.removeprefix("81").removeprefix("0")
        # mobile 0A0-0…, Tokyo/Osaka 0A-0…, elsewhere 0AB-0…: no exchange starts with 0
        assert re.fullmatch(r"[789]00\d{7}|[36]0\d{7}|\d\d0\d{6}", digits), number


def test_files_are_dropped_in_the_styles_people_use(world: World) -> None:
    names = {path.rpartition("/")[2] for path in world.files}
    assert {name.rpartition(".")[2] for name in names} == {"csv", "xlsx"}
    first = world.files["cards/名刺_営業1課.csv"].decode("cp932").splitlines()[0]
    assert first.startswith("会社名,部署,役職,氏名,メールアドレス")
    eight = world.files["cards/eight_export.csv"].decode("utf-8-sig").splitlines()[0]
    assert eight.startswith("会社名,部署名,役職,姓,名,e-mail,郵便番号,住所,TEL会社")
    content = world.files["cards/名刺リスト_フィールドセールス.xlsx"]
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "名刺管理台帳（フィールドセールス）"
    assert rows[3][:4] == ("No", "社名", "姓", "名")


def test_spend_names_known_campaigns_but_for_one_that_no_system_knows(world: World) -> None:
    (path,) = [p for p in world.files if p.startswith("spend/")]
    lines = world.files[path].decode("cp932").splitlines()
    assert lines[0] == "キャンペーン名,対象月,費用（円）"
    known = {c["Name"] for c in world.salesforce["Campaign"]}
    known |= {c["properties"]["hs_name"] for c in world.hubspot["campaigns"]}
    assert {line.split(",")[0] for line in lines[1:]} - known == {"パートナーブログ広告"}


def test_the_world_does_not_depend_on_the_process() -> None:
    """Python's own hashing differs between processes; nothing of it may reach the world."""
    code = (
        "import hashlib, json; from datetime import datetime, UTC;"
        "from sandbox.world import build_world;"
        "w = build_world(people=120, seed=5, now=datetime(2026, 10, 2, 5, 30, tzinfo=UTC));"
        "parts = [w.salesforce, w.hubspot, w.typeform, w.sansan, w.answer_key,"
        " [(k, v.hex()) for k, v in w.files.items()]];"
        "print(hashlib.sha256(json.dumps(parts).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[3],
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1
