"""Measures a first load of HubSpot contacts: seconds, peak memory, calls, and beside others.

    python -m tests.benchmarks.ingestion_hubspot [--contacts 30000] [--properties 60]

Three readers pull the same contacts from the same loopback server, each in a process of its own:

    bare    pages through the listing with requests and keeps nothing: what HTTP itself costs
    dicts   the same pages yielded as dicts through dlt into DuckDB
    ours    the source hubspot, with guards, count and reports

Each peak is that process's own high-water mark. The load is also measured with half the contacts,
because a peak that is flat in the number of rows is what counts.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

STAMP = "2026-09-01T00:00:00.000Z"
READERS = ("bare", "dicts", "ours")
_KNOWN = ("email", "lastname", "firstname", "company", "lastmodifieddate", "createdate")


class Contacts:
    """A portal that holds nothing but contacts, all made up on request."""

    def __init__(self, count: int, properties: int) -> None:
        self.count = count
        self.names = [*_KNOWN, *(f"own_property_{n}" for n in range(properties - len(_KNOWN)))]

    def page(self, after: int, limit: int) -> dict[str, Any]:
        last = min(after + limit, self.count)
        answer: dict[str, Any] = {"results": [self.row(n) for n in range(after + 1, last + 1)]}
        if last < self.count:
            answer["paging"] = {"next": {"after": str(last)}}
        return answer

    def row(self, number: int) -> dict[str, Any]:
        values = {name: f"値 {number} {name}" for name in self.names}
        values |= {"email": f"p{number}@example.test", "hs_object_id": str(number)}
        values |= {"lastmodifieddate": STAMP, "createdate": STAMP}
        stamps = {"createdAt": STAMP, "updatedAt": STAMP, "archived": False}
        return {"id": str(number), "properties": values, **stamps}

    def answer(self, path: str, query: dict[str, list[str]], body: dict[str, Any]) -> Any:
        if path.endswith("/properties/contacts"):
            return {"results": [{"name": name, "hubspotDefined": False} for name in self.names]}
        if path.endswith("/contacts/search"):
            return {"total": self.count, "results": [self.row(1)][: body["limit"]]}
        if path.endswith("/objects/contacts") and query.get("archived") != ["true"]:
            return self.page(int(query.get("after", ["0"])[0]), int(query["limit"][0]))
        if path.endswith("/batch/read"):
            return {"results": [{"from": one, "to": []} for one in body["inputs"]]}
        if "/email/" in path:
            return {"events": [], "hasMore": False}
        return {"results": [], "total": 0}


def serve(contacts: Contacts) -> str:
    """Serve contacts on a free port of this process, and return the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = contacts.answer(parts.path, parse_qs(parts.query), json.loads(sent or b"{}"))
            body = json.dumps(answer, ensure_ascii=False).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _serve

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"


def read(reader: str, base_url: str, folder: Path) -> dict[str, float]:
    """Read all contacts once in this process, and return rows, calls and seconds."""
    began = time.perf_counter()
    rows, calls = {"bare": _bare, "dicts": _dicts, "ours": _ours}[reader](base_url, folder)
    return {"rows": rows, "calls": calls, "seconds": time.perf_counter() - began}


def _pages(base_url: str) -> Iterator[list[dict[str, Any]]]:
    import requests

    session, after = requests.Session(), ""
    names = session.get(f"{base_url}/crm/v3/properties/contacts", timeout=30).json()["results"]
    params = {"limit": "100", "properties": ",".join(one["name"] for one in names)}
    while True:
        more = {"after": after} if after else {}
        url = f"{base_url}/crm/v3/objects/contacts"
        answer = session.get(url, params={**params, **more}, timeout=30).json()
        yield answer["results"]
        after = answer.get("paging", {}).get("next", {}).get("after", "")
        if not after:
            return


def _bare(base_url: str, folder: Path) -> tuple[int, int]:
    lengths = [len(page) for page in _pages(base_url)]
    return sum(lengths), len(lengths) + 1


def _dicts(base_url: str, folder: Path) -> tuple[int, int]:
    import dlt
    import duckdb

    calls = 1

    def contacts() -> Iterator[list[dict[str, Any]]]:
        nonlocal calls
        for page in _pages(base_url):
            calls += 1
            yield [{"id": row["id"], **row["properties"]} for row in page]

    pipeline = dlt.pipeline(
        pipeline_name="bench",
        pipelines_dir=str(folder / "dlt"),
        destination=dlt.destinations.duckdb(str(folder / "dicts.duckdb")),
        dataset_name="raw",
    )
    source = dlt.resource(
        contacts, name="contact", primary_key="id", write_disposition="merge", max_table_nesting=0
    )
    pipeline.run(source)
    with duckdb.connect(str(folder / "dicts.duckdb")) as con:
        [count] = con.execute("SELECT count(*) FROM raw.contact").fetchone() or (0,)
    return count, calls


def _ours(base_url: str, folder: Path) -> tuple[int, int]:
    import vendors.hubspot
    from ingestion.pipeline import load_source

    # a loopback server has no limit of calls
    vendors.hubspot.MIN_INTERVAL = 0.0
    os.environ.update(HUBSPOT_BASE_URL=base_url, HUBSPOT_ACCESS_TOKEN="loopback")
    as_of = datetime(2026, 10, 2, 5, 30, tzinfo=UTC)
    report = load_source("hubspot", data_dir=folder, inbox_dir=folder, as_of=as_of)
    [contact] = [one for one in report.resources if one.resource == "contact"]
    if contact.status == "failed":
        raise SystemExit(f"contact: {contact.error}")
    return contact.rows_total, report.api_calls


def measure(reader: str, contacts: int, properties: int) -> dict[str, float]:
    """Run one reader in a process of its own, against a server in another."""
    with tempfile.TemporaryDirectory(prefix="kakehashi-bench-") as folder:
        base_url = serve(Contacts(contacts, properties))
        command = [sys.executable, "-m", "tests.benchmarks.ingestion_hubspot"]
        command += ["--reader", reader, "--url", base_url, "--folder", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{reader} failed: {done.stderr[-800:]}")
        return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Measure all readers and print a table, or be one of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=30_000)
    parser.add_argument("--properties", type=int, default=60)
    parser.add_argument("--readers", default=",".join(READERS), help="which, separated by commas")
    parser.add_argument("--reader", choices=READERS)
    parser.add_argument("--url")
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    if given.reader:
        found = read(given.reader, given.url, given.folder)
        used = resource.getrusage(resource.RUSAGE_SELF)
        found |= {"peak_mb": used.ru_maxrss / 1024, "cpu": used.ru_utime + used.ru_stime}
        sys.stdout.write(json.dumps(found) + "\n")
        return
    out = sys.stdout.write
    out(f"{given.contacts:,} contacts with {given.properties} properties\n")
    heads = ("rows", "calls", "seconds", "x bare", "CPU s", "peak MB")
    out(f"{'reader':<8}" + "".join(f"{head:>9}" for head in heads) + "\n")
    readers = given.readers.split(",")
    sizes = [(name, given.contacts) for name in readers]
    sizes += [("ours", given.contacts // 2)] if "ours" in readers else []
    bare = 0.0
    for name, size in sizes:
        found = measure(name, size, given.properties)
        bare = bare or found["seconds"]
        ratio = f"{found['seconds'] / bare:.2f}" if size == given.contacts else ""
        line = f"{name:<8}{found['rows']:>9,.0f}{found['calls']:>9,.0f}{found['seconds']:>9.1f}"
        out(f"{line}{ratio:>9}{found['cpu']:>9.1f}{found['peak_mb']:>9.0f}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
