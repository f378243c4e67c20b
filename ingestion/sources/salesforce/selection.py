"""Which fields of a Salesforce object are asked for, and what their values become in raw.

Here belong field discovery by describe, fields that an org typed otherwise than we declare, and
the shape of a row that came over REST. Not here: queries (``objects``), bulk (``bulk``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ingestion.contracts import Kind, TableContract
from ingestion.naming import column_name
from ingestion.shaping import text_of

# A query over REST travels in the address of a GET, which Salesforce accepts up to about 16,000
# characters; what is longer is asked in parts.
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
    """The fields that one object is asked for.

    Attributes:
        fields: API names.
        kinds: column to the kind that Salesforce's type of the field means.
        conversions: column to what makes of Salesforce's value one of our column's kind.
        stamp: the field that tells newer from older, if the user may read it.
        has_free_types: a field holds flags and numbers as well as text, which CSV does not tell
            apart.
        missing: mapped fields that the org lacks; ``left_out``: two fields of one column name;
            ``other_type``: fields whose type cannot become that of our column.
    """

    fields: tuple[str, ...]
    kinds: Mapping[str, Kind]
    conversions: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    stamp: str | None = None
    has_free_types: bool = False
    missing: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    other_type: tuple[str, ...] = ()

    @property
    def columns(self) -> dict[str, str]:
        """Column name → field."""
        return {column_name(name): name for name in self.fields}

    @property
    def include_deleted(self) -> bool:
        """Whether the object has a recycle bin."""
        return "IsDeleted" in self.fields

    def parts(self) -> list[tuple[str, ...]]:
        """Return the fields in parts that fit into an address, each with id and stamp."""
        always = tuple(one for one in ("Id", self.stamp) if one)
        parts: list[list[str]] = [[]]
        length = 0
        for name in self.fields:
            if name in always:
                continue
            length += len(name) + 3
            if length > MAX_SELECT_CHARS:
                parts.append([])
                length = len(name) + 3
            parts[-1].append(name)
        return [(*always, *part) for part in parts]

    @property
    def remark(self) -> str | None:
        """What lacks, in one sentence per lack."""
        lacks = []
        if self.missing:
            lacks.append(f"fields missing at Salesforce: {', '.join(self.missing)}.")
        if self.left_out:
            lacks.append(f"fields whose column name is taken: {', '.join(self.left_out)}.")
        if self.other_type:
            lacks.append(f"fields of a type that does not fit: {', '.join(self.other_type)}.")
        return " ".join(lacks) or None


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
    types = _described(description)
    wanted = {column_name(name) for name in mapped} | set(contract.columns)
    chosen: dict[str, str] = {}
    left_out, other_type = [], []
    conversions: dict[str, Callable[[Any], Any]] = {}
    for name in sorted(types, key=lambda name: (column_name(name) not in wanted, name)):
        column, kind = column_name(name), _KINDS.get(types[name], Kind.TEXT)
        pair = (kind, frozen.get(column, kind))
        if column in chosen:
            left_out.append(name)
        elif pair[0] is not pair[1] and pair not in CONVERSIONS:
            other_type.append(name)
        else:
            chosen[column] = name
            if pair in CONVERSIONS or types[name] == "anyType":
                # a history's old and new value are flags and numbers as well as text
                conversions[column] = CONVERSIONS.get(pair, text_of)
    there = set(map(column_name, types))
    return Selection(
        fields=tuple(chosen.values()),
        kinds={column: _KINDS.get(types[name], Kind.TEXT) for column, name in chosen.items()},
        conversions=conversions,
        stamp=chosen.get(contract.newest or ""),
        has_free_types=any(types[name] == "anyType" for name in chosen.values()),
        missing=tuple(name for name in mapped if column_name(name) not in there),
        left_out=tuple(left_out),
        other_type=tuple(other_type),
    )


def _described(description: Mapping[str, Any]) -> dict[str, str]:
    types = {one["name"]: one.get("type") or "string" for one in description.get("fields") or ()}
    return {name: kind for name, kind in types.items() if kind not in _COMPOUND}


def shape_row(row: Mapping[str, Any], selection: Selection) -> dict[str, Any]:
    """Return a row that came over REST in column names.

    Empty text becomes null: Salesforce keeps none, and a bulk result does not tell them apart.
    """
    columns = selection.columns
    return _shaped(row, columns, selection.conversions)


def shape_rows(rows: Iterable[Mapping[str, Any]], selection: Selection) -> list[dict[str, Any]]:
    """Return rows that came over REST in column names; see ``shape_row``."""
    columns = selection.columns
    return [_shaped(row, columns, selection.conversions) for row in rows]


def _shaped(
    row: Mapping[str, Any],
    columns: Mapping[str, str],
    conversions: Mapping[str, Callable[[Any], Any]],
) -> dict[str, Any]:
    result = {column: row.get(name) for column, name in columns.items()}
    for column, value in result.items():
        if value == "":
            result[column] = None
    for column, convert in conversions.items():
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


def _instant_text(instant: Any) -> Any:
    # REST writes +0000 and bulk Z
    return instant.removesuffix("+0000") + "Z" if _ends_at_zero(instant) else instant


def _ends_at_zero(instant: Any) -> bool:
    return isinstance(instant, str) and instant.endswith("+0000")


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
    (Kind.INSTANT, Kind.TEXT): _instant_text,
    # a date without time means midnight in Tokyo
    (Kind.DATE, Kind.INSTANT): _tokyo_midnight,
}
