"""How a source's rows become dlt resources: guarded, compared with what is there, isolated.

Here belongs what every resource of every source has in common: rows that do not fit are sorted
out, rows that did not change are dropped, a fault ends its own resource and no other, and the
cursor moves only when the resource was read to its end. Not here: any vendor's way of paging.

    read(state) ─▶ rows or columns ─▶ guards ─▶ only new or changed ─▶ Arrow table ─▶ dlt merge
                                        └─▶ rejections
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import dlt
import pyarrow as pa
from dlt.sources import DltResource

from ingestion.column_guards import Columns, sort_out_columns
from ingestion.config import LoadContext
from ingestion.contracts import ARROW_TYPES, LOADED_AT, Kind, TableContract
from ingestion.distinct_keys import DistinctKeys
from ingestion.guards import Rejection, Row, rejection, sort_out
from ingestion.raw_tables import RawTable
from vendors.errors import Fault, VendorError

# New tables and columns may come, because orgs add fields; a column never changes its type,
# because everything after raw is written for that type (guards turn a flip into rejections).
RAW_SCHEMA_CONTRACT: Any = {"tables": "evolve", "columns": "evolve", "data_type": "freeze"}
# key of a resource's state under which a reader keeps where it can go on after breaking off
RESUME = "resume"
# spares an empty table the staging and sorting of a merge
_FILL = dlt.mark.make_hints(write_disposition="append")
_BY_KEY: Any = {"disposition": "merge", "strategy": "delete-insert"}
# the last one said holds for all that a table is given in a load
_MERGE = dlt.mark.make_hints(write_disposition=_BY_KEY)
# what an answer of another shape than the vendor documents brings about
_UNEXPECTED = (
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    pa.ArrowException,
)


@dataclass
class Batch:
    """Some rows in column names, with the kinds of columns that the contract does not declare.

    Attributes:
        rows: one by one; empty when they come as columns.
        kinds: kinds of columns that the contract does not declare.
        rejected: what could not even be shaped.
        is_counted: False for rows that the vendor did not send now, such as those of records that
            it no longer lists: its own count does not hold them.
        columns: the rows as columns, for what comes in bulk.
        is_snapshot: every batch of this read shows the vendor as it was at one moment, so that
            what comes twice is the same, and an empty table can simply be filled.
    """

    rows: Sequence[Row] = ()
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    rejected: Sequence[Rejection] = ()
    is_counted: bool = True
    columns: Columns | None = None
    is_snapshot: bool = False


def shaped(
    items: Iterable[Any],
    shape: Callable[[Any], Row],
    key: str,
    kinds: Mapping[str, Kind] | None = None,
) -> Batch:
    """Shape a vendor's items row by row; one of another structure rejects only itself.

    Args:
        items: the items as the vendor sent them.
        shape: turns an item into column values.
        key: the item's field that tells people which record it is.
        kinds: kinds of columns that the contract does not declare.
    """
    batch: list[Row] = []
    rejected = []
    for item in items:
        try:
            batch.append(shape(item))
        except (AttributeError, LookupError, TypeError, ValueError):
            row = item if isinstance(item, dict) else {"value": item}
            reason = "has another structure than the vendor documents"
            rejected.append(rejection(row, [key], "", reason))
    return Batch(batch, kinds or {}, rejected)


Reader = Callable[[dict[str, Any]], Iterable[Batch]]


@dataclass
class Outcome:
    """What became of one resource in this load.

    Attributes:
        expected_rows: the vendor's own count of the rows that this read should yield; a reader
            that can learn it sets it, and a read that ends with fewer fails.
        read: the keys of the rows that came, unchanged and rejected ones too.
        is_revised: whether a row came that may replace one which came before it.
        told: what is worth knowing although nothing lacks.
    """

    rows_loaded: int = 0
    expected_rows: int | None = None
    read: DistinctKeys = field(default_factory=DistinctKeys)
    is_revised: bool = False
    rejected: list[Rejection] = field(default_factory=list)
    healed: set[str] = field(default_factory=set)
    error: str | None = None
    fault: str | None = None
    remark: str | None = None
    told: list[str] = field(default_factory=list)

    @property
    def rows_read(self) -> int:
        """How many different rows came, unchanged and rejected ones too."""
        return self.read.count()

    @property
    def status(self) -> str:
        """``failed`` when the reading broke off, ``partial`` when something lacks, else ``ok``."""
        if self.error:
            return "failed"
        return "partial" if self.remark else "ok"


@dataclass
class Load:
    """One run of one source: its context, what raw holds, what became of its resources.

    ``after`` is done once everything that was read is safely in the warehouse.
    """

    source: str
    context: LoadContext
    raw: Mapping[str, RawTable]
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    rejected_before: Mapping[str, set[str]] = field(default_factory=dict)
    after: list[Callable[[], None]] = field(default_factory=list)
    api_calls: Callable[[], int] = lambda: 0

    def outcome(self, resource: str) -> Outcome:
        """Return the outcome of a resource, begun on first use."""
        return self.outcomes.setdefault(resource, Outcome())

    def resource(
        self, contract: TableContract, read: Reader, *, merge_key: str | None = None
    ) -> DltResource:
        """Return the dlt resource that lands what ``read`` yields.

        Args:
            contract: the table.
            read: yields batches; is given the resource's state (cursors) to read and change.
            merge_key: rows sharing it are replaced as a whole (the rows of one file).
        """
        columns: Any = {name: {"name": name, "nullable": False} for name in contract.key}
        if contract.newest:
            columns[contract.newest] = {"name": contract.newest, "dedup_sort": "desc"}
        outcome = self.outcome(contract.resource)

        def landed() -> Iterator[Any]:
            yield from _landed(self, contract, read, outcome, compare=merge_key is None)

        declared: Any = dlt.resource
        resource: DltResource = declared(
            landed,
            name=contract.resource,
            primary_key=list(contract.key),
            merge_key=merge_key,
            write_disposition=_BY_KEY,
            columns=columns,
            schema_contract=RAW_SCHEMA_CONTRACT,
        )
        return resource


def _landed(
    load: Load, contract: TableContract, read: Reader, outcome: Outcome, *, compare: bool
) -> Iterator[Any]:
    kept = dlt.current.resource_state()
    state = dict(kept)
    raw = load.raw[contract.resource]
    frozen = {**raw.kinds, **contract.columns}
    fills = compare and raw.is_empty
    compare = compare and not raw.is_empty
    try:
        for batch in read(state):
            table = _sorted_out(batch, contract, frozen, outcome)
            if before := load.rejected_before.get(contract.resource):
                outcome.healed.update(before.intersection(_keys(table, contract)))
            table = raw.new_or_changed(table) if compare and table.num_rows else table
            has_begun = outcome.rows_loaded > 0
            outcome.rows_loaded += table.num_rows
            if table.num_rows:
                table = _stamped(table, contract, load.context.as_of)
                may_fill = fills and not outcome.is_revised and (has_begun or batch.is_snapshot)
                yield dlt.mark.with_hints(table, _FILL if may_fill else _MERGE) if fills else table
                fills = may_fill
        _refuse_to_be_short(load, contract, outcome)
        kept.pop(RESUME, None)
        kept.update(state)
    except VendorError as error:
        outcome.error, outcome.fault = str(error), str(error.fault)
        _keep_place(kept, state)
    except _UNEXPECTED as error:
        # its text may quote records
        what = f"{load.source} {contract.resource}"
        outcome.error = f"{what} answered in an unexpected shape ({type(error).__name__})."


def _keep_place(kept: dict[str, Any], state: Mapping[str, Any]) -> None:
    """Keep where a read that broke off can go on; everything before it is in the warehouse."""
    kept.pop(RESUME, None)
    if RESUME in state:
        kept[RESUME] = state[RESUME]


def _refuse_to_be_short(load: Load, contract: TableContract, outcome: Outcome) -> None:
    """Fail a read that brought fewer rows than the vendor counts; what came is kept.

    Raises:
        VendorError: says both numbers.
    """
    expected, read = outcome.expected_rows, outcome.rows_read
    if expected is not None and read < expected:
        sentence = (
            f"{load.source} {contract.resource} is incomplete: the vendor counts {expected:,} rows,"
            f" {read:,} came; the next run reads them again."
        )
        raise VendorError(load.source, Fault.TRUNCATED, sentence)


def _sorted_out(
    batch: Batch, contract: TableContract, frozen: Mapping[str, Kind], outcome: Outcome
) -> pa.Table:
    columns = {**batch.kinds, **frozen}
    if batch.columns is not None:
        table, rejected = sort_out_columns(batch.columns, columns, contract.key)
    else:
        table, rejected = sort_out(batch.rows, columns, contract.key)
    outcome.rejected.extend([*batch.rejected, *rejected])
    if batch.is_counted:
        fresh = outcome.read.add(_keys(table, contract))
        outcome.read.add(one.source_id for one in (*batch.rejected, *rejected))
        if batch.is_snapshot:
            return table if fresh.all() else table.filter(pa.array(fresh))
        outcome.is_revised = outcome.is_revised or not fresh.all()
    else:
        outcome.is_revised = True
    return _last_of_each_key(table, contract)


def _keys(table: pa.Table, contract: TableContract) -> list[str]:
    columns = [table.column(name).to_pylist() for name in contract.key]
    if len(columns) == 1:
        return list(map(str, columns[0]))
    return [":".join(map(str, parts)) for parts in zip(*columns, strict=True)]


def _last_of_each_key(table: pa.Table, contract: TableContract) -> pa.Table:
    """Keep one row per key: the newest by the vendor's stamp, the last one sent among equals."""
    keys = _keys(table, contract)
    if len(set(keys)) == len(keys):
        return table
    stamps: list[Any] = [None] * len(keys)
    if contract.newest:
        stamps = table.column(contract.newest).to_pylist()
    best: dict[str, int] = {}
    for at, key in enumerate(keys):
        held = best.get(key)
        if held is None or stamps[held] is None or (stamps[at] and stamps[at] >= stamps[held]):
            best[key] = at
    return table.take(pa.array(sorted(best.values()), pa.int64()))


def _stamped(table: pa.Table, contract: TableContract, as_of: Any) -> pa.Table:
    instant = ARROW_TYPES[Kind.INSTANT]
    stamp = pa.repeat(pa.scalar(as_of, instant), table.num_rows)
    fields = [
        pa.field(one.name, one.type, nullable=one.name not in contract.key) for one in table.schema
    ]
    arrays = [column.cast(one.type) for column, one in zip(table.columns, fields, strict=True)]
    schema = pa.schema([*fields, pa.field(LOADED_AT, instant)])
    return pa.Table.from_arrays([*arrays, stamp], schema=schema)
