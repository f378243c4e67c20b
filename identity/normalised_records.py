"""Person and company records as they came → the comparable columns of each.

One row in, one row out, nothing joined and nothing decided: matching starts from these columns.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import pyarrow as pa

from identity.companies import normalise_company, parse_company
from identity.corporate_numbers import normalise_corporate_number
from identity.departments import normalise_department
from identity.mails import host_of, normalise_mail, registrable_domain
from identity.name_columns import former_mail_locals, is_mail_of_other, name_columns
from identity.name_lexicon import NameLexicon, Part
from identity.names import PersonName, RawName, clean_parts, normalise_name
from identity.phones import is_mobile, phone_e164, phone_numbers
from identity.places import (
    city_of_address,
    normalise_postal_code,
    normalise_prefecture,
    prefecture_of_phone,
)
from identity.reference_lists import ReferenceLists
from identity.written_forms import comparable

PERSON_SCHEMA = pa.schema(
    [
        ("record_key", pa.string()),
        ("full_name_normalised", pa.string()),
        ("family_name_normalised", pa.string()),
        ("given_name_normalised", pa.string()),
        ("family_key", pa.string()),
        ("given_key", pa.string()),
        # names from elsewhere: what is given beside the calling name, all words, the consonants
        ("middle_readings", pa.list_(pa.string())),
        ("name_words", pa.string()),
        ("kana_sounds", pa.list_(pa.string())),
        ("latin_sounds", pa.list_(pa.string())),
        ("former_family_name", pa.string()),
        ("former_family_key", pa.string()),
        ("former_family_readings", pa.list_(pa.string())),
        # how the own mailbox would be called with the earlier surname
        ("former_mail_locals", pa.list_(pa.string())),
        ("family_readings", pa.list_(pa.string())),
        ("given_readings", pa.list_(pa.string())),
        ("email_normalised", pa.string()),
        ("email_written", pa.string()),
        ("email_suggested", pa.string()),
        ("email_domain", pa.string()),
        ("is_free_mail", pa.bool_()),
        ("is_role_mailbox", pa.bool_()),
        ("is_mail_of_other", pa.bool_()),
        ("phone_e164", pa.string()),
        ("mobile_e164", pa.string()),
        ("company_name_normalised", pa.string()),
        ("company_legal_form", pa.string()),
        ("company_is_branch", pa.bool_()),
        ("corporate_number_normalised", pa.string()),
        ("postal_code_normalised", pa.string()),
        ("prefecture_normalised", pa.string()),
        ("domain_normalised", pa.string()),
        ("company_former_name", pa.string()),
        ("city_normalised", pa.string()),
        # where the company sits, as far as the record tells
        ("company_prefecture", pa.string()),
        # all that the record says of its company as one key; null if that is no company yet
        ("company_statement", pa.string()),
        ("department_normalised", pa.string()),
        ("is_junk", pa.bool_()),
    ]
)
COMPANY_SCHEMA = pa.schema(
    [
        ("record_key", pa.string()),
        ("company_name_normalised", pa.string()),
        ("company_legal_form", pa.string()),
        ("company_is_branch", pa.bool_()),
        ("corporate_number_normalised", pa.string()),
        ("domain_normalised", pa.string()),
        ("phone_e164", pa.string()),
        ("prefecture_normalised", pa.string()),
        ("company_former_name", pa.string()),
        ("city_normalised", pa.string()),
        ("company_prefecture", pa.string()),
    ]
)
_ROWS_AT_A_TIME = 20_000
NAME_COLUMNS = (
    "full_name", "family_name", "given_name", "full_name_reading", "family_name_reading",
    "given_name_reading",
)  # fmt: skip
# What of a person record is looked at.
PERSON_INPUTS = (
    "record_key", *NAME_COLUMNS, "email", "phone", "mobile", "company_name", "corporate_number",
    "website", "department", "postal_code", "prefecture", "address",
)  # fmt: skip
COMPANY_INPUTS = (
    "record_key", "company_name", "corporate_number", "domain", "website", "phone", "postal_code",
    "prefecture", "address",
)  # fmt: skip
_NAME_FIELDS = ("full", "family", "given", "full_reading", "family_reading", "given_reading")
Row = dict[str, Any]


def rows_of(table: pa.Table) -> Iterator[Row]:
    """The rows as dictionaries, a few at a time so that a million of them never stand in memory."""
    for batch in table.to_batches(max_chunksize=_ROWS_AT_A_TIME):
        values = [column.to_pylist() for column in batch.columns]
        for row in zip(*values, strict=True):
            yield dict(zip(table.column_names, row, strict=True))


def _only(table: pa.Table, columns: Iterable[str]) -> pa.Table:
    """Those of the columns that the table has."""
    return table.select([name for name in columns if name in table.column_names])


def raw_name(row: Row) -> RawName:
    """The name fields of a record."""
    values = (row.get(column) for column in NAME_COLUMNS)
    return RawName(**dict(zip(_NAME_FIELDS, values, strict=True)))


def stated_parts(records: pa.Table) -> set[Part]:
    """The different names that records hold apart."""
    rows = rows_of(_only(records, NAME_COLUMNS))
    return {parts for row in rows if (parts := clean_parts(raw_name(row)))}


def learn_names(persons: pa.Table) -> NameLexicon:
    """The shipped lexicon plus the surnames and given names that the records hold apart."""
    lexicon = NameLexicon()
    lexicon.learn(stated_parts(persons))
    return lexicon


def _mail_columns(row: Row, lists: ReferenceLists) -> Row:
    mail = normalise_mail(row.get("email"))
    website = lists.employer_domain(host_of(row.get("website")))
    if mail is None:
        return {"is_free_mail": False, "is_role_mailbox": False, "domain_normalised": website}
    own_domain = None if lists.is_free_mail(mail) else registrable_domain(mail.meant_domain)
    return {
        "email_normalised": mail.address,
        "email_written": mail.written,
        "email_suggested": mail.suggestion,
        "email_domain": mail.registrable_domain,
        "is_free_mail": own_domain is None,
        "is_role_mailbox": mail.is_role,
        "domain_normalised": lists.employer_domain(own_domain) or website,
    }


def _phone_columns(row: Row) -> Row:
    """The first fixed line and the first mobile, in whichever field and order they were written."""
    numbers = [*phone_numbers(row.get("phone")), *phone_numbers(row.get("mobile"))]
    carried = [number for number in (*phone_numbers(row.get("mobile")), *numbers)
               if is_mobile(number)]  # fmt: skip
    fixed = [number for number in numbers if not is_mobile(number)]
    return {
        "phone_e164": next(iter(fixed or numbers), None),
        "mobile_e164": carried[0] if carried else None,
    }


def _company_columns(row: Row, lists: ReferenceLists) -> Row:
    company = normalise_company(row.get("company_name"), lists.placeholder_values)
    return {
        "company_name_normalised": company.core,
        "company_legal_form": company.legal_form,
        "company_is_branch": company.is_branch,
        "corporate_number_normalised": normalise_corporate_number(row.get("corporate_number")),
        "prefecture_normalised": normalise_prefecture(
            row.get("prefecture"), row.get("postal_code"), row.get("address")
        ),
        "company_former_name": company.former,
        "city_normalised": city_of_address(row.get("address")),
    }


def _company_prefecture(row: Row) -> str | None:
    """Where the company of a normalised record sits; a branch tells nothing of it."""
    if row["company_is_branch"]:
        return None
    return row["prefecture_normalised"] or prefecture_of_phone(row["phone_e164"])


def _with_statement(row: Row) -> Row:
    """A normalised person record with what it says of its company as one key."""
    place = _company_prefecture(row)
    naming = [row["company_name_normalised"], row["corporate_number_normalised"],
              row["domain_normalised"]]  # fmt: skip
    statement = None
    if any(value is not None for value in naming):
        core, number, domain = naming
        said = [core, row["company_legal_form"], number, domain, place, row["phone_e164"]]
        former = row["company_former_name"]
        values = [value or "" for value in said] + ([former] if former is not None else [])
        statement = "mention:" + "|".join(values)
    return row | {"company_prefecture": place, "company_statement": statement}


def _is_junk(row: Row, name: PersonName, lists: ReferenceLists) -> bool:
    """Test rows: by their name or by their mail domain."""
    written = (row.get("full_name"), row.get("family_name"), name.family, name.full)
    if any(comparable(value) in lists.test_names for value in written if value):
        return True
    mail = normalise_mail(row.get("email"))
    return mail is not None and lists.is_test_domain(mail.domain)


def _in_their_fields(row: Row) -> Row:
    """The row with a company that was typed as the name, and the person as company, put right."""
    name, company = row.get("full_name"), row.get("company_name")
    if not name or not company or parse_company(company).legal_form:
        return row
    if parse_company(name).legal_form in (None, "western"):
        return row
    apart = dict.fromkeys(("family_name", "given_name"))
    return row | apart | {"full_name": company, "company_name": name}


def normalise_person(row: Row, lexicon: NameLexicon, lists: ReferenceLists) -> Row:
    """The comparable columns of one person record."""
    row = _in_their_fields(row)
    name = normalise_name(raw_name(row), lexicon)
    mail = normalise_mail(row.get("email"))
    columns = (
        {"record_key": row["record_key"], "is_junk": _is_junk(row, name, lists)}
        | {"postal_code_normalised": normalise_postal_code(row.get("postal_code"))}
        | {"department_normalised": normalise_department(row.get("department"))}
        | name_columns(name, lexicon)
        | _mail_columns(row, lists)
        | {
            "is_mail_of_other": mail is not None
            and is_mail_of_other(mail.local_part, name, lexicon)
        }
        | _phone_columns(row)
        | _company_columns(row, lists)
    )
    return _with_statement(columns | {"former_mail_locals": former_mail_locals(columns)})


def _company(row: Row, lists: ReferenceLists) -> Row:
    hosts = (host_of(row.get("domain")), host_of(row.get("website")))
    domains = [domain for host in hosts if (domain := lists.employer_domain(host))]
    found = (
        {"record_key": row["record_key"], "phone_e164": phone_e164(row.get("phone"))}
        | {"domain_normalised": domains[0] if domains else None}
        | _company_columns(row, lists)
    )
    return found | {"company_prefecture": _company_prefecture(found)}


def table_of(rows: Iterable[Row], schema: pa.Schema) -> pa.Table:
    """The rows as a table, built a few rows at a time."""
    batches = []
    rows = iter(rows)
    while some := list(islice(rows, _ROWS_AT_A_TIME)):
        columns = {field.name: [row.get(field.name) for row in some] for field in schema}
        batches.append(pa.table(columns, schema=schema))
    return pa.concat_tables(batches) if batches else schema.empty_table()


def _normalise(table: pa.Table, schema: pa.Schema, one: Callable[[Row], Row]) -> pa.Table:
    return table_of((one(row) for row in rows_of(table)), schema)


def normalise_persons(persons: pa.Table, lists: ReferenceLists) -> pa.Table:
    """The comparable columns of every person record (see `PERSON_SCHEMA`)."""
    lexicon = learn_names(persons)
    persons = _only(persons, PERSON_INPUTS)
    return _normalise(persons, PERSON_SCHEMA, lambda row: normalise_person(row, lexicon, lists))


def normalise_companies(companies: pa.Table, lists: ReferenceLists) -> pa.Table:
    """The comparable columns of every company record (see `COMPANY_SCHEMA`)."""
    return _normalise(companies, COMPANY_SCHEMA, lambda row: _company(row, lists))
