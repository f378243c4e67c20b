"""Usage of an instance: calls and errors of the day.

Belongs here: the statistics pages. Must not: count (instance.py does).
"""

from __future__ import annotations

from typing import Any

from starlette.routing import Route

from sandbox.exchange import Call
from sandbox.marketo.errors import envelope
from sandbox.marketo.gate import Gate
from sandbox.marketo.instance import API_USER, Instance


def routes(gate: Gate) -> list[Route]:
    """Return the routes of the statistics; the sandbox remembers one day of the last seven."""
    return [
        gate.route("/rest/v1/stats/usage.json", ["GET"], calls),
        gate.route("/rest/v1/stats/usage/last7days.json", ["GET"], calls),
        gate.route("/rest/v1/stats/errors.json", ["GET"], errors),
        gate.route("/rest/v1/stats/errors/last7days.json", ["GET"], errors),
    ]


def calls(instance: Instance, call: Call) -> dict[str, Any]:
    """Tell the day's calls, in all and by user."""
    usage = instance.today()
    users = [{"userId": API_USER, "count": usage.calls}]
    return envelope([{"date": usage.day, "total": usage.calls, "users": users}])


def errors(instance: Instance, call: Call) -> dict[str, Any]:
    """Tell the day's errors by code."""
    usage = instance.today()
    counted = [{"errorCode": code, "count": count} for code, count in sorted(usage.errors.items())]
    row = {"date": usage.day, "total": sum(usage.errors.values()), "errors": counted}
    return envelope([row])
