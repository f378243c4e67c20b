"""The made-up world's records in the columns of int_person_records_unioned, without the pipeline.

The fast path of the identity benchmark: no HTTP, no dlt, no dbt. What it must not do is read the
answer key.
"""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pyarrow as pa

from ingestion.sources.web_forms import read_submissions, shape_submission
from sandbox.world.world import World
from tests.fixtures.identity.record_tables import (
    COMPANY_COLUMNS,
    PERSON_COLUMNS,
    record_table,
)

_CARD_HEADERS = {
    "full_name": ("氏名", "お名前", "ご担当者名", "名前"),
    "family_name": ("姓",),
    "given_name": ("名",),
    "family_name_reading": ("セイ", "姓カナ"),
    "given_name_reading": ("メイ", "名カナ"),
    "company_name": ("会社名", "貴社名", "社名", "企業名"),
    "department": ("部署", "所属", "部署名", "部門"),
    "title": ("役職", "肩書", "役職名"),
    "email": ("メールアドレス", "E-mail", "メール", "mail", "e-mail"),
    "phone": ("TEL", "電話番号", "代表電話", "Tel", "TEL会社"),
    "mobile": ("携帯", "携帯電話", "携帯番号", "Mobile"),
    "postal_code": ("郵便番号",),
    "address": ("ご住所", "住所"),
    "website": ("URL",),
    "exchanged_on": ("名刺交換日", "交換日", "受領日"),
}
_Row = dict[str, Any]


def _key(system: str, kind: str, source_id: str | None) -> str | None:
    return f"{system}:{kind}:{source_id}" if source_id else None


def _record(system: str, kind: str, source_id: str, created_at: str | None, **more: Any) -> _Row:
    instant = datetime.fromisoformat(created_at) if created_at else None
    blank_to_null = {name: value if value != "" else None for name, value in more.items()}
    return {
        "record_key": _key(system, kind, source_id),
        "source_system": system,
        "source_object": kind,
        "source_id": source_id,
        "created_at": instant,
    } | blank_to_null


def _salesforce_people(world: World) -> Iterator[_Row]:
    for kind in ("Lead", "Contact"):
        for row in world.salesforce[kind]:
            place = "Mailing" if kind == "Contact" else ""
            yield _record(
                "salesforce",
                kind.lower(),
                row["Id"],
                row["CreatedDate"],
                full_name=" ".join(filter(None, (row["LastName"], row["FirstName"]))),
                family_name=row["LastName"],
                given_name=row["FirstName"],
                email=row["Email"],
                phone=row["Phone"],
                mobile=row["MobilePhone"],
                company_name=row.get("Company"),
                corporate_number=row["Corporate_Number__c"],
                website=row.get("Website"),
                department=row.get("Department"),
                title=row["Title"],
                postal_code=row[f"{place}PostalCode"],
                prefecture=row[f"{place}State"],
                address=row[f"{place}Street"],
                merged_into_key=_key("salesforce", kind.lower(), row["MasterRecordId"]),
                converted_to_key=_key("salesforce", "contact", row.get("ConvertedContactId")),
                company_key=_key("salesforce", "account", row.get("AccountId")),
                converted_account_key=_key("salesforce", "account", row.get("ConvertedAccountId")),
            )


def _hubspot_merges(rows: list[_Row]) -> dict[str, str]:
    losers: dict[str, str] = {}
    for row in rows:
        for loser in (row["properties"].get("hs_merged_object_ids") or "").split(";"):
            if loser.strip():
                losers[loser.strip()] = row["id"]
    return losers


def _hubspot_people(world: World) -> Iterator[_Row]:
    merges = _hubspot_merges(world.hubspot["contacts"])
    for row in world.hubspot["contacts"]:
        p = row["properties"]
        yield _record(
            "hubspot",
            "contact",
            row["id"],
            row["createdAt"],
            full_name=" ".join(filter(None, (p["lastname"], p["firstname"]))),
            family_name=p["lastname"],
            given_name=p["firstname"],
            email=p["email"],
            phone=p["phone"],
            mobile=p["mobilephone"],
            company_name=p["company"],
            website=p["website"],
            title=p["jobtitle"],
            postal_code=p["zip"],
            prefecture=p["state"],
            address=p["address"],
            merged_into_key=_key("hubspot", "contact", merges.get(row["id"])),
            company_key=_key("hubspot", "company", p["associatedcompanyid"]),
        )


def _orphan_submissions(world: World) -> Iterator[_Row]:
    """Form submissions of which HubSpot made no contact."""
    columns = {
        "email": "email",
        "lastname": "family_name",
        "firstname": "given_name",
        "company": "company_name",
        "phone": "phone",
        "jobtitle": "title",
    }
    mails = {(row["properties"]["email"] or "").lower() for row in world.hubspot["contacts"]}
    for row in world.hubspot["form_submissions"]:
        values = {columns[v["name"]]: v["value"] for v in row["values"] if v["name"] in columns}
        if (values.get("email") or "").lower() not in mails:
            moment = datetime.fromtimestamp(row["submittedAt"] / 1000, UTC).isoformat()
            yield _record("hubspot", "form_submission", row["conversionId"], moment, **values)


