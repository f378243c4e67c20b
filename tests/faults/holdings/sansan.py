"""What the sandbox's Sansan holds, and what people do with their cards."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from random import Random
from typing import Any

from tests.faults.comparison import Cells, Holding, Json
from tests.faults.vendor_side import VendorSide, holding, wild_text

EDITED = ("title", "departmentName", "memo", "companyName", "lastName", "building")
_STAMPS = {"registeredTime", "updatedTime"}


class SansanSide(VendorSide):
    """Sansan."""

    source = "sansan"
    paths = ("/bizCards$", "/bizCards/", "^/v[0-9]")
    tells_late = True

    def holdings(self) -> list[Holding]:
        """Return the cards that are typed in."""
        cards = [_card(row) for row in self.admin.records("sansan", "biz_cards")]
        memory = self.memories["biz_cards"]
        if self.is_late:
            flagged = {"flags": {"is_deleted": True}, "open": frozenset[str]()}
            memory.departed = {key: replace(one, **flagged) for key, one in memory.departed.items()}
        return [holding("biz_card", ("id",), cards, memory)]

    def changes(self) -> Mapping[str, Callable[[Random], None]]:
        """Return what people do with cards."""
        return {
            "edit a card": self._edit,
            "tag a card": self._tag,
            "scan a card": self._scan,
            "delete a card": self._delete,
        }

    def edits(self, rng: Random) -> list[list[Any]]:
        """Edit a card behind the back of a load that reads."""
        row = self._pick(rng)
        if row is None:
            return []
        self.memories["biz_cards"].saw((row["id"],), _card(row))
        fields = {"title": wild_text(rng), "updatedTime": self._stamp()}
        return [["PATCH", f"records/sansan/biz_cards/{row['id']}", fields]]

    def _pick(self, rng: Random) -> dict[str, Any] | None:
        rows = self.admin.records("sansan", "biz_cards")
        return rng.choice(sorted(rows, key=lambda row: row["id"])) if rows else None

    def _stamp(self) -> str:
        return self.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    def _change(self, row: Mapping[str, Any], fields: dict[str, Any]) -> None:
        self.memories["biz_cards"].saw((row["id"],), _card(row))
        changed = fields | {"updatedTime": self._stamp()}
        self.admin.change_record("sansan", "biz_cards", row["id"], changed)

    def _edit(self, rng: Random) -> None:
        if row := self._pick(rng):
            self._change(row, {rng.choice(EDITED): wild_text(rng)})

    def _tag(self, rng: Random) -> None:
        if row := self._pick(rng):
            tag = {"id": "701", "name": wild_text(rng), "type": "public"}
            self._change(row, {"tags": [*row["tags"], tag]})

    def _scan(self, rng: Random) -> None:
        row = self._pick(rng) or {}
        new = {"id": str(20_000_000 + rng.randrange(10**7)), "registeredTime": self._stamp()}
        new |= {"updatedTime": self._stamp(), "lastName": wild_text(rng), "exchangeDate": ""}
        self.admin.add_record("sansan", "biz_cards", {**row, **new})

    def _delete(self, rng: Random) -> None:
        """Delete a card; Sansan tells nobody, so raw shows it only after the weekly look."""
        row = self._pick(rng)
        if row is None:
            return
        memory, key = self.memories["biz_cards"], (row["id"],)
        memory.saw(key, _card(row))
        was_loaded = self.place.raw_holds("sansan", "biz_card", "id", row["id"])
        self.admin.delete_record("sansan", "biz_cards", row["id"], hard=True)
        memory.left(key, {}, was_loaded=was_loaded, open=frozenset({"is_deleted"}))


def _card(row: Mapping[str, Any]) -> Cells:
    cells: dict[str, Any] = {_snake(name): value for name, value in row.items()}
    owner, tags = cells.pop("owner") or {}, cells.pop("tags")
    for name in _STAMPS:
        cells[_snake(name)] = datetime.fromisoformat(row[name]) if row.get(name) else None
    day = row.get("exchangeDate")
    return {
        **cells,
        "exchange_date": date.fromisoformat(day) if day else None,
        "owner_id": owner.get("id"),
        "owner_name": owner.get("name"),
        "tags_json": Json(tags),
        "is_deleted": False,
    }


def _snake(name: str) -> str:
    return re.sub("([A-Z])", r"_\1", name).lower()
