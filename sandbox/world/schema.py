"""What the vendors' describe calls say about the objects of the world.

Belongs here: field and property definitions, read from data/. Must not: hold records.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA_DIR = Path(__file__).parent / "data"


@dataclass(frozen=True)
class FieldSpec:
    """One Salesforce field, with what describe needs to know about it."""

    name: str
    type: str
    label: str
    length: int = 0
    picklist_values: tuple[str, ...] = ()
    restricted: bool = False
    custom: bool = False
    updateable: bool = True
    tracked: bool = False
    reference_to: tuple[str, ...] = ()
    external_id: bool = False


@dataclass(frozen=True)
class PropertySpec:
    """One HubSpot property, as GET /crm/v3/properties describes it."""

    name: str
    type: str
    field_type: str
    label: str
    options: tuple[str, ...] = ()
    calculated: bool = False
    read_only: bool = False


@dataclass(frozen=True)
class MarketoField:
    """One field of a Marketo lead, with what describe needs to know about it."""

    name: str
    type: str
    label: str
    length: int | None = None
    read_only: bool = False
    custom: bool = False


_HISTORY_OBJECTS = ("LeadHistory", "ContactHistory", "OpportunityFieldHistory")


def read_data(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of one CSV of the data folder."""
    with (DATA_DIR / name).open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


def _split(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()


def _field(row: dict[str, str]) -> FieldSpec:
    return FieldSpec(
        name=row["name"],
        type=row["type"],
        label=row["label"],
        length=int(row["length"] or 0),
        picklist_values=_split(row["picklist"]),
        restricted=row["restricted"] == "1",
        custom=row["name"].endswith("__c"),
        updateable=row.get("updateable", "1") == "1",
        tracked=row["tracked"] == "1",
        reference_to=_split(row.get("reference_to", "")),
        external_id=row["external_id"] == "1",
    )


def _system(name: str, kind: str, label: str, *refers: str) -> FieldSpec:
    length = 18 if kind in {"id", "reference"} else 0
    return FieldSpec(name, kind, label, length, updateable=False, reference_to=refers)


def _system_fields(object_name: str) -> list[FieldSpec]:
    """Return the fields that Salesforce keeps by itself on an object."""
    fields = [_system("Id", "id", "ID")]
    if object_name not in {"User", "UserRole"}:
        fields.append(_system("IsDeleted", "boolean", "削除"))
    if object_name != "UserRole":
        fields.append(_system("CreatedDate", "datetime", "作成日"))
        fields.append(_system("CreatedById", "reference", "作成者 ID", "User"))
    if object_name not in (*_HISTORY_OBJECTS, "OpportunityHistory"):
        fields.append(_system("LastModifiedDate", "datetime", "最終更新日"))
        fields.append(_system("LastModifiedById", "reference", "最終更新者 ID", "User"))
    if object_name not in _HISTORY_OBJECTS:
        fields.append(_system("SystemModstamp", "datetime", "System Modstamp"))
    return fields


@cache
def salesforce_fields() -> dict[str, list[FieldSpec]]:
    """Return every field of every Salesforce object of the world, custom ones included."""
    fields: dict[str, list[FieldSpec]] = {}
    for row in read_data("salesforce_fields.csv"):
        name = row["object"]
        fields.setdefault(name, _system_fields(name)).append(_field(row))
    for row in read_data("salesforce_person_fields.csv"):
        for name in ("Lead", "Contact"):
            fields[name].append(_field(row))
    return fields


def empty_record(object_name: str) -> dict[str, object]:
    """Return a record with every field of the object: checkboxes false, the rest null."""
    return {
        spec.name: False if spec.type == "boolean" else None
        for spec in salesforce_fields()[object_name]
    }


@cache
def hubspot_properties() -> dict[str, list[PropertySpec]]:
    """Return every property of HubSpot contacts, companies and deals of the world."""
    properties: dict[str, list[PropertySpec]] = {}
    for row in read_data("hubspot_properties.csv"):
        properties.setdefault(row["object"], []).append(
            PropertySpec(
                name=row["name"],
                type=row["type"],
                field_type=row["field_type"],
                label=row["label"],
                options=_split(row["options"]),
                calculated=row["calculated"] == "1",
                read_only=row["read_only"] == "1",
            )
        )
    return properties


def empty_properties(object_name: str) -> dict[str, str | None]:
    """Return a property dict with every property of the HubSpot object set to null."""
    return {spec.name: None for spec in hubspot_properties()[object_name]}


@cache
def marketo_fields() -> tuple[MarketoField, ...]:
    """Return every field of the Marketo leads of the world."""
    return tuple(
        MarketoField(
            name=row["name"],
            type=row["type"],
            label=row["label"],
            length=int(row["length"]) if row["length"] else None,
            read_only=row["read_only"] == "1",
            custom=row["custom"] == "1",
        )
        for row in read_data("marketo_fields.csv")
    )
