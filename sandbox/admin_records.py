"""Admin pages that add, change and remove vendors' records, as people in those systems would.

Belongs here: edits past the vendors' API rules, with the stamps and history a real edit leaves.
Must not: be called by product code.
"""

from __future__ import annotations

import secrets

from starlette.responses import Response
from starlette.routing import BaseRoute

from sandbox.exchange import BadBody, Call, Handler, json_answer, route
from sandbox.hubspot.account import MODIFIED
from sandbox.marketo import records as marketo_records
from sandbox.salesforce.derivations import with_derived_fields
from sandbox.salesforce.history import write_history
from sandbox.salesforce.org import blank_record
from sandbox.stand import Stand
from sandbox.tables import Row, Table
from sandbox.taking_over import row_key

_STAMPS = ("LastModifiedDate", "SystemModstamp")


class RecordPages:
    """Record pages of one stand: ``records/<vendor>/<kind>/<id>``."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    def routes(self, root: str) -> list[BaseRoute]:
        """Return the routes of the record pages."""
        many, one = f"{root}/records/{{vendor}}/{{kind}}", "/{id:path}"
        return [
            route(many, ["GET"], self.list_rows),
            route(many, ["POST"], self._careful(self.add)),
            route(many + one, ["GET"], self.read),
            route(many + one, ["PATCH"], self._careful(self.change)),
            route(many + one, ["DELETE"], self.remove),
        ]

    def _careful(self, handler: Handler) -> Handler:
        def guarded(call: Call) -> Response:
            try:
                return handler(call)
            except (BadBody, KeyError) as error:
                return json_answer({"error": f"not possible: {error}"}, 400)

        return guarded

    def _table(self, call: Call) -> Table:
        return self._stand.estate.table(f"{call.params['vendor']}.{call.params['kind']}")

    def list_rows(self, call: Call) -> Response:
        """Return all rows of a kind, or those whose fields equal the query parameters."""
        rows = self._table(call).rows()
        for name, value in call.query.items():
            rows = [row for row in rows if str(row.get(name)) == value]
        return json_answer(rows)

    def read(self, call: Call) -> Response:
        """Return one row."""
        row = self._table(call).get(call.params["id"])
        return json_answer(row) if row else json_answer({"error": "no such row"}, 404)

    def add(self, call: Call) -> Response:
        """Add a row; ids and stamps that are not given are made."""
        given = call.json_object()
        vendor, kind = call.params["vendor"], call.params["kind"]
        if vendor == "salesforce":
            row = self._new_salesforce(kind, given, call.query.get("user"))
        elif vendor == "hubspot" and kind in MODIFIED:
            row = self._new_hubspot(kind, given)
        elif vendor == "marketo":
            # what is added leaves its traces at once, and may be that somebody left a program
            row = marketo_records.add(self._stand.marketo.instance, kind, given)
            return json_answer(row, 201)
        else:
            row = {"id": secrets.token_hex(8), **given}
        table = self._table(call)
        table.put(row_key(table.name, row), row)
        return json_answer(row, 201)

    def change(self, call: Call) -> Response:
        """Change fields of a row and move its stamps, as an edit by a person does."""
        table, given = self._table(call), call.json_object()
        before = table.get(call.params["id"])
        if before is None:
            return json_answer({"error": "no such row"}, 404)
        vendor, kind = call.params["vendor"], call.params["kind"]
        if vendor == "salesforce":
            row = self._edited_salesforce(kind, before, given, call.query.get("user"))
        elif vendor == "hubspot" and kind in MODIFIED:
            row = self._edited_hubspot(kind, before, given)
        elif vendor == "marketo":
            row = marketo_records.change(self._stand.marketo.instance, kind, before, given)
        else:
            row = {**before, **given}
        table.put(call.params["id"], row)
        return json_answer(row)

    def remove(self, call: Call) -> Response:
        """Delete a row the way its vendor does, or for good with ``?hard=true``."""
        table, row_id = self._table(call), call.params["id"]
        row = table.get(row_id)
        if row is None:
            return json_answer({"error": "no such row"}, 404)
        if call.query.get("hard") == "true":
            table.remove(row_id)
        elif table.name == "marketo.leads":
            marketo_records.remove(self._stand.marketo.instance, row)
        elif "IsDeleted" in row:
            at = self._stand.org.now_stamp()
            stamps = {name: at for name in _STAMPS if name in row}
            table.put(row_id, {**row, "IsDeleted": True, **stamps})
        elif "archived" in row:
            at = self._stand.account.now()
            table.put(row_id, {**row, "archived": True, "archivedAt": at, "updatedAt": at})
        else:
            table.remove(row_id)
        return Response(status_code=204)

    def _new_salesforce(self, name: str, given: Row, user: str | None) -> Row:
        org = self._stand.org
        kind, at = org.types[name], org.now_stamp()
        author = user or given.get("OwnerId") or org.integration_user_id
        made = {"Id": org.new_id(kind), "CreatedDate": at, "CreatedById": author}
        made |= dict.fromkeys(_STAMPS, at) | {"LastModifiedById": author}
        row = blank_record(kind)
        row |= {field: value for field, value in made.items() if field in row}
        row = with_derived_fields(name, None, {**row, **given}, at, org.fetch)
        row = {**row, **given}
        write_history(org, kind, None, row, author)
        return row

    def _edited_salesforce(self, name: str, before: Row, given: Row, user: str | None) -> Row:
        org = self._stand.org
        at = org.now_stamp()
        author = user or before.get("OwnerId") or org.integration_user_id
        stamps = dict.fromkeys(_STAMPS, at) | {"LastModifiedById": author}
        row = {**before, **{field: value for field, value in stamps.items() if field in before}}
        row = with_derived_fields(name, before, {**row, **given}, at, org.fetch)
        row = {**row, **given}
        write_history(org, org.types[name], before, row, author)
        return row

    def _new_hubspot(self, kind: str, given: Row) -> Row:
        account = self._stand.account
        record_id, now = str(given.get("id") or account.new_id(kind)), account.now()
        properties: Row = dict.fromkeys(account.properties[kind])
        properties |= {"hs_object_id": record_id, "createdate": now, MODIFIED[kind]: now}
        properties |= given.get("properties") or {}
        made = {"createdAt": now, "updatedAt": now, "archived": False}
        return {**made, **given, "id": record_id, "properties": properties}

    def _edited_hubspot(self, kind: str, before: Row, given: Row) -> Row:
        now = self._stand.account.now()
        properties = {
            **before["properties"],
            MODIFIED[kind]: now,
            **(given.get("properties") or {}),
        }
        return {**before, "updatedAt": now, **given, "properties": properties}
