"""Which properties of an object type are asked for, and when the portal is asked which it has.

Here belong the choice and its memory between runs. A property that comes or goes changes what
every record holds without touching it, so the whole type is read again then. Not here: reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from ingestion.contracts import Kind, TableContract
from vendors.errors import Fault, VendorError
from vendors.hubspot import HubSpotClient

OWN_COLUMNS = ("id", "created_at", "updated_at", "archived")
# a run that finds nothing new asks the portal again only after this long
ASKED_EVERY = timedelta(hours=1)


class Properties:
    """The properties of one object type, remembered in the state of its resource.

    Attributes:
        names: what is asked for.
        missing: mapped properties that the portal lacks.
        is_fresh: whether the portal was asked in this run.
    """

    def __init__(
        self,
        client: HubSpotClient,
        kind: str,
        contract: TableContract,
        mapped: Mapping[str, Kind],
        state: dict[str, Any],
    ) -> None:
        self._client, self._kind, self._contract = client, kind, contract
        self._mapped = sorted(mapped)
        self._state = state
        self.names: list[str] = list(state.get("names") or ())
        self.missing: list[str] = list(state.get("missing") or ())
        self.is_fresh = False

    def must_be_asked(self, now_ms: int) -> bool:
        """Whether what is remembered no longer serves: other mappings, or it is too old."""
        asked_at = self._state.get("names_at")
        age = ASKED_EVERY // timedelta(milliseconds=1)
        return (
            asked_at is None
            or self._state.get("mapped") != self._mapped
            or not asked_at <= now_ms < asked_at + age
        )

    def ask(self, now_ms: int) -> bool:
        """Ask the portal, and return whether the choice differs from the one remembered.

        Where the right to list properties is lost, the remembered ones are asked for unseen.
        """
        before = self.names
        self.is_fresh = True
        try:
            described = self._client.properties(self._kind)
        except VendorError as error:
            if error.fault not in (Fault.RIGHTS, Fault.MISSING):
                raise
            self.names = before or sorted(wanted_properties(self._contract, self._mapped))
            self._state["names"] = self.names
            return not before
        self.names, self.missing = choose_properties(described, self._contract, self._mapped)
        self._state.update(names=self.names, missing=self.missing)
        self._state.update(mapped=self._mapped, names_at=now_ms)
        return self.names != before


def wanted_properties(contract: TableContract, mapped: Iterable[str]) -> set[str]:
    """Return the properties that somebody relies on: the declared and the mapped ones."""
    return {name for name in (*contract.columns, *mapped) if name not in OWN_COLUMNS}


def choose_properties(
    described: Iterable[Mapping[str, Any]], contract: TableContract, mapped: Iterable[str]
) -> tuple[list[str], list[str]]:
    """Return the properties to ask for, and the mapped ones that the portal lacks.

    Asked for are the declared, the mapped and the portal's own; HubSpot's hundreds of computed
    ones are left alone.
    """
    there = {one["name"]: one for one in described}
    own = {name for name, one in there.items() if one.get("hubspotDefined") is not True}
    names = (wanted_properties(contract, mapped) & there.keys()) | own
    missing = {name for name in mapped if name not in there and name not in OWN_COLUMNS}
    return sorted(names), sorted(missing)
