"""The query resources with their paging.

Belongs here: query, queryAll, next pages. Must not: know SOQL's grammar.
"""

from __future__ import annotations

import itertools
import re
from collections import OrderedDict
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from sandbox.exchange import JSON, Call, json_answer, json_text
from sandbox.salesforce.errors import SalesforceFault
from sandbox.salesforce.gate import Gate, root_of
from sandbox.salesforce.kept_answers import KeptAnswers
from sandbox.salesforce.org import Org
from sandbox.salesforce.soql.execution import Plan, make_plan, shape_record
from sandbox.tables import Row

DEFAULT_PAGE = 2000
SMALLEST_PAGE = 200
_KEPT_CURSORS = 100


@dataclass(frozen=True)
class _Cursor:
    plan: Plan
    rows: list[Row]
    page: int
    text: str
    version: int


class Queries:
    """Query resources of one org, with the cursors of unfinished answers."""

    def __init__(self, kept: KeptAnswers) -> None:
        self._kept = kept
        self._cursors: OrderedDict[str, _Cursor] = OrderedDict()
        self._numbers = itertools.count(1)

    def routes(self, gate: Gate) -> list[Route]:
        """Return the routes of query, queryAll and their next pages."""
        return [
            gate.route("/query", ["GET"], self.query),
            gate.route("/query/", ["GET"], self.query),
            gate.route("/queryAll", ["GET"], self.query_all),
            gate.route("/queryAll/", ["GET"], self.query_all),
            gate.route("/query/{locator}", ["GET"], self.next_page),
            gate.route("/queryAll/{locator}", ["GET"], self.next_page),
        ]

    def query(self, org: Org, call: Call) -> Response:
        """Answer a query over live records."""
        return self._first_page(org, call, with_deleted=False)

    def query_all(self, org: Org, call: Call) -> Response:
        """Answer a query over live and deleted records."""
        return self._first_page(org, call, with_deleted=True)

    def _first_page(self, org: Org, call: Call, *, with_deleted: bool) -> Response:
        text = call.query.get("q", "")
        plan = make_plan(text, org.types, org.fetch, org.clock.now())
        rows = candidate_rows(org, plan, with_deleted=with_deleted)
        if plan.is_count:
            total = len(plan.matching(rows))
            return json_answer({"totalSize": total, "done": True, "records": []})
        if plan.is_aggregate:
            groups = plan.aggregated(rows)
            return json_answer({"totalSize": len(groups), "done": True, "records": groups})
        name, version = f"{with_deleted} {text}", org.estate.version
        found = self._kept.rows(plan, name, version, rows)
        cursor = _Cursor(plan, found, _page_size(call), name, version)
        return self._page(call, f"0r8{next(self._numbers):012d}", cursor, 0)

    def next_page(self, org: Org, call: Call) -> Response:
        """Answer the next page of an unfinished query."""
        key, _, start = call.params["locator"].rpartition("-")
        cursor = self._cursors.get(key)
        if cursor is None or not start.isdigit():
            raise SalesforceFault(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return self._page(call, key, cursor, int(start))

    def _page(self, call: Call, key: str, cursor: _Cursor, start: int) -> Response:
        root, end = root_of(call), start + cursor.page

        def records() -> bytes:
            some = cursor.rows[start:end]
            return json_text([shape_record(cursor.plan, row, root) for row in some]).encode()

        body: dict[str, object] = {"totalSize": len(cursor.rows), "done": end >= len(cursor.rows)}
        if end < len(cursor.rows):
            self._keep(key, cursor)
            body["nextRecordsUrl"] = f"{root}/query/{key}-{end}"
        place = f"{root} {start} {end} {cursor.text}"
        rendered = self._kept.page(cursor.plan, place, cursor.version, records)
        frame = json_text(body).encode()[:-1]
        return Response(frame + b',"records":' + rendered + b"}", media_type=JSON)

    def _keep(self, key: str, cursor: _Cursor) -> None:
        self._cursors[key] = cursor
        self._cursors.move_to_end(key)
        while len(self._cursors) > _KEPT_CURSORS:
            self._cursors.popitem(last=False)


def candidate_rows(org: Org, plan: Plan, *, with_deleted: bool) -> list[Row]:
    """Return the rows a query looks at: all, or those that are not deleted."""
    rows = org.table(plan.kind.name).rows()
    return rows if with_deleted else [row for row in rows if not row.get("IsDeleted")]


def _page_size(call: Call) -> int:
    """Read ``Sforce-Query-Options: batchSize=…``, which Salesforce keeps within 200 and 2000."""
    found = re.search(r"batchSize\s*=\s*(\d+)", call.headers.get("sforce-query-options", ""))
    return min(max(int(found.group(1)), SMALLEST_PAGE), 2000) if found else DEFAULT_PAGE
