"""Reads the result of a bulk query: CSV pages into columns, on from where it broke off.

Here belong the CSV's peculiarities: empty is null and nothing else is, numbers like ``1.21E7``,
everything else text. Not here: jobs (``vendors``), when bulk pays (``objects``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv

from ingestion.contracts import Kind
from ingestion.resources import Batch
from ingestion.sources.salesforce.selection import Selection
from vendors.errors import Fault, VendorError
from vendors.salesforce_bulk import BulkPage, BulkQueries

# From here on a bulk query takes fewer calls than pages of 2,000 rows: start, two looks, pages of
# 10,000 rows. Its wait, half a minute in a real org, is shorter than the pages as well.
BULK_FROM_ROWS = 10_000
_ATTEMPTS = 3
_FLAGS = {"true": True, "false": False}


@dataclass
class Place:
    """Where a bulk result is being read, in a form that a resource's state can keep.

    Attributes:
        query: the query that the job answers.
        job_id: empty until it is started.
        total: rows of the result, once known; None when Salesforce does not say.
        locator: where the next page begins.
        rows: how many rows came before it.
        newest: the newest stamp when the job was started, in epoch milliseconds.
    """

    query: str
    job_id: str = ""
    total: int | None = None
    locator: str = ""
    rows: int = 0
    newest: int | None = None
    is_done: bool = False


def read_result(bulk: BulkQueries, place: Place, selection: Selection) -> Iterator[Batch]:
    """Yield the pages of a job from a place on; the place is behind each page that is yielded.

    Raises:
        BulkImpossible: the job failed.
        VendorError: the result cannot be fetched; ``place`` tells where to go on.
    """
    if not place.rows:
        place.total = bulk.wait(place.job_id)
    with ThreadPoolExecutor(1) as ahead:
        # the next page travels while this one is cast and written
        coming = ahead.submit(_page, bulk, place.job_id, place.locator)
        while not place.is_done:
            page, table = coming.result()
            if page.following:
                coming = ahead.submit(_page, bulk, place.job_id, page.following)
            place.rows += table.num_rows
            place.locator, place.is_done = page.following, not page.following
            yield Batch(columns=_columns(table, selection), kinds=selection.kinds, is_snapshot=True)


def _page(bulk: BulkQueries, job_id: str, locator: str) -> tuple[BulkPage, pa.Table]:
    for _ in range(_ATTEMPTS):
        page = bulk.page(job_id, locator)
        try:
            table = read_csv(page.body)
        except pa.ArrowInvalid:
            continue
        if page.rows is None or page.rows == table.num_rows:
            return page, table
    sentence = "Salesforce answered a page of a bulk query with something unreadable."
    raise VendorError("Salesforce", Fault.BROKEN, sentence)


def read_ids(bulk: BulkQueries, soql: str, include_deleted: bool) -> pa.Array:
    """Return the ids that a query for ids alone finds.

    Raises:
        BulkImpossible: it cannot be asked in bulk.
        VendorError: fewer came than Salesforce counts, or the result cannot be fetched.
    """
    job_id, locator = bulk.start(soql, include_deleted), ""
    total = bulk.wait(job_id)
    found: list[pa.Array] = []
    while True:
        page, table = _page(bulk, job_id, locator)
        found += table.column("Id").cast(pa.string()).chunks
        locator = page.following
        if not locator:
            break
    ids = pa.chunked_array(found, pa.string()).combine_chunks()
    if total is not None and len(ids) < total:
        sentence = f"Salesforce counts {total:,} rows for a query, {len(ids):,} came."
        raise VendorError("Salesforce", Fault.TRUNCATED, sentence)
    return ids


def read_csv(body: bytes) -> pa.Table:
    """Return a page as undecoded text; only an empty cell is null.

    Raises:
        pyarrow.ArrowInvalid: it is no CSV.
    """
    header = body[: body.find(b"\n") + 1 or len(body)].decode("utf-8-sig")
    names = [name.strip().strip('"') for name in header.split(",")]
    return pa_csv.read_csv(
        pa.BufferReader(body),
        # one block, because a row of long texts may be longer than any block
        read_options=pa_csv.ReadOptions(
            block_size=max(len(body), 1), column_names=names, skip_rows=1
        ),
        parse_options=pa_csv.ParseOptions(newlines_in_values=True),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.binary()),
            check_utf8=False,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )


def _columns(table: pa.Table, selection: Selection) -> dict[str, pa.Array | list[Any]]:
    columns: dict[str, pa.Array | list[Any]] = {}
    for column, name in selection.columns.items():
        if name not in table.column_names:
            continue
        array = table.column(name).combine_chunks()
        convert = selection.conversions.get(column)
        kind = selection.kinds[column]
        columns[column] = _converted(array, kind, convert) if convert else array
    return columns


def _converted(array: pa.Array, kind: Kind, convert: Callable[[Any], Any]) -> list[Any]:
    """Convert the few columns that an org typed otherwise, value by value, as over REST."""
    read = _READ.get(kind, str)
    return [None if one is None else convert(read(_text(one))) for one in array.to_pylist()]


def _text(raw: bytes) -> str:
    # what is no UTF-8 becomes half a surrogate, which the guards reject
    return raw.decode(errors="surrogateescape")


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


def _integer(text: str) -> Any:
    number = _number(text)
    return int(number) if isinstance(number, float) and number.is_integer() else number


_READ: Mapping[Kind, Callable[[str], Any]] = {
    Kind.NUMBER: _number,
    Kind.INTEGER: _integer,
    Kind.FLAG: lambda text: _FLAGS.get(text, text),
}
