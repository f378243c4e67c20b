"""Records that people merged or deleted: they stay, flagged, as queryAll shows them.

Belongs here: choosing and flagging them. Must not: touch what sales works on.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox.world.answer_key import AnswerKey
from sandbox.world.streams import Streams, chance
from sandbox.world.systems.salesforce.follow_up import SalesforcePerson
from sandbox.world.systems.salesforce.org import Org, Record
from sandbox.world.truth.sales_team import MARKETERS

_MERGED_SHARE = 0.18
_DELETED_SHARE = 0.015


def delete_some(
    org: Org, people: dict[str, SalesforcePerson], streams: Streams, key: AnswerKey
) -> None:
    """Merge some duplicates into the first record and delete a few others."""
    rows = {row["source_id"]: row for row in key.rows if row["source_system"] == "salesforce"}
    for person_key, person in people.items():
        rng = streams.of("merges", person_key)
        for records in (person.leads, person.contacts):
            for loser in records[1:]:
                if loser.get("IsConverted"):
                    continue
                if chance(rng, _MERGED_SHARE):
                    _delete(org, loser, rng.randint(1, 40), records[0])
                    _link(rows, loser, records[0])
                elif chance(rng, _DELETED_SHARE):
                    _delete(org, loser, rng.randint(1, 40), None)


def _delete(org: Org, record: Record, days: int, master: Record | None) -> None:
    created = datetime.strptime(record["CreatedDate"], "%Y-%m-%dT%H:%M:%S.%f%z")
    record["IsDeleted"] = True
    record["MasterRecordId"] = master["Id"] if master else None
    org.touch(record, created + timedelta(days=days), MARKETERS[1].key)


def _link(rows: dict[str, dict[str, list[str]]], loser: Record, master: Record) -> None:
    clue = f"salesforce:{master['Id']}"
    row = rows[loser["Id"]]
    row["evidence"] = sorted({*row["evidence"], clue})
