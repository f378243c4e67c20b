"""Runs one source: signs in, lets dlt load it into the raw layer, and reports how it went.

Here belongs what is the same for every source. Not here: what a source reads (``sources``), how
rows are guarded (``resources``), what is kept about a load (``reports``).

The warehouse is the only memory: dlt's working folder is scratch and is thrown away before each
run, so cursors come back from the warehouse's own state table. Deleting the warehouse therefore
pulls everything again, and a run that was killed leaves nothing behind that could be loaded twice.
"""

from __future__ import annotations

import shutil
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import dlt
import duckdb
import pyarrow as pa
from dlt.common.exceptions import DltException
from dlt.destinations.impl.duckdb.configuration import DuckDbCredentials

from ingestion.config import LOAD_MEMORY_MB, LOAD_MEMORY_MB_PER_COLUMN, LoadContext
from ingestion.landing import SOURCES, ensure_raw_tables, tables_of
from ingestion.raw_tables import survey
from ingestion.reports import LoadReport, ResourceLoad, keep, rejected_before, report
from ingestion.resources import Load
from vendors.errors import VendorError

__all__ = ["SOURCES", "LoadReport", "ResourceLoad", "load_source", "resource_names"]


def resource_names(source: str) -> tuple[str, ...]:
    """Return the resources of a source, in the order in which they are read."""
    return tuple(contract.resource for contract in tables_of(source))


def load_source(
    name: str,
    *,
    data_dir: Path,
    inbox_dir: Path,
    as_of: datetime,
    agreement_dir: Path | None = None,
) -> LoadReport:
    """Load one source into ``raw_<name>``.

    Args:
        name: one of ``SOURCES``.
        data_dir: holds ``warehouse.duckdb`` and dlt's scratch folder.
        inbox_dir: where people drop files.
        as_of: the instant the run is for; stamps every loaded row.
        agreement_dir: a company's own agreement tables.

    Returns:
        The report; faults of vendors and files are told in it, never raised.
    """
    if name not in SOURCES:
        raise ValueError(f"{name!r} is not a source; the sources are {', '.join(SOURCES)}")
    context = LoadContext(data_dir, inbox_dir, as_of, agreement_dir)
    ensure_raw_tables(context.warehouse, agreement_dir)
    load = Load(
        name,
        context,
        raw=survey(context.warehouse, name, tables_of(name)),
        rejected_before=rejected_before(context.warehouse, name),
    )
    status = _run(load)
    done = report(context.warehouse, name, tables_of(name), load, status=status)
    keep(context.warehouse, done, load)
    return done


def _run(load: Load) -> str:
    """Run dlt; return the status of the source as a whole, empty when each resource has its own."""
    module = import_module(f"ingestion.sources.{load.source}")
    try:
        if not module.is_configured(load.context):
            return "off"
        source = module.build_source(load)
    except VendorError as error:
        return _failed(load, str(error), str(error.fault))
    try:
        _load_all(_pipeline(load), source, load)
    except (DltException, duckdb.Error, OSError) as error:
        # their texts may quote rows, so only the kind is told
        kind = type(getattr(error, "exception", None) or error).__name__
        return _failed(load, f"{load.source} could not be written to the warehouse ({kind}).")
    _finish(load)
    return ""


def _finish(load: Load) -> None:
    """Do what waits for the rows to be safe; what cannot be done is done by the next run."""
    for step in load.after:
        try:
            step()
        except OSError as error:
            for outcome in load.outcomes.values():
                outcome.remark = f"a file could not be moved ({type(error).__name__})."


def _pipeline(load: Load) -> Any:
    scratch = load.context.pipelines_dir / load.source
    shutil.rmtree(scratch, ignore_errors=True)
    # one resource after the other, in their order: some need what those before them have read
    dlt.config["extract.next_item_mode"] = "fifo"
    return dlt.pipeline(
        pipeline_name=load.source,
        pipelines_dir=str(load.context.pipelines_dir),
        destination=dlt.destinations.duckdb(str(load.context.warehouse)),
        dataset_name=f"raw_{load.source}",
    )


def _load_all(pipeline: Any, source: Any, load: Load) -> None:
    """Do what ``run`` does, and bound DuckDB's memory once it is known how wide the tables are."""
    pipeline.sync_destination()
    pipeline.extract(source)
    pipeline.normalize()
    # what reading needed goes back before writing needs its own
    pa.default_memory_pool().release_unused()
    widest = max(
        (len(one["columns"]) for one in pipeline.default_schema.tables.values()), default=0
    )
    bounds: dict[str, Any] = {
        "memory_limit": f"{max(LOAD_MEMORY_MB, widest * LOAD_MEMORY_MB_PER_COLUMN)}MB",
        "threads": 2,
        "preserve_insertion_order": False,
    }
    warehouse = DuckDbCredentials(str(load.context.warehouse), global_config=bounds)
    pipeline.load(destination=dlt.destinations.duckdb(warehouse))


def _failed(load: Load, sentence: str, fault: str | None = None) -> str:
    for name in resource_names(load.source):
        outcome = load.outcome(name)
        outcome.error, outcome.fault = sentence, fault
        outcome.rows_loaded = 0
    return "failed"
