"""Reads one Salesforce object: its fields by describe, its new and changed rows by SOQL.

Here belong field discovery, the cursor and the shape of a row. Not here: HTTP (``vendors``) and
guarding (``ingestion.resources``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from simple_salesforce.format import format_soql

from ingestion.config import OVERLAP
from ingestion.contracts import Kind, TableContract
from ingestion.naming import column_name
from ingestion.resources import Batch, Load
from ingestion.shaping import Cursor, iso_of_ms, text_of
from vendors.salesforce import SalesforceClient

# a query travels in the address of a GET, which Salesforce accepts up to about 16,000 characters
MAX_SELECT_CHARS = 11_000
_COMPOUND = frozenset({"address", "location", "base64"})
_KINDS = {
    "boolean": Kind.FLAG,
    "int": Kind.INTEGER,
    "long": Kind.INTEGER,
    "double": Kind.NUMBER,
    "currency": Kind.NUMBER,
    "percent": Kind.NUMBER,
    "date": Kind.DATE,
    "datetime": Kind.INSTANT,
}


@dataclass(frozen=True)
class Selection:
    """The fields that one object is asked for."""

    fields: tuple[str, ...]
    kinds: Mapping[str, Kind]
    conversions: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    other_type: tuple[str, ...] = ()

    @property
    def remark(self) -> str | None:
        """What lacks, in one sentence per lack."""
        lacks = []
        if self.missing:
            lacks.append(f"fields missing at Salesforce: {', '.join(self.missing)}.")
        if self.left_out:
            lacks.append(f"fields left out, the query is too long: {', '.join(self.left_out)}.")
        if self.other_type:
            lacks.append(f"fields of a type that does not fit: {', '.join(self.other_type)}.")
        return " ".join(lacks) or None


def api_name(resource: str) -> str:
    """Return the object's API name, for example ``OpportunityContactRole``."""
    return "".join(part.capitalize() for part in resource.split("_"))


def select_fields(
    description: Mapping[str, Any],
    contract: TableContract,
    mapped: Iterable[str],
    frozen: Mapping[str, Kind],
) -> Selection:
    """Choose the fields to ask for: all that can be read in a row, the declared ones first.

    Args:
        description: what Salesforce's describe says of the object.
        contract: the raw table.
        mapped: fields that the agreement maps.
        frozen: kinds of the columns there are; a field of another type is converted, or left out.
    """
    described = _described(description)
    there = set(map(column_name, described))
    wanted = {column_name(name) for name in mapped} | set(contract.columns)
    chosen: dict[str, str] = {}
    left_out, other_type = [], []
    conversions: dict[str, Callable[[Any], Any]] = {}
    length = 0
    for name in sorted(described, key=lambda name: (column_name(name) not in wanted, name)):
        column, kind = column_name(name), _KINDS.get(described[name], Kind.TEXT)
        pair = (kind, frozen.get(column, kind))
        length += len(name) + 3
        if column in chosen or length > MAX_SELECT_CHARS:
            left_out.append(name)
        elif pair[0] is not pair[1] and pair not in CONVERSIONS:
            other_type.append(name)
        else:
            chosen[column] = name
            if pair in CONVERSIONS or described[name] == "anyType":
                # a history's old and new value are flags and numbers as well as text
                conversions[column] = CONVERSIONS.get(pair, text_of)
    return Selection(
        fields=tuple(chosen.values()),
        kinds={column: _KINDS.get(described[name], Kind.TEXT) for column, name in chosen.items()},
        conversions=conversions,
        missing=tuple(name for name in mapped if column_name(name) not in there),
        left_out=tuple(left_out),
        other_type=tuple(other_type),
    )


def _described(description: Mapping[str, Any]) -> dict[str, str]:
    types = {one["name"]: one.get("type") or "string" for one in description.get("fields") or ()}
    return {name: kind for name, kind in types.items() if kind not in _COMPOUND}


def read_object(
    client: SalesforceClient,
    contract: TableContract,
    mapped: Mapping[str, Kind],
    load: Load,
    state: dict[str, Any],
) -> Iterator[Batch]:
    """Yield the rows of one object that are new or changed since the last complete read.

    Args:
        client: a signed-in Salesforce.
        contract: the raw table.
        mapped: fields that the agreement maps; missing ones are reported by name.
        load: the running load.
        state: ``cursor`` is the newest stamp seen by the last complete read.
    """
    name = api_name(contract.resource)
    frozen = {**load.raw[contract.resource].kinds, **contract.columns}
    selection = select_fields(client.describe(name), contract, mapped, frozen)
    load.outcome(contract.resource).remark = selection.remark
    stamp = next((one for one in selection.fields if column_name(one) == contract.newest), None)
    cursor = Cursor(state.get("cursor"), load.context.as_of)
    soql = build_soql(name, selection.fields, stamp, cursor.since(OVERLAP))
    for page in client.query_pages(soql, include_deleted="IsDeleted" in selection.fields):
        yield Batch([_shaped(row, selection) for row in page], selection.kinds)
        for row in page:
            cursor.see(row.get(stamp or ""))
    state["cursor"] = cursor.newest


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


def _shaped(row: Mapping[str, Any], selection: Selection) -> dict[str, Any]:
    result = {column_name(name): row.get(name) for name in selection.fields}
    for column, convert in selection.conversions.items():
        result[column] = convert(result[column])
    return result


def _number_in(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    try:
        return float(text) if text.strip() else None
    except ValueError:
        return text


def _digits_of(number: Any) -> Any:
    is_whole = isinstance(number, float) and number.is_integer()
    return text_of(int(number) if is_whole else number)


def _tokyo_midnight(day: Any) -> Any:
    return f"{day}T00:00:00+09:00" if isinstance(day, str) and len(day) == 10 else day


def _unchanged(value: Any) -> Any:
    return value


# (type at Salesforce, type of our column) that an org may have chosen otherwise than we declare
CONVERSIONS: dict[tuple[Kind, Kind], Callable[[Any], Any]] = {
    (Kind.TEXT, Kind.NUMBER): _number_in,
    (Kind.TEXT, Kind.INTEGER): _number_in,
    (Kind.NUMBER, Kind.INTEGER): _unchanged,
    (Kind.INTEGER, Kind.NUMBER): _unchanged,
    (Kind.NUMBER, Kind.TEXT): _digits_of,
    (Kind.INTEGER, Kind.TEXT): text_of,
    (Kind.FLAG, Kind.TEXT): text_of,
    (Kind.DATE, Kind.TEXT): _unchanged,
    (Kind.INSTANT, Kind.TEXT): _unchanged,
    # a date without time means midnight in Tokyo
    (Kind.DATE, Kind.INSTANT): _tokyo_midnight,
}
