"""The objects of the org with their fields, and what describe says about them.

Belongs here: object types, required and create-only fields, relationships, describe bodies.
Must not: hold records.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.salesforce import errors
from sandbox.world.identifiers import KEY_PREFIXES
from sandbox.world.schema import FieldSpec

LABELS = {
    "Lead": "リード",
    "Contact": "取引先責任者",
    "Account": "取引先",
    "Opportunity": "商談",
    "OpportunityContactRole": "商談 取引先責任者の役割",
    "Campaign": "キャンペーン",
    "CampaignMember": "キャンペーンメンバー",
    "Task": "ToDo",
    "Event": "行動",
    "User": "ユーザ",
    "UserRole": "ロール",
    "LeadHistory": "リード履歴",
    "ContactHistory": "取引先責任者履歴",
    "OpportunityFieldHistory": "商談項目履歴",
    "OpportunityHistory": "商談履歴",
}
REQUIRED = {
    "Lead": ("LastName", "Company"),
    "Contact": ("LastName",),
    "Account": ("Name",),
    "Opportunity": ("Name", "StageName", "CloseDate"),
    "OpportunityContactRole": ("OpportunityId", "ContactId"),
    "Campaign": ("Name",),
    "CampaignMember": ("CampaignId",),
    "User": ("Username", "LastName", "Email"),
    "UserRole": ("Name",),
}
CREATE_ONLY = {
    "OpportunityContactRole": {"OpportunityId"},
    "CampaignMember": {"CampaignId", "LeadId", "ContactId"},
    "Task": {"TaskSubtype"},
    "Event": {"EventSubtype"},
    "User": {"Username"},
}
READ_ONLY_OBJECTS = {"LeadHistory", "ContactHistory", "OpportunityFieldHistory"} | {
    "OpportunityHistory"
}
ADDRESS_PARTS = ("Street", "City", "State", "PostalCode", "Country")
ADDRESS_OF = {"Lead": "", "Contact": "Mailing", "Account": "Billing"}


@dataclass(frozen=True)
class ObjectType:
    """One sObject: its fields by name and by lower-case name, its lookups by relationship."""

    name: str
    prefix: str
    label: str
    fields: Mapping[str, FieldSpec]
    by_lower_name: Mapping[str, FieldSpec]
    relationships: Mapping[str, FieldSpec]

    def field(self, name: str) -> FieldSpec:
        """Return a field by name, whatever its case.

        Raises:
            SalesforceFault: the object has no such field.
        """
        spec = self.by_lower_name.get(name.lower())
        if spec is None:
            raise errors.no_such_column(name, self.name)
        return spec

    @property
    def required(self) -> tuple[str, ...]:
        """Fields without which a record cannot be created."""
        return REQUIRED.get(self.name, ())

    @property
    def is_writable(self) -> bool:
        """Whether records can be written through the API at all."""
        return self.name not in READ_ONLY_OBJECTS

    def is_createable(self, spec: FieldSpec) -> bool:
        """Whether the field may be given on insert."""
        return self.is_writable and (
            spec.updateable or spec.name in CREATE_ONLY.get(self.name, set())
        )

    def is_updateable(self, spec: FieldSpec) -> bool:
        """Whether the field may be given on update."""
        return self.is_writable and spec.updateable


def relationship_name(spec: FieldSpec) -> str | None:
    """Return the name by which queries reach the record a lookup points to."""
    if spec.type != "reference":
        return None
    if spec.name.endswith("__c"):
        return spec.name.removesuffix("__c") + "__r"
    return spec.name.removesuffix("Id")


def _with_address(name: str, specs: Sequence[FieldSpec]) -> list[FieldSpec]:
    if name not in ADDRESS_OF:
        return list(specs)
    compound = FieldSpec(f"{ADDRESS_OF[name]}Address", "address", "住所", updateable=False)
    return [*specs, compound]


def object_types(fields: Mapping[str, Sequence[FieldSpec]]) -> dict[str, ObjectType]:
    """Build the object types of an org from its field list."""
    types = {}
    for name, listed in fields.items():
        specs = _with_address(name, listed)
        types[name] = ObjectType(
            name=name,
            prefix=KEY_PREFIXES[name],
            label=LABELS.get(name, name),
            fields={spec.name: spec for spec in specs},
            by_lower_name={spec.name.lower(): spec for spec in specs},
            relationships={
                related.lower(): spec for spec in specs if (related := relationship_name(spec))
            },
        )
    return types


def describe_field(kind: ObjectType, spec: FieldSpec) -> dict[str, Any]:
    """Return one field as describe shows it."""
    text_like = spec.type in {"string", "textarea", "email", "phone", "url", "picklist", "id"}
    return {
        "name": spec.name,
        "label": spec.label,
        "type": spec.type,
        "soapType": _SOAP_TYPES.get(spec.type, "xsd:string"),
        "length": spec.length if text_like or spec.type == "reference" else 0,
        "precision": 18 if spec.type in {"double", "currency", "percent"} else 0,
        "scale": 0,
        "digits": 8 if spec.type == "int" else 0,
        "custom": spec.custom,
        "nillable": spec.name not in kind.required and spec.type not in {"boolean", "id"},
        "createable": kind.is_createable(spec),
        "updateable": kind.is_updateable(spec),
        "defaultedOnCreate": spec.type == "boolean" or spec.name in {"OwnerId", "Status"},
        "externalId": spec.external_id,
        "idLookup": spec.type == "id" or spec.external_id,
        "unique": False,
        "calculated": False,
        "filterable": spec.type not in {"textarea", "address"},
        "sortable": spec.type not in {"textarea", "address"},
        "groupable": spec.type not in {"textarea", "address", "double", "datetime"},
        "restrictedPicklist": spec.restricted,
        "picklistValues": [
            {"active": True, "defaultValue": False, "label": value, "value": value}
            for value in spec.picklist_values
        ],
        "referenceTo": list(spec.reference_to),
        "relationshipName": relationship_name(spec),
        "compoundFieldName": _compound_of(kind, spec),
        "nameField": spec.name == "Name",
    }


_SOAP_TYPES = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "double": "xsd:double",
    "currency": "xsd:double",
    "percent": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "anyType": "xsd:anyType",
    "address": "urn:address",
}


def _compound_of(kind: ObjectType, spec: FieldSpec) -> str | None:
    prefix = ADDRESS_OF.get(kind.name)
    if prefix is not None and spec.name in {prefix + part for part in ADDRESS_PARTS}:
        return f"{prefix}Address"
    if spec.name in {"LastName", "FirstName", "Salutation"} and "Name" in kind.fields:
        return "Name"
    return None


def describe_global(kind: ObjectType, root: str) -> dict[str, Any]:
    """Return one object as the list of objects shows it."""
    base = f"{root}/sobjects/{kind.name}"
    return {
        "name": kind.name,
        "label": kind.label,
        "labelPlural": kind.label,
        "keyPrefix": kind.prefix,
        "custom": False,
        "createable": kind.is_writable,
        "updateable": kind.is_writable,
        "deletable": kind.is_writable,
        "queryable": True,
        "retrieveable": True,
        "searchable": kind.is_writable,
        "urls": {
            "sobject": base,
            "describe": f"{base}/describe",
            "rowTemplate": f"{base}/{{ID}}",
        },
    }


def describe_object(kind: ObjectType, root: str) -> dict[str, Any]:
    """Return the describe body of one object."""
    fields = [describe_field(kind, spec) for spec in kind.fields.values()]
    return {**describe_global(kind, root), "fields": fields, "childRelationships": []}
