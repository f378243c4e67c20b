"""The sandbox's own pages: health, answer key, clock, faults, request counts, messages.

Belongs here: what tests and curious people use. Product code never calls it.
Must not: change vendors' records (admin_records.py does) or schemas (admin_schema.py does).
"""

from __future__ import annotations

from dataclasses import asdict

from starlette.responses import Response
from starlette.routing import BaseRoute

from sandbox.admin_records import RecordPages
from sandbox.admin_schema import SchemaPages
from sandbox.clock import iso_milliseconds, parse_instant
from sandbox.exchange import BadBody, Call, json_answer, route
from sandbox.faults.rules import BadRule
from sandbox.stand import Stand
from sandbox.taking_over import ANSWER_KEY

ROOT = "/__sandbox"


class AdminPages:
    """Admin pages of one stand."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    def routes(self) -> list[BaseRoute]:
        """Return the routes of all admin pages."""
        return [
            route(f"{ROOT}/health", ["GET"], self.health),
            route(f"{ROOT}/answer-key", ["GET"], self.answer_key),
            route(f"{ROOT}/clock", ["GET", "POST"], self.clock),
            route(f"{ROOT}/faults", ["GET", "POST", "DELETE"], self.faults),
            route(f"{ROOT}/requests", ["GET", "DELETE"], self.requests),
            route(f"{ROOT}/messages", ["GET", "DELETE"], self.messages),
            route(f"{ROOT}/sessions", ["DELETE"], self.end_sessions),
            route(f"{ROOT}/marketo", ["GET", "POST"], self.marketo),
            *RecordPages(self._stand).routes(ROOT),
            *SchemaPages(self._stand).routes(ROOT),
        ]

    def health(self, call: Call) -> Response:
        """Tell that the sandbox is up, and how many rows each table holds."""
        estate = self._stand.estate
        counts = {name: len(estate.table(name)) for name in estate.table_names()}
        now = iso_milliseconds(self._stand.clock.now())
        return json_answer({"status": "ok", "now": now, "tables": counts})

    def answer_key(self, call: Call) -> Response:
        """Return who is who in truth."""
        return json_answer(self._stand.estate.table(ANSWER_KEY).rows())

    def clock(self, call: Call) -> Response:
        """Tell the sandbox time; POST ``{"now": …}`` or ``{"advance_seconds": …}`` moves it."""
        clock = self._stand.clock
        if call.method == "POST":
            try:
                wish = call.json_object()
                if "now" in wish:
                    clock.set_to(parse_instant(str(wish["now"])))
                clock.advance(float(wish.get("advance_seconds", 0)))
            except (BadBody, ValueError) as error:
                return json_answer({"error": str(error)}, 400)
            self._stand.save_clock()
        return json_answer({"now": iso_milliseconds(clock.now())})

    def faults(self, call: Call) -> Response:
        """List, switch on (POST a rule or a list of rules) or clear (DELETE) faults."""
        board = self._stand.faults
        if call.method == "DELETE":
            board.clear()
        if call.method == "POST":
            try:
                board.add(call.json())
            except (BadBody, BadRule) as error:
                return json_answer({"error": str(error)}, 400)
        return json_answer([rule.shown() for rule in board.rules])

    def requests(self, call: Call) -> Response:
        """Return the counts of requests; DELETE starts counting anew."""
        if call.method == "DELETE":
            self._stand.requests.reset()
        return json_answer(self._stand.requests.shown())

    def messages(self, call: Call) -> Response:
        """Return the messages posted to the Slack webhook; DELETE forgets them."""
        table = self._stand.estate.table("slack.messages")
        if call.method == "DELETE":
            for number in table.ids():
                table.remove(number)
        return json_answer(table.rows())

    def marketo(self, call: Call) -> Response:
        """Tell limits and abilities of the Marketo instance; POST changes some of them."""
        switches = self._stand.marketo.instance.switches
        try:
            switches.change(call.json_object())
        except (BadBody, ValueError) as error:
            return json_answer({"error": str(error)}, 400)
        return json_answer(asdict(switches))

    def end_sessions(self, call: Call) -> Response:
        """End every Salesforce session given out so far."""
        return json_answer({"ended": self._stand.org.sessions.revoke_all()})
