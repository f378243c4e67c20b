"""What an agreement table may hold, read from the properties that dbt has of its seed.

Belongs here: turning `_*__seeds.yml` (types, accepted values, unique keys, `meta`) into plain
dataclasses; it is the only description, for dbt, for the checks and for the page in docs/.
Does not: reading the tables (table), judging them (cells, references, conditions, rules).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # a PyYAML without its C part reads the same, ten times slower
    from yaml import SafeLoader as Loader

SORTS = ("number", "text", "flag", "count")
_KINDS = {"double": "number", "varchar": "text"}


@dataclass(frozen=True)
class Column:
    """One column of an agreement table.

    Attributes:
        kind: `text`, `integer`, `number`, `boolean` or `date`.
        allowed: the values that may stand there; empty means any.
        allowed_items: the same for each of the texts that a cell parts by a bar.
        allowed_when: other column → its value → the values then allowed here (none: stay empty).
        required_when: other column → its values with which this cell must be filled.
        found_in: `table.column` that must hold the value; `found_when`: only with such a value.
        every_when: other column → its value → values that must stand here in some row.
        sorts: for measures: `number`, `text`, `flag` or `count` → the measures of that sort.
    """

    name: str
    purpose: str
    kind: str = "text"
    is_required: bool = False
    allowed: tuple[str, ...] = ()
    allowed_items: tuple[str, ...] = ()
    allowed_when: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    required_when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    found_in: str | None = None
    found_when: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    every_when: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    sorts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    above: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    written_as: str | None = None


@dataclass(frozen=True)
class Description:
    """One agreement table.

    Attributes:
        example: a change that somebody may want; `effect`: what it then does, and does not.
        keys: groups of columns whose values no two rows may share.
        every: column → values that some row must have.
    """

    name: str
    title: str
    decides: str
    example: str
    effect: str
    columns: tuple[Column, ...]
    keys: tuple[tuple[str, ...], ...]
    every: Mapping[str, tuple[str, ...]]
    needs_rows: bool
    takes_more_columns: bool

    @property
    def file_name(self) -> str:
        """Name of the CSV file."""
        return f"{self.name}.csv"

    @property
    def column_names(self) -> tuple[str, ...]:
        """The columns in their order."""
        return tuple(column.name for column in self.columns)


def read_descriptions(models_dir: Path) -> dict[str, Description]:
    """Reads every agreement table's description, by table, in the order of the files.

    Args:
        models_dir: dbt's model folder; seeds of it without `meta.decides_ja` are no agreement.
    """
    found = {}
    for path in sorted(models_dir.rglob("_*__seeds.yml")):
        for seed in yaml.load(path.read_bytes(), Loader=Loader).get("seeds", []):
            if "decides_ja" in seed.get("config", {}).get("meta", {}):
                found[seed["name"]] = _description(seed)
    return found


def _description(seed: Mapping[str, Any]) -> Description:
    meta = seed["config"]["meta"]
    types = seed["config"].get("column_types", {})
    columns = seed["columns"]
    keys = [(column["name"],) for column in columns if "unique" in _tests(column)]
    per_row = _tests(seed).get("one_row_per")
    keys += [tuple(key) for key in (per_row and per_row["columns"], meta.get("key")) if key]
    return Description(
        name=seed["name"],
        title=meta["title_ja"],
        decides=meta["decides_ja"],
        example=meta["example_ja"],
        effect=meta["effect_ja"],
        columns=tuple(_column(column, types.get(column["name"], "varchar")) for column in columns),
        keys=tuple(keys),
        every=_lists(meta.get("every", {})),
        needs_rows=meta.get("needs_rows", False),
        takes_more_columns=meta.get("takes_more_columns", False),
    )


def _column(column: Mapping[str, Any], column_type: str) -> Column:
    meta = column["config"]["meta"]
    tests = _tests(column)
    sorts = _lists(meta.get("sorts", {}))
    listed = tests.get("accepted_values", {}).get("values") or meta.get("values") or ()
    in_sorts = [measure for sort in SORTS for measure in sorts.get(sort, ())]
    return Column(
        name=column["name"],
        purpose=meta["ja"],
        kind=_KINDS.get(column_type, column_type),
        is_required=meta.get("required", False) or "not_null" in tests,
        allowed=tuple(listed or in_sorts),
        allowed_items=tuple(meta.get("item_values", ())),
        allowed_when={by: _lists(lists) for by, lists in meta.get("values_when", {}).items()},
        required_when=_lists(meta.get("required_when", {})),
        found_in=meta.get("found_in"),
        found_when=meta.get("found_when", {}),
        every_when={by: _lists(lists) for by, lists in meta.get("every_when", {}).items()},
        sorts=sorts,
        above=meta.get("above"),
        at_least=meta.get("at_least"),
        at_most=meta.get("at_most"),
        written_as=meta.get("written_as"),
    )


def _lists(lists: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(values) for name, values in lists.items()}


def _tests(described: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The data tests of a seed or column: name → arguments."""
    tests: dict[str, Mapping[str, Any]] = {}
    for test in described.get("data_tests", []):
        if isinstance(test, str):
            tests[test] = {}
        else:
            tests |= {name: given.get("arguments", {}) for name, given in test.items()}
    return tests
