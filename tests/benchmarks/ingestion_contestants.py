"""One way of reading all leads, in a process of its own: prints seconds, rows, peak memory.

``ours`` is the source as it runs; ``dicts`` the same rows yielded as dicts through dlt; ``bare``
simple-salesforce's ``query_all_iter`` and nothing else.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

AS_OF = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)


def ours(folder: Path, rows: int) -> dict[str, Any]:
    """Load Salesforce as ``make sync`` does."""
    from ingestion.pipeline import load_source

    report = load_source("salesforce", data_dir=folder, inbox_dir=folder / "inbox", as_of=AS_OF)
    [done] = [one for one in report.resources if one.resource == "lead"]
    if report.status != "ok":
        raise RuntimeError(report.error)
    return {
        "rows": done.rows_loaded,
        "total": done.rows_total,
        "calls": report.api_calls,
        "objects": len(report.resources),
    }


def dicts(folder: Path, rows: int) -> dict[str, Any]:
    """Yield rows as dicts through dlt into DuckDB, merging by id."""
    import dlt

    def lead() -> Iterator[dict[str, Any]]:
        for number, row in enumerate(_iterated()):
            if number == rows:
                return
            del row["attributes"]
            yield row

    merging: Any = dlt.resource(lead, name="lead", primary_key="Id", write_disposition="merge")
    pipeline = dlt.pipeline(
        "dicts",
        pipelines_dir=str(folder / "dlt"),
        destination=dlt.destinations.duckdb(str(folder / "dicts.duckdb")),
        dataset_name="raw",
    )
    pipeline.run(merging)
    return {"rows": rows}


def bare(folder: Path, rows: int) -> dict[str, Any]:
    """Iterate over all rows and do nothing with them."""
    return {"rows": sum(1 for _ in _iterated())}


def _iterated() -> Iterator[Any]:
    from ingestion.sources.salesforce.queries import build_soql
    from vendors.salesforce import connect

    client = connect()
    described = client.describe("Lead")["fields"]
    fields = [one["name"] for one in described if one["type"] != "address"]
    soql = build_soql("Lead", fields, None, None)
    return iter(client._salesforce.query_all_iter(soql, include_deleted=True))


WAYS: dict[str, Callable[[Path, int], dict[str, Any]]] = {
    "ours": ours,
    "dicts": dicts,
    "bare": bare,
}


def main() -> int:
    """Run the way that the first argument names."""
    way, folder, rows = sys.argv[1:]
    logging.disable(logging.WARNING)
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    started = time.perf_counter()
    found = WAYS[way](Path(folder), int(rows))
    found["seconds"] = time.perf_counter() - started
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
