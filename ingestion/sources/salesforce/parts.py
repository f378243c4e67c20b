"""Joins rows whose fields were asked for in parts, because one address cannot hold them all.

Here belongs what makes a row whole although it may change between two parts. Not here: how the
fields are divided (``selection``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ingestion.sources.salesforce.queries import build_soql, of_ids
from ingestion.sources.salesforce.selection import Selection
from vendors.errors import Fault, VendorError
from vendors.salesforce import SalesforceClient

_ROUNDS = 3
# ids and a part of the fields fit into one address
_IDS_PER_QUERY = 100
Rows = Mapping[str, Mapping[str, Any]]


def joined_rows(
    client: SalesforceClient,
    selection: Selection,
    name: str,
    first: Iterable[Mapping[str, Any]],
    since: int | None,
) -> list[dict[str, Any]]:
    """Return rows with all fields, joined by id.

    A row that changed between two parts is asked for again, all parts of it.

    Args:
        client: a signed-in Salesforce.
        selection: the fields.
        name: API name of the object.
        first: the rows with the fields of the first part.
        since: the instant from which rows were asked for; none means all.

    Raises:
        VendorError: a row changed again each time it was asked for.
    """
    deleted, division = selection.include_deleted, selection.parts()
    parts = [_by_id(first)]
    for fields in division[1:]:
        soql = build_soql(name, fields, selection.stamp, since)
        parts.append(_by_id(client.query_rows(soql, deleted)))
    whole, torn = _join(parts, selection.stamp)
    for _ in range(_ROUNDS):
        if not torn:
            return whole
        again = [
            _by_id(_asked_again(client, name, fields, torn, deleted))
            for fields in selection.parts()
        ]
        more, torn = _join(again, selection.stamp)
        whole += more
    if torn:
        sentence = f"{len(torn):,} rows of {name} changed each time they were read."
        raise VendorError("Salesforce", Fault.TRUNCATED, sentence)
    return whole


def _join(parts: Sequence[Rows], stamp: str | None) -> tuple[list[dict[str, Any]], list[str]]:
    whole, torn = [], []
    for record_id, row in parts[0].items():
        pieces = [part.get(record_id) for part in parts]
        if all(one is not None and one.get(stamp or "") == row.get(stamp or "") for one in pieces):
            whole.append({k: v for piece in pieces for k, v in (piece or {}).items()})
        else:
            torn.append(record_id)
    return whole, torn


def _asked_again(
    client: SalesforceClient, name: str, fields: Sequence[str], ids: Sequence[str], deleted: bool
) -> Iterator[dict[str, Any]]:
    for start in range(0, len(ids), _IDS_PER_QUERY):
        yield from client.query_rows(
            of_ids(name, fields, ids[start : start + _IDS_PER_QUERY]), deleted
        )


def _by_id(rows: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {str(row.get("Id")): row for row in rows}
