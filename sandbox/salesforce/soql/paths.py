"""Field paths like ``Owner.Name``: found in the schema once, then read from many rows.

Belongs here: following lookups. Must not: know query text or HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.salesforce.errors import invalid_field, unknown_object
from sandbox.salesforce.schema import ADDRESS_OF, ADDRESS_PARTS, ObjectType
from sandbox.salesforce.values import objects_of_id
from sandbox.tables import Row
from sandbox.world.schema import FieldSpec

Fetch = Callable[[str, str], Row | None]
_EXACT = {"id", "reference"}


@dataclass(frozen=True)
class Path:
    """A readable field path: the lookups to follow, the field at its end."""

    text: str
    lookups: tuple[FieldSpec, ...]
    spec: FieldSpec
    owner: ObjectType
    fetch: Fetch

    def value(self, row: Row) -> Any:
        """Return what stands at the end of the path for this row."""
        at: Row | None = row
        for lookup in self.lookups:
            at = self.related(lookup, at)
        if at is None:
            return None
        if self.spec.type == "address":
            return compound_address(self.owner.name, at)
        return at.get(self.spec.name)

    def comparable(self, row: Row) -> Any:
        """Return the value as comparisons see it: text without case, ids as they are."""
        value = self.value(row)
        if isinstance(value, str) and self.spec.type not in _EXACT:
            return value.casefold() if self.spec.type not in {"date", "datetime"} else value
        return value

    def related(self, lookup: FieldSpec, row: Row | None) -> Row | None:
        """Return the record that a lookup of the row points to."""
        record_id = row.get(lookup.name) if row else None
        if not record_id:
            return None
        for name in objects_of_id(record_id):
            found = self.fetch(name, record_id)
            if found is not None:
                return found
        return None


@dataclass(frozen=True)
class Resolver:
    """Finds field paths of one object in the schema."""

    types: Mapping[str, ObjectType]
    root: ObjectType
    fetch: Fetch

    def path(self, text: str) -> Path:
        """Return the path of this text.

        Raises:
            SalesforceFault: INVALID_FIELD, for an unknown relationship or field.
        """
        at, lookups = self.root, []
        *relationships, name = text.split(".")
        if relationships and relationships[0].lower() == self.root.name.lower():
            relationships = relationships[1:]
        for relationship in relationships:
            lookup = at.relationships.get(relationship.lower())
            if lookup is None:
                raise invalid_field(
                    f"Didn't understand relationship '{relationship}' in field path. If you are "
                    "attempting to use a custom relationship, be sure to append the '__r' after "
                    "the custom relationship name."
                )
            lookups.append(lookup)
            at = self.types[lookup.reference_to[0]]
        return Path(text, tuple(lookups), at.field(name), at, self.fetch)


def find_type(types: Mapping[str, ObjectType], name: str) -> ObjectType:
    """Return an object type by name, whatever its case.

    Raises:
        SalesforceFault: INVALID_TYPE.
    """
    if name in types:
        return types[name]
    for known in types.values():
        if known.name.lower() == name.lower():
            return known
    raise unknown_object(name)


def compound_address(object_name: str, row: Row) -> Row | None:
    """Return the compound address of a record, or None when all its parts are empty."""
    prefix = ADDRESS_OF[object_name]
    parts = {part: row.get(prefix + part) for part in ADDRESS_PARTS}
    if not any(parts.values()):
        return None
    return {part[0].lower() + part[1:]: value for part, value in parts.items()}
