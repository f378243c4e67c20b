"""The SOQL that the reader sends, every value formatted by simple-salesforce.

Here belong the texts of queries. Not here: who sends them (``objects``, ``unlisted``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from simple_salesforce.format import format_soql

from ingestion.shaping import iso_of_ms


def api_name(resource: str) -> str:
    """Return the object's API name, for example ``OpportunityContactRole``."""
    return "".join(part.capitalize() for part in resource.split("_"))


def build_soql(name: str, fields: Iterable[str], stamp: str | None, since_ms: int | None) -> str:
    """Return the query for rows stamped since an instant, or for all rows."""
    soql = format_soql(
        "SELECT {fields:literal} FROM {name:literal}", fields=", ".join(fields), name=name
    )
    if not stamp or since_ms is None:
        return soql
    # stamps have whole seconds; rounding down only reads a little more
    since = iso_of_ms(since_ms)[:19] + "Z"
    return soql + format_soql(" WHERE {stamp:literal} >= {since:literal}", stamp=stamp, since=since)


def newest_first(name: str, fields: Iterable[str], stamp: str | None) -> str:
    """Return the query for all rows, the last modified ones first."""
    soql = build_soql(name, fields, None, None)
    return soql + format_soql(" ORDER BY {stamp:literal} DESC", stamp=stamp) if stamp else soql


def of_ids(name: str, fields: Iterable[str], ids: Sequence[str]) -> str:
    """Return the query for some records."""
    soql = build_soql(name, fields, None, None)
    return soql + format_soql(" WHERE Id IN {ids}", ids=list(ids))


def counting(name: str) -> str:
    """Return the query that counts all rows."""
    return format_soql("SELECT COUNT() FROM {name:literal}", name=name)


def listing(name: str, only_deleted: bool) -> str:
    """Return the query for the ids of all rows, or of those in the recycle bin."""
    soql = build_soql(name, ["Id"], None, None)
    return soql + " WHERE IsDeleted = true" if only_deleted else soql
