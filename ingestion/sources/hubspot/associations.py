"""Reads which contact belongs to which company, and which people and company a deal has.

Here belongs whose links are read when. HubSpot tells neither the time of a link nor its end, so
links are read of

    changed   the records that this run brought, and those that came since the last run that
              read links to its end
    swept     so many more records per run that a call is full, going round through all of them:
              a link that comes or goes without touching its record is seen when its turn comes

A link that a record no longer has stays in raw, flagged ``archived``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ingestion.raw_tables import RawTable
from ingestion.resources import Batch, Load
from ingestion.shaping import iso_of_ms, ms_of, text_of
from ingestion.sources.hubspot.objects import KINDS, Changes
from vendors.errors import Fault, VendorError
from vendors.hubspot import LINKS_BATCH, HubSpotClient

PAIRS = (("contact", "company"), ("deal", "contact"), ("deal", "company"))
_IN_ORDER = "try_cast(id AS BIGINT)"


def read_associations(
    client: HubSpotClient, load: Load, changes: Changes, state: dict[str, Any]
) -> Iterator[Batch]:
    """Yield the links of changed records and of the next ones in turn.

    Args:
        client: HubSpot.
        load: the running load; the records' own tables were read before this one.
        changes: ids of the records that this run brought, by raw table.
        state: per pair of types, until when and up to which id links were read.
    """
    kept: dict[str, dict[str, Any]] = dict(state.get("pairs") or {})
    _refuse_without_records(client, load)
    denied = []
    for start, end in PAIRS:
        place = f"{start}>{end}"
        read = _PairRead(client, load, changes, start, end, dict(kept.get(place) or {}))
        try:
            yield from read.batches()
        except VendorError as error:
            if error.fault is not Fault.RIGHTS:
                raise
            denied.append(f"{start} to {end}: {error}")
            continue
        kept[place] = read.kept
    if denied:
        load.outcome("association").remark = " ".join(denied)
    state["pairs"] = kept


def _refuse_without_records(client: HubSpotClient, load: Load) -> None:
    """Fail when no records could be read: whose links would be read?

    Raises:
        VendorError: with what the records failed on.
    """
    outcomes = [load.outcome(start) for start, _ in PAIRS]
    if all(one.error for one in outcomes):
        fault, error = outcomes[0].fault or Fault.BROKEN, outcomes[0].error or ""
        raise VendorError(client.vendor, Fault(fault), error)


class _PairRead:
    """One read of the links from one type to another."""

    def __init__(
        self,
        client: HubSpotClient,
        load: Load,
        changes: Changes,
        start: str,
        end: str,
        kept: dict[str, Any],
    ) -> None:
        self._client, self._start, self._end = client, start, end
        self._records: RawTable = load.raw[start]
        self._links: RawTable = load.raw["association"]
        self._changed = changes.get(start) or ()
        self._was_whole = load.outcome(start).error is None
        self._now = ms_of(load.context.as_of) or 0
        self.kept = kept

    def batches(self) -> Iterator[Batch]:
        """Yield the links of everybody whose turn it is, a full call at a time."""
        # a dict keeps the order and forgets doubles
        ids = dict.fromkeys(map(str, self._changed))
        ids.update(dict.fromkeys(self._missed()))
        ids.update(dict.fromkeys(self._in_turn(len(ids))))
        listed = list(ids)
        for start in range(0, len(listed), LINKS_BATCH):
            yield self._read(listed[start : start + LINKS_BATCH])
        if self._was_whole:
            self.kept["until"] = self._now

    def _missed(self) -> list[str]:
        """Return records that landed since the last run that read links to its end."""
        until = self.kept.get("until")
        if self._records.is_empty:
            return []
        if until is None:
            return [row[0] for row in self._records.values("id", "NOT coalesce(archived, false)")]
        since = "_loaded_at > CAST(? AS TIMESTAMP WITH TIME ZONE)"
        return [row[0] for row in self._records.values("id", since, [iso_of_ms(until)])]

    def _in_turn(self, taken: int) -> list[str]:
        """Return as many further records as fit into the last call, going round by id."""
        room = LINKS_BATCH - taken % LINKS_BATCH if taken % LINKS_BATCH or not taken else 0
        if not room or self._records.is_empty:
            return []
        after = int(self.kept.get("swept") or 0)
        where = f"NOT coalesce(archived, false) AND {_IN_ORDER} > ?"
        order = f"{where} ORDER BY {_IN_ORDER} LIMIT {room}"
        found = [row[0] for row in self._records.values("id", order, [after])]
        # the last of them has been reached: the next run begins again
        self.kept["swept"] = int(found[-1]) if len(found) == room else 0
        return found

    def _read(self, ids: Sequence[str]) -> Batch:
        found = self._client.links(KINDS[self._start], KINDS[self._end], ids)
        rows = [row for one in ids for row in self._rows(one, found.get(one) or ())]
        there = {(row["from_id"], row["to_id"], row["category"], row["type_id"]) for row in rows}
        marks = ", ".join("?" * len(ids))
        held = [] if self._links.is_empty else self._links.rows(
            f"from_object = ? AND to_object = ? AND from_id IN ({marks})"
            " AND NOT coalesce(archived, false)",
            [self._start, self._end, *ids],
        )  # fmt: skip
        for row in held:
            if (row["from_id"], row["to_id"], row["category"], row["type_id"]) not in there:
                rows.append({**row, "archived": True})
        return Batch(rows)

    def _rows(self, from_id: str, links: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        for link in links:
            for kind in link.get("associationTypes") or ():
                yield {
                    "from_object": self._start,
                    "from_id": from_id,
                    "to_object": self._end,
                    "to_id": text_of(link.get("toObjectId")),
                    "category": kind.get("category"),
                    "type_id": kind.get("typeId"),
                    "label": kind.get("label"),
                    "archived": False,
                }