def _marketo_people(world: World) -> Iterator[_Row]:
    for row in world.marketo["leads"]:
        yield _record(
            "marketo",
            "lead",
            str(row["id"]),
            row["createdAt"],
            full_name=" ".join(filter(None, (row["lastName"], row["firstName"]))),
            family_name=row["lastName"],
            given_name=row["firstName"],
            email=row["email"],
            phone=row.get("phone"),
            mobile=row.get("mobilePhone"),
            company_name=row["company"],
            website=row.get("website"),
            department=row.get("department"),
            title=row.get("title"),
            postal_code=row.get("postalCode"),
            prefecture=row.get("state"),
            address=row.get("city"),
        )


def _typeform_people(world: World) -> Iterator[_Row]:
    columns = {
        "family_name": "family_name",
        "given_name": "given_name",
        "email": "email",
        "full_name": "full_name",
        "name": "full_name",
        "phone": "phone",
        "company": "company_name",
        "department": "department",
        "title": "title",
    }
    for row in world.typeform["responses"]:
        answers = {
            columns[a["field"]["ref"]]: a.get(a["type"])
            for a in row.get("answers") or []
            if a["field"]["ref"] in columns
        }
        moment = row.get("submitted_at") or row["landed_at"]
        yield _record("typeform", "response", row["response_id"], moment, **answers)


def _sansan_people(world: World) -> Iterator[_Row]:
    for row in world.sansan["biz_cards"]:
        yield _record(
            "sansan",
            "biz_card",
            row["id"],
            row["registeredTime"],
            family_name=row["lastName"],
            given_name=row["firstName"],
            family_name_reading=row["lastNameReading"],
            given_name_reading=row["firstNameReading"],
            email=row["email"],
            phone=row["tel"],
            mobile=row["mobile"],
            company_name=row["companyName"],
            website=row["url"],
            department=row["departmentName"],
            title=row["title"],
            postal_code=row["postalCode"],
            prefecture=row["prefecture"],
            address=row["address"],
        )


def _sheet(name: str, content: bytes) -> list[tuple[Any, ...]]:
    if name.endswith(".xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        return [tuple(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return [tuple(row) for row in csv.reader(io.StringIO(content.decode(encoding)))]
        except UnicodeDecodeError:
            continue
    raise ValueError(f"{name} is neither UTF-8 nor CP932")


def _card_people(world: World) -> Iterator[_Row]:
    for path, content in sorted(world.files.items()):
        if not path.startswith("cards/"):
            continue
        name = path.removeprefix("cards/")
        sheet = _sheet(name, content)
        at = next(i for i, row in enumerate(sheet) if sum(cell is not None for cell in row) > 5)
        headers = [str(cell) for cell in sheet[at]]
        places = {
            column: next((headers.index(h) for h in names if h in headers), None)
            for column, names in _CARD_HEADERS.items()
        }
        for number, cells in enumerate(sheet[at + 1 :], start=1):
            values = {
                column: str(cells[place]) if cells[place] is not None else None
                for column, place in places.items()
                if place is not None
            }
            values.pop("exchanged_on", None)
            yield _record("card_files", "row", f"{name}:{number}", None, **values)


def _form_people(world: World) -> Iterator[_Row]:
    """The submissions of dropped exports, read as the product does; the last export counts."""
    found: dict[str, _Row] = {}
    with TemporaryDirectory() as folder:
        for path, content in sorted(world.files.items()):
            if not path.startswith("forms/"):
                continue
            file = Path(folder) / path.removeprefix("forms/")
            file.write_bytes(content)
            for row in map(shape_submission, read_submissions(file).rows):
                assert isinstance(row, dict)
                values = {name: row[name] for name in PERSON_COLUMNS if row.get(name)}
                sent = row["submitted_at"].isoformat()
                row_id = row["submission_id"]
                found[row_id] = _record("web_forms", "submission", row_id, sent, **values)
    yield from found.values()


def person_records(world: World) -> pa.Table:
    """Every person-like record of the world."""
    rows = [
        *_salesforce_people(world),
        *_hubspot_people(world),
        *_orphan_submissions(world),
        *_marketo_people(world),
        *_typeform_people(world),
        *_sansan_people(world),
        *_card_people(world),
        *_form_people(world),
    ]
    return record_table(rows, PERSON_COLUMNS)


def company_records(world: World) -> pa.Table:
    """Every company record of the world."""
    rows = [
        _record(
            "salesforce",
            "account",
            row["Id"],
            row["CreatedDate"],
            company_name=row["Name"],
            corporate_number=row["Corporate_Number__c"],
            website=row["Website"],
            phone=row["Phone"],
            postal_code=row["BillingPostalCode"],
            prefecture=row["BillingState"],
            address=row["BillingStreet"],
            merged_into_key=_key("salesforce", "account", row["MasterRecordId"]),
        )
        for row in world.salesforce["Account"]
    ]
    merges = _hubspot_merges(world.hubspot["companies"])
    for row in world.hubspot["companies"]:
        p = row["properties"]
        rows.append(
            _record(
                "hubspot",
                "company",
                row["id"],
                row["createdAt"],
                company_name=p["name"],
                corporate_number=p["corporate_number"],
                website=p["website"],
                domain=p["domain"],
                phone=p["phone"],
                postal_code=p["zip"],
                prefecture=p["state"],
                address=p["address"],
                merged_into_key=_key("hubspot", "company", merges.get(row["id"])),
            )
        )
    return record_table(rows, COMPANY_COLUMNS)
