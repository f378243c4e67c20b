"""The HubSpot account: its objects, properties, clock and call counter in one place.

Belongs here: what every HubSpot handler needs. Must not: know HTTP paths.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sandbox.clock import SandboxClock, iso_milliseconds
from sandbox.hubspot import errors
from sandbox.settings import Credentials
from sandbox.tables import Estate, Row, Table
from sandbox.world.schema import PropertySpec

DAILY_CALLS = 650_000
WINDOW_CALLS = 190
_ALIASES = {
    "contact": "contacts",
    "0-1": "contacts",
    "company": "companies",
    "0-2": "companies",
    "deal": "deals",
    "0-3": "deals",
}
MODIFIED = {
    "contacts": "lastmodifieddate",
    "companies": "hs_lastmodifieddate",
    "deals": "hs_lastmodifieddate",
}
DEFAULT_PROPERTIES = {
    "contacts": (
        "createdate",
        "email",
        "firstname",
        "hs_object_id",
        "lastmodifieddate",
        "lastname",
    ),
    "companies": ("createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"),
    "deals": (
        "amount",
        "closedate",
        "createdate",
        "dealname",
        "dealstage",
        "hs_lastmodifieddate",
        "hs_object_id",
        "pipeline",
    ),
}
UNIQUE = {
    "contacts": {"email", "hs_object_id"},
    "companies": {"hs_object_id"},
    "deals": {"hs_object_id"},
}


class Account:
    """One HubSpot account over the estate's tables."""

    def __init__(
        self,
        estate: Estate,
        clock: SandboxClock,
        properties: Mapping[str, Sequence[PropertySpec]],
        credentials: Credentials,
    ) -> None:
        self.estate = estate
        self.clock = clock
        self.credentials = credentials
        self.properties = {
            name: {spec.name: spec for spec in specs} for name, specs in properties.items()
        }
        self.calls = 0

    def table(self, name: str) -> Table:
        """Return one of the account's tables."""
        return self.estate.table(f"hubspot.{name}")

    def object_type(self, name: str) -> str:
        """Return the plain name of an object type.

        Raises:
            HubSpotFault: there is no such type.
        """
        plain = _ALIASES.get(name, name)
        if plain not in self.properties:
            raise errors.validation(f"Unable to infer object type from: {name}")
        return plain

    def now(self) -> str:
        """Return the present as HubSpot writes it."""
        return iso_milliseconds(self.clock.now())

    def new_id(self, object_type: str) -> str:
        """Return an id larger than all ids of the type."""
        ids = [int(row_id) for row_id in self.table(object_type).ids()]
        return str(max(ids, default=1000) + 1)

    def record(self, object_type: str, record_id: str, id_property: str | None = None) -> Row:
        """Return a live record by id, by the id of a merged one, or by a unique property.

        Raises:
            HubSpotFault: there is none, or the property is not unique.
        """
        row = self.find(object_type, record_id, id_property)
        if row is None or row["archived"]:
            raise errors.missing()
        return row

    def find(self, object_type: str, value: str, id_property: str | None = None) -> Row | None:
        """Return a record, archived or not, or None."""
        table = self.table(object_type)
        if id_property in {None, "", "hs_object_id"}:
            return table.get(value) or self._merged_into(object_type, value)
        if id_property not in UNIQUE[object_type]:
            raise errors.validation(
                f"Unable to read by non-unique property '{id_property}' of {object_type}"
            )
        wanted = value.strip().casefold()
        for row in table.rows():
            found = row["properties"].get(id_property)
            if found and found.casefold() == wanted and not row["archived"]:
                return row
        return None

    def _merged_into(self, object_type: str, loser_id: str) -> Row | None:
        for row in self.table(object_type).rows():
            merged = row["properties"].get("hs_merged_object_ids") or ""
            if loser_id in merged.split(";"):
                return row
        return None
